/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-http.h"

#include <string.h>

#define SHORT_TIMEOUT 1 /* second */

static void
set_up (LsTestHttp *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  self->server = ls_fake_server_new (NULL);
  url = ls_fake_server_dup_url (self->server, "127.0.0.1", "");
  self->endpoint = ls_endpoint_new (url, LS_ENDPOINT_NONE, NULL, &error);
  g_assert_no_error (error);
  self->http = g_object_new (LS_TYPE_HTTP, "timeout", SHORT_TIMEOUT, NULL);
}

static void
tear_down (LsTestHttp *self, gconstpointer data)
{
  g_clear_object (&self->http);
  g_clear_pointer (&self->endpoint, ls_endpoint_unref);
  g_clear_pointer (&self->server, ls_fake_server_free);
}

LsHttpRequest *
ls_test_http_request (LsTestHttp *self, const char *method)
{
  g_autoptr (GError) error = NULL;
  LsHttpRequest *request = ls_http_request_new_for_target (method, self->endpoint, "a", &error);

  g_assert_no_error (error);

  return request;
}

LsHttpReply *
ls_test_http_get (LsTestHttp *self, GError **error)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");

  return ls_http_send (self->http, request, NULL, error);
}

void
ls_test_http_assert_body (LsHttpReply *reply, const char *expected)
{
  gsize size;
  const char *data = g_bytes_get_data (ls_http_reply_get_body (reply), &size);

  g_assert_cmpmem (data, size, expected, strlen (expected));
}

gpointer
ls_test_http_cancel_soon (gpointer cancellable)
{
  g_usleep (100 * 1000);
  g_cancellable_cancel (cancellable);

  return NULL;
}

gboolean
ls_test_http_say_and_wait (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                           gpointer data)
{
  ls_fake_server_write (out, data);
  ls_fake_server_wait (server, 60 * 1000);

  return FALSE;
}

gboolean
ls_test_http_say_and_hang_up (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                              gpointer data)
{
  ls_fake_server_write (out, data);

  return FALSE;
}

/* A session behind a proxy. */
LsHttp *
ls_test_http_new_behind (LsFakeServer *proxy)
{
  static const char *const inside[] = { "localhost", "127.0.0.0/8", "::1", NULL };
  g_autofree char *url = ls_fake_server_dup_url (proxy, "127.0.0.1", "");
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (url, (char **) inside);

  return g_object_new (LS_TYPE_HTTP, "proxy-resolver", resolver, NULL);
}

/* Adds a test with the fixture. */
void
ls_test_http_add (const char *path, gconstpointer data, void (*test) (LsTestHttp *, gconstpointer))
{
  g_test_add (path, LsTestHttp, data, set_up, test, tear_down);
}

gboolean
ls_test_http_accept_content (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                             gpointer data)
{
  gsize size;
  const char *bytes = g_bytes_get_data (request->body, &size);

  return ls_fake_server_write (out, size == 7 && memcmp (bytes, "content", 7) == 0
                                        ? "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
                                        : "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
}
