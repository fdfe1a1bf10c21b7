/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-place.h"

#include "ls-error.h"
#include "ls-media-type.h"

static void source_init (LsImageSourceInterface *iface);
static void destination_init (LsImageDestinationInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsTestPlace, ls_test_place, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_SOURCE, source_init)
                                   G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_DESTINATION,
                                                          destination_init))

static void
ls_test_place_finalize (GObject *object)
{
  LsTestPlace *self = LS_TEST_PLACE (object);

  g_clear_pointer (&self->root, ls_manifest_unref);
  g_clear_pointer (&self->child, ls_manifest_unref);
  g_clear_pointer (&self->graph, ls_test_graph_free);
  g_clear_pointer (&self->current, ls_digest_unref);
  g_clear_pointer (&self->blobs, g_hash_table_unref);
  g_clear_pointer (&self->mounts, g_free);
  g_string_free (self->journal, TRUE);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ls_test_place_parent_class)->finalize (object);
}

static void
ls_test_place_class_init (LsTestPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_test_place_finalize;
}

static void
ls_test_place_init (LsTestPlace *self)
{
  g_mutex_init (&self->lock);
  self->journal = g_string_new ("");
  self->blobs =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
}

static void
note (LsTestPlace *self, const char *what, LsDescriptor *blob)
{
  g_mutex_lock (&self->lock);
  g_string_append_printf (self->journal, "%s %.12s\n", what,
                          ls_digest_get_hex (ls_descriptor_get_digest (blob)));
  g_mutex_unlock (&self->lock);
}

static LsManifest *
ls_test_place_resolve (LsImageSource *source, GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (source);

  self->n_resolved++;
  if (self->root == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "No such image");
      return NULL;
    }

  return ls_manifest_ref (self->root);
}

static LsDigest *
ls_test_place_peek (LsImageSource *source, GCancellable *cancellable)
{
  LsTestPlace *self = LS_TEST_PLACE (source);

  if (self->root == NULL)
    return NULL;

  return ls_digest_ref (ls_descriptor_get_digest (ls_manifest_get_descriptor (self->root)));
}

static LsManifest *
ls_test_place_get_manifest (LsImageSource *source, LsDescriptor *descriptor,
                            GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (source);

  if (self->graph != NULL)
    return ls_test_graph_get_manifest (descriptor, self->graph, cancellable, error);

  g_assert_true (
      ls_digest_equal (ls_descriptor_get_digest (descriptor),
                       ls_descriptor_get_digest (ls_manifest_get_descriptor (self->child))));

  return ls_manifest_ref (self->child);
}

static GInputStream *
ls_test_place_open_blob (LsImageSource *source, LsDescriptor *blob, gint64 offset,
                         GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (source);
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (blob));
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) rest = NULL;

  g_mutex_lock (&self->lock);
  if (g_hash_table_contains (self->blobs, digest))
    bytes = g_bytes_ref (g_hash_table_lookup (self->blobs, digest));
  g_mutex_unlock (&self->lock);

  if (bytes == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "No such blob");
      return NULL;
    }
  rest = g_bytes_new_from_bytes (bytes, (gsize) offset, g_bytes_get_size (bytes) - (gsize) offset);

  return g_memory_input_stream_new_from_bytes (rest);
}

static void
ls_test_place_release (LsImageSource *source)
{
  g_atomic_int_inc (&LS_TEST_PLACE (source)->n_released);
}

static void
source_init (LsImageSourceInterface *iface)
{
  iface->peek = ls_test_place_peek;
  iface->resolve = ls_test_place_resolve;
  iface->get_manifest = ls_test_place_get_manifest;
  iface->open_blob = ls_test_place_open_blob;
  iface->release = ls_test_place_release;
}

static gboolean
fails (LsTestPlace *self, int code, GError **error)
{
  if (code == 0)
    return FALSE;

  g_set_error (error, LS_ERROR, code, "As the test says");
  ls_error_set_retry_at (*error, self->retry_at);

  return TRUE;
}

static gboolean
ls_test_place_begin (LsImageDestination *destination, GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);

  g_atomic_int_inc (&self->n_begun);

  return !fails (self, self->begin_code, error);
}

static LsDigest *
ls_test_place_get_current (LsImageDestination *destination, LsDigest **origin,
                           GCancellable *cancellable)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);

  return self->current != NULL ? ls_digest_ref (self->current) : NULL;
}

static gboolean
ls_test_place_reserve (LsImageDestination *destination, GPtrArray *manifests, GPtrArray *blobs,
                       GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);
  gint64 bytes = 0;

  for (guint i = 0; i < blobs->len; i++)
    bytes += ls_descriptor_get_size (blobs->pdata[i]);
  g_mutex_lock (&self->lock);
  g_string_append_printf (self->journal, "reserve %" G_GINT64_FORMAT "\n", bytes);
  g_mutex_unlock (&self->lock);
  if (fails (self, self->reserve_code, error))
    return FALSE;
  if (self->refuse_room)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_NO_SPACE, "No room");
      return FALSE;
    }

  return TRUE;
}

