/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-fake-registry.h"
#include "ls-test-http.h"

#include <string.h>

#define BASIC "Basic YWxpY2U6Y2FuYXJ5"
#define TAGS "/v2/app/tags/list"
#define GOOD_TAGS "{\"tags\":[\"v1\"]}"

/* Lists the tags of "app", as any request that needs to pull. */
static gboolean
list (LsTestFakeRegistry *self, gboolean with_user, GError **error)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, with_user);
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, error);

  if (tags == NULL)
    ls_test_assert_no_secret (*error);

  return tags != NULL;
}

static void
assert_log (LsTestFakeRegistry *self, const char *expected)
{
  g_auto (GStrv) log = ls_fake_server_get_log (self->server);
  g_autofree char *text = g_strjoinv ("\n", log);

  g_assert_cmpstr (text, ==, expected);
}

static void
challenge_with (LsTestFakeRegistry *self, const char *path, const char *challenge)
{
  g_autofree char *headers = g_strdup_printf ("WWW-Authenticate: %s\r\n", challenge);

  ls_fake_server_add (self->server, "GET", path, 401, headers, "");
}

typedef struct
{
  const char *name;
  guint status;
  const char *headers;
  const char *body;
  int code; /* -1: a registry */
} PingCase;

static const PingCase ping_cases[] = {
  { "with-version", 200, "Docker-Distribution-API-Version: registry/2.0\r\n", "", -1 },
  { "json", 200, "Content-Type: application/json\r\n", "{}", -1 },
  { "empty", 200, "", "", -1 },
  { "forbidden-with-version", 403, "Docker-Distribution-API-Version: registry/2.0\r\n", "", -1 },
  { "missing-with-version", 404, "Docker-Distribution-API-Version: registry/2.0\r\n", "", -1 },
  { "hotel", 200, "Content-Type: text/html\r\n", "<html>Welcome to the hotel!</html>",
    LS_ERROR_NOT_A_REGISTRY },
  { "plain-text", 200, "Content-Type: text/plain\r\n", "It works!", LS_ERROR_NOT_A_REGISTRY },
  { "missing", 404, "Content-Type: text/html\r\n", "<html>", LS_ERROR_NOT_A_REGISTRY },
  { "unchallenging", 401, "", "", LS_ERROR_NOT_A_REGISTRY },
  { "negotiating", 401, "WWW-Authenticate: Negotiate\r\n", "", LS_ERROR_NOT_A_REGISTRY },
  { "to-https-server", 400, "", "Client sent an HTTP request to an HTTPS server.\n",
    LS_ERROR_NOT_A_REGISTRY },
  { "broken", 500, "Retry-After: 1000\r\n", "", LS_ERROR_SERVER },
  { "limited", 429, "Retry-After: 1000\r\n", "", LS_ERROR_RATE_LIMITED },
  { "refused", 403, "Content-Type: text/plain\r\n", "error code: 1010", LS_ERROR_CLIENT_REFUSED },
};

static void
test_ping (LsTestFakeRegistry *self, gconstpointer data)
{
  const PingCase *c = data;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", "/v2/", c->status, c->headers, c->body);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_cmpint (list (self, FALSE, &error), ==, c->code == -1);
  if (c->code != -1)
    {
      g_assert_error (error, LS_ERROR, c->code);
      g_assert_cmpstr (ls_error_get_subject (error), ==, LS_TEST_FAKE_NAME);
    }
}

/* The password goes to the realm and the token to the registry; the scope is
 * our own where the challenge names none. */
static void
test_token (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (self, TRUE, &error));
  assert_log (self, "GET /v2/ -\n"
                    "GET /token?service=fake&scope=repository%3Aapp%3Apull&account=alice&"
                    "client_id=longshore " BASIC "\n"
                    "GET /v2/app/tags/list?n=1000 Bearer token1");
}

