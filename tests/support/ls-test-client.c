/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-client.h"

#include "ls-media-type.h"

#include <string.h>

void
ls_test_client_load_settings (LsTestClient *self, const char *text)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "registries.conf");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (self->settings, path, &error);
  g_assert_no_error (error);
}

void
ls_test_client_set_up (LsTestClient *self, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->server = ls_test_registry_new (GPOINTER_TO_UINT (data));
  self->dir = ls_test_dir_new ();
  self->http = g_object_new (LS_TYPE_HTTP, "retry-delay", 10, NULL);
  self->settings = ls_registry_settings_new ();
  path = ls_test_dir_build (self->dir, "registries.conf");
  ls_test_registry_write_settings (self->server, path);
  ls_registry_settings_load (self->settings, path, &error);
  g_assert_no_error (error);
}

void
ls_test_client_tear_down (LsTestClient *self, gconstpointer data)
{
  g_clear_object (&self->settings);
  g_clear_object (&self->http);
  g_clear_pointer (&self->dir, ls_test_dir_free);
  g_clear_pointer (&self->server, ls_test_registry_free);
}

LsRegistry *
ls_test_client_open (LsTestClient *self, const char *username, const char *password)
{
  g_autoptr (LsCredentials) credentials = NULL;

  if (username != NULL)
    credentials = ls_credentials_new (username, password);

  return ls_registry_new (self->http, self->settings, ls_test_registry_get_name (self->server),
                          credentials);
}

GInputStream *
ls_test_open_bytes (gint64 offset, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) rest =
      g_bytes_new_from_bytes (data, (gsize) offset, g_bytes_get_size (data) - (gsize) offset);

  return g_memory_input_stream_new_from_bytes (rest);
}

LsDescriptor *
ls_test_describe (GBytes *bytes, const char *media_type)
{
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

  return ls_descriptor_new (media_type, digest, (gint64) g_bytes_get_size (bytes));
}

GBytes *
ls_test_make_bytes (gsize size, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) g_rand_int (rand);

  return g_bytes_new_take (data, size);
}

GBytes *
ls_test_read_all (GInputStream *stream)
{
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (sink, stream,
                          G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                          NULL, &error);
  g_assert_no_error (error);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sink));
}

void
ls_test_put_blob (LsRegistry *registry, const char *repository, GBytes *bytes, LsDescriptor *blob)
{
  g_autoptr (GError) error = NULL;

  ls_registry_put_blob (registry, repository, blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
}

/* Pushes an image of one layer and gives its manifest. */
LsManifest *
ls_test_push_image (LsRegistry *registry, const char *repository, const char *tag)
{
  static const char config_text[] =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
      "\"diff_ids\":[]}}";
  g_autoptr (GBytes) config = g_bytes_new_static (config_text, strlen (config_text));
  g_autoptr (GBytes) layer = ls_test_make_bytes (3 * 1024 * 1024 + 17, 42);
  g_autoptr (LsDescriptor) config_blob = ls_test_describe (config, LS_MEDIA_TYPE_OCI_CONFIG);
  g_autoptr (LsDescriptor) layer_blob =
      ls_test_describe (layer, "application/vnd.oci.image.layer.v1.tar+gzip");
  g_autofree char *text = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
      "\",\"config\":{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_CONFIG
      "\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT
      "},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\","
      "\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT "}]}",
      ls_digest_to_string (ls_descriptor_get_digest (config_blob)),
      ls_descriptor_get_size (config_blob),
      ls_digest_to_string (ls_descriptor_get_digest (layer_blob)),
      ls_descriptor_get_size (layer_blob));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (LsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_put_blob (registry, repository, config, config_blob);
  ls_test_put_blob (registry, repository, layer, layer_blob);

  manifest = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_MANIFEST, &error);
  g_assert_no_error (error);
  ls_registry_put_manifest (registry, repository, tag, manifest, NULL, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&manifest);
}

/* The image comes back as it went: by tag, by digest, and blob by blob. */
void
ls_test_check_image (LsRegistry *registry, const char *repository, const char *tag,
                     LsManifest *pushed)
{
  LsDescriptor *root = ls_manifest_get_descriptor (pushed);
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (root));
  g_autoptr (LsDescriptor) head = NULL;
  g_autoptr (LsManifest) by_tag = NULL;
  g_autoptr (LsManifest) by_digest = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *layers;

  head = ls_registry_head_manifest (registry, repository, tag, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ls_digest_to_string (ls_descriptor_get_digest (head)), ==, digest);
  g_assert_cmpint (ls_descriptor_get_size (head), ==, ls_descriptor_get_size (root));

  by_tag = ls_registry_get_manifest (registry, repository, tag, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (ls_manifest_get_bytes (by_tag), ls_manifest_get_bytes (pushed)));

  by_digest = ls_registry_get_manifest (registry, repository, digest, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (ls_manifest_get_bytes (by_digest), ls_manifest_get_bytes (pushed)));

  layers = ls_manifest_get_layers (pushed);
  for (guint i = 0; i < layers->len; i++)
    {
      LsDescriptor *layer = g_ptr_array_index (layers, i);
      g_autoptr (GInputStream) stream =
          ls_registry_open_blob (registry, repository, layer, 0, -1, NULL, &error);
      g_autoptr (GBytes) bytes = NULL;

      g_assert_no_error (error);
      bytes = ls_test_read_all (stream);
      g_assert_true (ls_digest_matches (ls_descriptor_get_digest (layer), bytes));
    }
}

/* Adds a test with the fixture. */
void
ls_test_client_add (const char *path, LsTestRegistryFlags flags,
                    void (*test) (LsTestClient *, gconstpointer))
{
  g_test_add (path, LsTestClient, GUINT_TO_POINTER (flags), ls_test_client_set_up, test,
              ls_test_client_tear_down);
}
