/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"

G_BEGIN_DECLS

/* Where an image comes from: one name in one place. The functions block; the
 * transfer calls them from its worker threads, several at once. */

#define LS_TYPE_IMAGE_SOURCE (ls_image_source_get_type ())
G_DECLARE_INTERFACE (LsImageSource, ls_image_source, LS, IMAGE_SOURCE, GObject)

/**
 * LsImageSourceInterface:
 * @peek: gives the digest that @resolve would give, where that is cheaper; may be %NULL
 * @resolve: gives the root manifest that the name leads to now
 * @get_manifest: gives a manifest below the root, verified
 * @check_blobs: told all blobs that may be asked for, before the first is; may refuse;
 *   may be %NULL
 * @open_blob: opens the bytes of a blob from an offset to its end
 * @open_range: opens just some bytes of a blob, where it is worth the while to fetch
 *   several ranges at a time; may be %NULL
 * @has_ranges: says whether it is still worth the while; may be %NULL
 * @get_round_trip: says how long a message there and back takes, in microseconds, once
 *   something was asked; may be %NULL
 * @list_origins: the repositories of a registry that are known to hold the image's
 *   blobs, so that a push may mount them; may be %NULL
 * @release: called once at the end, also after a failure; may be %NULL
 *
 * What a place must do to be a source of images.
 */
struct _LsImageSourceInterface
{
  GTypeInterface parent_iface;

  LsDigest     *(*peek)         (LsImageSource  *self,
                                 GCancellable   *cancellable);
  LsManifest   *(*resolve)      (LsImageSource  *self,
                                 GCancellable   *cancellable,
                                 GError        **error);
  LsManifest   *(*get_manifest) (LsImageSource  *self,
                                 LsDescriptor   *descriptor,
                                 GCancellable   *cancellable,
                                 GError        **error);
  gboolean      (*check_blobs)  (LsImageSource  *self,
                                 GPtrArray      *blobs,
                                 GError        **error);
  GInputStream *(*open_blob)    (LsImageSource  *self,
                                 LsDescriptor   *blob,
                                 gint64          offset,
                                 GCancellable   *cancellable,
                                 GError        **error);
  GInputStream *(*open_range)   (LsImageSource  *self,
                                 LsDescriptor   *blob,
                                 gint64          offset,
                                 gint64          length,
                                 GCancellable   *cancellable,
                                 GError        **error);
  gboolean      (*has_ranges)   (LsImageSource  *self);
  gint64        (*get_round_trip) (LsImageSource *self);
  GStrv         (*list_origins) (LsImageSource  *self,
                                 const char     *registry);
  void          (*release)      (LsImageSource  *self);
};

LsDigest     *ls_image_source_peek         (LsImageSource  *self,
                                            GCancellable   *cancellable);
LsManifest   *ls_image_source_resolve      (LsImageSource  *self,
                                            GCancellable   *cancellable,
                                            GError        **error);
LsManifest   *ls_image_source_get_manifest (LsImageSource  *self,
                                            LsDescriptor   *descriptor,
                                            GCancellable   *cancellable,
                                            GError        **error);
gboolean      ls_image_source_check_blobs  (LsImageSource  *self,
                                            GPtrArray      *blobs,
                                            GError        **error);
GInputStream *ls_image_source_open_blob    (LsImageSource  *self,
                                            LsDescriptor   *blob,
                                            gint64          offset,
                                            GCancellable   *cancellable,
                                            GError        **error);
gboolean      ls_image_source_has_ranges   (LsImageSource  *self);
GInputStream *ls_image_source_open_range   (LsImageSource  *self,
                                            LsDescriptor   *blob,
                                            gint64          offset,
                                            gint64          length,
                                            GCancellable   *cancellable,
                                            GError        **error);
gboolean      ls_image_source_is_far       (LsImageSource  *self);
GStrv         ls_image_source_list_origins (LsImageSource  *self,
                                            const char     *registry);
void          ls_image_source_release      (LsImageSource  *self);

G_END_DECLS