static void
test_anonymous_token (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  challenge_with (self, TAGS, "Bearer realm=\"/token\",service=\"fake\"");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (self, FALSE, &error));
  assert_log (self, "GET /v2/app/tags/list?n=1000 -\n"
                    "GET /token?service=fake&scope=repository%3Aapp%3Apull&client_id=longshore -\n"
                    "GET /v2/app/tags/list?n=1000 Bearer token1");
}

static void
test_stale_token (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  ls_fake_server_add (self->server, "GET", TAGS, 401, "", ""); /* and no challenge any more */
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  for (int i = 0; i < 3; i++)
    {
      g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/v2/"), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 2);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", TAGS), ==, 4);
}

/* A registry that is never content is not asked for ever. */
static void
test_never_content (LsTestFakeRegistry *self, gconstpointer data)
{
  gboolean with_user = GPOINTER_TO_INT (data);
  LsError expected = with_user ? LS_ERROR_FORBIDDEN : LS_ERROR_UNAUTHORIZED;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  challenge_with (self, TAGS,
                  "Bearer realm=\"/token\",service=\"fake\",scope=\"repository:app:everything\"");
  g_assert_false (list (self, with_user, &error));
  g_assert_error (error, LS_ERROR, (int) expected);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", TAGS), <=, 3);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), <=, 3);
}

static gboolean
want_wide_scope (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  return ls_fake_server_write (
      out, strstr (request->target, "metadata_read") != NULL
               ? "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"token\":\"wide\"}"
               : "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"token\":\"narrow\"}");
}

static gboolean
check_wide_token (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  return ls_fake_server_write (
      out,
      g_strcmp0 (g_hash_table_lookup (request->headers, "authorization"), "Bearer wide") == 0
          ? "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" GOOD_TAGS
          : "HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer realm=\"/token\","
            "scope=\"repository:app:pull,metadata_read\",error=\"insufficient_scope\"\r\n\r\n");
}

/* Some registries have actions of their own, which only they can name. */
static void
test_wider_scope (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", "Bearer realm=\"/token\"");
  ls_fake_server_handle (self->server, "GET", "/token", want_wide_scope, NULL);
  ls_fake_server_handle (self->server, "GET", TAGS, check_wide_token, NULL);
  g_assert_true (list (self, TRUE, &error));
  g_assert_no_error (error);
}

/* Trying a wrong password again locks accounts. */
static void
test_wrong_basic_once (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_basic (self);
  challenge_with (self, TAGS, "Basic realm=\"fake\"");
  g_assert_false (list (self, TRUE, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  assert_log (self, "GET /v2/ -\nGET /v2/app/tags/list?n=1000 " BASIC);
}

/* Open at the door, closed inside. */
static void
test_late_challenge (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  challenge_with (self, TAGS, "Basic realm=\"fake\"");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (self, TRUE, &error));
  assert_log (self,
              "GET /v2/ -\nGET /v2/app/tags/list?n=1000 -\nGET /v2/app/tags/list?n=1000 " BASIC);
}

static void
test_realms (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    const char *realm;
    int code;
  } cases[] = {
    { "ftp://127.0.0.1/token", LS_ERROR_PROTOCOL },
    { "file:///etc/passwd", LS_ERROR_PROTOCOL },
    { "http://", LS_ERROR_PROTOCOL },
    { "https://auth.example%0d%0aX-Evil:%201/token", LS_ERROR_PROTOCOL },
    { "http://user:x@127.0.0.1/token", LS_ERROR_PROTOCOL },
    { "http://auth.example/token", LS_ERROR_LED_ASTRAY },
    { "http://127.0.0.1.auth.example/token", LS_ERROR_LED_ASTRAY },
    { "http://192.168.77.77/token", LS_ERROR_LED_ASTRAY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *challenge = g_strdup_printf ("Bearer realm=\"%s\"", cases[i].realm);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].realm);
      challenge_with (self, "/v2/", challenge);
      g_assert_false (list (self, TRUE, &error));
      g_assert_error (error, LS_ERROR, cases[i].code);
    }
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", TAGS), ==, 0);
}

