/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes an AdwHeaderBar the header bar of a content page: put it at the start
 * of one. It leads back to the sidebar while the LsSplit around it is
 * collapsed, and lets the header bar show the window's start buttons only then. */

#define LS_TYPE_BACK_BUTTON (ls_back_button_get_type ())
G_DECLARE_FINAL_TYPE (LsBackButton, ls_back_button, LS, BACK_BUTTON, GtkButton)

G_END_DECLS
