/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"

G_BEGIN_DECLS

/* What an image on this computer consists of, for one platform. */

typedef struct
{
  char *platform;        /* empty when it does not say */
  GPtrArray *layers;     /* of LsDescriptor, the lowest first */
  gint64 size;           /* bytes: config and layers */
  GStrv attestations;    /* what is said about it beside: types of in-toto predicates; an
                          * empty text where that is not here, or says nothing */
} LsImageVariant;

LsImageVariant *ls_image_variant_new  (const char     *platform,
                                       GStrv           attestations);
void            ls_image_variant_free (LsImageVariant *variant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsImageVariant, ls_image_variant_free)

G_END_DECLS
