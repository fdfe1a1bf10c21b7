/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A cell of the images' column view. It knows its image, so that a click or a
 * drag in a row finds out which image it is about. Property: image. */

#define LS_TYPE_IMAGE_CELL (ls_image_cell_get_type ())
G_DECLARE_FINAL_TYPE (LsImageCell, ls_image_cell, LS, IMAGE_CELL, AdwBin)

LsImage     *ls_image_cell_get_image (LsImageCell *self);
LsImageCell *ls_image_cell_find      (GtkWidget   *widget);

G_END_DECLS
