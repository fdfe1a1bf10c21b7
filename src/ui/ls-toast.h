/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Toasts from any widget of the window. Their texts are plain: libadwaita 1.2
 * reads toast titles as markup, and names of images come from outside. */

AdwToast *ls_toast_new      (const char *text);
AdwToast *ls_toast_new_undo (const char *text);
void      ls_toast_show     (GtkWidget  *widget,
                             AdwToast   *toast);
void      ls_toast_say      (GtkWidget  *widget,
                             const char *text);

G_END_DECLS