static void
test_realm_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) realm = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (realm, "localhost", "/token?keep=this");
  g_autofree char *challenge = g_strdup_printf ("Bearer realm=\"%s\"", url);
  g_auto (GStrv) log = NULL;
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", challenge);
  ls_fake_server_add (realm, "GET", "/token", 200, "", "{\"access_token\":\"token1\"}");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (self, TRUE, &error));
  log = ls_fake_server_get_log (realm);
  g_assert_cmpstr (log[0], ==,
                   "GET /token?keep=this&scope=repository%3Aapp%3Apull&account=alice&"
                   "client_id=longshore " BASIC);
}

/* The realm sends us on: the password does not come along. */
static void
test_realm_redirects (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (thief, "127.0.0.1", "/give");
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", url);
  g_auto (GStrv) log = NULL;
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", "Bearer realm=\"/token\"");
  ls_fake_server_add (self->server, "GET", "/token", 307, headers, "");
  challenge_with (self, TAGS, "Bearer realm=\"/token\"");
  ls_fake_server_add (thief, "GET", "/give", 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
  g_assert_false (list (self, TRUE, &error));
  log = ls_fake_server_get_log (thief);
  g_assert_cmpuint (g_strv_length (log), ==, 1);
  g_assert_cmpstr (log[0], ==, "GET /give -");
}

typedef struct
{
  const char *name;
  guint status;
  const char *headers;
  const char *body;
  int code;
} RealmReply;

static const RealmReply realm_replies[] = {
  { "wrong-password", 401, "", "{\"details\":\"incorrect username or password\"}",
    LS_ERROR_UNAUTHORIZED },
  { "html", 200, "Content-Type: text/html\r\n", "<html>", LS_ERROR_PROTOCOL },
  { "no-token", 200, "", "{\"expires_in\":60}", LS_ERROR_PROTOCOL },
  { "evil-token", 200, "", "{\"token\":\"a\\r\\nX-Evil: 1\"}", LS_ERROR_PROTOCOL },
  { "refused", 403, "Content-Type: text/plain\r\n", "error code: 1010", LS_ERROR_CLIENT_REFUSED },
  { "limited", 429, "Retry-After: 900\r\n", "{\"detail\":\"slow down\"}", LS_ERROR_RATE_LIMITED },
  { "broken", 500, "Retry-After: 900\r\n", "", LS_ERROR_SERVER },
};

static void
test_realm_reply (LsTestFakeRegistry *self, gconstpointer data)
{
  const RealmReply *c = data;
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", "Bearer realm=\"/token\"");
  ls_fake_server_add (self->server, "GET", "/token", c->status, c->headers, c->body);
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, c->code);
  g_assert_cmpstr (ls_error_get_subject (error), ==, LS_TEST_FAKE_NAME);
  ls_test_assert_no_secret (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 1);
}

static gboolean
send_endlessly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  ls_fake_server_write (out, "HTTP/1.1 200 OK\r\n\r\n{\"token\":\"");
  while (ls_fake_server_write (out, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))
    ;

  return FALSE;
}

