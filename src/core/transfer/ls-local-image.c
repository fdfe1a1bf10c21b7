/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-local-image.h"

#include "ls-blob-fetch.h"
#include "ls-error.h"
#include "ls-media-type.h"

struct _LsLocalImage
{
  GObject parent_instance;

  LsStore *store;
  LsReference *name;      /* (nullable) */
  int use;                /* keeps the garbage collection of every process away; -1 when not held */
  GMutex lock;            /* guards what follows */
  GPtrArray *other_names; /* (nullable) of LsReference: of the same image, once looked up */
  GPtrArray *expected;    /* (nullable) of LsManifest: what the store was told to expect */
};

static void source_iface_init (LsImageSourceInterface *iface);
static void destination_iface_init (LsImageDestinationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsLocalImage, ls_local_image, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_SOURCE, source_iface_init)
                                   G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_DESTINATION,
                                                          destination_iface_init))

static gboolean
begin_use (LsLocalImage *self, GCancellable *cancellable, GError **error)
{
  if (self->use < 0)
    self->use = ls_store_begin_use (self->store, cancellable, error);

  return self->use >= 0;
}

static void
end_use (LsLocalImage *self)
{
  if (self->use >= 0)
    ls_store_end_use (self->store, self->use);
  self->use = -1;
}

static LsManifest *
ls_local_image_resolve (LsImageSource *source, GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);
  g_autoptr (LsDescriptor) descriptor = NULL;

  if (!begin_use (self, cancellable, error))
    return NULL;

  descriptor = ls_store_resolve (self->store, self->name, error);
  if (descriptor == NULL)
    return NULL;

  return ls_store_read_manifest (self->store, descriptor, error);
}

static void
add_platform (GStrvBuilder *names, LsStorePlatform *platform)
{
  g_autofree char *name = NULL;

  if (platform->platform != NULL)
    name = ls_platform_to_string (platform->platform);
  g_strv_builder_add (names, name != NULL ? name : "unknown");
}

/* Says which images of the index are here, in place of which blob is not. */
static void
explain_gap (LsLocalImage *self, GError **error)
{
  g_autoptr (LsDescriptor) root = ls_store_resolve (self->store, self->name, NULL);
  g_autoptr (GPtrArray) platforms = NULL;
  g_autoptr (GStrvBuilder) here = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) here_names = NULL;
  g_auto (GStrv) missing_names = NULL;
  g_autofree char *here_text = NULL;
  g_autofree char *missing_text = NULL;
  g_autofree char *canonical = ls_reference_to_canonical (self->name);

  if (root != NULL)
    platforms = ls_store_list_platforms (self->store, root, NULL, NULL);
  if (platforms == NULL || !ls_media_type_is_index (ls_descriptor_get_media_type (root)))
    return;

  for (guint i = 0; i < platforms->len; i++)
    {
      LsStorePlatform *platform = platforms->pdata[i];

      add_platform (platform->is_here ? here : missing, platform);
    }
  here_names = g_strv_builder_end (here);
  missing_names = g_strv_builder_end (missing);

  here_text = g_strjoinv (", ", here_names);
  missing_text = g_strjoinv (", ", missing_names);
  g_clear_error (error);
  g_set_error (error, LS_ERROR, LS_ERROR_PARTLY_HELD,
               "Only a part of %s is in the store: %s; but not %s", canonical, here_text,
               *missing_text != '\0' ? missing_text : "what is attested of it");
  if (error != NULL)
    ls_error_set_subject (*error, canonical);
}

static LsManifest *
ls_local_image_get_manifest (LsImageSource *source, LsDescriptor *descriptor,
                             GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);
  g_autoptr (GError) failure = NULL;
  LsManifest *manifest = ls_store_read_manifest (self->store, descriptor, &failure);

  if (manifest != NULL)
    return manifest;

  if (g_error_matches (failure, LS_ERROR, LS_ERROR_NOT_FOUND))
    explain_gap (self, &failure);
  g_propagate_error (error, g_steal_pointer (&failure));

  return NULL;
}

