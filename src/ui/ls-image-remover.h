/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Removes images with an Undo: the name goes at once, the blobs when no removal
 * can be taken back any more. */

#define LS_TYPE_IMAGE_REMOVER (ls_image_remover_get_type ())
G_DECLARE_FINAL_TYPE (LsImageRemover, ls_image_remover, LS, IMAGE_REMOVER, GObject)

LsImageRemover *ls_image_remover_new    (LsContext      *context);
void            ls_image_remover_remove (LsImageRemover *self,
                                         LsImage        *image,
                                         GtkWidget      *widget);

G_END_DECLS