static gboolean
ls_test_place_find_blob (LsImageDestination *destination, LsDescriptor *blob, LsImageSource *source,
                         LsBlobPresence *presence, char **mounted_from, GCancellable *cancellable,
                         GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (blob));
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (g_hash_table_contains (self->blobs, digest))
    *presence = LS_BLOB_PRESENT;
  else if (g_strcmp0 (self->mounts, digest) == 0)
    {
      *presence = LS_BLOB_MOUNTED;
      *mounted_from = g_strdup ("library/base");
    }

  return TRUE;
}

static gboolean
ls_test_place_put_blob (LsImageDestination *destination, LsDescriptor *blob, LsImageSource *source,
                        LsBlobProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                        GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean failing;

  while (self->block && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  failing = self->failures > 0;
  if (failing)
    self->failures--;
  g_mutex_unlock (&self->lock);
  if (failing)
    {
      note (self, "fail", blob);
      progress (self->failure_offset, FALSE, user_data);
      g_set_error (error, LS_ERROR, self->failure_code, "As the test says");
      if (error != NULL)
        {
          ls_error_set_subject (*error, ls_digest_to_string (ls_descriptor_get_digest (blob)));
          ls_error_set_retry_at (*error, self->retry_at);
        }
      return FALSE;
    }

  progress (0, FALSE, user_data);
  stream = ls_image_source_open_blob (source, blob, 0, cancellable, error);
  if (stream == NULL)
    return FALSE;
  bytes = g_input_stream_read_bytes (stream, ls_descriptor_get_size (blob), cancellable, error);
  progress (g_bytes_get_size (bytes), FALSE, user_data);
  progress (g_bytes_get_size (bytes), TRUE, user_data);
  note (self, "put", blob);

  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->blobs,
                       g_strdup (ls_digest_to_string (ls_descriptor_get_digest (blob))),
                       g_steal_pointer (&bytes));
  g_mutex_unlock (&self->lock);

  return TRUE;
}

static gboolean
ls_test_place_put_manifest (LsImageDestination *destination, LsDescriptor *descriptor,
                            LsManifest *manifest, GCancellable *cancellable, GError **error)
{
  note (LS_TEST_PLACE (destination), "manifest", descriptor);

  return TRUE;
}

static LsDigest *
ls_test_place_finish (LsImageDestination *destination, LsManifest *root, LsManifest *image,
                      GCancellable *cancellable, GError **error)
{
  LsTestPlace *self = LS_TEST_PLACE (destination);

  note (self, "image", ls_manifest_get_descriptor (image));
  note (self, "finish", ls_manifest_get_descriptor (root));

  return ls_digest_ref (ls_descriptor_get_digest (ls_manifest_get_descriptor (root)));
}

static void
ls_test_place_end (LsImageDestination *destination)
{
  g_atomic_int_inc (&LS_TEST_PLACE (destination)->n_ended);
}

static void
destination_init (LsImageDestinationInterface *iface)
{
  iface->begin = ls_test_place_begin;
  iface->get_current = ls_test_place_get_current;
  iface->reserve = ls_test_place_reserve;
  iface->find_blob = ls_test_place_find_blob;
  iface->put_blob = ls_test_place_put_blob;
  iface->put_manifest = ls_test_place_put_manifest;
  iface->finish = ls_test_place_finish;
  iface->end = ls_test_place_end;
}

char *
ls_test_place_add_blob (LsTestPlace *self, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

  g_hash_table_insert (self->blobs, g_strdup (ls_digest_to_string (digest)), g_bytes_ref (bytes));

  return g_strdup (ls_digest_to_string (digest));
}

static void
append_blob (GString *json, LsTestPlace *self, const char *type, const char *content)
{
  g_autofree char *digest = ls_test_place_add_blob (self, content);

  g_string_append_printf (json,
                          "{\"mediaType\":\"application/vnd.oci.image.%s\","
                          "\"digest\":\"%s\",\"size\":%zu}",
                          type, digest, strlen (content));
}

LsManifest *
ls_test_place_parse (const char *json, const char *media_type)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  LsManifest *manifest = ls_manifest_parse (bytes, media_type, &error);

  g_assert_no_error (error);

  return manifest;
}

LsTestPlace *
ls_test_place_new_source (const char *const *layers)
{
  LsTestPlace *self = g_object_new (LS_TYPE_TEST_PLACE, NULL);
  g_autoptr (GString) json = g_string_new ("{\"schemaVersion\":2,\"config\":");

  append_blob (json, self, "config.v1+json", "{}");
  g_string_append (json, ",\"layers\":[");
  for (guint i = 0; layers[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_blob (json, self, "layer.v1.tar", layers[i]);
    }
  g_string_append (json, "]}");
  self->root = ls_test_place_parse (json->str, LS_MEDIA_TYPE_OCI_MANIFEST);

  return self;
}

LsTestPlace *
ls_test_place_new_graph (const char *text)
{
  LsTestPlace *self = g_object_new (LS_TYPE_TEST_PLACE, NULL);
  GHashTableIter iter;
  gpointer digest, bytes;

  self->graph = ls_test_graph_new (text);
  self->root = ls_manifest_ref (self->graph->root);
  g_hash_table_iter_init (&iter, self->graph->contents);
  while (g_hash_table_iter_next (&iter, &digest, &bytes))
    g_hash_table_insert (self->blobs, g_strdup (digest), g_bytes_ref (bytes));

  return self;
}

LsTestPlace *
ls_test_place_new (void)
{
  return g_object_new (LS_TYPE_TEST_PLACE, NULL);
}
