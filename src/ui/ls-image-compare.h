/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image.h"

G_BEGIN_DECLS

/* The orders that images can be shown in. */

typedef enum
{
  LS_IMAGE_COLUMN_REPOSITORY,
  LS_IMAGE_COLUMN_TAG,
  LS_IMAGE_COLUMN_IMAGE_ID,
  LS_IMAGE_COLUMN_CREATED,
  LS_IMAGE_COLUMN_SIZE,
  LS_N_IMAGE_COLUMNS,
} LsImageColumn;

const char *ls_image_column_to_string   (LsImageColumn  column);
gboolean    ls_image_column_from_string (const char    *text,
                                         LsImageColumn *column);

int         ls_image_compare            (LsImage       *a,
                                         LsImage       *b,
                                         LsImageColumn  column);

G_END_DECLS
