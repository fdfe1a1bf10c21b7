/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-http-error.h"
#include "ls-http-reply.h"
#include "ls-server-message.h"

#include <string.h>

typedef struct
{
  guint status;
  const char *headers; /* "Name: value" lines */
  const char *body;
  LsError code;
  const char *text;
} ReplyCase;

#define JSON "Content-Type: application/json"
#define HTML "Content-Type: text/html; charset=UTF-8"

static const ReplyCase reply_cases[] = {
  /* The registry's form. */
  { 404, JSON,
    "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\","
    "\"detail\":\"unknown tag=x\"}]}",
    LS_ERROR_NOT_FOUND, "manifest unknown (unknown tag=x)" },
  { 401, JSON,
    "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\","
    "\"detail\":[{\"Type\":\"repository\"}]}]}",
    LS_ERROR_UNAUTHORIZED, "authentication required" },
  { 401, JSON, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"access denied\"}]}",
    LS_ERROR_FORBIDDEN, "access denied" },
  { 403, JSON, "{\"errors\":[{\"code\":\"DENIED\"}]}", LS_ERROR_FORBIDDEN, "DENIED" },
  { 400, JSON, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"no\"}]}",
    LS_ERROR_DIGEST_MISMATCH, "no" },
  { 400, JSON,
    "{\"errors\":[{\"code\":\"A\",\"message\":\"a\"},{\"code\":\"B\",\"message\":\"b\"}]}",
    LS_ERROR_FAILED, "a; b" },
  { 429, JSON,
    "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"You have reached your pull rate "
    "limit.\"}]}",
    LS_ERROR_RATE_LIMITED, "You have reached your pull rate limit." },
  { 404, JSON, "{\"errors\":[]}", LS_ERROR_NOT_FOUND, NULL },
  { 404, JSON, "{\"errors\":[1,null,[]]}", LS_ERROR_NOT_FOUND, NULL },

  /* Docker Hub's forms. */
  { 401, JSON, "{\"message\":\"unauthorized\",\"errinfo\":{}}", LS_ERROR_UNAUTHORIZED,
    "unauthorized" },
  { 429, JSON, "{\"detail\":\"Rate limit exceeded\",\"error\":false}", LS_ERROR_RATE_LIMITED,
    "Rate limit exceeded" },
  { 401, JSON, "{\"details\":\"incorrect username or password\"}", LS_ERROR_UNAUTHORIZED,
    "incorrect username or password" },

  /* The guard in front of Docker Hub is not Docker Hub. */
  { 403, "Content-Type: text/plain; charset=UTF-8", "error code: 1010", LS_ERROR_CLIENT_REFUSED,
    "error code: 1010" },
  { 403, HTML "\nServer: cloudflare\nCF-RAY: 8f1",
    "<!DOCTYPE html><html><head><title>Just a moment...</title>", LS_ERROR_CLIENT_REFUSED,
    "Just a moment..." },
  { 503, HTML "\ncf-mitigated: challenge", "<html>", LS_ERROR_CLIENT_REFUSED, NULL },
  { 403, HTML, "<html><title>Forbidden</title>", LS_ERROR_FORBIDDEN, "Forbidden" },
  { 403, "Content-Type: text/plain", "error code: none", LS_ERROR_FORBIDDEN, "error code: none" },
  { 404, "Content-Type: text/plain", "error code: 1010", LS_ERROR_NOT_FOUND, "error code: 1010" },

  /* All the rest. */
  { 400, "", "Client sent an HTTP request to an HTTPS server.\n", LS_ERROR_FAILED,
    "Client sent an HTTP request to an HTTPS server." },
  { 413, HTML, "<html><head><title>413 Request Entity Too Large</title></head>", LS_ERROR_TOO_LARGE,
    "413 Request Entity Too Large" },
  { 500, "", "", LS_ERROR_SERVER, NULL },
  { 502, HTML, "<html>", LS_ERROR_SERVER, NULL },
  { 407, "", "", LS_ERROR_OFFLINE, NULL },
  { 302, "", "", LS_ERROR_PROTOCOL, NULL },
  { 405, JSON, "[]", LS_ERROR_FAILED, "[]" },
  { 405, JSON, "{\"errors\":", LS_ERROR_FAILED, "{\"errors\":" },

  /* What must not reach a screen as it is. */
  { 400, "",
    "a\x1b[31mred\r\n\tb\xe2\x80\xae"
    "c\xff",
    LS_ERROR_FAILED, "a[31mred bc\xef\xbf\xbd" },
};

