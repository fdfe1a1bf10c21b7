/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Images in columns: sorted by a click on a header, filtered by a text, with a
 * context menu, and dragged from. Where there is little room, one column has two
 * lines. Properties: images (GListModel of LsImage), search-text, selected-image
 * (nullable), n-shown (read-only: how many match), menu-model. */

#define LS_TYPE_IMAGES_VIEW (ls_images_view_get_type ())
G_DECLARE_FINAL_TYPE (LsImagesView, ls_images_view, LS, IMAGES_VIEW, GtkWidget)

GtkWidget *ls_images_view_new                (void);
void       ls_images_view_set_images         (LsImagesView *self,
                                              GListModel   *images);
LsImage   *ls_images_view_get_selected_image (LsImagesView *self);
void       ls_images_view_set_selected_image (LsImagesView *self,
                                              LsImage      *image);
void       ls_images_view_select_neighbour  (LsImagesView *self);
guint      ls_images_view_get_n_shown        (LsImagesView *self);

G_END_DECLS
