/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transfers with a registry that lies: whatever it says, what is not what was promised
 * is not kept, no name leads to it, and nobody else is asked for it; and it does not
 * learn what else the user has. */

#include "ls-error.h"
#include "ls-image-offer.h"
#include "ls-local-image.h"
#include "ls-media-type.h"
#include "ls-registry-image.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"

#include <string.h>

#define LAYER "the bytes of a layer"
#define CONFIG "{\"architecture\":\"amd64\",\"os\":\"linux\"}"
#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"
#define FOREIGN_TYPE "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
#define NAME LS_TEST_FAKE_NAME "/app:v1"

static char *
describe (const char *type, const char *content, gint64 size, const char *more)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

  return g_strdup_printf ("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT
                          "%s}",
                          type, ls_digest_to_string (digest), size, more);
}

static void
serve_blob (LsFakeServer *server, const char *content, guint status, const char *headers,
            const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  g_autofree char *path = g_strdup_printf ("/v2/app/blobs/%s", ls_digest_to_string (digest));

  ls_fake_server_add (server, "GET", path, status, headers, body);
}

static void
serve_manifest_as (LsTestFakeRegistry *self, const char *tag, const char *type, const char *body)
{
  g_autofree char *headers = g_strdup_printf ("Content-Type: %s\r\n", type);
  g_autofree char *path = g_strconcat ("/v2/app/manifests/", tag, NULL);

  ls_fake_server_add (self->server, "GET", path, 200, headers, body);
}

static void
serve_manifest (LsTestFakeRegistry *self, const char *type, const char *body)
{
  serve_manifest_as (self, "v1", type, body);
}

/* An image of one layer, of which @layer is what the manifest says. */
static void
serve_image_as (LsTestFakeRegistry *self, const char *tag, const char *layer)
{
  g_autofree char *config =
      describe (LS_MEDIA_TYPE_OCI_CONFIG, CONFIG, (gint64) strlen (CONFIG), "");
  g_autofree char *manifest =
      g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
                       "\",\"config\":%s,\"layers\":[%s]}",
                       config, layer);

  serve_manifest_as (self, tag, LS_MEDIA_TYPE_OCI_MANIFEST, manifest);
  serve_blob (self->server, CONFIG, 200, "", CONFIG);
}

static void
serve_image (LsTestFakeRegistry *self, const char *layer)
{
  serve_image_as (self, "v1", layer);
}

static gboolean
pull_as (LsTestFakeRegistry *self, const char *text, GError **error)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "store");
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (LsReference) name = ls_test_reference (text);
  g_autoptr (LsRegistryImage) source = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) destination = ls_local_image_new (store, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (source), LS_IMAGE_DESTINATION (destination));
  gboolean ok;

  ls_transfer_job_set_retry_pause (job, 1);
  ok = ls_transfer_job_run (job, NULL, error);
  g_test_message ("%s", ok ? "pulled" : (*error)->message);

  return ok;
}

static void
assert_names (LsTestFakeRegistry *self, const char *names)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "store");
  g_autoptr (LsStore) store = ls_store_new (path);

  ls_test_assert_names (store, names);
}

/* Returns: whether the image was pulled; it is in the store exactly then */
static gboolean
pull (LsTestFakeRegistry *self, GError **error)
{
  gboolean ok = pull_as (self, NAME, error);

  assert_names (self, ok ? NAME : "");

  return ok;
}

