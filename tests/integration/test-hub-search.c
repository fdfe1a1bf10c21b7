/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-fake-server.h"
#include "ls-hub.h"
#include "ls-test-await.h"
#include "ls-test-dir.h"
#include "ls-test-process.h"

#include <string.h>

#define SEARCH "/api/search/v4"
#define INDEX "/v1/search"
#define FROM_SEARCH "{\"total\":1,\"results\":[{\"name\":\"search\"}]}"
#define FROM_INDEX                                                                                 \
  "{\"num_pages\":3,\"num_results\":60,\"results\":[{\"name\":\"index\",\"is_official\":true}]}"

typedef struct
{
  LsFakeServer *server;
  LsTestDir *dir;
  LsHttp *http;
  LsHub *hub;
} Fixture;

static void
open_hub (Fixture *self, guint16 port)
{
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autofree char *path = ls_test_dir_build (self->dir, "registries.conf");
  g_autofree char *text = g_strdup_printf (
      "[docker.io]\napi=http://127.0.0.1:%u\nsearch=http://127.0.0.1:%u\n", port, port);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (settings, path, &error);
  g_assert_no_error (error);

  self->http = ls_http_new ();
  self->hub = ls_hub_new (self->http, settings);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->server = ls_fake_server_new (NULL);
  self->dir = ls_test_dir_new ();
  open_hub (self, ls_fake_server_get_port (self->server));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->hub);
  g_clear_object (&self->http);
  g_clear_pointer (&self->dir, ls_test_dir_free);
  g_clear_pointer (&self->server, ls_fake_server_free);
}

static GPtrArray *
search (Fixture *self, const char *query, guint page, gint64 *total, gboolean *has_more,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_hub_search_async (self->hub, query, page, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_hub_search_finish (self->hub, result, total, has_more, error);
}

static const char *
first_name (GPtrArray *results)
{
  g_assert_cmpuint (results->len, >, 0);

  return ls_hub_repository_get_name (results->pdata[0]);
}

/* What is asked, with what, and of whom. */
static void
test_request (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) next = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;

  ls_fake_server_add (self->server, "GET", SEARCH, 200, "", FROM_SEARCH);
  results = search (self, "library/a b&c=\xc3\xa9", 0, NULL, NULL, &error);
  g_assert_no_error (error);
  next = search (self, "x", 3, NULL, NULL, &error);
  g_assert_no_error (error);

  log = ls_fake_server_get_log (self->server);
  g_assert_cmpuint (g_strv_length (log), ==, 2);
  g_assert_cmpstr (log[0], ==,
                   "GET " SEARCH "?query=a%20b%26c%3D%C3%A9&from=0&size=25&type=image -");
  g_assert_cmpstr (log[1], ==, "GET " SEARCH "?query=x&from=75&size=25&type=image -");
}

typedef struct
{
  const char *name;
  guint status;
  const char *headers;
  const char *body;
  gboolean asks_index;
  int code; /* when the index is not asked */
} FallbackCase;

static const FallbackCase fallback_cases[] = {
  { "edge", 403, "Content-Type: text/html\r\nServer: cloudflare\r\n",
    "<title>Just a moment...</title>", TRUE, 0 },
  { "code", 403, "Content-Type: text/plain\r\n", "error code: 1010", TRUE, 0 },
  { "forbidden", 403, "", "{\"message\":\"no\"}", TRUE, 0 },
  { "missing", 404, "", "", TRUE, 0 },
  { "gone", 410, "", "", TRUE, 0 },
  { "broken", 500, "", "", TRUE, 0 },
  { "bad-request", 400, "", "", TRUE, 0 },
  { "html", 200, "Content-Type: text/html\r\n", "<html>", TRUE, 0 },
  { "other-json", 200, "", "{\"items\":[]}", TRUE, 0 },
  { "empty", 200, "", "", TRUE, 0 },
  { "limited", 429, "Retry-After: 900\r\n", "{\"detail\":\"Rate limit exceeded\"}", FALSE,
    LS_ERROR_RATE_LIMITED },
};

