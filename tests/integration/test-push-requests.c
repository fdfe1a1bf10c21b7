/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a push asks a registry for: it asks for blobs as long as that may save their
 * bytes. */

#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-await.h"
#include "ls-test-client.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"
#include "ls-transfer.h"

#include <string.h>

#define N_LAYERS 30
#define KIB ((gsize) 1024)

/* A registry that has some blobs and takes others. */
typedef struct
{
  GHashTable *has; /* digests */
  int n_asked;     /* atomic: HEAD of blobs */
  int n_sessions;  /* atomic: POST */
  int n_sent;      /* atomic: PUT of blobs */
} Registry;

static void
registry_free (gpointer data)
{
  Registry *self = data;

  g_hash_table_unref (self->has);
  g_free (self);
}

static gboolean
answer_head (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Registry *self = data;
  const char *digest = strrchr (request->target, '/') + 1;

  g_atomic_int_inc (&self->n_asked);

  return ls_fake_server_write (out, g_hash_table_contains (self->has, digest)
                                        ? "HTTP/1.1 200 OK\r\n\r\n"
                                        : "HTTP/1.1 404 Not Found\r\n\r\n");
}

static gboolean
answer_post (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Registry *self = data;

  g_atomic_int_inc (&self->n_sessions);

  return ls_fake_server_write (out, "HTTP/1.1 202 Accepted\r\nLocation: /upload\r\n"
                                    "Content-Length: 0\r\n\r\n");
}

static gboolean
answer_put (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Registry *self = data;

  g_atomic_int_inc (&self->n_sent);

  return ls_fake_server_write (out, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
}

static void
add_blob (LsTestFakeRegistry *fixture, Registry *registry, LsDescriptor *blob)
{
  g_autofree char *route = g_strdup_printf ("/v2/me/app/blobs/%s",
                                            ls_digest_to_string (ls_descriptor_get_digest (blob)));

  ls_fake_server_handle (fixture->server, "HEAD", route, answer_head, registry);
}

static LsManifest *
prepare (LsTestFakeRegistry *fixture, LsStore *store, gsize layer_size)
{
  Registry *registry = g_new0 (Registry, 1);
  LsManifest *image;
  g_autofree char *confirmation = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (store, N_LAYERS, layer_size, 1);
  ls_test_image_tag (store, LS_TEST_FAKE_NAME "/me/app:1", image);

  registry->has = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fixture->state = registry;
  fixture->free_state = registry_free;
  ls_test_fake_registry_be_open (fixture);
  ls_fake_server_add (fixture->server, "HEAD", "/v2/me/app/manifests/1", 404, "", "");
  confirmation = g_strdup_printf (
      "Docker-Content-Digest: %s\r\n",
      ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (image))));
  ls_fake_server_add (fixture->server, "PUT", "/v2/me/app/manifests/1", 201, confirmation, "");
  ls_fake_server_handle (fixture->server, "POST", "/v2/me/app/blobs/uploads/", answer_post,
                         registry);
  ls_fake_server_handle (fixture->server, "PUT", "/upload", answer_put, registry);
  ls_fake_server_handle (fixture->server, "PATCH", "/upload", answer_put, registry);
  add_blob (fixture, registry, ls_manifest_get_config (image));
  for (guint i = 0; i < N_LAYERS; i++)
    add_blob (fixture, registry, ls_manifest_get_layers (image)->pdata[i]);

  return image;
}

static void
push (LsTestFakeRegistry *fixture, LsStore *store)
{
  g_autoptr (LsReference) name = ls_test_reference (LS_TEST_FAKE_NAME "/me/app:1");
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (fixture, FALSE);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (local), LS_IMAGE_DESTINATION (remote));
  g_autoptr (GError) error = NULL;

  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);
}

/* All of it is there: one question. */
static void
test_up_to_date (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autofree char *path = ls_test_dir_build (fixture->dir, "store");
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (LsManifest) image = NULL;
  g_autofree char *headers = NULL;
  g_autofree char *body = NULL;
  g_auto (GStrv) log = NULL;
  LsDescriptor *manifest;
  g_autoptr (GError) error = NULL;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (store, N_LAYERS, 2 * KIB, 1);
  ls_test_image_tag (store, LS_TEST_FAKE_NAME "/me/app:1", image);
  manifest = ls_manifest_get_descriptor (image);
  headers = g_strdup_printf ("Content-Type: %s\r\nDocker-Content-Digest: %s\r\n",
                             ls_descriptor_get_media_type (manifest),
                             ls_digest_to_string (ls_descriptor_get_digest (manifest)));
  /* The length of what a GET would bring. */
  body = g_strndup (g_bytes_get_data (ls_manifest_get_bytes (image), NULL),
                    g_bytes_get_size (ls_manifest_get_bytes (image)));
  ls_fake_server_add (fixture->server, "HEAD", "/v2/me/app/manifests/1", 200, headers, body);

  push (fixture, store);
  log = ls_fake_server_get_log (fixture->server);
  g_assert_cmpuint (g_strv_length (log), ==, 1);
  g_assert_cmpstr (log[0], ==, "HEAD /v2/me/app/manifests/1 -");
}

