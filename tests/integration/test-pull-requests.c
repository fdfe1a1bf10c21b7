/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a pull asks a registry for: nothing twice, nothing in vain, and over connections
 * that serve again. */

#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"

#define N_LAYERS 40
#define MIB ((gsize) 1024 * 1024)

typedef struct
{
  char *type;
  char *digest;
  GBytes *content;
} Object;

static void
object_free (gpointer data)
{
  Object *object = data;

  g_free (object->type);
  g_free (object->digest);
  g_bytes_unref (object->content);
  g_free (object);
}

static gboolean
send_object (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Object *object = data;
  gsize size = g_bytes_get_size (object->content);
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nDocker-Content-Digest: %s\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                       object->type, object->digest, size);

  return ls_fake_server_write (out, head)
         && (g_str_equal (request->method, "HEAD")
             || g_output_stream_write_all (out, g_bytes_get_data (object->content, NULL), size,
                                           NULL, NULL, NULL));
}

static void
serve (LsTestFakeRegistry *fixture, LsStore *from, LsDescriptor *blob, const char *kind,
       const char *name)
{
  g_autofree char *route = g_strdup_printf ("/v2/app/%s/%s", kind, name);
  Object *object = g_new0 (Object, 1);
  g_autoptr (GError) error = NULL;

  object->type = g_strdup (ls_descriptor_get_media_type (blob));
  object->digest = g_strdup (ls_digest_to_string (ls_descriptor_get_digest (blob)));
  object->content = ls_store_read_blob (from, blob, MIB, &error);
  g_assert_no_error (error);
  g_ptr_array_add (fixture->state, object);
  ls_fake_server_handle (fixture->server, "GET", route, send_object, object);
  ls_fake_server_handle (fixture->server, "HEAD", route, send_object, object);
}

static void
serve_blob (LsTestFakeRegistry *fixture, LsStore *from, LsDescriptor *blob)
{
  serve (fixture, from, blob, "blobs", ls_digest_to_string (ls_descriptor_get_digest (blob)));
}

static LsManifest *
serve_image (LsTestFakeRegistry *fixture)
{
  g_autofree char *path = ls_test_dir_build (fixture->dir, "origin");
  g_autoptr (LsStore) from = ls_store_new (path);
  g_autoptr (GError) error = NULL;
  LsManifest *image;

  ls_store_open (from, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (from, N_LAYERS, 3000, 1);

  fixture->state = g_ptr_array_new_with_free_func (object_free);
  fixture->free_state = (GDestroyNotify) g_ptr_array_unref;
  ls_test_fake_registry_be_open (fixture);
  serve (fixture, from, ls_manifest_get_descriptor (image), "manifests", "1");
  serve_blob (fixture, from, ls_manifest_get_config (image));
  for (guint i = 0; i < N_LAYERS; i++)
    serve_blob (fixture, from, ls_manifest_get_layers (image)->pdata[i]);

  return image;
}

/* In a run of its own, which knows nothing of the ones before. */
static void
pull (LsTestFakeRegistry *fixture, const char *store_path)
{
  g_autoptr (LsReference) name = ls_test_reference (LS_TEST_FAKE_NAME "/app:1");
  g_autoptr (LsStore) store = ls_store_new (store_path);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (fixture, FALSE);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (remote), LS_IMAGE_DESTINATION (local));
  g_autoptr (GError) error = NULL;

  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);
}

static void
test_many_small_layers (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = serve_image (fixture);
  g_autofree char *store_path = ls_test_dir_build (fixture->dir, "store");
  g_auto (GStrv) first_log = NULL;
  g_auto (GStrv) second_log = NULL;
  guint n_connections;

  pull (fixture, store_path);
  first_log = ls_fake_server_get_log (fixture->server);
  n_connections = ls_fake_server_n_connections (fixture->server);
  for (guint i = 0; first_log[i] != NULL; i++)
    g_assert_true (g_str_has_prefix (first_log[i], "GET "));
  /* The manifest, the config, and each layer. */
  g_assert_cmpuint (g_strv_length (first_log), ==, 2 + N_LAYERS);
  g_assert_cmpuint (n_connections, <=, 16);

  /* Again: one question that no registry counts. */
  pull (fixture, store_path);
  second_log = ls_fake_server_get_log (fixture->server);
  g_assert_cmpuint (g_strv_length (second_log), ==, 2 + N_LAYERS + 1);
  g_assert_cmpuint (ls_fake_server_count (fixture->server, "HEAD", "/v2/app/manifests/1"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_test_fake_registry_add ("/pull-requests/many-small-layers", NULL, test_many_small_layers);

  return g_test_run ();
}
