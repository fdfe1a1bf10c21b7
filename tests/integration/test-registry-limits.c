/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-fake-registry.h"

#define MANIFEST                                                                                   \
  "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"config\":{"             \
  "\"mediaType\":\"" LS_MEDIA_TYPE_OCI_CONFIG "\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7"  \
  "e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2},\"layers\":[]}"
#define MANIFEST_TYPE "Content-Type: " LS_MEDIA_TYPE_OCI_MANIFEST "\r\n"
#define PATH "/v2/app/manifests/v1"
#define PREVIEW "/v2/ratelimitpreview/test/manifests/latest"
#define PATIENCE (60 * G_USEC_PER_SEC)
#define LIMIT "RateLimit-Limit: 100;w=21600\r\n"

/* The same server in Docker Hub's place. */
static LsRegistry *
open_hub (LsTestFakeRegistry *self, LsRegistrySettings **settings)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "hub.conf");
  g_autofree char *text = g_strdup_printf ("[docker.io]\nlocation=http://127.0.0.1:%u\n",
                                           ls_fake_server_get_port (self->server));
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  *settings = ls_registry_settings_new ();
  ls_registry_settings_load (*settings, path, &error);
  g_assert_no_error (error);

  return ls_registry_new (self->http, *settings, LS_DOCKER_HUB, NULL);
}

/* Asked with a token, by a HEAD: a GET would be a pull. */
static void
test_pull_limit (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistrySettings) settings = NULL;
  g_autoptr (LsRegistry) hub = open_hub (self, &settings);
  g_autoptr (LsPullLimit) limit = NULL;
  g_auto (GStrv) log = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "HEAD", PREVIEW, 401,
                      "WWW-Authenticate: Bearer realm=\"/token\",service=\"fake\"\r\n", "");
  ls_fake_server_add (self->server, "HEAD", PREVIEW, 200,
                      LIMIT "RateLimit-Remaining: 3;w=21600\r\n", "");
  g_assert_true (ls_registry_read_pull_limit (hub, &limit, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ls_pull_limit_get_limit (limit), ==, 100);
  g_assert_cmpint (ls_pull_limit_get_remaining (limit), ==, 3);

  log = ls_fake_server_get_log (self->server);
  text = g_strjoinv ("\n", log);
  g_assert_cmpstr (text, ==,
                   "HEAD " PREVIEW " -\n"
                   "GET /token?service=fake&scope=repository%3Aratelimitpreview%2Ftest%3Apull"
                   "&client_id=longshore -\n"
                   "HEAD " PREVIEW " Bearer token1");
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  LsPullLimit **limit = data;

  g_assert_true (ls_registry_read_pull_limit_finish (LS_REGISTRY (source), result, limit, &error));
  g_assert_no_error (error);
}

/* What is used up comes with a 429, and a paid account has no limit at all. */
static void
test_other_pull_limits (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistrySettings) settings = NULL;
  g_autoptr (LsRegistry) hub = open_hub (self, &settings);
  g_autoptr (LsPullLimit) used_up = NULL;
  LsPullLimit *none = (LsPullLimit *) settings;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "HEAD", PREVIEW, 429,
                      LIMIT "RateLimit-Remaining: 0;w=21600\r\n", "");
  ls_fake_server_add (self->server, "HEAD", PREVIEW, 200, "", "");
  g_assert_true (ls_registry_read_pull_limit (hub, &used_up, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ls_pull_limit_get_remaining (used_up), ==, 0);
  g_assert_cmpuint (ls_fake_server_count (self->server, "HEAD", PREVIEW), ==, 1);

  ls_registry_read_pull_limit_async (hub, NULL, on_read, &none);
  while (none != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_no_pull_limit_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsPullLimit) limit = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_registry_read_pull_limit (registry, &limit, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (limit);
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, 0);
}

typedef struct
{
  LsRegistry *registry;
  GCancellable *cancellable;
  GError *error;
} Getter;