static void
test_endless_token (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", "Bearer realm=\"/token\"");
  ls_fake_server_handle (self->server, "GET", "/token", send_endlessly, NULL);
  g_assert_false (list (self, TRUE, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

/* After a refusal, signing in again asks again: the password may be right now. */
static void
test_sign_in_again (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  challenge_with (self, "/v2/", "Bearer realm=\"/token\"");
  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", "/token", 401, "", "");
  ls_fake_server_add (self->server, "GET", "/token", 200, "", "{\"token\":\"token1\"}");
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  g_assert_true (ls_registry_sign_in (registry, NULL, &error));
  g_assert_no_error (error);
}

/* Something that wants a password and is no registry all the same. */
static void
test_basic_router (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_basic (self);
  ls_fake_server_add (self->server, "GET", "/v2/", 200, "Content-Type: text/html\r\n",
                      "<html>Router</html>");
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_A_REGISTRY);
}

static gboolean
let_alice_in (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  const char *authorization = g_hash_table_lookup (request->headers, "authorization");

  return ls_fake_server_write (out, authorization == NULL || g_str_equal (authorization, data)
                                        ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                                        : "HTTP/1.1 401 No\r\nContent-Length: 0\r\n"
                                          "WWW-Authenticate: Basic realm=\"x\"\r\n\r\n");
}

/* A registry that is open to everybody and looks at passwords when it gets one. */
static void
test_open_but_checking (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;
  gboolean is_right = data != NULL;

  ls_fake_server_handle (self->server, "GET", "/v2/", let_alice_in,
                         (gpointer) (is_right ? BASIC : "Basic other"));
  g_assert_cmpint (ls_registry_sign_in (registry, NULL, &error), ==, is_right);
  if (!is_right)
    g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
}

static void
test_open_and_careless (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;

  ls_test_fake_registry_be_open (self);
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNSUPPORTED);
  log = ls_fake_server_get_log (self->server);
  for (guint i = 0; log[i] != NULL; i++)
    g_assert_null (strstr (log[i], BASIC));
}

/* A registry with TLS names a realm without: nobody gets to see the password. */
static void
test_realm_without_tls (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *certificate_path = ls_test_dir_build (dir, "server.crt");
  g_autofree char *key_path = ls_test_dir_build (dir, "server.key");
  g_autofree char *ca_path = ls_test_dir_build (dir, "ca.crt");
  g_autofree char *settings_path = ls_test_dir_build (dir, "registries.conf");
  g_autofree char *settings = NULL;
  g_autofree char *url = ls_fake_server_dup_url (self->server, "127.0.0.1", "/token");
  g_autofree char *headers = g_strdup_printf ("WWW-Authenticate: Bearer realm=\"%s\"\r\n", url);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (LsFakeServer) server = NULL;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_make_certificates (ls_test_dir_get_path (dir), "localhost");
  certificate = g_tls_certificate_new_from_files (certificate_path, key_path, &error);
  g_assert_no_error (error);
  server = ls_fake_server_new (certificate);
  ls_fake_server_add (server, "GET", "/v2/", 401, headers, "");

  settings = g_strdup_printf ("[" LS_TEST_FAKE_NAME "]\nlocation=https://127.0.0.1:%u\nca=%s\n",
                              ls_fake_server_get_port (server), ca_path);
  g_file_set_contents (settings_path, settings, -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (self->settings, settings_path, &error);
  g_assert_no_error (error);

  registry = ls_test_fake_registry_open (self, TRUE);
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, 0);
}

/* A registry on the internet, as far as one can tell (it is reached through a
 * proxy), names a token server and an upload address on this computer. */
