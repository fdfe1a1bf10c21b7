/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-label-tooltip.h"

/**
 * ls_label_query_tooltip:
 * @label: a label with #GtkWidget:has-tooltip
 * @x: unused
 * @y: unused
 * @keyboard_mode: unused
 * @tooltip: the tooltip to fill
 *
 * Shows the whole text of @label while there is no room for it; what can be
 * read anyway is not said twice.
 *
 * Returns: whether there is a tooltip
 */
gboolean
ls_label_query_tooltip (GtkLabel *label, int x, int y, gboolean keyboard_mode, GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (label)))
    return FALSE;

  gtk_tooltip_set_text (tooltip, gtk_label_get_text (label));
  return TRUE;
}
