/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store.h"

G_BEGIN_DECLS

/* One named image in the store on this computer. Immutable; what changes
 * becomes a new object. Read-only properties: repository (as shown), tag
 * (empty when only a digest names it), image-id (12 digits), created
 * (GDateTime, nullable), size (bytes), digest (of the manifest or index, text),
 * platforms (texts: those of which an image is here, this computer's first; empty
 * when the image does not say), missing-platforms (texts: those that the index has
 * and that are not here), is-whole (nothing of an index is missing). */

#define LS_TYPE_IMAGE (ls_image_get_type ())
G_DECLARE_FINAL_TYPE (LsImage, ls_image, LS, IMAGE, GObject)

LsImage      *ls_image_new            (const LsStoreEntry *entry);
LsReference  *ls_image_get_name       (LsImage            *self);
LsDescriptor *ls_image_get_manifest   (LsImage            *self);
const char   *ls_image_get_repository (LsImage            *self);
const char   *ls_image_get_tag        (LsImage            *self);
const char   *ls_image_get_image_id   (LsImage            *self);
GDateTime    *ls_image_get_created    (LsImage            *self);
gint64        ls_image_get_size       (LsImage            *self);
const char   *ls_image_get_digest     (LsImage            *self);
const char *const *ls_image_get_platforms         (LsImage *self);
const char *const *ls_image_get_missing_platforms (LsImage *self);
gboolean      ls_image_is_whole       (LsImage            *self);
gboolean      ls_image_is_index       (LsImage            *self);
gboolean      ls_image_is_as          (LsImage            *self,
                                       const LsStoreEntry *entry);

G_END_DECLS
