/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-source.h"

/* In microseconds, there and back. In the same house it is less than one thousand, in the
 * same country about twenty. */
#define FAR ((gint64) 40 * 1000)

G_DEFINE_INTERFACE (LsImageSource, ls_image_source, G_TYPE_OBJECT)

static void
ls_image_source_default_init (LsImageSourceInterface *iface)
{
}

/**
 * ls_image_source_peek:
 * @self: a source
 * @cancellable: (nullable): a cancellable
 *
 * Asks what the name leads to now, where that costs less than the manifest
 * itself. A failure is not told: whoever needs the reason resolves.
 *
 * Returns: (transfer full) (nullable): the digest of the root
 */
LsDigest *
ls_image_source_peek (LsImageSource *self, GCancellable *cancellable)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  return iface->peek != NULL ? iface->peek (self, cancellable) : NULL;
}

/**
 * ls_image_source_resolve:
 * @self: a source
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets the root manifest or index that the name leads to now. Blocks.
 *
 * Returns: (transfer full): the root, verified where the name has a digest;
 *   %NULL with @error set
 */
LsManifest *
ls_image_source_resolve (LsImageSource *self, GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_SOURCE_GET_IFACE (self)->resolve (self, cancellable, error);
}

/**
 * ls_image_source_get_manifest:
 * @self: a source
 * @descriptor: what to get
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets a manifest by its digest and verifies it. Blocks.
 *
 * Returns: (transfer full): the manifest; %NULL with @error set
 */
LsManifest *
ls_image_source_get_manifest (LsImageSource *self, LsDescriptor *descriptor,
                              GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_SOURCE_GET_IFACE (self)->get_manifest (self, descriptor, cancellable, error);
}

/**
 * ls_image_source_check_blobs:
 * @self: a source
 * @blobs: (element-type LsDescriptor): all that may be asked for
 * @error: return location for an error
 *
 * Asks whether the blobs can be had, where that costs nothing, so that a transfer
 * fails before anything has moved.
 *
 * Returns: whether nothing is known to be missing
 */
gboolean
ls_image_source_check_blobs (LsImageSource *self, GPtrArray *blobs, GError **error)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  return iface->check_blobs == NULL || iface->check_blobs (self, blobs, error);
}

/**
 * ls_image_source_open_blob:
 * @self: a source
 * @blob: what to open
 * @offset: where to start, in bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the bytes of @blob from @offset to its end. Nothing is verified yet.
 * Blocks.
 *
 * Returns: (transfer full): a stream; %NULL with @error set
 */
GInputStream *
ls_image_source_open_blob (LsImageSource *self, LsDescriptor *blob, gint64 offset,
                           GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_SOURCE_GET_IFACE (self)->open_blob (self, blob, offset, cancellable, error);
}

/**
 * ls_image_source_has_ranges:
 * @self: a source
 *
 * Returns: whether ls_image_source_open_range() can be tried
 */
gboolean
ls_image_source_has_ranges (LsImageSource *self)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  return iface->open_range != NULL && (iface->has_ranges == NULL || iface->has_ranges (self));
}

/**
 * ls_image_source_open_range:
 * @self: a source of which ls_image_source_has_ranges() is true
 * @blob: a blob of the image
 * @offset: where to begin, in bytes
 * @length: how many bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens just some bytes of a blob.
 *
 * Errors: %LS_ERROR_UNSUPPORTED where only a whole blob can be had, and those of
 * ls_image_source_open_blob().
 *
 * Returns: (transfer full): a stream of @length bytes; %NULL with @error set
 */
GInputStream *
ls_image_source_open_range (LsImageSource *self, LsDescriptor *blob, gint64 offset, gint64 length,
                            GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_SOURCE_GET_IFACE (self)->open_range (self, blob, offset, length, cancellable,
                                                       error);
}

/**
 * ls_image_source_is_far:
 * @self: a source
 *
 * Over a long line one connection waits most of the time, and several at once bring as
 * many times more.
 *
 * Returns: whether the line is known to be long
 */
gboolean
ls_image_source_is_far (LsImageSource *self)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  return iface->get_round_trip != NULL && iface->get_round_trip (self) >= FAR;
}

/**
 * ls_image_source_list_origins:
 * @self: a source
 * @registry: the registry that the image goes to
 *
 * Lists repositories of @registry that are known to hold the blobs of this
 * image, for cross-repository mounts.
 *
 * Returns: (transfer full) (nullable): repositories
 */
GStrv
ls_image_source_list_origins (LsImageSource *self, const char *registry)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  return iface->list_origins != NULL ? iface->list_origins (self, registry) : NULL;
}

/**
 * ls_image_source_release:
 * @self: a source
 *
 * Gives up what ls_image_source_resolve() may have taken to keep the image in
 * place while it is read.
 */
void
ls_image_source_release (LsImageSource *self)
{
  LsImageSourceInterface *iface = LS_IMAGE_SOURCE_GET_IFACE (self);

  if (iface->release != NULL)
    iface->release (self);
}
