/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"

G_BEGIN_DECLS

/* The largest manifest that is read (4 MiB is what registries must accept;
 * some images have more). */
#define LS_MANIFEST_MAX_SIZE (8 * 1024 * 1024)

/* How many indexes inside each other are followed; the specification knows no limit. */
#define LS_MANIFEST_MAX_INDEX_DEPTH 4

/* An image manifest or an image index, with the exact bytes it came in: they
 * are what the digest names, so they are never written anew; an index of some of
 * the images of another is a new one, with a digest of its own. Reads the OCI
 * forms and Docker's schema 2 and manifest list. Immutable, reference counted. */

typedef struct _LsManifest LsManifest;

#define LS_TYPE_MANIFEST (ls_manifest_get_type ())
GType ls_manifest_get_type (void);

LsManifest   *ls_manifest_parse           (GBytes            *bytes,
                                           const char        *content_type,
                                           GError           **error);
LsManifest   *ls_manifest_ref             (LsManifest        *manifest);
void          ls_manifest_unref           (LsManifest        *manifest);
GBytes       *ls_manifest_get_bytes       (const LsManifest  *manifest);
const char   *ls_manifest_get_media_type  (const LsManifest  *manifest);
LsDescriptor *ls_manifest_get_descriptor  (const LsManifest  *manifest);
gboolean      ls_manifest_is_index        (const LsManifest  *manifest);
LsDescriptor *ls_manifest_get_config      (const LsManifest  *manifest);
GPtrArray    *ls_manifest_get_layers      (const LsManifest  *manifest);
GPtrArray    *ls_manifest_get_children    (const LsManifest  *manifest);
gint64        ls_manifest_get_total_size  (const LsManifest  *manifest);
GPtrArray    *ls_manifest_list_images     (const LsManifest  *manifest);
LsDescriptor *ls_manifest_select_platform (const LsManifest  *manifest,
                                           const LsPlatform  *wanted,
                                           GError           **error);
LsManifest   *ls_manifest_new_index       (const LsManifest  *model,
                                           GPtrArray         *children,
                                           GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsManifest, ls_manifest_unref)

G_END_DECLS