static LsHttpReply *
make_reply (const ReplyCase *c)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GUri) uri = g_uri_parse ("https://registry.example/v2/", LS_URI_FLAGS, NULL);
  g_auto (GStrv) lines = g_strsplit (c->headers, "\n", -1);
  LsHttpReply *reply;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ": ", 2);

      soup_message_headers_append (headers, parts[0], parts[1]);
    }

  reply = ls_http_reply_new (c->status, headers, uri);
  ls_http_reply_take_body (reply, g_bytes_new (c->body, strlen (c->body)));
  soup_message_headers_unref (headers);

  return reply;
}

static void
test_replies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reply_cases); i++)
    {
      const ReplyCase *c = &reply_cases[i];
      g_autofree char *body = g_strescape (c->body, NULL);
      g_autoptr (LsHttpReply) reply = make_reply (c);
      g_autoptr (GError) error = ls_http_reply_to_error (reply, NULL);

      g_test_message ("%u %s %s", c->status, c->headers, body);
      g_assert_error (error, LS_ERROR, (int) c->code);
      g_assert_cmpstr (ls_error_get_server_text (error), ==, c->text);
      g_assert_cmpstr (ls_error_get_subject (error), ==, "registry.example");
    }
}

static void
test_retry_at (void)
{
  static const char *const headers[] = {
    "Retry-After: 100",
    "X-RateLimit-Reset: 100",
    "X-Retry-After: 100\nX-RateLimit-Reset: 9000",
    "Retry-After: 100\nX-RateLimit-Reset: 9000",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      const ReplyCase c = { 429, headers[i], "" };
      gint64 now = g_get_real_time () / G_USEC_PER_SEC;
      g_autoptr (LsHttpReply) reply = make_reply (&c);
      g_autoptr (GError) error = ls_http_reply_to_error (reply, NULL);

      g_assert_cmpint (ls_error_get_retry_at (error), >=, now + 100);
      g_assert_cmpint (ls_error_get_retry_at (error), <, now + 200);
    }
}

static void
test_long_text (void)
{
  g_autofree char *body = g_strnfill (100 * 1000, 'x');
  const ReplyCase c = { 500, "", body };
  g_autoptr (LsHttpReply) reply = make_reply (&c);
  g_autoptr (GError) error = ls_http_reply_to_error (reply, NULL);

  g_assert_cmpuint (strlen (ls_error_get_server_text (error)), ==, LS_SERVER_MESSAGE_MAX_TEXT);
}

static void
test_transport (void)
{
  const struct
  {
    GQuark domain;
    int code;
    GTlsCertificateFlags flags;
    GQuark expected_domain;
    int expected_code;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, 0, G_IO_ERROR, G_IO_ERROR_CANCELLED },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, 0, LS_ERROR, LS_ERROR_TIMED_OUT },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, 0, LS_ERROR, LS_ERROR_OFFLINE },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, G_TLS_CERTIFICATE_EXPIRED, LS_ERROR, LS_ERROR_TLS },
    { G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED, 0, LS_ERROR, LS_ERROR_TLS },
    { G_TLS_ERROR, G_TLS_ERROR_MISC, 0, LS_ERROR, LS_ERROR_INSECURE },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, 0, LS_ERROR, LS_ERROR_INSECURE },
    { LS_ERROR, LS_ERROR_STORE, 0, LS_ERROR, LS_ERROR_STORE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) cause = g_error_new_literal (cases[i].domain, cases[i].code, "cause");
      g_autoptr (GError) error =
          ls_http_error_from_transport (cause, "registry.example", cases[i].flags);

      g_assert_error (error, cases[i].expected_domain, cases[i].expected_code);
      if (cases[i].domain != LS_ERROR && cases[i].expected_domain == LS_ERROR)
        g_assert_cmpstr (ls_error_get_subject (error), ==, "registry.example");
    }
}

static void
test_certificates (void)
{
  g_autofree char *one = ls_http_describe_certificate_errors (G_TLS_CERTIFICATE_UNKNOWN_CA);
  g_autofree char *two = ls_http_describe_certificate_errors (G_TLS_CERTIFICATE_EXPIRED
                                                              | G_TLS_CERTIFICATE_BAD_IDENTITY);
  g_autofree char *other = ls_http_describe_certificate_errors (G_TLS_CERTIFICATE_GENERIC_ERROR);

  g_assert_cmpstr (one, ==, "its authority is unknown");
  g_assert_cmpstr (two, ==, "it belongs to another host, it has expired");
  g_assert_cmpstr (other, ==, "it could not be verified");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/error/replies", test_replies);
  g_test_add_func ("/http/error/retry-at", test_retry_at);
  g_test_add_func ("/http/error/long-text", test_long_text);
  g_test_add_func ("/http/error/transport", test_transport);
  g_test_add_func ("/http/error/certificates", test_certificates);

  return g_test_run ();
}
