/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-list.h"

G_BEGIN_DECLS

/* Judges the name that is typed for an image, for its sentence and for the
 * button beside it. Pure: no widgets. */

/**
 * LsNameVerdict:
 * @LS_NAME_INVALID: it cannot be the name of an image
 * @LS_NAME_UNCHANGED: it is the name that the image has
 * @LS_NAME_NEW: no image has it
 * @LS_NAME_TAKEN: another image has it, and would lose it
 *
 * What became of a name.
 */
typedef enum
{
  LS_NAME_INVALID,
  LS_NAME_UNCHANGED,
  LS_NAME_NEW,
  LS_NAME_TAKEN,
} LsNameVerdict;

LsNameVerdict ls_name_check (LsImageList  *images,
                             LsImage      *image,
                             const char   *text,
                             LsReference **name,
                             char        **message);

G_END_DECLS
