/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-destination.h"

G_DEFINE_INTERFACE (LsImageDestination, ls_image_destination, G_TYPE_OBJECT)

static void
ls_image_destination_default_init (LsImageDestinationInterface *iface)
{
}

/**
 * ls_image_destination_begin:
 * @self: a destination
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets ready. ls_image_destination_end() must follow a success.
 *
 * Returns: whether the destination can take images
 */
gboolean
ls_image_destination_begin (LsImageDestination *self, GCancellable *cancellable, GError **error)
{
  LsImageDestinationInterface *iface = LS_IMAGE_DESTINATION_GET_IFACE (self);

  return iface->begin == NULL || iface->begin (self, cancellable, error);
}

/**
 * ls_image_destination_holds_parts:
 * @self: a destination
 *
 * Returns: whether it can hold an index without all of its images, and has to be asked
 *   for every blob; %FALSE for one whose names vouch for all below them
 */
gboolean
ls_image_destination_holds_parts (LsImageDestination *self)
{
  LsImageDestinationInterface *iface = LS_IMAGE_DESTINATION_GET_IFACE (self);

  return iface->holds_parts != NULL && iface->holds_parts (self);
}

/**
 * ls_image_destination_get_current:
 * @self: a destination
 * @origin: (out) (transfer full) (nullable): the digest of the root at the source that
 *   the image was chosen from; mostly the same as the result
 * @cancellable: (nullable): a cancellable
 *
 * Asks what the name leads to now. A failure is not told: the move itself will
 * meet it again.
 *
 * Returns: (transfer full) (nullable): the digest that the name leads to
 */
LsDigest *
ls_image_destination_get_current (LsImageDestination *self, LsDigest **origin,
                                  GCancellable *cancellable)
{
  LsDigest *current;

  *origin = NULL;
  current = LS_IMAGE_DESTINATION_GET_IFACE (self)->get_current (self, origin, cancellable);
  if (current != NULL && *origin == NULL)
    *origin = ls_digest_ref (current);

  return current;
}

/**
 * ls_image_destination_read_manifest:
 * @self: a destination
 * @digest: the digest of a manifest
 * @media_type: (nullable): its media type, if that is known
 *
 * Reads a manifest that is there already, where that needs no request.
 *
 * Returns: (transfer full) (nullable): the manifest, verified
 */
LsManifest *
ls_image_destination_read_manifest (LsImageDestination *self, LsDigest *digest,
                                    const char *media_type)
{
  LsImageDestinationInterface *iface = LS_IMAGE_DESTINATION_GET_IFACE (self);

  return iface->read_manifest != NULL ? iface->read_manifest (self, digest, media_type) : NULL;
}

/**
 * ls_image_destination_reserve:
 * @self: a destination
 * @manifests: (element-type LsManifest): what is coming
 * @blobs: (element-type LsDescriptor): what of their blobs is missing
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks for room, before the first blob and again when the room turned out not to be
 * enough.
 *
 * Returns: whether there is room; otherwise %LS_ERROR_NO_SPACE in @error
 */
gboolean
ls_image_destination_reserve (LsImageDestination *self, GPtrArray *manifests, GPtrArray *blobs,
                              GCancellable *cancellable, GError **error)
{
  LsImageDestinationInterface *iface = LS_IMAGE_DESTINATION_GET_IFACE (self);

  return iface->reserve == NULL || iface->reserve (self, manifests, blobs, cancellable, error);
}

/**
 * ls_image_destination_find_blob:
 * @self: a destination
 * @blob: what to look for
 * @source: where the image comes from
 * @presence: (out): what was found
 * @mounted_from: (out) (transfer full) (nullable): the repository a mounted blob was in
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Looks whether @blob is there, or can be had without moving its bytes.
 *
 * Returns: whether that could be told
 */
gboolean
ls_image_destination_find_blob (LsImageDestination *self, LsDescriptor *blob, LsImageSource *source,
                                LsBlobPresence *presence, char **mounted_from,
                                GCancellable *cancellable, GError **error)
{
  *presence = LS_BLOB_MISSING;
  *mounted_from = NULL;

  return LS_IMAGE_DESTINATION_GET_IFACE (self)->find_blob (self, blob, source, presence,
                                                           mounted_from, cancellable, error);
}

/**
 * ls_image_destination_put_blob:
 * @self: a destination
 * @blob: what to take
 * @source: where to read it
 * @progress: (scope call): told as bytes go by
 * @user_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Moves one blob and makes sure that it is what its digest says.
 *
 * Returns: whether the destination has the blob now
 */
gboolean
ls_image_destination_put_blob (LsImageDestination *self, LsDescriptor *blob, LsImageSource *source,
                               LsBlobProgressFunc progress, gpointer user_data,
                               GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_DESTINATION_GET_IFACE (self)->put_blob (self, blob, source, progress, user_data,
                                                          cancellable, error);
}

/**
 * ls_image_destination_put_manifest:
 * @self: a destination
 * @descriptor: the manifest as its parent names it
 * @manifest: a manifest or an index that gets no name
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes a manifest, when all that it names is there. Its parent follows.
 *
 * Returns: whether the destination has the manifest now
 */
gboolean
ls_image_destination_put_manifest (LsImageDestination *self, LsDescriptor *descriptor,
                                   LsManifest *manifest, GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_DESTINATION_GET_IFACE (self)->put_manifest (self, descriptor, manifest,
                                                              cancellable, error);
}

/**
 * ls_image_destination_finish:
 * @self: a destination
 * @root: what the name leads to at the source
 * @image: what it is to lead to here: @root itself, the one image below it that was
 *   chosen, or an index of some of its images
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes the last manifest and, last of all, the name.
 *
 * Returns: (transfer full): the digest that the name leads to now; %NULL with
 *   @error set
 */
LsDigest *
ls_image_destination_finish (LsImageDestination *self, LsManifest *root, LsManifest *image,
                             GCancellable *cancellable, GError **error)
{
  return LS_IMAGE_DESTINATION_GET_IFACE (self)->finish (self, root, image, cancellable, error);
}

/**
 * ls_image_destination_end:
 * @self: a destination
 *
 * Gives up what ls_image_destination_begin() took.
 */
void
ls_image_destination_end (LsImageDestination *self)
{
  LsImageDestinationInterface *iface = LS_IMAGE_DESTINATION_GET_IFACE (self);

  if (iface->end != NULL)
    iface->end (self);
}
