/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody without credentials asks for first is the thing itself, and not whether
 * a registry is there. */

#include "ls-error.h"
#include "ls-test-fake-registry.h"

#define TAGS "/v2/app/tags/list"
#define GOOD_TAGS "{\"tags\":[\"v1\"]}"

static gboolean
list (LsTestFakeRegistry *self, GError **error)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, error);

  return tags != NULL;
}

static void
assert_log (LsTestFakeRegistry *self, const char *expected)
{
  g_auto (GStrv) log = ls_fake_server_get_log (self->server);
  g_autofree char *text = g_strjoinv ("\n", log);

  g_assert_cmpstr (text, ==, expected);
}

typedef struct
{
  const char *name;
  guint status;
  const char *headers;
  const char *log;
  int code; /* -1: there are tags */
} FirstReply;

#define FIRST "GET /v2/app/tags/list?n=1000 -"
#define FROM_REGISTRY "Docker-Distribution-API-Version: registry/2.0\r\n"

/* What the first question to a registry that wants a token from everybody may bring. */
static const FirstReply first_replies[] = {
  { "served", 200, FROM_REGISTRY, FIRST, -1 },
  { "missing", 404, FROM_REGISTRY, FIRST, LS_ERROR_NOT_FOUND },
  { "limited", 429, "Retry-After: 1000\r\n", FIRST, LS_ERROR_RATE_LIMITED },
  { "wants-password", 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", FIRST,
    LS_ERROR_UNAUTHORIZED },

  /* It may be anything, or be about who asks. */
  { "bare-401", 401, "", NULL, -1 },
  { "odd-challenge", 401, "WWW-Authenticate: Negotiate\r\n", NULL, -1 },
  { "forbidden", 403, FROM_REGISTRY, NULL, -1 },
  { "nameless", 200, "", NULL, -1 },
  { "missing-somewhere", 404, "Content-Type: text/html\r\n", NULL, -1 },
  { "broken", 500, "Retry-After: 1000\r\n", NULL, -1 },
};

/* Nobody's first question is the one that matters. Only where its answer does not say
 * who answers, or what to nobody in particular, /v2/ is asked for. */
static void
test_first_reply (LsTestFakeRegistry *self, gconstpointer data)
{
  const FirstReply *c = data;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", TAGS, c->status, c->headers, GOOD_TAGS);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_cmpint (list (self, &error), ==, c->code == -1);
  if (c->code != -1)
    g_assert_error (error, LS_ERROR, c->code);
  assert_log (self, c->log != NULL ? c->log
                                   : FIRST
                        "\nGET /v2/ -\n"
                        "GET /token?service=fake&scope=repository%3Aapp%3Apull&client_id=longshore "
                        "-\nGET /v2/app/tags/list?n=1000 Bearer token1");
}

/* A registry that is open to everybody has said all that it has to say. */
static void
test_open_registry (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", TAGS, 404, "", "");
  g_assert_false (list (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  assert_log (self, FIRST "\nGET /v2/ -");
}

/* Whoever the registry sends us to does not speak for it. */
static void
test_from_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (other, "127.0.0.1", "/list");
  g_autofree char *location = g_strdup_printf ("Location: %s\r\n", url);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (other, "GET", "/list", 401,
                      FROM_REGISTRY "WWW-Authenticate: Bearer realm=\"/thief\"\r\n", "");
  ls_fake_server_add (self->server, "GET", TAGS, 307, location, "");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (self, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/"), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (other, "GET", "/thief"), ==, 0);
}

static gpointer
list_in_thread (gpointer registry)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, &error);

  g_assert_no_error (error);

  return NULL;
}

/* One asks, and the others learn from it. */
static void
test_of_many (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  GThread *threads[8];
  g_auto (GStrv) log = NULL;
  guint n_in_vain = 0;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", TAGS, 401,
                      "WWW-Authenticate: Bearer realm=\"/token\",service=\"fake\"\r\n", "");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("list", list_in_thread, registry);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  log = ls_fake_server_get_log (self->server);
  for (guint i = 0; log[i] != NULL; i++)
    n_in_vain += g_str_equal (log[i], FIRST);
  g_assert_cmpuint (n_in_vain, ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 1);
  g_assert_cmpuint (g_strv_length (log), ==, G_N_ELEMENTS (threads) + 2);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (first_replies); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/first-request/", first_replies[i].name, NULL);

      ls_test_fake_registry_add (path, &first_replies[i], test_first_reply);
    }
  ls_test_fake_registry_add ("/registry/first-request/open-registry", NULL, test_open_registry);
  ls_test_fake_registry_add ("/registry/first-request/from-elsewhere", NULL, test_from_elsewhere);
  ls_test_fake_registry_add ("/registry/first-request/of-many", NULL, test_of_many);

  return g_test_run ();
}