static gboolean
ls_local_image_check_blobs (LsImageSource *source, GPtrArray *blobs, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < blobs->len; i++)
    if (!ls_store_has_blob (self->store, blobs->pdata[i])
        && !ls_media_type_is_foreign_layer (ls_descriptor_get_media_type (blobs->pdata[i])))
      {
        const char *digest = ls_digest_to_string (ls_descriptor_get_digest (blobs->pdata[i]));

        failure = g_error_new (LS_ERROR, LS_ERROR_NOT_FOUND, "Blob %s is not in the store", digest);
        ls_error_set_subject (failure, digest);
        explain_gap (self, &failure);
        g_propagate_error (error, g_steal_pointer (&failure));
        return FALSE;
      }

  return TRUE;
}

static LsDigest *
ls_local_image_peek (LsImageSource *source, GCancellable *cancellable)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);
  g_autoptr (LsDescriptor) descriptor = ls_store_resolve (self->store, self->name, NULL);

  return descriptor != NULL ? ls_digest_ref (ls_descriptor_get_digest (descriptor)) : NULL;
}

static GInputStream *
ls_local_image_open_blob (LsImageSource *source, LsDescriptor *blob, gint64 offset,
                          GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);

  /* A registry would only tell after all bytes have travelled. */
  if (!ls_store_verify_blob (self->store, blob, cancellable, error))
    return NULL;

  return ls_store_open_blob (self->store, blob, offset, error);
}

/* Other names of the same image tell where its blobs have been before. They are looked
 * up once for all blobs. */
static void
find_other_names (LsLocalImage *self)
{
  g_autoptr (LsDescriptor) descriptor = ls_store_resolve (self->store, self->name, NULL);
  g_autoptr (GPtrArray) entries = NULL;

  self->other_names = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_reference_unref);
  entries = descriptor != NULL ? ls_store_list (self->store, NULL, NULL) : NULL;
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      LsStoreEntry *entry = entries->pdata[i];

      if (ls_digest_equal (ls_descriptor_get_digest (entry->manifest),
                           ls_descriptor_get_digest (descriptor)))
        g_ptr_array_add (self->other_names, ls_reference_ref (entry->name));
    }
}

static GStrv
ls_local_image_list_origins (LsImageSource *source, const char *registry)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);
  g_autoptr (GStrvBuilder) origins = g_strv_builder_new ();
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->other_names == NULL)
    find_other_names (self);

  for (guint i = 0; i < self->other_names->len; i++)
    {
      LsReference *name = self->other_names->pdata[i];

      if (g_str_equal (ls_reference_get_registry (name), registry)
          && !g_str_equal (ls_reference_get_repository (name),
                           ls_reference_get_repository (self->name)))
        g_strv_builder_add (origins, ls_reference_get_repository (name));
    }

  return g_strv_builder_end (origins);
}

static void
ls_local_image_release (LsImageSource *source)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (source);

  end_use (self);
  g_clear_pointer (&self->other_names, g_ptr_array_unref);
}

static void
source_iface_init (LsImageSourceInterface *iface)
{
  iface->peek = ls_local_image_peek;
  iface->resolve = ls_local_image_resolve;
  iface->get_manifest = ls_local_image_get_manifest;
  iface->check_blobs = ls_local_image_check_blobs;
  iface->open_blob = ls_local_image_open_blob;
  iface->list_origins = ls_local_image_list_origins;
  iface->release = ls_local_image_release;
}

static gboolean
ls_local_image_begin (LsImageDestination *destination, GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);

  return ls_store_open (self->store, cancellable, error) && begin_use (self, cancellable, error);
}

static gboolean
ls_local_image_holds_parts (LsImageDestination *destination)
{
  return TRUE;
}

static LsDigest *
ls_local_image_get_current (LsImageDestination *destination, LsDigest **origin,
                            GCancellable *cancellable)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);
  g_autoptr (LsDescriptor) descriptor = NULL;
  const char *index;

  if (self->name != NULL)
    descriptor = ls_store_resolve (self->store, self->name, NULL);
  if (descriptor == NULL)
    return NULL;

  index = ls_descriptor_get_annotation (descriptor, LS_STORE_ANNOTATION_INDEX);
  if (index != NULL)
    *origin = ls_digest_parse (index, NULL);

  return ls_digest_ref (ls_descriptor_get_digest (descriptor));
}