static LsStore *
make_store (LsTestFakeRegistry *fixture)
{
  g_autofree char *path = ls_test_dir_build (fixture->dir, "store");

  return ls_store_new (path);
}

/* Nothing of it is there: after a few questions small blobs just go. */
static void
test_new_and_small (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autoptr (LsStore) store = make_store (fixture);
  g_autoptr (LsManifest) image = prepare (fixture, store, 2 * KIB);
  Registry *registry = fixture->state;

  push (fixture, store);
  g_assert_cmpint (registry->n_asked, >, 0);
  /* As many more as are under way at the same time. */
  g_assert_cmpint (registry->n_asked, <=, N_LAYERS / 2);
  g_assert_cmpint (registry->n_sent, ==, N_LAYERS + 1);
}

/* A large blob is always asked for. */
static void
test_new_and_large (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autoptr (LsStore) store = make_store (fixture);
  g_autoptr (LsManifest) image = prepare (fixture, store, 70 * KIB);
  Registry *registry = fixture->state;

  push (fixture, store);
  g_assert_cmpint (registry->n_asked, >=, N_LAYERS);
}

/* What is there, as in an image that stands on another one, does not travel. */
static void
test_known_base (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autoptr (LsStore) store = make_store (fixture);
  g_autoptr (LsManifest) image = prepare (fixture, store, 2 * KIB);
  Registry *registry = fixture->state;

  for (guint i = 0; i < N_LAYERS - 2; i++)
    g_hash_table_add (registry->has, g_strdup (ls_digest_to_string (ls_descriptor_get_digest (
                                         ls_manifest_get_layers (image)->pdata[i]))));
  push (fixture, store);
  g_assert_cmpint (registry->n_asked, ==, N_LAYERS + 1);
  g_assert_cmpint (registry->n_sessions, ==, 3);
  g_assert_cmpint (registry->n_sent, ==, 3);
}

static gboolean
never_answer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  ls_fake_server_wait (server, 60 * 1000);

  return FALSE;
}

static gboolean
sends (gpointer data)
{
  return ls_fake_server_count (data, "PATCH", "/upload") > 0;
}

static gboolean
is_paused (gpointer data)
{
  return ls_transfer_get_state (data) == LS_TRANSFER_PAUSED;
}

static gboolean
has_let_go (gpointer data)
{
  return ls_fake_server_count (data, "DELETE", "/upload") > 0;
}

/* Neither a pause nor a cancellation gives an upload up: another push may go on with it. */
static void
test_paused_and_abandoned (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autoptr (LsStore) store = make_store (fixture);
  g_autoptr (LsManifest) image = NULL;
  g_autoptr (LsReference) name = ls_test_reference (LS_TEST_FAKE_NAME "/me/app:1");
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (fixture, FALSE);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);
  g_autoptr (LsTransfer) transfer = ls_transfer_new (
      LS_TRANSFER_PUSH, name, LS_IMAGE_SOURCE (local), LS_IMAGE_DESTINATION (remote));
  g_autoptr (GError) error = NULL;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (store, 1, 1200 * KIB, 1);
  ls_test_image_tag (store, LS_TEST_FAKE_NAME "/me/app:1", image);
  ls_test_fake_registry_be_open (fixture);
  ls_fake_server_add (fixture->server, "POST", "/v2/me/app/blobs/uploads/", 202,
                      "Location: /upload\r\n", "");
  ls_fake_server_add (fixture->server, "PUT", "/upload", 201, "", "");
  ls_fake_server_add (fixture->server, "DELETE", "/upload", 204, "", "");
  ls_fake_server_handle (fixture->server, "PATCH", "/upload", never_answer, NULL);

  ls_transfer_start (transfer);
  ls_test_await_until (sends, fixture->server);
  ls_transfer_pause (transfer);
  ls_test_await_until (is_paused, transfer);
  g_assert_false (has_let_go (fixture->server));

  ls_transfer_cancel (transfer);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_CANCELLED);
  ls_transfer_abandon (transfer);
  ls_test_await_until (has_let_go, fixture->server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_test_fake_registry_add ("/push-requests/new-and-small", NULL, test_new_and_small);
  ls_test_fake_registry_add ("/push-requests/new-and-large", NULL, test_new_and_large);
  ls_test_fake_registry_add ("/push-requests/known-base", NULL, test_known_base);
  ls_test_fake_registry_add ("/push-requests/up-to-date", NULL, test_up_to_date);
  ls_test_fake_registry_add ("/push-requests/paused-and-abandoned", NULL,
                             test_paused_and_abandoned);

  return g_test_run ();
}
