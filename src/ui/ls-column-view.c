/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-column-view.h"

/**
 * ls_column_view_get_list:
 * @column_view: a column view
 *
 * Returns: (transfer none): the part that scrolls and holds the rows
 */
GtkWidget *
ls_column_view_get_list (GtkColumnView *column_view)
{
  GtkWidget *child;

  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (column_view), NULL);

  child = gtk_widget_get_first_child (GTK_WIDGET (column_view));
  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

/**
 * ls_column_view_find_row:
 * @column_view: a column view
 * @widget: (nullable): any widget
 *
 * Returns: (transfer none) (nullable): the row that @widget is or is in
 */
GtkWidget *
ls_column_view_find_row (GtkColumnView *column_view, GtkWidget *widget)
{
  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (column_view), NULL);

  while (widget != NULL && widget != GTK_WIDGET (column_view))
    {
      GtkWidget *parent = gtk_widget_get_parent (widget);

      if (GTK_IS_LIST_VIEW (parent))
        return widget;
      widget = parent;
    }

  return NULL;
}

/**
 * ls_column_view_get_char_width:
 * @widget: any widget
 *
 * Returns: how wide a character is in the font of @widget, in pixels; at least 1
 */
int
ls_column_view_get_char_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (metrics));

  pango_font_metrics_unref (metrics);

  return MAX (width, 1);
}