static LsManifest *
ls_local_image_read_manifest (LsImageDestination *destination, LsDigest *digest,
                              const char *media_type)
{
  return ls_store_find_manifest (LS_LOCAL_IMAGE (destination)->store, digest, media_type, NULL);
}

/* Without this the image can come as well, and only an attempt that is cut may have
 * to be repeated as a whole. */
static void
expect (LsLocalImage *self, GPtrArray *manifests, GCancellable *cancellable)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) expected =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_manifest_unref);

  for (guint i = 0; i < manifests->len && problem == NULL; i++)
    {
      g_ptr_array_add (expected, ls_manifest_ref (manifests->pdata[i]));
      if (!ls_store_expect_image (self->store, manifests->pdata[i], cancellable, &problem))
        g_debug ("An interrupted pull may not be taken up again: %s", problem->message);
    }

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->expected, g_ptr_array_unref);
  self->expected = g_steal_pointer (&expected);
  g_mutex_unlock (&self->lock);
}

static gboolean
ls_local_image_reserve (LsImageDestination *destination, GPtrArray *manifests, GPtrArray *blobs,
                        GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);
  g_autoptr (GPtrArray) coming = g_ptr_array_new ();

  if (blobs->len > 0)
    expect (self, manifests, cancellable);

  for (guint i = 0; i < manifests->len; i++)
    g_ptr_array_add (coming, ls_manifest_get_descriptor (manifests->pdata[i]));
  g_ptr_array_extend (coming, blobs, NULL, NULL);

  return ls_store_reserve (self->store, self, coming, error);
}

/* A damaged blob counts as missing: this is the chance to mend it. */
static gboolean
ls_local_image_find_blob (LsImageDestination *destination, LsDescriptor *blob,
                          LsImageSource *source, LsBlobPresence *presence, char **mounted_from,
                          GCancellable *cancellable, GError **error)
{
  LsStore *store = LS_LOCAL_IMAGE (destination)->store;
  g_autoptr (GError) problem = NULL;

  if (ls_store_verify_blob (store, blob, cancellable, &problem))
    {
      *presence = LS_BLOB_PRESENT;
      return TRUE;
    }
  if (g_error_matches (problem, LS_ERROR, LS_ERROR_NOT_FOUND))
    return TRUE;
  if (g_error_matches (problem, LS_ERROR, LS_ERROR_DIGEST_MISMATCH))
    {
      ls_store_discard_blob (store, blob);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&problem));

  return FALSE;
}

static gboolean
fetch (LsLocalImage *self, LsDescriptor *blob, LsImageSource *source, LsBlobProgressFunc progress,
       gpointer user_data, gint64 *left, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsIngest) ingest = ls_store_ingest (self->store, blob, cancellable, error);

  if (ingest == NULL)
    return FALSE;

  *left = ls_ingest_get_done (ingest);
  if (!ls_blob_fetch_run (ingest, source, blob, progress, user_data, cancellable, error))
    return FALSE;

  progress (ls_descriptor_get_size (blob), TRUE, user_data);

  return ls_ingest_commit (ingest, cancellable, error);
}

static gboolean
ls_local_image_put_blob (LsImageDestination *destination, LsDescriptor *blob, LsImageSource *source,
                         LsBlobProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                         GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);
  g_autoptr (GError) failure = NULL;
  gint64 left = 0;

  if (fetch (self, blob, source, progress, user_data, &left, cancellable, &failure))
    return TRUE;

  /* What an earlier run left may be the part that is wrong; it is gone now. */
  if (left > 0 && g_error_matches (failure, LS_ERROR, LS_ERROR_DIGEST_MISMATCH))
    return fetch (self, blob, source, progress, user_data, &left, cancellable, error);

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

static gboolean
ls_local_image_put_manifest (LsImageDestination *destination, LsDescriptor *descriptor,
                             LsManifest *manifest, GCancellable *cancellable, GError **error)
{
  return ls_store_write_blob (LS_LOCAL_IMAGE (destination)->store, descriptor,
                              ls_manifest_get_bytes (manifest), error);
}

/* An image that was chosen from an index is named alone. The index is kept beside it,
 * byte for byte, and named by an annotation. */
