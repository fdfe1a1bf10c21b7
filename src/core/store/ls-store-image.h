/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store.h"

G_BEGIN_DECLS

/* What the store knows of an image, all of which is there, or of an index, of which
 * at least one image is. Immutable, reference counted. Private to the store. */

typedef struct
{
  gatomicrefcount ref_count;
  LsDescriptor *root;
  LsDigest *image_id;
  GDateTime *created;   /* nullable */
  LsPlatform *platform; /* nullable */
  GPtrArray *platforms; /* of LsStorePlatform: see LsStoreEntry */
  gboolean is_whole;
  gint64 size;
} LsStoreImage;

LsStoreImage *ls_store_image_load  (LsStore       *store,
                                    LsDescriptor  *root,
                                    GError       **error);
LsStoreImage *ls_store_image_ref   (LsStoreImage  *image);
void          ls_store_image_unref (LsStoreImage  *image);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsStoreImage, ls_store_image_unref)

G_END_DECLS