static gpointer
get_manifest (gpointer data)
{
  Getter *getter = data;
  g_autoptr (LsManifest) manifest =
      ls_registry_get_manifest (getter->registry, "app", "v1", getter->cancellable, &getter->error);

  return NULL;
}

static gboolean
is_paused (gpointer registry)
{
  return ls_registry_get_pause (registry) > 0;
}

/* One of two transfers is told to wait: both do, until when can be seen, and a
 * person may ask all the same. */
static void
test_pause (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsRegistry) patient = ls_registry_for_transfers (registry);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsManifest) manifest = NULL;
  Getter getters[2] = { { patient, cancellable, NULL }, { patient, cancellable, NULL } };
  GThread *threads[2];
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", PATH, 429, "Retry-After: 600\r\n", "");
  ls_fake_server_add (self->server, "GET", PATH, 200, MANIFEST_TYPE, MANIFEST);

  threads[0] = g_thread_new ("get", get_manifest, &getters[0]);
  while (!is_paused (registry))
    g_usleep (1000);
  g_assert_cmpint (ls_registry_get_pause (patient), >=, now + 600);
  g_assert_cmpint (ls_registry_get_pause (patient), <, now + 660);
  threads[1] = g_thread_new ("get", get_manifest, &getters[1]);

  manifest = ls_registry_get_manifest (registry, "app", "v1", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 2);

  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_thread_join (threads[i]);
      g_assert_error (getters[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&getters[i].error);
    }
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 2);
}

/* Between two attempts at a registry that is busy, when the next one is can be seen. */
static void
test_retry (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (LsRegistry) patient = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Getter getter = { NULL, cancellable, NULL };
  LsError reason = LS_ERROR_FAILED;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  GThread *thread;

  g_object_unref (self->http);
  self->http = g_object_new (LS_TYPE_HTTP, "retry-delay", 60 * 1000, NULL);
  registry = ls_test_fake_registry_open (self, FALSE);
  patient = ls_registry_for_transfers (registry);
  getter.registry = patient;
  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", PATH, 503, "", "");
  g_assert_cmpint (ls_registry_get_retry (registry, &reason), ==, 0);

  thread = g_thread_new ("get", get_manifest, &getter);
  while (ls_registry_get_retry (registry, &reason) == 0)
    g_usleep (1000);
  g_assert_cmpint (reason, ==, LS_ERROR_SERVER);
  g_assert_cmpint (ls_registry_get_retry (registry, &reason), >=, now + 6);
  g_assert_cmpint (ls_registry_get_pause (registry), ==, 0);

  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_error (getter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&getter.error);
  g_assert_cmpint (ls_registry_get_retry (registry, &reason), ==, 0);
}

/* More than a quarter of an hour is for the user to know, and not for us to wait. */
static void
test_long_pause (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsRegistry) patient = ls_registry_for_transfers (registry);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", PATH, 429, "Retry-After: 7200\r\n", "");
  g_assert_null (ls_registry_get_manifest (patient, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_RATE_LIMITED);
  g_assert_cmpint (ls_error_get_retry_at (error), >=, now + 7200);
  g_assert_cmpint (ls_registry_get_pause (patient), ==, 0);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 1);
}

static gboolean
hang_up (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  return FALSE;
}

