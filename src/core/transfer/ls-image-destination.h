/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-source.h"

G_BEGIN_DECLS

/* Where an image goes: one name in one place. The functions block; the
 * transfer calls them from its worker threads, several at once. */

#define LS_TYPE_IMAGE_DESTINATION (ls_image_destination_get_type ())
G_DECLARE_INTERFACE (LsImageDestination, ls_image_destination, LS, IMAGE_DESTINATION, GObject)

/**
 * LsBlobPresence:
 * @LS_BLOB_MISSING: the blob has to be moved
 * @LS_BLOB_PRESENT: the destination has it
 * @LS_BLOB_MOUNTED: the destination took it from another of its repositories
 *
 * What a destination says when it is asked for a blob.
 */
typedef enum
{
  LS_BLOB_MISSING,
  LS_BLOB_PRESENT,
  LS_BLOB_MOUNTED,
} LsBlobPresence;

/* Bytes of a blob as they go by; called from the thread that moves them.
 * @done is the count from the start of the blob. The first call says where the
 * attempt begins, before anything has moved; that may be further than the last
 * one came, or less far. @verifying says that all bytes are there and are being
 * checked. */
typedef void (*LsBlobProgressFunc) (gint64   done,
                                    gboolean verifying,
                                    gpointer user_data);

/**
 * LsImageDestinationInterface:
 * @begin: called once before anything else; may refuse
 * @holds_parts: whether it can hold an index without all of its images, and has to be
 *   asked for every blob; may be %NULL, for one that refuses a manifest while anything
 *   that it names is missing, so that a name vouches for all below it
 * @get_current: the digest that the name leads to now, or %NULL; and that of the root at
 *   the source which it was chosen from, if that is another
 * @read_manifest: a manifest that is there already, where that costs nothing; may be %NULL
 * @reserve: told which manifests are coming, and which blobs; may refuse; may be %NULL
 * @find_blob: whether the blob is there or can be had without its bytes
 * @put_blob: moves one blob, reading it from the source
 * @put_manifest: takes a manifest below the one that gets the name, when all that it
 *   names is there
 * @finish: takes the manifest that gets the name and makes it visible, last of all;
 *   tells the digest that the name leads to then
 * @end: called once at the end, also after a failure; may be %NULL
 *
 * What a place must do to take images.
 */
struct _LsImageDestinationInterface
{
  GTypeInterface parent_iface;

  gboolean  (*begin)        (LsImageDestination  *self,
                             GCancellable        *cancellable,
                             GError             **error);
  gboolean  (*holds_parts)  (LsImageDestination  *self);
  LsDigest *(*get_current)  (LsImageDestination  *self,
                             LsDigest           **origin,
                             GCancellable        *cancellable);
  LsManifest *(*read_manifest) (LsImageDestination *self,
                                LsDigest           *digest,
                                const char         *media_type);
  gboolean  (*reserve)      (LsImageDestination  *self,
                             GPtrArray           *manifests,
                             GPtrArray           *blobs,
                             GCancellable        *cancellable,
                             GError             **error);
  gboolean  (*find_blob)    (LsImageDestination  *self,
                             LsDescriptor        *blob,
                             LsImageSource       *source,
                             LsBlobPresence      *presence,
                             char               **mounted_from,
                             GCancellable        *cancellable,
                             GError             **error);
  gboolean  (*put_blob)     (LsImageDestination  *self,
                             LsDescriptor        *blob,
                             LsImageSource       *source,
                             LsBlobProgressFunc   progress,
                             gpointer             user_data,
                             GCancellable        *cancellable,
                             GError             **error);
  gboolean  (*put_manifest) (LsImageDestination  *self,
                             LsDescriptor        *descriptor,
                             LsManifest          *manifest,
                             GCancellable        *cancellable,
                             GError             **error);
  LsDigest *(*finish)       (LsImageDestination  *self,
                             LsManifest          *root,
                             LsManifest          *image,
                             GCancellable        *cancellable,
                             GError             **error);
  void      (*end)          (LsImageDestination  *self);
};

gboolean  ls_image_destination_begin       (LsImageDestination  *self,
                                            GCancellable        *cancellable,
                                            GError             **error);
gboolean  ls_image_destination_holds_parts (LsImageDestination  *self);
LsDigest *ls_image_destination_get_current (LsImageDestination  *self,
                                            LsDigest           **origin,
                                            GCancellable        *cancellable);
LsManifest *ls_image_destination_read_manifest (LsImageDestination *self,
                                            LsDigest            *digest,
                                            const char          *media_type);
gboolean  ls_image_destination_reserve     (LsImageDestination  *self,
                                            GPtrArray           *manifests,
                                            GPtrArray           *blobs,
                                            GCancellable        *cancellable,
                                            GError             **error);
gboolean  ls_image_destination_find_blob   (LsImageDestination  *self,
                                            LsDescriptor        *blob,
                                            LsImageSource       *source,
                                            LsBlobPresence      *presence,
                                            char               **mounted_from,
                                            GCancellable        *cancellable,
                                            GError             **error);
gboolean  ls_image_destination_put_blob    (LsImageDestination  *self,
                                            LsDescriptor        *blob,
                                            LsImageSource       *source,
                                            LsBlobProgressFunc   progress,
                                            gpointer             user_data,
                                            GCancellable        *cancellable,
                                            GError             **error);
gboolean  ls_image_destination_put_manifest (LsImageDestination *self,
                                            LsDescriptor        *descriptor,
                                            LsManifest          *manifest,
                                            GCancellable        *cancellable,
                                            GError             **error);
LsDigest *ls_image_destination_finish      (LsImageDestination  *self,
                                            LsManifest          *root,
                                            LsManifest          *image,
                                            GCancellable        *cancellable,
                                            GError             **error);
void      ls_image_destination_end         (LsImageDestination  *self);

G_END_DECLS