static LsDigest *
ls_local_image_finish (LsImageDestination *destination, LsManifest *root, LsManifest *image,
                       GCancellable *cancellable, GError **error)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);
  LsDescriptor *reached = ls_manifest_get_descriptor (root);
  g_autoptr (LsDescriptor) entry = ls_descriptor_ref (ls_manifest_get_descriptor (image));

  if (!ls_store_write_blob (self->store, entry, ls_manifest_get_bytes (image), error))
    return NULL;

  if (root != image)
    {
      g_autoptr (LsDescriptor) plain = g_steal_pointer (&entry);

      if (!ls_store_write_blob (self->store, reached, ls_manifest_get_bytes (root), error))
        return NULL;
      entry =
          ls_descriptor_with_annotation (plain, LS_STORE_ANNOTATION_INDEX,
                                         ls_digest_to_string (ls_descriptor_get_digest (reached)));
    }

  if (self->name == NULL ? !ls_store_settle (self->store, error)
                         : !ls_store_tag (self->store, self->name, entry, cancellable, error))
    return NULL;

  for (guint i = 0; self->expected != NULL && i < self->expected->len; i++)
    ls_store_stop_expecting (self->store, self->expected->pdata[i]);

  return ls_digest_ref (ls_descriptor_get_digest (reached));
}

static void
ls_local_image_end (LsImageDestination *destination)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (destination);

  ls_store_stop_reserving (self->store, self);
  end_use (self);
}

static void
destination_iface_init (LsImageDestinationInterface *iface)
{
  iface->begin = ls_local_image_begin;
  iface->holds_parts = ls_local_image_holds_parts;
  iface->get_current = ls_local_image_get_current;
  iface->read_manifest = ls_local_image_read_manifest;
  iface->reserve = ls_local_image_reserve;
  iface->find_blob = ls_local_image_find_blob;
  iface->put_blob = ls_local_image_put_blob;
  iface->put_manifest = ls_local_image_put_manifest;
  iface->finish = ls_local_image_finish;
  iface->end = ls_local_image_end;
}

static void
ls_local_image_finalize (GObject *object)
{
  LsLocalImage *self = LS_LOCAL_IMAGE (object);

  ls_store_stop_reserving (self->store, self);
  end_use (self);
  g_clear_object (&self->store);
  g_clear_pointer (&self->other_names, g_ptr_array_unref);
  g_clear_pointer (&self->expected, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_clear_pointer (&self->name, ls_reference_unref);

  G_OBJECT_CLASS (ls_local_image_parent_class)->finalize (object);
}

static void
ls_local_image_class_init (LsLocalImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_local_image_finalize;
}

static void
ls_local_image_init (LsLocalImage *self)
{
  self->use = -1;
  g_mutex_init (&self->lock);
}

/**
 * ls_local_image_new:
 * @store: the store on this computer
 * @name: (nullable): the name to read or to write; %NULL to take in the content of an
 *   image only, which other names lead to
 *
 * Returns: (transfer full): a source and destination
 */
LsLocalImage *
ls_local_image_new (LsStore *store, LsReference *name)
{
  LsLocalImage *self = g_object_new (LS_TYPE_LOCAL_IMAGE, NULL);

  self->store = g_object_ref (store);
  self->name = name != NULL ? ls_reference_ref (name) : NULL;

  return self;
}

/**
 * ls_local_image_get_name:
 * @self: a source and destination
 *
 * Returns: (transfer none) (nullable): the name that it reads or writes
 */
LsReference *
ls_local_image_get_name (LsLocalImage *self)
{
  return self->name;
}

/**
 * ls_local_image_dup_expected:
 * @self: a destination
 *
 * From any thread, at any time.
 *
 * Returns: (transfer full) (nullable): the digests of the manifests that the store
 *   was told to expect, see ls_store_expect_image(); %NULL before that
 */
GStrv
ls_local_image_dup_expected (LsLocalImage *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GStrvBuilder) digests = g_strv_builder_new ();

  if (self->expected == NULL || self->expected->len == 0)
    return NULL;

  for (guint i = 0; i < self->expected->len; i++)
    {
      LsDescriptor *manifest = ls_manifest_get_descriptor (self->expected->pdata[i]);

      g_strv_builder_add (digests, ls_digest_to_string (ls_descriptor_get_digest (manifest)));
    }

  return g_strv_builder_end (digests);
}