static void
test_inside (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autoptr (LsFakeServer) proxy = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) victim = ls_fake_server_new (NULL);
  g_autofree char *url = ls_fake_server_dup_url (victim, "innocent.localhost", "/token");
  g_autofree char *challenge = g_strdup_printf ("WWW-Authenticate: Bearer realm=\"%s\"\r\n", url);
  g_autofree char *location = g_strdup_printf ("Location: %s\r\n", url);
  g_autofree char *path = ls_test_dir_build (dir, "registries.conf");
  g_autoptr (LsCredentials) credentials = ls_credentials_new ("alice", "canary");
  g_autoptr (GBytes) bytes = ls_test_make_bytes (10, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (LsHttp) http = ls_test_http_new_behind (proxy);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (LsRegistry) open_registry = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path,
                       "[" LS_TEST_FAKE_NAME "]\nlocation=http://registry.example\n"
                       "insecure=true\n",
                       -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (settings, path, &error);
  g_assert_no_error (error);

  ls_fake_server_add (proxy, "GET", "http://registry.example/v2/", 401, challenge, "");
  registry = ls_registry_new (http, settings, LS_TEST_FAKE_NAME, credentials);
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_clear_error (&error);

  /* Nor does the first answer to somebody without a password. */
  ls_fake_server_add (proxy, "GET", "http://registry.example/v2/app/tags/list", 401, challenge, "");
  g_clear_object (&registry);
  registry = ls_registry_new (http, settings, LS_TEST_FAKE_NAME, NULL);
  g_assert_null (ls_registry_list_tags (registry, "app", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_clear_error (&error);

  ls_fake_server_add (proxy, "GET", "http://registry.example/v2/", 200, "", "{}");
  ls_fake_server_add (proxy, "POST", "http://registry.example/v2/app/blobs/uploads/", 202, location,
                      "");
  open_registry = ls_registry_new (http, settings, LS_TEST_FAKE_NAME, NULL);
  g_assert_false (
      ls_registry_put_blob (open_registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);

  g_assert_cmpuint (ls_fake_server_count (victim, "GET", "/token"), ==, 0);
  g_assert_cmpuint (ls_fake_server_count (victim, "PATCH", "/token"), ==, 0);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (ping_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/challenges/ping-", ping_cases[i].name, NULL);

      ls_test_fake_registry_add (path, &ping_cases[i], test_ping);
    }
  ls_test_fake_registry_add ("/registry/challenges/token", NULL, test_token);
  ls_test_fake_registry_add ("/registry/challenges/anonymous-token", NULL, test_anonymous_token);
  ls_test_fake_registry_add ("/registry/challenges/stale-token", NULL, test_stale_token);
  ls_test_fake_registry_add ("/registry/challenges/never-content", GINT_TO_POINTER (TRUE),
                             test_never_content);
  ls_test_fake_registry_add ("/registry/challenges/never-content-with-nobody",
                             GINT_TO_POINTER (FALSE), test_never_content);
  ls_test_fake_registry_add ("/registry/challenges/wider-scope", NULL, test_wider_scope);
  ls_test_fake_registry_add ("/registry/challenges/wrong-basic-once", NULL, test_wrong_basic_once);
  ls_test_fake_registry_add ("/registry/challenges/late", NULL, test_late_challenge);
  ls_test_fake_registry_add ("/registry/challenges/realms", NULL, test_realms);
  ls_test_fake_registry_add ("/registry/challenges/realm-elsewhere", NULL, test_realm_elsewhere);
  ls_test_fake_registry_add ("/registry/challenges/realm-redirects", NULL, test_realm_redirects);
  for (gsize i = 0; i < G_N_ELEMENTS (realm_replies); i++)
    {
      g_autofree char *path =
          g_strconcat ("/registry/challenges/realm-", realm_replies[i].name, NULL);

      ls_test_fake_registry_add (path, &realm_replies[i], test_realm_reply);
    }
  ls_test_fake_registry_add ("/registry/challenges/endless-token", NULL, test_endless_token);
  ls_test_fake_registry_add ("/registry/challenges/realm-without-tls", NULL,
                             test_realm_without_tls);
  g_test_add_func ("/registry/challenges/inside", test_inside);
  ls_test_fake_registry_add ("/registry/challenges/sign-in-again", NULL, test_sign_in_again);
  ls_test_fake_registry_add ("/registry/challenges/basic-router", NULL, test_basic_router);
  ls_test_fake_registry_add ("/registry/challenges/open-but-checking", "right",
                             test_open_but_checking);
  ls_test_fake_registry_add ("/registry/challenges/open-but-checking-wrong", NULL,
                             test_open_but_checking);
  ls_test_fake_registry_add ("/registry/challenges/open-and-careless", NULL,
                             test_open_and_careless);

  return g_test_run ();
}
