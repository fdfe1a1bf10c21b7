/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-dir.h"
#include "ls-test-http.h"
#include "ls-test-registry.h"

#include <string.h>

#define SECRET "Bearer canary"

static LsTestDir *certificates;

static GTlsCertificate *
load_certificate (void)
{
  g_autofree char *certificate = ls_test_dir_build (certificates, "server.crt");
  g_autofree char *key = ls_test_dir_build (certificates, "server.key");
  g_autoptr (GError) error = NULL;
  GTlsCertificate *result = g_tls_certificate_new_from_files (certificate, key, &error);

  g_assert_no_error (error);

  return result;
}

static GTlsDatabase *
load_authority (void)
{
  g_autofree char *path = ls_test_dir_build (certificates, "ca.crt");
  g_autoptr (GError) error = NULL;
  GTlsDatabase *result = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);

  return result;
}

static LsEndpoint *
make_endpoint (LsFakeServer *server, const char *host, LsEndpointFlags flags,
               GTlsDatabase *authority)
{
  g_autofree char *url = ls_fake_server_dup_url (server, host, "");
  g_autoptr (GError) error = NULL;
  LsEndpoint *endpoint = ls_endpoint_new (url, flags, authority, &error);

  g_assert_no_error (error);

  return endpoint;
}

static void
redirect (LsFakeServer *from, const char *path, guint status, const char *to)
{
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", to);

  ls_fake_server_add (from, "GET", path, status, headers, "");
}

static void
redirect_to_server (LsFakeServer *from, const char *path, guint status, LsFakeServer *to,
                    const char *host, const char *to_path)
{
  g_autofree char *url = ls_fake_server_dup_url (to, host, to_path);

  redirect (from, path, status, url);
}

static LsHttpReply *
send (const char *method, LsEndpoint *endpoint, const char *target, GError **error)
{
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsHttpRequest) request =
      ls_http_request_new_for_target (method, endpoint, target, error);

  ls_http_request_set_authorization (request, SECRET);

  return ls_http_send (http, request, NULL, error);
}

