/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The page of the images on this computer, and what can be done with one of
 * them: the actions image.tag, .push, .copy-reference, .copy-digest and
 * .remove work on the selected image. Construct-only property: context. */

#define LS_TYPE_IMAGES_PAGE (ls_images_page_get_type ())
G_DECLARE_FINAL_TYPE (LsImagesPage, ls_images_page, LS, IMAGES_PAGE, GtkWidget)

GtkWidget *ls_images_page_new          (LsContext    *context);
void       ls_images_page_start_search (LsImagesPage *self);
void       ls_images_page_show_image   (LsImagesPage *self,
                                        LsImage      *image);

G_END_DECLS
