/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-http.h"

#define SIZE (256 * 1024)

/* A request for /a in a thread of its own. */
typedef struct
{
  LsTestHttp *fixture;
  LsHttpRequest *request;
  GCancellable *cancellable;
  LsHttpReply *reply;
  GError *error;
  int is_done;
} Call;

static gpointer
run_call (gpointer data)
{
  Call *call = data;

  call->reply = ls_http_send (call->fixture->http, call->request, call->cancellable, &call->error);
  g_atomic_int_set (&call->is_done, TRUE);

  return NULL;
}

static void
call_clear (Call *call)
{
  g_clear_pointer (&call->request, ls_http_request_free);
  g_clear_pointer (&call->reply, ls_http_reply_free);
  g_clear_object (&call->cancellable);
  g_clear_error (&call->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static Call
make_call (LsTestHttp *self, const char *method)
{
  Call call = { .fixture = self };

  call.request = ls_test_http_request (self, method);
  call.cancellable = g_cancellable_new ();

  return call;
}

static void
wait_for_request (LsTestHttp *self, const char *method, guint n)
{
  while (ls_fake_server_count (self->server, method, "/a") < n)
    g_usleep (1000);
}

/* With a byte a second, what was asked for would take days: it comes at once when
 * the limit is lifted, in the middle of a body. */
static void
test_download (LsTestHttp *self, gconstpointer data)
{
  g_autofree char *body = g_strnfill (SIZE, 'x');
  g_auto (Call) call = make_call (self, "GET");
  gint64 limit = 0;
  GThread *thread;

  ls_fake_server_add (self->server, "GET", "/a", 200, "", body);
  g_object_set (self->http, "bandwidth-limit", G_GINT64_CONSTANT (1), NULL);
  g_object_get (self->http, "bandwidth-limit", &limit, NULL);
  g_assert_cmpint (limit, ==, 1);

  thread = g_thread_new ("call", run_call, &call);
  wait_for_request (self, "GET", 1);
  g_assert_false (g_atomic_int_get (&call.is_done));
  ls_http_set_bandwidth_limit (self->http, 0);
  g_thread_join (thread);
  g_assert_no_error (call.error);
  ls_test_http_assert_body (call.reply, body);
}

static void
test_cancelled_download (LsTestHttp *self, gconstpointer data)
{
  g_autofree char *body = g_strnfill (SIZE, 'x');
  g_auto (Call) call = make_call (self, "GET");
  GThread *thread;

  ls_fake_server_add (self->server, "GET", "/a", 200, "", body);
  ls_http_set_bandwidth_limit (self->http, 1);
  thread = g_thread_new ("call", run_call, &call);
  wait_for_request (self, "GET", 1);
  g_cancellable_cancel (call.cancellable);
  g_thread_join (thread);
  g_assert_error (call.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
take_body (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  GByteArray *received = data;
  g_autofree guint8 *body = g_malloc (SIZE);
  gsize n_read;

  g_input_stream_read_all (request->in, body, SIZE, &n_read, NULL, NULL);
  g_byte_array_append (received, body, (guint) n_read);
  ls_fake_server_write (out, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

  return TRUE;
}

static void
test_upload (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GByteArray) received = g_byte_array_new ();
  char *text = g_strnfill (SIZE, 'y');
  g_autoptr (GBytes) body = g_bytes_new_take (text, SIZE);
  g_auto (Call) call = make_call (self, "PUT");
  GThread *thread;

  ls_http_request_set_body (call.request, "text/plain", body);
  ls_fake_server_handle_unread (self->server, "PUT", "/a", take_body, received);
  ls_http_set_bandwidth_limit (self->http, 1);
  thread = g_thread_new ("call", run_call, &call);
  wait_for_request (self, "PUT", 1);
  g_assert_false (g_atomic_int_get (&call.is_done));
  ls_http_set_bandwidth_limit (self->http, 0);
  g_thread_join (thread);
  g_assert_no_error (call.error);
  g_assert_cmpmem (received->data, received->len, text, SIZE);
}

#define LARGE_SIZE (48 * 1024 * 1024) /* much more than lies about on the way */

/* Never so slowly that the system would give up on the line, and not for ever. */
static gboolean
take_slowly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  g_autofree guint8 *piece = g_malloc (SIZE);
  gint64 left = request->content_length;

  while (left > 0)
    {
      gssize n = g_input_stream_read (request->in, piece, SIZE, NULL, NULL);

      if (n <= 0 || !ls_fake_server_wait (server, left > LARGE_SIZE / 2 ? 50 : 0))
        return FALSE;
      left -= n;
    }
  ls_fake_server_write (out, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

  return TRUE;
}

/* A server may not take what it is sent as slowly as it pleases. How slow that is is a
 * matter of minutes, and this one is not: but here no server is fast enough. */
static void
test_too_slow_for_upload (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "PUT");
  g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (LARGE_SIZE, 'y'), LARGE_SIZE);
  g_autoptr (LsHttp) http = g_object_new (LS_TYPE_HTTP, "timeout", 1, "min-speed", G_MAXUINT, NULL);
  g_autoptr (GError) error = NULL;

  ls_http_request_set_body (request, "text/plain", body);
  ls_fake_server_handle_unread (self->server, "PUT", "/a", take_slowly, NULL);
  g_assert_null (ls_http_send (http, request, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
  g_assert_nonnull (ls_error_get_subject (error));
}

static gboolean
answer_late (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  int *may_answer = data;

  while (!g_atomic_int_get (may_answer) && ls_fake_server_wait (server, 1))
    ;
  ls_fake_server_write (out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

  return TRUE;
}

/* The second request goes out when the limit lets it, and not before. */
static void
test_connections (LsTestHttp *self, gconstpointer data)
{
  int may_answer = FALSE;
  g_auto (Call) first = make_call (self, "GET");
  g_auto (Call) second = make_call (self, "GET");
  GThread *threads[2];
  guint limit = 0;

  ls_fake_server_handle (self->server, "GET", "/a", answer_late, &may_answer);
  g_object_set (self->http, "max-connections-per-host", 1, NULL);
  g_object_get (self->http, "max-connections-per-host", &limit, NULL);
  g_assert_cmpuint (limit, ==, 1);

  threads[0] = g_thread_new ("first", run_call, &first);
  wait_for_request (self, "GET", 1);
  threads[1] = g_thread_new ("second", run_call, &second);
  g_usleep (20 * 1000);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/a"), ==, 1);

  g_object_set (self->http, "max-connections-per-host", 2, NULL);
  wait_for_request (self, "GET", 2);
  g_atomic_int_set (&may_answer, TRUE);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);
  g_assert_no_error (first.error);
  g_assert_no_error (second.error);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  int *count = data;

  (*count)++;
}

static void
test_notify (LsTestHttp *self, gconstpointer data)
{
  int count = 0;

  g_signal_connect (self->http, "notify", G_CALLBACK (on_notify), &count);
  g_object_set (self->http, "max-connections", 3, "max-connections-per-host", 2, "bandwidth-limit",
                G_GINT64_CONSTANT (1000), NULL);
  g_assert_cmpint (count, ==, 3);
  g_object_set (self->http, "max-connections", 3, "max-connections-per-host", 2, "bandwidth-limit",
                G_GINT64_CONSTANT (1000), NULL);
  g_assert_cmpint (count, ==, 3);
  g_signal_handlers_disconnect_by_data (self->http, &count);
}

/* Whoever mistyped a name is not kept waiting for it to come up. */
static void
test_stranger (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttp) http = g_object_new (LS_TYPE_HTTP, "retry-delay", 60 * 1000, NULL);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->server, ls_fake_server_free);
  ls_http_request_set_may_repeat (request, TRUE);
  ls_http_request_set_patience (request, LS_HTTP_FOR_TRANSFER);
  g_assert_null (ls_http_send (http, request, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_http_add ("/http/limits/download", NULL, test_download);
  ls_test_http_add ("/http/limits/cancelled-download", NULL, test_cancelled_download);
  ls_test_http_add ("/http/limits/upload", NULL, test_upload);
  ls_test_http_add ("/http/limits/too-slow-for-upload", NULL, test_too_slow_for_upload);
  ls_test_http_add ("/http/limits/connections", NULL, test_connections);
  ls_test_http_add ("/http/limits/notify", NULL, test_notify);
  ls_test_http_add ("/http/limits/stranger", NULL, test_stranger);

  return g_test_run ();
}
