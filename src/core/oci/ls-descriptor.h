/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-digest.h"
#include "ls-platform.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Points at content: media type, digest and size (OCI image specification,
 * descriptor.md). Every field was checked. Immutable, reference counted. */

typedef struct _LsDescriptor LsDescriptor;

#define LS_TYPE_DESCRIPTOR (ls_descriptor_get_type ())
GType ls_descriptor_get_type (void);

LsDescriptor *ls_descriptor_new             (const char          *media_type,
                                             LsDigest            *digest,
                                             gint64               size);
LsDescriptor *ls_descriptor_from_json       (JsonObject          *object,
                                             GError             **error);
LsDescriptor *ls_descriptor_with_annotation (LsDescriptor        *descriptor,
                                             const char          *key,
                                             const char          *value);
JsonNode     *ls_descriptor_to_json         (LsDescriptor        *descriptor);
LsDescriptor *ls_descriptor_ref             (LsDescriptor        *descriptor);
void          ls_descriptor_unref           (LsDescriptor        *descriptor);
const char   *ls_descriptor_get_media_type  (const LsDescriptor  *descriptor);
LsDigest     *ls_descriptor_get_digest      (const LsDescriptor  *descriptor);
gint64        ls_descriptor_get_size        (const LsDescriptor  *descriptor);
LsPlatform   *ls_descriptor_get_platform    (const LsDescriptor  *descriptor);
const char   *ls_descriptor_get_annotation  (const LsDescriptor  *descriptor,
                                             const char          *key);
gboolean      ls_descriptor_is_attestation  (const LsDescriptor  *descriptor);
const char   *ls_descriptor_get_attested    (const LsDescriptor  *descriptor);
gboolean      ls_descriptor_attests         (const LsDescriptor  *descriptor,
                                             const LsDigest      *image);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsDescriptor, ls_descriptor_unref)

G_END_DECLS
