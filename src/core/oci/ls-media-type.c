/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-media-type.h"

/**
 * ls_media_type_is_index:
 * @media_type: (nullable): a media type without parameters
 *
 * Returns: whether it is that of an image index or of Docker's manifest list
 */
gboolean
ls_media_type_is_index (const char *media_type)
{
  return g_strcmp0 (media_type, LS_MEDIA_TYPE_OCI_INDEX) == 0
         || g_strcmp0 (media_type, LS_MEDIA_TYPE_DOCKER_LIST) == 0;
}

/**
 * ls_media_type_is_manifest:
 * @media_type: (nullable): a media type without parameters
 *
 * Returns: whether it is that of an image manifest
 */
gboolean
ls_media_type_is_manifest (const char *media_type)
{
  return g_strcmp0 (media_type, LS_MEDIA_TYPE_OCI_MANIFEST) == 0
         || g_strcmp0 (media_type, LS_MEDIA_TYPE_DOCKER_MANIFEST) == 0;
}

/**
 * ls_media_type_is_foreign_layer:
 * @media_type: (nullable): a media type without parameters
 *
 * Returns: whether it is that of a layer which only its owner may distribute, so that
 *   registries and copies of an image may be without it (OCI image specification,
 *   layer.md, "Non-Distributable Layers"; Docker's foreign layers)
 */
gboolean
ls_media_type_is_foreign_layer (const char *media_type)
{
  static const char oci[] = "application/vnd.oci.image.layer.nondistributable.v1.tar";
  static const char docker[] = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

  return media_type != NULL
         && (g_str_has_prefix (media_type, oci) || g_str_equal (media_type, docker));
}
