/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-hyphens.h"

/**
 * ls_hyphens_leave_out:
 * @root: a widget with labels that show names or digests, such as an #AdwActionRow
 *
 * Has the labels in @root break words without a hyphen.
 */
void
ls_hyphens_leave_out (GtkWidget *root)
{
  if (GTK_IS_LABEL (root))
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
      gtk_label_set_attributes (GTK_LABEL (root), attributes);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ls_hyphens_leave_out (child);
}
