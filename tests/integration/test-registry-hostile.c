/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-fake-registry.h"

#include <string.h>

#define MANIFEST                                                                                   \
  "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"config\":{"             \
  "\"mediaType\":\"" LS_MEDIA_TYPE_OCI_CONFIG "\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7"  \
  "e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2},\"layers\":[]}"
#define MANIFEST_TYPE "Content-Type: " LS_MEDIA_TYPE_OCI_MANIFEST "\r\n"
#define BLOB "0123456789"

static char *
digest_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

  return g_strdup (ls_digest_to_string (digest));
}

static char *
path_of_digest (const char *what, const char *text)
{
  g_autofree char *digest = digest_of (text);

  return g_strdup_printf ("/v2/app/%s/%s", what, digest);
}

/* A captive portal says yes to everything. */
static void
test_manifest_confirmation (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *headers;
    int code; /* -1: taken */
  } cases[] = {
    { 201, "Location: /v2/app/manifests/x\r\n", -1 },
    { 200, "Docker-Content-Digest: nonsense\r\nLocation: /x\r\n", -1 },
    { 200, "Content-Type: text/html\r\n", LS_ERROR_PROTOCOL },
    { 201,
      "Docker-Content-Digest: sha256:"
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\r\n",
      LS_ERROR_DIGEST_MISMATCH },
    { 413, "", LS_ERROR_TOO_LARGE },
    { 404, "", LS_ERROR_NOT_FOUND },
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (MANIFEST, strlen (MANIFEST));
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (LsManifest) manifest =
      ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_MANIFEST, &parse_error);

  g_assert_no_error (parse_error);
  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "PUT", "/v2/app/manifests/v1", cases[i].status,
                          cases[i].headers, "");
      g_assert_cmpint (ls_registry_put_manifest (registry, "app", "v1", manifest, NULL, &error), ==,
                       cases[i].code == -1);
      if (cases[i].code != -1)
        g_assert_error (error, LS_ERROR, cases[i].code);
    }
}

/* A stranger's manifest, with a header that is true of it. */
static void
test_other_manifest (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autofree char *digest = digest_of (MANIFEST);
  g_autofree char *wanted = digest_of ("another");
  g_autofree char *path = path_of_digest ("manifests", "another");
  g_autofree char *headers =
      g_strdup_printf (MANIFEST_TYPE "Docker-Content-Digest: %s\r\n", digest);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", path, 200, headers, MANIFEST);
  g_assert_null (ls_registry_get_manifest (registry, "app", wanted, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
}

/* By tag, the header is the registry's word against its own bytes: they count, if they
 * are the same when it is asked once more. */
static void
test_wrong_advice (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const advice[] = {
    "",
    "Docker-Content-Digest: nonsense\r\n",
    "Docker-Content-Digest: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\r\n",
    "Docker-Content-Digest: sha256:"
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\r\n",
  };
  g_autofree char *digest = digest_of (MANIFEST);

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (advice); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autofree char *headers = g_strconcat (MANIFEST_TYPE, advice[i], NULL);
      g_autoptr (LsManifest) manifest = NULL;
      g_autoptr (GError) error = NULL;
      LsDigest *found;

      ls_fake_server_add (self->server, "GET", "/v2/app/manifests/v1", 200, headers, MANIFEST);
      manifest = ls_registry_get_manifest (registry, "app", "v1", NULL, &error);
      g_assert_no_error (error);
      found = ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
      g_assert_cmpstr (ls_digest_to_string (found), ==, digest);
    }
}

#define DAMAGED                                                                                    \
  "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[]}"

/* Bytes that were damaged on the way still may be a manifest, but not the one that the
 * header is about. */
static void
test_damaged_once (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autofree char *digest = digest_of (MANIFEST);
  g_autofree char *headers = g_strdup_printf ("Docker-Content-Digest: %s\r\n", digest);
  g_autoptr (LsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  LsDigest *found;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/manifests/v1", 200, headers, DAMAGED);
  ls_fake_server_add (self->server, "GET", "/v2/app/manifests/v1", 200, headers, MANIFEST);
  manifest = ls_registry_get_manifest (registry, "app", "v1", NULL, &error);
  g_assert_no_error (error);
  found = ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
  g_assert_cmpstr (ls_digest_to_string (found), ==, digest);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/app/manifests/v1"), ==, 2);
}

static void
test_damaged_each_time (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autofree char *digest = digest_of ("another");
  g_autofree char *headers = g_strdup_printf ("Docker-Content-Digest: %s\r\n", digest);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/manifests/v1", 200, headers, DAMAGED);
  ls_fake_server_add (self->server, "GET", "/v2/app/manifests/v1", 200, headers, MANIFEST);
  g_assert_null (ls_registry_get_manifest (registry, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
}

/* What is no digest never becomes part of a URL. */
static void
test_evil_digests (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const digests[] = {
    "sha256:../../../etc/passwd",
    "sha256:",
    "md5:d41d8cd98f00b204e9800998ecf8427e",
    "sha256:44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A",
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8",
    "a/../b:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff%2f",
  };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (digests); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ls_registry_get_manifest (registry, "app", digests[i], NULL, &error));
      g_assert_cmpuint (error->domain, ==, LS_ERROR);
      g_clear_error (&error);
      g_assert_null (ls_registry_head_manifest (registry, "app", digests[i], NULL, &error));
      g_assert_cmpuint (error->domain, ==, LS_ERROR);
    }
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, 0);
}

static void
test_bad_manifests (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const bodies[] = {
    "",
    "[]",
    "null",
    "{}",
    "<html><body>Welcome to the hotel!</body></html>",
    "{\"schemaVersion\":1,\"name\":\"app\",\"fsLayers\":[]}",
    "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[],\"config\":{}}",
  };

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autofree char *tag = g_strdup_printf ("v%zu", i);
      g_autofree char *path = g_strdup_printf ("/v2/app/manifests/%s", tag);
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "GET", path, 200, MANIFEST_TYPE, bodies[i]);
      g_assert_null (ls_registry_get_manifest (registry, "app", tag, NULL, &error));
      g_assert_cmpuint (error->domain, ==, LS_ERROR);
    }
}

