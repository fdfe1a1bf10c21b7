/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-drag-card.h"

#define NAME_MAX_CHARS 40

/* So far from the pointer that the place under it can be read. */
#define OFFSET_X 14
#define OFFSET_Y 20

/**
 * ls_drag_card_show:
 * @drag: a drag that begins
 * @name: the name of the image that is dragged
 *
 * Shows a small card at the pointer.
 */
void
ls_drag_card_show (GdkDrag *drag, const char *name)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_START);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_MAX_CHARS);
  gtk_box_append (GTK_BOX (card), gtk_image_new_from_icon_name ("package-x-generic-symbolic"));
  gtk_box_append (GTK_BOX (card), label);
  gtk_widget_add_css_class (card, "drag-card");

  gdk_drag_set_hotspot (drag, -OFFSET_X, -OFFSET_Y);
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), card);
}
