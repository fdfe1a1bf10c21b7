/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A handler for GtkWidget::query-tooltip of labels that are ellipsized. */

gboolean ls_label_query_tooltip (GtkLabel   *label,
                                 int         x,
                                 int         y,
                                 gboolean    keyboard_mode,
                                 GtkTooltip *tooltip);

G_END_DECLS
