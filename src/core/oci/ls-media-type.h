/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The media types of the OCI image specification and of Docker's registry. */

#define LS_MEDIA_TYPE_OCI_INDEX       "application/vnd.oci.image.index.v1+json"
#define LS_MEDIA_TYPE_OCI_MANIFEST    "application/vnd.oci.image.manifest.v1+json"
#define LS_MEDIA_TYPE_OCI_CONFIG      "application/vnd.oci.image.config.v1+json"
#define LS_MEDIA_TYPE_DOCKER_LIST     "application/vnd.docker.distribution.manifest.list.v2+json"
#define LS_MEDIA_TYPE_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define LS_MEDIA_TYPE_DOCKER_CONFIG   "application/vnd.docker.container.image.v1+json"

gboolean ls_media_type_is_index    (const char *media_type);
gboolean ls_media_type_is_manifest (const char *media_type);
gboolean ls_media_type_is_foreign_layer (const char *media_type);

G_END_DECLS
