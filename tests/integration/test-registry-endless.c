/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Replies that never end, at every step of a transfer: each step ends all the same,
 * and the memory of the process stays where it was. */

#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-fake-registry.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The largest reply that is read has 16 MiB, and is there once more as a tree. A
 * sanitizer keeps what was freed for a while. */
#ifdef __SANITIZE_ADDRESS__
#define MAX_GROWTH_KIB (512 * 1024)
#else
#define MAX_GROWTH_KIB (96 * 1024)
#endif

#define CHUNK 65536

static gint64
read_status (const char *field)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &text, NULL, &error);
  g_assert_no_error (error);
  line = strstr (text, field);
  g_assert_nonnull (line);

  return g_ascii_strtoll (line + strlen (field), NULL, 10);
}

static void
forget_peak (void)
{
  int fd = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (write (fd, "5", 1), ==, 1);
  close (fd);
}

/* How one reply goes on and on. */
typedef struct
{
  const char *name;
  const char *start;
  const char *unit; /* again and again */
  gboolean chunked;
  gboolean cuts_line; /* so that uploads try again and again: it is sent once only */
} Flood;

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

static const Flood floods[] = {
  { "space", OK CHUNKED, " ", TRUE },
  { "string", OK CHUNKED "2\r\n[\"\r\n", "x", TRUE },
  { "array", OK CHUNKED "1\r\n[\r\n", "0,", TRUE },
  { "failure", "HTTP/1.1 400 Bad\r\n" CHUNKED, "x", TRUE },
  { "created", "HTTP/1.1 201 Created\r\nLocation: /x\r\n" CHUNKED, "x", TRUE },
  { "accepted", "HTTP/1.1 202 Accepted\r\nLocation: /x\r\n" CHUNKED, "x", TRUE },
  { "length", OK "Content-Length: 4611686018427387904\r\n\r\n", "x", FALSE },
  { "no-length", "HTTP/1.0 200 OK\r\n\r\n", "x", FALSE },
  { "head", OK, "X-Padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", FALSE, TRUE },
  { "header-field", OK "X-Padding: ", "x", FALSE, TRUE },
  { "status-line", "HTTP/1.1 200 ", "x", FALSE, TRUE },
  { "continue", "", "HTTP/1.1 100 Continue\r\n\r\n", FALSE, TRUE },
  { "challenge", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n",
    "WWW-Authenticate: Bearer realm=\"/token\"\r\n", FALSE, TRUE },
};

static gboolean
send_flood (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  const Flood *flood = data;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *framed = NULL;

  while (text->len < CHUNK)
    g_string_append (text, flood->unit);
  framed = flood->chunked ? g_strdup_printf ("%zx\r\n%s\r\n", text->len, text->str)
                          : g_strdup (text->str);

  if (!ls_fake_server_write (out, flood->start))
    return FALSE;
  while (ls_fake_server_write (out, framed))
    ;

  return FALSE;
}

/* What is asked of the registry, and where the flood comes from. */
typedef gboolean (*AskFunc) (LsRegistry *registry, GError **error);

static gboolean
get_manifest (LsRegistry *registry, GError **error)
{
  g_autoptr (LsManifest) manifest = ls_registry_get_manifest (registry, "app", "v1", NULL, error);

  return manifest != NULL;
}

static gboolean
list_tags (LsRegistry *registry, GError **error)
{
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, error);

  return tags != NULL;
}

static gboolean
sign_in (LsRegistry *registry, GError **error)
{
  return ls_registry_sign_in (registry, NULL, error);
}

static gboolean
put_blob (LsRegistry *registry, GError **error)
{
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

  return ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, error);
}

static gboolean
put_manifest (LsRegistry *registry, GError **error)
{
  static const char text[] = "{\"schemaVersion\":2,\"manifests\":[]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (LsManifest) manifest = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_INDEX, error);

  return ls_registry_put_manifest (registry, "app", "v1", manifest, NULL, error);
}

static gboolean
mount (LsRegistry *registry, GError **error)
{
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  gboolean mounted;

  return ls_registry_mount_blob (registry, "app", blob, "other", &mounted, NULL, error);
}

static const struct
{
  AskFunc ask;
  const char *method;
  const char *path;
  gboolean wants_token;
} steps[] = {
  { sign_in, "GET", "/v2/", FALSE },
  { sign_in, "GET", "/token", TRUE },
  { get_manifest, "GET", "/v2/app/manifests/v1", FALSE },
  { list_tags, "GET", "/v2/app/tags/list", FALSE },
  { put_blob, "POST", "/v2/app/blobs/uploads/", FALSE },
  { put_blob, "PATCH", "/upload", FALSE },
  { put_blob, "PUT", "/upload", FALSE },
  { put_manifest, "PUT", "/v2/app/manifests/v1", FALSE },
  { mount, "POST", "/v2/app/blobs/uploads/", FALSE },
};

/* What the registry says otherwise. */
static void
behave (LsTestFakeRegistry *self, guint step)
{
  static const struct
  {
    const char *method;
    const char *path;
    guint status;
    const char *headers;
    const char *body;
  } replies[] = {
    { "GET", "/token", 200, "", "{\"token\":\"token1\"}" },
    { "POST", "/v2/app/blobs/uploads/", 202, "Location: /upload\r\n", "" },
    { "PATCH", "/upload", 202, "", "" },
    { "PUT", "/upload", 201, "", "" },
  };

  if (steps[step].wants_token)
    ls_fake_server_add (self->server, "GET", "/v2/", 401,
                        "WWW-Authenticate: Bearer realm=\"/token\"\r\n", "");
  else if (strcmp (steps[step].path, "/v2/") != 0)
    ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    if (strcmp (replies[i].method, steps[step].method) != 0
        || strcmp (replies[i].path, steps[step].path) != 0)
      ls_fake_server_add (self->server, replies[i].method, replies[i].path, replies[i].status,
                          replies[i].headers, replies[i].body);
}

static void
test_flood (LsTestFakeRegistry *self, gconstpointer data)
{
  const Flood *flood = &floods[GPOINTER_TO_UINT (data) / G_N_ELEMENTS (steps)];
  guint step = GPOINTER_TO_UINT (data) % G_N_ELEMENTS (steps);
  g_autoptr (LsHttp) http = g_object_new (LS_TYPE_HTTP, "timeout", 1, "retry-delay", 1, NULL);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before, peak;
  gboolean ok;

  behave (self, step);
  ls_fake_server_handle (self->server, steps[step].method, steps[step].path, send_flood,
                         (gpointer) flood);
  g_set_object (&self->http, http);
  registry = ls_test_fake_registry_open (self, TRUE);

  before = read_status ("VmRSS:");
  forget_peak ();
  ok = steps[step].ask (registry, &error);
  peak = read_status ("VmHWM:");
  g_test_message ("%s; %" G_GINT64_FORMAT " KiB more", ok ? "taken" : error->message,
                  peak - before);
  g_assert_true (ok || error->domain == LS_ERROR);
  g_assert_cmpint (peak - before, <, MAX_GROWTH_KIB);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (floods) * G_N_ELEMENTS (steps); i++)
    {
      const Flood *flood = &floods[i / G_N_ELEMENTS (steps)];
      guint step = i % G_N_ELEMENTS (steps);
      g_autofree char *path = g_strdup_printf ("/registry/endless/%s/%u", flood->name, step);

      if (step == 0 || !flood->cuts_line)
        ls_test_fake_registry_add (path, GUINT_TO_POINTER (i), test_flood);
    }

  return g_test_run ();
}