static gboolean
send_endlessly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  g_autofree char *chunk = g_strnfill (65536, ' ');
  g_autofree char *framed = g_strdup_printf ("10000\r\n%s\r\n", chunk);

  if (!ls_fake_server_write (out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"))
    return FALSE;
  while (ls_fake_server_write (out, framed))
    ;

  return FALSE;
}

/* Every kind of reply has an end, whether the server thinks so or not. */
static void
test_endless (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (LsRegistry) other = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_handle (self->server, "GET", "/v2/app/manifests/v1", send_endlessly, NULL);
  ls_fake_server_handle (self->server, "GET", "/v2/app/tags/list", send_endlessly, NULL);

  g_assert_null (ls_registry_get_manifest (registry, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (ls_registry_list_tags (registry, "app", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
  g_clear_error (&error);

  ls_fake_server_handle (self->server, "GET", "/v2/", send_endlessly, NULL);
  g_assert_false (ls_registry_sign_in (other, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

/* HEAD is a courtesy; what it does not say, GET does. */
static void
test_poor_heads (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *headers;
    gboolean needs_get;
  } cases[] = {
    { 200,
      MANIFEST_TYPE "Content-Length: 10\r\nDocker-Content-Digest: sha256:"
                    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\r\n",
      FALSE },
    { 200, MANIFEST_TYPE "Content-Length: 10\r\n", TRUE },
    { 200, MANIFEST_TYPE "Content-Length: 10\r\nDocker-Content-Digest: 44136fa3\r\n", TRUE },
    { 200,
      "Content-Type: text/html\r\nContent-Length: 10\r\nDocker-Content-Digest: sha256:"
      "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\r\n",
      TRUE },
    { 404, "", TRUE },
    { 405, "", TRUE },
    { 400, "", TRUE },
  };

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autofree char *tag = g_strdup_printf ("v%zu", i);
      g_autofree char *path = g_strdup_printf ("/v2/app/manifests/%s", tag);
      g_autoptr (LsDescriptor) descriptor = NULL;
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "HEAD", path, cases[i].status, cases[i].headers, "");
      ls_fake_server_add (self->server, "GET", path, 200, MANIFEST_TYPE, MANIFEST);
      descriptor = ls_registry_head_manifest (registry, "app", tag, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (ls_descriptor_get_size (descriptor), ==,
                       cases[i].needs_get ? (gint64) strlen (MANIFEST) : 10);
      g_assert_cmpuint (ls_fake_server_count (self->server, "GET", path), ==,
                        cases[i].needs_get ? 1 : 0);
    }
}

/* A registry that says that there is no such manifest is not asked for it. */
static void
test_head_of_nothing (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "HEAD", "/v2/app/manifests/v1", 404,
                      "Docker-Distribution-API-Version: registry/2.0\r\n", "");
  g_assert_null (ls_registry_head_manifest (registry, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/app/manifests/v1"), ==, 0);
}

static void
assert_tags (LsTestFakeRegistry *self, const char *expected)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_strjoinv (" ", tags);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_no_tags (LsTestFakeRegistry *self, gconstpointer data)
{
  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200, "",
                      "{\"name\":\"app\",\"tags\":null}");
  assert_tags (self, "");
}

static void
test_illegal_tags (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autofree char *long_tag = g_strnfill (129, 'x');
  g_autofree char *body =
      g_strdup_printf ("{\"tags\":[\"good\",\"-ot-beta-jmx\",\"sha256:44136fa355b3678a\",\"\","
                       "\"a/b\",\"a b\",\"%s\",7,null,[\"x\"],\"_also.good-1\"]}",
                       long_tag);

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200, "", body);
  assert_tags (self, "good _also.good-1");
}

static void
test_pages (LsTestFakeRegistry *self, gconstpointer data)
{
  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200,
                      "Link: </v2/app/tags/list?n=1&last=a>; rel=\"next\"\r\n",
                      "{\"tags\":[\"a\"]}");
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200,
                      "Link: <list?n=1&last=b>; rel=next\r\n", "{\"tags\":[\"b\"]}");
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200, "", "{\"tags\":[\"c\"]}");
  assert_tags (self, "a b c");
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/app/tags/list"), ==, 3);
}

static void
test_pages_in_a_circle (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200,
                      "Link: </v2/app/tags/list?last=a>; rel=\"next\"\r\n", "{\"tags\":[\"a\"]}");
  g_assert_null (ls_registry_list_tags (registry, "app", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/app/tags/list"), ==, 2);
}

static gboolean
send_next_page (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  int *n_pages = data;
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nLink: </v2/app/tags/list?last=%d>; rel=\"next\"\r\n"
                       "Content-Length: 12\r\n\r\n{\"tags\":[]} ",
                       ++*n_pages);

  return ls_fake_server_write (out, text);
}

static void
test_pages_without_end (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GError) error = NULL;
  int n_pages = 0;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_handle (self->server, "GET", "/v2/app/tags/list", send_next_page, &n_pages);
  g_assert_null (ls_registry_list_tags (registry, "app", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
  g_assert_cmpint (n_pages, <=, 1000);
}

static void
test_page_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autofree char *url = ls_fake_server_dup_url (other, "127.0.0.1", "/v2/app/tags/list");
  g_autofree char *headers = g_strdup_printf ("Link: <%s>; rel=\"next\"\r\n", url);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_basic (self);
  ls_fake_server_add (self->server, "GET", "/v2/app/tags/list", 200, headers, "{\"tags\":[\"a\"]}");
  g_assert_null (ls_registry_list_tags (registry, "app", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_assert_cmpuint (ls_fake_server_n_connections (other), ==, 0);
}

typedef struct
{
  const char *name;
  gint64 offset;
  gint64 length;
  guint status;
  const char *headers;
  const char *body;
  int code;             /* of opening; -1: fine */
  int read_code;        /* of reading; -1: fine */
  const char *expected; /* what is read */
} BlobCase;

static const BlobCase blob_cases[] = {
  { "whole", 0, -1, 200, "", BLOB, -1, -1, BLOB },
  { "whole-for-a-range", 0, 4, 200, "", BLOB, -1, -1, "0123" },
  { "ignored-range", 4, -1, 200, "", BLOB, -1, -1, "456789" },
  { "ignored-range-in-the-middle", 4, 3, 200, "", BLOB, -1, -1, "456" },
  { "range", 4, -1, 206, "Content-Range: bytes 4-9/10\r\n", "456789", -1, -1, "456789" },
  { "range-of-unknown-total", 4, 3, 206, "Content-Range: bytes 4-6/*\r\n", "456", -1, -1, "456" },
  { "longer-than-promised", 4, 3, 206,
    "Content-Range: bytes 4-6/10\r\nTransfer-Encoding: chunked\r\nX-No-Content-Length: 1\r\n",
    "5\r\n456xx\r\n0\r\n\r\n", -1, -1, "456" },
  { "shorter-than-promised", 0, -1, 200, "Transfer-Encoding: chunked\r\nX-No-Content-Length: 1\r\n",
    "3\r\n012\r\n0\r\n\r\n", -1, LS_ERROR_OFFLINE, "012" },
  { "endless", 0, -1, 200, "Transfer-Encoding: chunked\r\nX-No-Content-Length: 1\r\n",
    "20\r\n01234567890123456789012345678901\r\n", -1, -1, BLOB },
  { "larger", 0, -1, 200, "", BLOB "x", LS_ERROR_DIGEST_MISMATCH, -1, NULL },
  { "smaller", 0, -1, 200, "", "x", LS_ERROR_DIGEST_MISMATCH, -1, NULL },
  { "range-of-something-larger", 4, -1, 206, "Content-Range: bytes 4-9/11\r\n", "456789",
    LS_ERROR_DIGEST_MISMATCH, -1, NULL },
  { "other-start", 4, -1, 206, "Content-Range: bytes 3-9/10\r\n", "3456789", LS_ERROR_PROTOCOL, -1,
    NULL },
  { "other-end", 4, -1, 206, "Content-Range: bytes 4-8/10\r\n", "45678", LS_ERROR_PROTOCOL, -1,
    NULL },
  { "range-that-lies", 4, -1, 206, "Content-Range: bytes 4-9/10\r\n", "4567", LS_ERROR_PROTOCOL, -1,
    NULL },
  { "no-range", 4, -1, 206, "", "456789", LS_ERROR_PROTOCOL, -1, NULL },
  { "unasked-range", 0, -1, 206, "Content-Range: bytes 0-3/10\r\n", "0123", LS_ERROR_PROTOCOL, -1,
    NULL },
  { "encoded", 0, -1, 200, "Content-Encoding: gzip\r\n", BLOB, LS_ERROR_PROTOCOL, -1, NULL },
  { "identity", 0, -1, 200, "Content-Encoding: identity\r\n", BLOB, -1, -1, BLOB },
  { "missing", 0, -1, 404, "", "", LS_ERROR_NOT_FOUND, -1, NULL },
};

static void
test_blob (LsTestFakeRegistry *self, gconstpointer data)
{
  const BlobCase *c = data;
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (BLOB, strlen (BLOB));
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autofree char *path = path_of_digest ("blobs", BLOB);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gsize n_read;
  gboolean ok;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", path, c->status, c->headers, c->body);
  stream = ls_registry_open_blob (registry, "app", blob, c->offset, c->length, NULL, &error);
  if (c->code != -1)
    {
      g_assert_null (stream);
      g_assert_error (error, LS_ERROR, c->code);
      return;
    }

  g_assert_no_error (error);
  ok = g_input_stream_read_all (stream, buffer, sizeof buffer, &n_read, NULL, &error);
  g_assert_cmpint (ok, ==, c->read_code == -1);
  if (!ok)
    g_assert_error (error, LS_ERROR, c->read_code);
  g_assert_cmpmem (buffer, n_read, c->expected, strlen (c->expected));
}

/* Blobs live elsewhere: the way there is without credentials, and what that
 * server says about credentials is not the registry's word. */
static void
test_blob_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  guint status = GPOINTER_TO_UINT (data);
  g_autoptr (LsFakeServer) storage = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (BLOB, strlen (BLOB));
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autofree char *path = path_of_digest ("blobs", BLOB);
  g_autofree char *url = ls_fake_server_dup_url (storage, "127.0.0.1", "/store?signature=s3");
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", url);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", path, 307, headers, "");
  ls_fake_server_add (storage, "GET", "/store", status,
                      "WWW-Authenticate: Basic realm=\"give\"\r\n", status == 200 ? BLOB : "");

  stream = ls_registry_open_blob (registry, "app", blob, 0, -1, NULL, &error);
  g_assert_cmpint (stream != NULL, ==, status == 200);
  if (error != NULL)
    {
      ls_test_assert_no_secret (error);
      g_assert_null (strstr (error->message, "signature"));
    }

  /* Where that server refuses it, the registry is asked for another address once. */
  log = ls_fake_server_get_log (storage);
  g_assert_cmpuint (g_strv_length (log), ==, status == 200 ? 1 : 2);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", path), ==, g_strv_length (log));
  for (guint i = 0; log[i] != NULL; i++)
    g_assert_cmpstr (log[i], ==, "GET /store?signature=s3 -");
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 1);
}

/* A server that does not like ranges at all has to send everything. */
static void
test_refused_range (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (BLOB, strlen (BLOB));
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autofree char *path = path_of_digest ("blobs", BLOB);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", path, 416, "", "");
  ls_fake_server_add (self->server, "GET", path, 200, "", BLOB);
  stream = ls_registry_open_blob (registry, "app", blob, 4, -1, NULL, &error);
  g_assert_no_error (error);
  rest = ls_test_read_all (stream);
  g_assert_cmpmem (g_bytes_get_data (rest, NULL), g_bytes_get_size (rest), "456789", 6);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_fake_registry_add ("/registry/hostile/confirmation", NULL, test_manifest_confirmation);
  ls_test_fake_registry_add ("/registry/hostile/other-manifest", NULL, test_other_manifest);
  ls_test_fake_registry_add ("/registry/hostile/wrong-advice", NULL, test_wrong_advice);
  ls_test_fake_registry_add ("/registry/hostile/damaged-once", NULL, test_damaged_once);
  ls_test_fake_registry_add ("/registry/hostile/damaged-each-time", NULL, test_damaged_each_time);
  ls_test_fake_registry_add ("/registry/hostile/evil-digests", NULL, test_evil_digests);
  ls_test_fake_registry_add ("/registry/hostile/bad-manifests", NULL, test_bad_manifests);
  ls_test_fake_registry_add ("/registry/hostile/endless", NULL, test_endless);
  ls_test_fake_registry_add ("/registry/hostile/poor-heads", NULL, test_poor_heads);
  ls_test_fake_registry_add ("/registry/hostile/head-of-nothing", NULL, test_head_of_nothing);
  ls_test_fake_registry_add ("/registry/hostile/no-tags", NULL, test_no_tags);
  ls_test_fake_registry_add ("/registry/hostile/illegal-tags", NULL, test_illegal_tags);
  ls_test_fake_registry_add ("/registry/hostile/pages", NULL, test_pages);
  ls_test_fake_registry_add ("/registry/hostile/pages-in-a-circle", NULL, test_pages_in_a_circle);
  ls_test_fake_registry_add ("/registry/hostile/pages-without-end", NULL, test_pages_without_end);
  ls_test_fake_registry_add ("/registry/hostile/page-elsewhere", NULL, test_page_elsewhere);
  for (gsize i = 0; i < G_N_ELEMENTS (blob_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/hostile/blob-", blob_cases[i].name, NULL);

      ls_test_fake_registry_add (path, &blob_cases[i], test_blob);
    }
  ls_test_fake_registry_add ("/registry/hostile/blob-refused-range", NULL, test_refused_range);
  ls_test_fake_registry_add ("/registry/hostile/blob-elsewhere", GUINT_TO_POINTER (200),
                             test_blob_elsewhere);
  ls_test_fake_registry_add ("/registry/hostile/blob-elsewhere-401", GUINT_TO_POINTER (401),
                             test_blob_elsewhere);
  ls_test_fake_registry_add ("/registry/hostile/blob-elsewhere-403", GUINT_TO_POINTER (403),
                             test_blob_elsewhere);

  return g_test_run ();
}
