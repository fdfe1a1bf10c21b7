/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"
#include "ls-reference.h"
#include "ls-ingest.h"

G_BEGIN_DECLS

/* The images on this computer: an OCI image layout 1.1 that skopeo, podman and
 * umoci read as it stands. Blobs land by ingest, check and rename, and the disk
 * has them before index.json leads to them; that is replaced atomically under a
 * lock that other processes respect. Safe to use from several threads. Functions
 * block on the disk: the ones that the main thread needs have an _async form. */

#define LS_TYPE_STORE (ls_store_get_type ())
G_DECLARE_FINAL_TYPE (LsStore, ls_store, LS, STORE, GObject)

/* One image of an entry. */
typedef struct
{
  LsPlatform *platform;   /* nullable: it does not say */
  LsDescriptor *manifest;
  gboolean is_here;       /* as a whole: manifest, config and every layer */
  gint64 size;            /* bytes: manifest, config and layers; 0 if not known */
  GPtrArray *attestations; /* of LsDescriptor: of it, in the indexes that were read; they
                            * themselves may be elsewhere */
} LsStorePlatform;

void ls_store_platform_free (LsStorePlatform *platform);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsStorePlatform, ls_store_platform_free)

/* A named entry of the layout's index. It leads to an image, or to an index, of
 * which at least one image is here. What it says of its image is of the one for
 * this computer's platform, or else of the first that is here. */
typedef struct
{
  LsReference *name;
  LsDescriptor *manifest; /* what the name leads to */
  GDateTime *created;     /* nullable: what the image's config says */
  LsDigest *image_id;     /* the digest of the config */
  LsPlatform *platform;   /* nullable */
  GPtrArray *platforms;   /* of LsStorePlatform: the one of which the above is said is
                           * the first; those that are not here are the last */
  gboolean is_whole;      /* nothing of an index is missing, attestations included */
  gint64 size;            /* bytes: all of it that is here, each blob once */
} LsStoreEntry;

void ls_store_entry_free (LsStoreEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsStoreEntry, ls_store_entry_free)

/* The index that a platform's image was resolved from; on entries whose image
 * was pulled alone from one. */
#define LS_STORE_ANNOTATION_INDEX "io.github.longshoreapp.Longshore.index"

LsStore      *ls_store_new          (const char           *path);
const char   *ls_store_get_path     (LsStore              *self);
gboolean      ls_store_open         (LsStore              *self,
                                     GCancellable         *cancellable,
                                     GError              **error);

/* Entries (LsStoreEntry), sorted by name. */
GPtrArray    *ls_store_list         (LsStore              *self,
                                     GCancellable         *cancellable,
                                     GError              **error);
void          ls_store_list_async   (LsStore              *self,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
GPtrArray    *ls_store_list_finish  (LsStore              *self,
                                     GAsyncResult         *result,
                                     GError              **error);
LsDescriptor *ls_store_resolve      (LsStore              *self,
                                     LsReference          *name,
                                     GError              **error);

GPtrArray    *ls_store_list_platforms (LsStore            *self,
                                     LsDescriptor         *root,
                                     gboolean             *is_whole,
                                     GError              **error);

/* Names. */
gboolean      ls_store_tag           (LsStore              *self,
                                      LsReference          *name,
                                      LsDescriptor         *manifest,
                                      GCancellable         *cancellable,
                                      GError              **error);
void          ls_store_tag_async     (LsStore              *self,
                                      LsReference          *name,
                                      LsDescriptor         *manifest,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean      ls_store_tag_finish    (LsStore              *self,
                                      GAsyncResult         *result,
                                      GError              **error);
gboolean      ls_store_remove        (LsStore              *self,
                                      LsReference          *name,
                                      GCancellable         *cancellable,
                                      GError              **error);
void          ls_store_remove_async  (LsStore              *self,
                                      LsReference          *name,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean      ls_store_remove_finish (LsStore              *self,
                                      GAsyncResult         *result,
                                      GError              **error);

/* Deletes blobs that no name leads to and no interrupted transfer waits for; does
 * nothing while any process holds a use (ls_store_begin_use) of the store. */
gboolean      ls_store_collect_garbage (LsStore             *self,
                                        guint64             *bytes_freed,
                                        GCancellable        *cancellable,
                                        GError             **error);
int           ls_store_begin_use       (LsStore             *self,
                                        GCancellable        *cancellable,
                                        GError             **error);
void          ls_store_end_use         (LsStore             *self,
                                        int                  use);

/* What an image consists of stays for some days although it has no name yet, so
 * that an interrupted transfer can go on. */
gboolean      ls_store_expect_image    (LsStore             *self,
                                        LsManifest          *image,
                                        GCancellable        *cancellable,
                                        GError             **error);
void          ls_store_stop_expecting  (LsStore             *self,
                                        LsManifest          *image);

void          ls_store_renew_expectation (LsStore           *self,
                                         LsDigest            *image);
void          ls_store_drop_expectation (LsStore            *self,
                                         LsDigest            *image);

/* Content. */
gboolean      ls_store_has_blob      (LsStore              *self,
                                      LsDescriptor         *blob);
gint64        ls_store_get_part_size (LsStore              *self,
                                      LsDescriptor         *blob);
GBytes       *ls_store_read_blob     (LsStore              *self,
                                      LsDescriptor         *blob,
                                      gsize                 max_size,
                                      GError              **error);
LsManifest   *ls_store_read_manifest (LsStore              *self,
                                      LsDescriptor         *manifest,
                                      GError              **error);
LsManifest   *ls_store_find_manifest (LsStore              *self,
                                      LsDigest             *digest,
                                      const char           *media_type,
                                      GError              **error);
GInputStream *ls_store_open_blob     (LsStore              *self,
                                      LsDescriptor         *blob,
                                      gint64                offset,
                                      GError              **error);
gboolean      ls_store_write_blob    (LsStore              *self,
                                      LsDescriptor         *blob,
                                      GBytes               *bytes,
                                      GError              **error);
gboolean      ls_store_verify_blob   (LsStore              *self,
                                      LsDescriptor         *blob,
                                      GCancellable         *cancellable,
                                      GError              **error);
void          ls_store_discard_blob  (LsStore              *self,
                                      LsDescriptor         *blob);
LsIngest     *ls_store_ingest        (LsStore              *self,
                                      LsDescriptor         *blob,
                                      GCancellable         *cancellable,
                                      GError              **error);
gboolean      ls_store_reserve       (LsStore              *self,
                                      gconstpointer         owner,
                                      GPtrArray            *blobs,
                                      GError              **error);
void          ls_store_stop_reserving
                                     (LsStore              *self,
                                      gconstpointer         owner);

/* After blobs of images that have their names already came again. */
gboolean      ls_store_settle        (LsStore              *self,
                                      GError              **error);

/* Signal "changed": index.json changed, by this or another process. Emitted in
 * the main context that called ls_store_watch(). */
gboolean      ls_store_watch         (LsStore              *self,
                                      GError              **error);

G_END_DECLS
