/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pango puts a hyphen where it breaks a word. In a name or a digest it would be read as
 * a part of it. */

void ls_hyphens_leave_out (GtkWidget *root);

G_END_DECLS
