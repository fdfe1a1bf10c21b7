/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-window.h"

G_BEGIN_DECLS

/* What the widgets of the window, its menus and shortcuts ask for:
 *
 * win.sign-in (s)     opens the sign-in dialog; a registry, "" for Docker Hub
 * win.pull (s)        pulls that reference; "" opens the pull dialog
 * win.pull-platforms (ss)  pulls that reference for a choice of platforms, as text
 * win.ask-pull (s)    opens the pull dialog with that text
 * win.copy (s)        puts that text on the clipboard
 * win.show-image (s)  selects the image of that name
 * win.check-images  checks all images against their digests
 * win.show-preferences  opens the preferences
 * win.show-shortcuts  lists the keyboard shortcuts
 * win.show-images, win.show-transfers, win.search-hub, win.show-sidebar, win.open-menu,
 * win.search */

void ls_window_add_actions (LsWindow *self);

G_END_DECLS