static void
test_fallback (Fixture *self, gconstpointer data)
{
  const FallbackCase *c = data;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) next = NULL;
  g_autoptr (GError) error = NULL;
  gint64 total;
  gboolean has_more;

  ls_fake_server_add (self->server, "GET", SEARCH, c->status, c->headers, c->body);
  ls_fake_server_add (self->server, "GET", INDEX, 200, "", FROM_INDEX);
  results = search (self, "x", 0, &total, &has_more, &error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", SEARCH), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", INDEX), ==, c->asks_index);
  if (!c->asks_index)
    {
      g_assert_null (results);
      g_assert_error (error, LS_ERROR, c->code);
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpstr (first_name (results), ==, "index");
  g_assert_cmpint (total, ==, 60);
  g_assert_true (has_more);

  /* The next page comes from where the first one came. */
  next = search (self, "x", 1, &total, &has_more, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first_name (next), ==, "index");
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", SEARCH), ==, 1);
}

/* A later page that fails is not made up for with pages of the other source. */
static void
test_no_mixture (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", SEARCH, 200, "", FROM_SEARCH);
  ls_fake_server_add (self->server, "GET", SEARCH, 403, "",
                      "{\"message\":\"pagination offset too large for anonymous requests\"}");
  ls_fake_server_add (self->server, "GET", INDEX, 200, "", FROM_INDEX);
  results = search (self, "x", 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (search (self, "x", 1, NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_FORBIDDEN);
  g_assert_cmpstr (ls_error_get_server_text (error), ==,
                   "pagination offset too large for anonymous requests");
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", INDEX), ==, 0);
}

/* When both fail, what the first one said is what the user should know. */
static void
test_both_refuse (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", SEARCH, 403, "Content-Type: text/plain\r\n",
                      "error code: 1010");
  ls_fake_server_add (self->server, "GET", INDEX, 404, "", "");
  g_assert_null (search (self, "x", 0, NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CLIENT_REFUSED);
}

static void
test_offline (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->server, ls_fake_server_free);
  g_assert_null (search (self, "x", 0, NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_nonnull (ls_error_get_subject (error));
}

static gboolean
never_answer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  ls_fake_server_wait (server, 60 * 1000);

  return FALSE;
}

static gboolean
has_asked (gpointer data)
{
  return ls_fake_server_count (data, "GET", SEARCH) > 0;
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", SEARCH, never_answer, NULL);
  ls_fake_server_add (self->server, "GET", INDEX, 200, "", FROM_INDEX);
  ls_hub_search_async (self->hub, "x", 0, cancellable, ls_test_keep_result, &result);
  while (!has_asked (self->server))
    g_usleep (5 * 1000);
  g_cancellable_cancel (cancellable);
  ls_test_await (&result);
  g_assert_null (ls_hub_search_finish (self->hub, result, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", INDEX), ==, 0);
}

/* The stand-in for Docker Hub: all pages of a search, each repository once. */
static void
test_stand_in (void)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "servers", "hub-server.py", NULL);
  g_autofree char *catalogue =
      g_test_build_filename (G_TEST_DIST, "servers", "hub-catalogue.json", NULL);
  guint16 port = ls_test_find_free_port ();
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  const char *const argv[] = { "python3",     program,   "--port", port_text,
                               "--catalogue", catalogue, NULL };
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Fixture self = { .dir = ls_test_dir_new () };
  g_autofree char *log = ls_test_dir_build (self.dir, "hub.log");
  GPid pid = ls_test_process_start (argv, log);
  gboolean has_more = TRUE;
  gint64 total = 0;

  ls_test_wait_for_port (port, "the stand-in for Docker Hub");
  open_hub (&self, port);
  for (guint page = 0; has_more; page++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) results = search (&self, "a", page, &total, &has_more, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < results->len; i++)
        g_assert_true (
            g_hash_table_add (names, g_strdup (ls_hub_repository_get_name (results->pdata[i]))));
    }
  g_assert_cmpint (g_hash_table_size (names), ==, total);
  g_assert_true (g_hash_table_contains (names, "ubuntu"));

  ls_test_process_end (pid);
  tear_down (&self, NULL);
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  add ("/hub/search/request", NULL, test_request);
  for (gsize i = 0; i < G_N_ELEMENTS (fallback_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/hub/search/fallback-", fallback_cases[i].name, NULL);

      add (path, &fallback_cases[i], test_fallback);
    }
  add ("/hub/search/no-mixture", NULL, test_no_mixture);
  add ("/hub/search/both-refuse", NULL, test_both_refuse);
  add ("/hub/search/offline", NULL, test_offline);
  add ("/hub/search/cancel", NULL, test_cancel);
  g_test_add_func ("/hub/search/stand-in", test_stand_in);

  return g_test_run ();
}