static void
assert_log (LsFakeServer *server, const char *expected)
{
  g_auto (GStrv) log = ls_fake_server_get_log (server);
  g_autofree char *text = g_strjoinv ("\n", log);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_body (LsHttpReply *reply, const char *expected)
{
  gsize size;
  const char *data = g_bytes_get_data (ls_http_reply_get_body (reply), &size);

  g_assert_cmpmem (data, size, expected, strlen (expected));
}

static void
test_same_origin (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  redirect (server, "/a", 301, "/b?x=1");
  redirect (server, "/b", 302, "c");
  redirect (server, "/c", 303, "/d");
  redirect (server, "/d", 307, "/e");
  redirect (server, "/e", 308, "/f");
  ls_fake_server_add (server, "GET", "/f", 200, "", "here");

  reply = send ("GET", endpoint, "a", &error);
  g_assert_no_error (error);
  assert_body (reply, "here");
  g_assert_false (ls_http_reply_get_left_origin (reply));
  assert_log (server, "GET /a " SECRET "\nGET /b?x=1 " SECRET "\nGET /c " SECRET "\nGET /d " SECRET
                      "\nGET /e " SECRET "\nGET /f " SECRET);
}

/* Another port is another origin, and coming back does not make up for it. */
static void
test_authorization_stays (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  redirect_to_server (server, "/a", 307, other, "127.0.0.1", "/b");
  redirect (other, "/b", 307, "/c");
  redirect_to_server (other, "/c", 307, server, "127.0.0.1", "/d");
  redirect (server, "/d", 307, "/e");
  ls_fake_server_add (server, "GET", "/e", 200, "", "");

  reply = send ("GET", endpoint, "a", &error);
  g_assert_no_error (error);
  g_assert_true (ls_http_reply_get_left_origin (reply));
  assert_log (server, "GET /a " SECRET "\nGET /d -\nGET /e -");
  assert_log (other, "GET /b -\nGET /c -");
}

/* Another name of the same address is another origin as well. */
static void
test_other_host (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  redirect_to_server (server, "/a", 302, server, "localhost", "/b");
  ls_fake_server_add (server, "GET", "/b", 200, "", "");

  reply = send ("GET", endpoint, "a", &error);
  g_assert_no_error (error);
  assert_log (server, "GET /a " SECRET "\nGET /b -");
}

static void
test_never_to_plain_http (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ();
  g_autoptr (GTlsDatabase) authority = load_authority ();
  g_autoptr (LsFakeServer) server = ls_fake_server_new (certificate);
  g_autoptr (LsFakeServer) plain = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) trusted = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, authority);
  g_autoptr (LsEndpoint) insecure = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_INSECURE, NULL);
  g_autoptr (GError) error = NULL;

  redirect_to_server (server, "/a", 302, plain, "127.0.0.1", "/b");
  ls_fake_server_add (plain, "GET", "/b", 200, "", "");

  g_assert_null (send ("GET", trusted, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_clear_error (&error);
  g_assert_null (send ("GET", insecure, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_assert_cmpuint (ls_fake_server_n_connections (plain), ==, 0);
}

/* What is allowed for one origin is not for where it leads. */
static void
test_trust_stays (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ();
  g_autoptr (GTlsDatabase) authority = load_authority ();
  g_autoptr (LsFakeServer) server = ls_fake_server_new (certificate);
  g_autoptr (LsFakeServer) other = ls_fake_server_new (certificate);
  g_autoptr (LsEndpoint) insecure = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_INSECURE, NULL);
  g_autoptr (LsEndpoint) trusted = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, authority);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  redirect_to_server (server, "/a", 302, other, "127.0.0.1", "/b");
  ls_fake_server_add (other, "GET", "/b", 200, "", "");
  ls_fake_server_add (server, "GET", "/c", 200, "", "");

  g_assert_null (send ("GET", insecure, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
  g_clear_error (&error);
  g_assert_null (send ("GET", trusted, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
  g_clear_error (&error);
  assert_log (other, "");

  reply = send ("GET", trusted, "c", &error);
  g_assert_no_error (error);
}

/* A connection that is kept from a request that trusts everything is not good
 * enough for one that does not. */
static void
test_kept_connection (void)
{
  g_autoptr (GTlsCertificate) certificate = load_certificate ();
  g_autoptr (LsFakeServer) server = ls_fake_server_new (certificate);
  g_autoptr (LsEndpoint) insecure = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_INSECURE, NULL);
  g_autoptr (LsEndpoint) strict = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttp) http = ls_http_new ();
  LsEndpoint *const endpoints[] = { insecure, insecure, strict };

  ls_fake_server_add (server, "GET", "/a", 200, "", "");
  for (gsize i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsHttpRequest) request =
          ls_http_request_new_for_target ("GET", endpoints[i], "a", &error);
      g_autoptr (LsHttpReply) reply = ls_http_send (http, request, NULL, &error);

      if (endpoints[i] == insecure)
        g_assert_no_error (error);
      else
        g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
    }
  g_assert_cmpuint (ls_fake_server_n_connections (server), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (server, "GET", "/a"), ==, 2);
}

static void
test_without_end (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (GError) error = NULL;

  redirect (server, "/a", 307, "/a");
  g_assert_null (send ("GET", endpoint, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
  g_assert_cmpuint (ls_fake_server_count (server, "GET", "/a"), ==, 11);
}

static void
test_nowhere (void)
{
  static const char *const locations[] = {
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "javascript:alert(1)",
    "http://",
    "http://user:password@127.0.0.1/",
    "http://[::1/",
    "http://127.0.0.1%0d%0aX-Evil:1/",
    "http://127.0.0.1:0/",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
      g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", locations[i]);
      redirect (server, "/a", 302, locations[i]);
      g_assert_null (send ("GET", endpoint, "a", &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

static void
test_no_location (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (server, "GET", "/a", 302, "", "");
  g_assert_null (send ("GET", endpoint, "a", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
}

static GInputStream *
open_body (gpointer data, GCancellable *cancellable, GError **error)
{
  int *n_opened = data;

  (*n_opened)++;

  return g_memory_input_stream_new_from_data ("content", 7, NULL);
}

/* 307 keeps method and body, which has to be opened anew; the older redirects
 * would make a GET of a PUT, which then seems to succeed. */
static void
test_bodies (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttp) http = ls_http_new ();
  static const struct
  {
    const char *method;
    guint status;
    guint expected;
  } cases[] = {
    { "PUT", 307, 201 },  { "PUT", 308, 201 },   { "PATCH", 307, 201 },
    { "POST", 307, 201 }, { "PUT", 301, 301 },   { "PUT", 302, 302 },
    { "PUT", 303, 303 },  { "PATCH", 302, 302 }, { "POST", 303, 303 },
  };

  ls_fake_server_add (server, "GET", "/to", 200, "", "");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/from%zu", i);
      g_autoptr (LsHttpRequest) request = NULL;
      g_autoptr (LsHttpReply) reply = NULL;
      g_autoptr (GError) error = NULL;
      int n_opened = 0;

      ls_fake_server_add (server, cases[i].method, path, cases[i].status, "Location: /to\r\n", "");
      ls_fake_server_handle (server, cases[i].method, "/to", ls_test_http_accept_content, NULL);
      request = ls_http_request_new_for_target (cases[i].method, endpoint, path + 1, &error);
      ls_http_request_set_body_func (request, "application/octet-stream", 7, open_body, &n_opened);
      reply = ls_http_send (http, request, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (ls_http_reply_get_status (reply), ==, cases[i].expected);
      g_assert_cmpint (n_opened, ==, cases[i].expected == 201 ? 2 : 1);
    }
  g_assert_cmpuint (ls_fake_server_count (server, "GET", "/to"), ==, 0);
}

/* A body that is a secret does not go to another server either. */
static void
test_secret_body (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autofree char *url = ls_fake_server_dup_url (other, "127.0.0.1", "/b");
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", url);
  g_autoptr (GBytes) body = g_bytes_new_static ("secret", 6);
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (server, "POST", "/a", 307, headers, "");
  request = ls_http_request_new_for_target ("POST", endpoint, "a", &error);
  ls_http_request_set_body (request, "text/plain", body);
  ls_http_request_set_same_origin (request, TRUE);
  g_assert_null (ls_http_send (http, request, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
  g_assert_cmpuint (ls_fake_server_n_connections (other), ==, 0);
}

static gboolean
answer_with_range (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  const char *range = g_hash_table_lookup (request->headers, "range");
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen (range), range);

  return ls_fake_server_write (out, text);
}

static void
test_range_is_kept (void)
{
  g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autoptr (LsEndpoint) endpoint = make_endpoint (server, "127.0.0.1", LS_ENDPOINT_NONE, NULL);
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  redirect_to_server (server, "/a", 307, other, "127.0.0.1", "/b");
  ls_fake_server_handle (other, "GET", "/b", answer_with_range, NULL);
  request = ls_http_request_new_for_target ("GET", endpoint, "a", &error);
  ls_http_request_set_header (request, "Range", "bytes=10-19");
  reply = ls_http_send (http, request, NULL, &error);
  g_assert_no_error (error);
  assert_body (reply, "bytes=10-19");
}

static LsHttpReply *
send_through (LsHttp *http, LsEndpoint *endpoint, const char *target, GError **error)
{
  g_autoptr (LsHttpRequest) request =
      ls_http_request_new_for_target ("GET", endpoint, target, error);

  return ls_http_send (http, request, NULL, error);
}

/* A registry on the internet, as far as one can tell: it is reached through a
 * proxy. It must not send us to this computer, whatever the name says. */
static void
test_inside (void)
{
  static const char *const hosts[] = { "127.0.0.1", "localhost", "innocent.localhost" };
  g_autoptr (LsFakeServer) proxy = ls_fake_server_new (NULL);
  g_autoptr (LsFakeServer) victim = ls_fake_server_new (NULL);
  g_autoptr (LsHttp) http = ls_test_http_new_behind (proxy);
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  endpoint = ls_endpoint_new ("http://registry.example", LS_ENDPOINT_INSECURE, NULL, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/from%zu", i);
      g_autofree char *from = g_strconcat ("http://registry.example", path, NULL);

      redirect_to_server (proxy, from, 302, victim, hosts[i], "/admin");
      g_assert_null (send_through (http, endpoint, path + 1, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_LED_ASTRAY);
      g_clear_error (&error);
    }
  assert_log (victim, "");

  /* What stays outside goes through. */
  redirect (proxy, "http://registry.example/a", 302, "http://cdn.example/b");
  ls_fake_server_add (proxy, "GET", "http://cdn.example/b", 200, "", "blob");
  reply = send_through (http, endpoint, "a", &error);
  g_assert_no_error (error);
  assert_body (reply, "blob");
}

/* No plain request goes out because TLS does not work. */
static void
test_no_silent_plain_http (void)
{
  g_autoptr (LsFakeServer) plain = ls_fake_server_new (NULL);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", ls_fake_server_get_port (plain));
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;

  endpoint = ls_endpoint_new (url, LS_ENDPOINT_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (send ("GET", endpoint, "v2/", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_INSECURE);
  assert_log (plain, "");
}

int
main (int argc, char **argv)
{
  int result;

  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);
  certificates = ls_test_dir_new ();
  ls_test_make_certificates (ls_test_dir_get_path (certificates), "localhost");

  g_test_add_func ("/http/redirects/same-origin", test_same_origin);
  g_test_add_func ("/http/redirects/authorization-stays", test_authorization_stays);
  g_test_add_func ("/http/redirects/other-host", test_other_host);
  g_test_add_func ("/http/redirects/never-to-plain-http", test_never_to_plain_http);
  g_test_add_func ("/http/redirects/trust-stays", test_trust_stays);
  g_test_add_func ("/http/redirects/kept-connection", test_kept_connection);
  g_test_add_func ("/http/redirects/without-end", test_without_end);
  g_test_add_func ("/http/redirects/nowhere", test_nowhere);
  g_test_add_func ("/http/redirects/no-location", test_no_location);
  g_test_add_func ("/http/redirects/bodies", test_bodies);
  g_test_add_func ("/http/redirects/secret-body", test_secret_body);
  g_test_add_func ("/http/redirects/range-is-kept", test_range_is_kept);
  g_test_add_func ("/http/redirects/inside", test_inside);
  g_test_add_func ("/http/redirects/no-silent-plain-http", test_no_silent_plain_http);

  result = g_test_run ();
  ls_test_dir_free (certificates);

  return result;
}
