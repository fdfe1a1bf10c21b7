/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets Escape cancel a drag. On Wayland the compositor does that; on X11, GDK 4
 * grabs the key at the root window and then drops its events, as they are for
 * no window of its own. */

void ls_drag_escape_watch (GdkDrag *drag);

G_END_DECLS
