/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The parts of a GtkColumnView, which GTK gives no other way to. */

GtkWidget *ls_column_view_get_list (GtkColumnView *column_view);
GtkWidget *ls_column_view_find_row (GtkColumnView *column_view,
                                    GtkWidget     *widget);
int        ls_column_view_get_char_width (GtkWidget     *widget);

G_END_DECLS
