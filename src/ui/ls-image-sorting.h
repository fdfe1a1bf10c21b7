/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-compare.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes the columns of images sortable, and keeps the order in the settings. */

#define LS_TYPE_IMAGE_SORTING (ls_image_sorting_get_type ())
G_DECLARE_FINAL_TYPE (LsImageSorting, ls_image_sorting, LS, IMAGE_SORTING, GObject)

LsImageSorting *ls_image_sorting_new        (GtkColumnView             *column_view,
                                             GtkColumnViewColumn *const *columns,
                                             GSettings                 *settings);
gboolean        ls_image_sorting_get_column (LsImageSorting            *self,
                                             LsImageColumn             *column,
                                             gboolean                  *descending);

G_END_DECLS