static gboolean
promise_more (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  ls_fake_server_write (out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n" MANIFEST_TYPE "\r\n{");

  return FALSE;
}

/* A line that is cut is told to a person, and mended for a transfer: here at the
 * first request, at the token, and twice in the middle of a manifest. */
static void
test_cut_lines (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsRegistry) patient = ls_registry_for_transfers (registry);
  g_autoptr (LsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    ls_fake_server_handle (self->server, "GET", PATH, hang_up, NULL);
  ls_fake_server_add (self->server, "GET", PATH, 401,
                      "WWW-Authenticate: Bearer realm=\"/token\",service=\"fake\"\r\n", "");
  for (int i = 0; i < 2; i++)
    ls_fake_server_handle (self->server, "GET", "/token", hang_up, NULL);
  for (int i = 0; i < 2; i++)
    ls_fake_server_handle (self->server, "GET", PATH, promise_more, NULL);
  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", PATH, 200, MANIFEST_TYPE, MANIFEST);

  g_assert_null (ls_registry_get_manifest (registry, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpstr (ls_error_get_subject (error), ==, LS_TEST_FAKE_NAME);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 2);
  g_clear_error (&error);

  manifest = ls_registry_get_manifest (patient, "app", "v1", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 6);
}

static gpointer
open_blob (gpointer data)
{
  LsTestFakeRegistry *self = data;
  g_autofree char *url = ls_fake_server_dup_url (self->server, "127.0.0.1", "");
  g_autoptr (LsEndpoint) endpoint = ls_endpoint_new (url, LS_ENDPOINT_NONE, NULL, NULL);
  g_autoptr (LsHttpRequest) request =
      ls_http_request_new_for_target ("GET", endpoint, "blob", NULL);

  return ls_http_open (self->http, request, NULL, NULL);
}

static gpointer
ask_for_manifest (gpointer data)
{
  g_autoptr (LsManifest) manifest = NULL;
  GError *error = NULL;

  manifest = ls_registry_get_manifest (data, "app", "v1", NULL, &error);

  return error;
}

/* Whoever has the only connection may be waiting for the token that another one asks
 * for: that is not held up. */
static void
test_token_beyond_the_limit (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GThread *thread;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", "/blob", 200, "", "content");
  ls_fake_server_add (self->server, "GET", PATH, 200, MANIFEST_TYPE, MANIFEST);
  g_object_set (self->http, "max-connections", 1, NULL);
  reply = g_thread_join (g_thread_new ("blob", open_blob, self));
  g_assert_nonnull (reply);

  thread = g_thread_new ("manifest", ask_for_manifest, registry);
  while (ls_fake_server_count (self->server, "GET", "/token") == 0 && g_get_monotonic_time () < end)
    g_usleep (1000);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, 0);
  g_clear_pointer (&reply, ls_http_reply_free);
  error = g_thread_join (thread);
  g_assert_no_error (error);
}

/* Whatever is said with them, these are answers. */
static void
test_answers_are_final (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    LsError code;
  } cases[] = {
    { 403, LS_ERROR_UNAUTHORIZED },
    { 404, LS_ERROR_NOT_FOUND },
    { 400, LS_ERROR_FAILED },
  };

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autoptr (LsRegistry) patient = ls_registry_for_transfers (registry);
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "GET", PATH, cases[i].status, "Retry-After: 1\r\n", "");
      g_assert_null (ls_registry_get_manifest (patient, "app", "v1", NULL, &error));
      g_assert_error (error, LS_ERROR, (int) cases[i].code);
      g_assert_cmpuint (ls_fake_server_count (self->server, "GET", PATH), ==, i + 1);
    }
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_fake_registry_add ("/registry/limits/pulls", NULL, test_pull_limit);
  ls_test_fake_registry_add ("/registry/limits/pulls-used-up", NULL, test_other_pull_limits);
  ls_test_fake_registry_add ("/registry/limits/pulls-elsewhere", NULL,
                             test_no_pull_limit_elsewhere);
  ls_test_fake_registry_add ("/registry/limits/pause", NULL, test_pause);
  ls_test_fake_registry_add ("/registry/limits/retry", NULL, test_retry);
  ls_test_fake_registry_add ("/registry/limits/long-pause", NULL, test_long_pause);
  ls_test_fake_registry_add ("/registry/limits/cut-lines", NULL, test_cut_lines);
  ls_test_fake_registry_add ("/registry/limits/token-beyond-the-limit", NULL,
                             test_token_beyond_the_limit);
  ls_test_fake_registry_add ("/registry/limits/answers-are-final", NULL, test_answers_are_final);

  return g_test_run ();
}