static gboolean
has_blob (LsTestFakeRegistry *self, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  g_autofree char *name = g_strconcat ("store/blobs/sha256/", ls_digest_get_hex (digest), NULL);
  g_autofree char *path = ls_test_dir_build (self->dir, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

typedef struct
{
  const char *name;
  gint64 size; /* what the manifest says of LAYER */
  guint status;
  const char *headers;
  const char *body;
  int code; /* -1: pulled */
} LayerCase;

#define NO_LENGTH "Transfer-Encoding: chunked\r\nX-No-Content-Length: 1\r\n"

static const LayerCase layer_cases[] = {
  { "honest", 20, 200, "", LAYER, -1 },
  { "other-bytes", 20, 200, "", "the bytes of a thief", LS_ERROR_DIGEST_MISMATCH },
  { "longer", 19, 200, "", LAYER, LS_ERROR_DIGEST_MISMATCH },
  { "shorter", 21, 200, "", LAYER, LS_ERROR_DIGEST_MISMATCH },
  { "longer-unsaid", 19, 200, NO_LENGTH, "14\r\n" LAYER "\r\n0\r\n\r\n", LS_ERROR_DIGEST_MISMATCH },
  { "nothing-is-something", 0, 200, "", LAYER, LS_ERROR_DIGEST_MISMATCH },
  { "negative", -1, 200, "", LAYER, LS_ERROR_PROTOCOL },
  { "more-than-there-is-room", G_GINT64_CONSTANT (1) << 53, 200, "", LAYER, LS_ERROR_NO_SPACE },
  { "more-than-there-can-be", G_MAXINT64, 200, "", LAYER, LS_ERROR_PROTOCOL },
  { "encoded", 20, 200, "Content-Encoding: gzip\r\n", LAYER, LS_ERROR_PROTOCOL },
  { "missing", 20, 404, "", "", LS_ERROR_NOT_FOUND },
};

static void
test_layer (LsTestFakeRegistry *self, gconstpointer data)
{
  const LayerCase *c = data;
  g_autofree char *layer = describe (LAYER_TYPE, LAYER, c->size, "");
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  serve_image (self, layer);
  serve_blob (self->server, LAYER, c->status, c->headers, c->body);
  g_assert_cmpint (pull (self, &error), ==, c->code == -1);
  if (c->code != -1)
    g_assert_error (error, LS_ERROR, c->code);
  g_assert_cmpint (has_blob (self, LAYER), ==, c->code == -1);
  g_assert_false (has_blob (self, "the bytes of a thief"));
}

/* A lie about a layer that another image has does that image no harm. */
static void
test_layer_of_another (LsTestFakeRegistry *self, gconstpointer data)
{
  static const gint64 lies[] = { 19, 21, 0 };
  g_autofree char *layer = describe (LAYER_TYPE, LAYER, (gint64) strlen (LAYER), "");
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  serve_image (self, layer);
  serve_blob (self->server, LAYER, 200, "", LAYER);
  pull (self, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autofree char *tag = g_strdup_printf ("lie-%" G_GINT64_FORMAT, lies[i]);
      g_autofree char *name = g_strconcat (LS_TEST_FAKE_NAME "/app:", tag, NULL);
      g_autofree char *lie = describe (LAYER_TYPE, LAYER, lies[i], "");

      serve_image_as (self, tag, lie);
      g_assert_false (pull_as (self, name, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
      g_clear_error (&error);
      g_assert_true (has_blob (self, LAYER));
      assert_names (self, NAME);
    }
}

/* There is nothing to read in a config of no bytes. */
static void
test_empty_config (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autofree char *config = describe (LS_MEDIA_TYPE_OCI_CONFIG, "", 0, "");
  g_autofree char *manifest =
      g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
                       "\",\"config\":%s,\"layers\":[]}",
                       config);
  g_autofree char *path = ls_test_dir_build (self->dir, "store");
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (LsReference) name = ls_test_reference (NAME);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (LsRegistryImage) source = NULL;
  g_autoptr (LsImageOffer) offer = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  serve_manifest (self, LS_MEDIA_TYPE_OCI_MANIFEST, manifest);
  serve_blob (self->server, "", 200, "", "");
  registry = ls_test_fake_registry_open (self, TRUE);
  source = ls_registry_image_new (registry, name);

  offer = ls_image_offer_read (LS_IMAGE_SOURCE (source), store, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (ls_image_offer_is_index (offer));
}

/* A layer that is said to be had elsewhere as well. It is not asked for there. */
static void
test_foreign_layer (LsTestFakeRegistry *self, gconstpointer data)
{
  gboolean is_here = data != NULL;
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (thief, "127.0.0.1", "/layer");
  g_autofree char *urls = g_strdup_printf (",\"urls\":[\"%s\"]", url);
  g_autofree char *layer = describe (FOREIGN_TYPE, LAYER, (gint64) strlen (LAYER), urls);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_basic (self);
  ls_fake_server_add (thief, "GET", "/layer", 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
  serve_image (self, layer);
  if (is_here)
    serve_blob (self->server, LAYER, 200, "", LAYER);
  pull (self, &error);
  g_assert_no_error (error); /* the image comes without it */
  g_assert_cmpuint (ls_fake_server_n_connections (thief), ==, 0);
}

/* One blob is everything at once; and a layer that is there twice, in two sizes. */
static void
test_roles (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autofree char *config_as_layer = describe (LAYER_TYPE, CONFIG, (gint64) strlen (CONFIG), "");
  g_autofree char *other_size = describe (LAYER_TYPE, CONFIG, 1000, "");
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  serve_image (self, other_size);
  serve_image (self, config_as_layer);
  g_assert_false (pull (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_true (pull (self, &error));
  g_assert_no_error (error);
}

/* Whatever type it is served as, a document that could be two things is neither, and
 * one that is served as what it is not is nothing. */
static void
test_types (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const types[] = {
    LS_MEDIA_TYPE_OCI_MANIFEST,
    LS_MEDIA_TYPE_OCI_INDEX,
    LS_MEDIA_TYPE_DOCKER_MANIFEST,
    LS_MEDIA_TYPE_DOCKER_LIST,
    "application/json",
    "text/plain",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
  };
  g_autofree char *config =
      describe (LS_MEDIA_TYPE_OCI_CONFIG, CONFIG, (gint64) strlen (CONFIG), "");
  g_autofree char *both = g_strdup_printf (
      "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"manifests\":[]}", config);
  g_autofree char *image =
      g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
                       "\",\"config\":%s,\"layers\":[]}",
                       config);

  ls_test_fake_registry_be_open (self);
  serve_blob (self->server, CONFIG, 200, "", CONFIG);
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;

      serve_manifest (self, types[i], both);
      g_assert_false (pull (self, &error));
      g_assert_cmpuint (error->domain, ==, LS_ERROR);
    }
  for (gsize i = 1; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;

      serve_manifest (self, types[i], image);
      g_assert_false (pull (self, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

/* Digests that would be paths, in every place that has one. */
static void
test_digests (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const digests[] = {
    "sha256:../../../../../../tmp/evil",
    "../../evil",
    "sha256:/tmp/evil",
    "sha256:",
    "sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
    "md5:0123456789abcdef0123456789abcdef",
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde%2f",
  };

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (digests); i++)
    {
      g_autofree char *layer = g_strdup_printf (
          "{\"mediaType\":\"" LAYER_TYPE "\",\"digest\":\"%s\",\"size\":20}", digests[i]);
      g_autoptr (GError) error = NULL;

      serve_image (self, layer);
      g_assert_false (pull (self, &error));
      g_assert_cmpuint (error->domain, ==, LS_ERROR);
    }
  g_assert_false (has_blob (self, CONFIG));
}

static void
push (LsTestFakeRegistry *self, LsStore *store, const char *text, GError **error)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (LsReference) name = ls_test_reference (text);
  g_autoptr (LsLocalImage) source = ls_local_image_new (store, name);
  g_autoptr (LsRegistryImage) destination = ls_registry_image_new (registry, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (source), LS_IMAGE_DESTINATION (destination));

  ls_transfer_job_set_retry_pause (job, 1);
  ls_transfer_job_run (job, NULL, error);
}

/* A mount names the repository that it is from: a registry is told of those that the
 * account itself has, and not of what somebody else pulled from it, or from another. */
static void
test_mounts (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const names[] = { LS_TEST_FAKE_NAME "/alice/app:v1",
                                       LS_TEST_FAKE_NAME "/bob/secret:v1",
                                       "other.example/alice/secret:v1" };
  g_autofree char *path = ls_test_dir_build (self->dir, "store");
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (LsManifest) image = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;
  guint n_uploads = 0;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (store, 2, 1000, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    ls_test_image_tag (store, names[i], image);

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "POST", "/v2/alice/app/blobs/uploads/", 202,
                      "Location: /upload\r\n", "");
  ls_fake_server_add (self->server, "PATCH", "/upload", 202, "", "");
  ls_fake_server_add (self->server, "PUT", "/upload", 201, "", "");
  ls_fake_server_add (self->server, "PUT", "/v2/alice/app/manifests/v1", 201, "Location: /x\r\n",
                      "");
  push (self, store, names[0], &error);
  g_assert_no_error (error);

  log = ls_fake_server_get_log (self->server);
  for (guint i = 0; log[i] != NULL; i++)
    {
      g_test_message ("%s", log[i]);
      g_assert_null (strstr (log[i], "secret"));
      n_uploads += strstr (log[i], "/blobs/uploads/") != NULL;
    }
  g_assert_cmpuint (n_uploads, >=, 3);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (layer_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/transfer-hostile/layer-", layer_cases[i].name, NULL);

      ls_test_fake_registry_add (path, &layer_cases[i], test_layer);
    }
  ls_test_fake_registry_add ("/transfer-hostile/layer-of-another", NULL, test_layer_of_another);
  ls_test_fake_registry_add ("/transfer-hostile/empty-config", NULL, test_empty_config);
  ls_test_fake_registry_add ("/transfer-hostile/foreign-layer", NULL, test_foreign_layer);
  ls_test_fake_registry_add ("/transfer-hostile/foreign-layer-here", "", test_foreign_layer);
  ls_test_fake_registry_add ("/transfer-hostile/roles", NULL, test_roles);
  ls_test_fake_registry_add ("/transfer-hostile/types", NULL, test_types);
  ls_test_fake_registry_add ("/transfer-hostile/digests", NULL, test_digests);

  ls_test_fake_registry_add ("/transfer-hostile/mounts", NULL, test_mounts);

  return g_test_run ();
}
