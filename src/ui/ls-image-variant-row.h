/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-variant.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What an image consists of for one platform: its layers, and what is said about it. */

#define LS_TYPE_IMAGE_VARIANT_ROW (ls_image_variant_row_get_type ())
G_DECLARE_FINAL_TYPE (LsImageVariantRow, ls_image_variant_row, LS, IMAGE_VARIANT_ROW,
                      AdwExpanderRow)

GtkWidget *ls_image_variant_row_new (LsImageVariant *variant);

G_END_DECLS
