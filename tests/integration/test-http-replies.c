/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-http-stream.h"
#include "ls-test-http.h"

#include <string.h>

/* Who we are, and nothing that would change the bytes or follow the user. */
static gboolean
check_head (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  const char *agent = g_hash_table_lookup (request->headers, "user-agent");
  gboolean good = agent != NULL && g_str_has_prefix (agent, "Longshore/")
                  && !g_hash_table_contains (request->headers, "accept-encoding")
                  && !g_hash_table_contains (request->headers, "cookie")
                  && !g_hash_table_contains (request->headers, "authorization");

  return ls_fake_server_write (out, good ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
                                           "Set-Cookie: follow=me\r\n\r\ngood"
                                         : "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
}

static void
test_head (LsTestHttp *self, gconstpointer data)
{
  ls_fake_server_handle (self->server, "GET", "/a", check_head, NULL);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsHttpReply) reply = ls_test_http_get (self, &error);

      g_assert_no_error (error);
      ls_test_http_assert_body (reply, "good");
    }
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, 1);
}

/* libsoup would decode this, and the digest would be of other bytes. */
static void
test_no_decoding (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", "/a", 200, "Content-Encoding: gzip\r\n", "raw bytes");
  reply = ls_test_http_get (self, &error);
  g_assert_no_error (error);
  ls_test_http_assert_body (reply, "raw bytes");
}

static gboolean
send_endlessly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  g_autofree char *chunk = g_strnfill (65536, 'x');
  g_autofree char *framed = g_strdup_printf ("10000\r\n%s\r\n", chunk);
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n", (const char *) data);

  if (!ls_fake_server_write (out, head))
    return FALSE;
  while (ls_fake_server_write (out, framed))
    ;

  return FALSE;
}

static void
test_endless_success (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", send_endlessly, (gpointer) "200 OK");
  ls_http_request_set_max_size (request, 100000);
  g_assert_null (ls_http_send (self->http, request, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

/* Of what a failure says only the start is of interest. */
static void
test_endless_failure (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) meaning = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", send_endlessly, (gpointer) "418 Teapot");
  reply = ls_test_http_get (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (ls_http_reply_get_body (reply)), <=, 64 * 1024);

  meaning = ls_http_reply_to_error (reply, NULL);
  g_assert_error (meaning, LS_ERROR, LS_ERROR_FAILED);
  g_assert_cmpuint (strlen (ls_error_get_server_text (meaning)), <=, 500);
}

/* Giving up a body in the middle does not read the rest of it. */
static void
test_leave_early (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[10];

  ls_fake_server_handle (self->server, "GET", "/a", send_endlessly, (gpointer) "200 OK");
  reply = ls_http_open (self->http, request, NULL, &error);
  g_assert_no_error (error);
  stream = ls_http_reply_steal_stream (reply);
  ls_http_stream_set_promised_size (LS_HTTP_STREAM (stream), 15, FALSE);

  g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, 10);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, 5);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, 0);
  g_assert_true (g_input_stream_close (stream, NULL, NULL));
}

typedef struct
{
  const char *name;
  const char *reply;
} CutCase;

/* The last one looks like a proper end to libsoup 3.2. */
static const CutCase cut_cases[] = {
  { "in-the-body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf" },
  { "in-a-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf" },
  { "between-chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n" },
};

static void
test_cut (LsTestHttp *self, gconstpointer data)
{
  const CutCase *cut = data;
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[200];
  gsize n_read;

  ls_fake_server_handle (self->server, "GET", "/a", ls_test_http_say_and_hang_up,
                         (gpointer) cut->reply);
  reply = ls_http_open (self->http, request, NULL, &error);
  g_assert_no_error (error);
  stream = ls_http_reply_steal_stream (reply);
  ls_http_stream_set_promised_size (LS_HTTP_STREAM (stream), 100, TRUE);

  g_assert_false (g_input_stream_read_all (stream, buffer, sizeof buffer, &n_read, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpuint (n_read, ==, 4);
}

static gboolean
say_slowly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  static const char head[] = "HTTP/1.1 200 OK\r\nX-Padding: ................................\r\n";

  for (const char *p = head; *p != '\0'; p++)
    {
      const char text[2] = { *p, '\0' };

      if (!ls_fake_server_write (out, text) || !ls_fake_server_wait (server, 200))
        return FALSE;
    }

  return FALSE;
}

static gboolean
say_body_slowly (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  gboolean ok = ls_fake_server_write (out, data);

  while (ok && ls_fake_server_wait (server, 200))
    ok = ls_fake_server_write (out, "1\r\nx\r\n");

  return FALSE;
}

/* What comes after the chunks is no body. */
static gboolean
say_after_chunks (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  gboolean ok = ls_fake_server_write (out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
                                           "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n");

  while (ok && ls_fake_server_wait (server, 200))
    ok = ls_fake_server_write (out, "x");

  return FALSE;
}

static void
test_dribble_after_the_body (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", say_after_chunks, NULL);
  g_assert_null (ls_test_http_get (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
}

/* What has come as promised is there, and nothing is waited for. */
static void
test_dribble_after_a_blob (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[10];
  gsize n_read;

  ls_fake_server_handle (self->server, "GET", "/a", say_after_chunks, NULL);
  reply = ls_http_open (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ls_http_reply_get_content_length (reply), ==, -1);
  stream = ls_http_reply_steal_stream (reply);
  ls_http_stream_set_promised_size (LS_HTTP_STREAM (stream), 4,
                                    ls_http_reply_get_content_length (reply) == 4);
  g_assert_true (g_input_stream_read_all (stream, buffer, sizeof buffer, &n_read, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n_read, "body", 4);
  g_assert_true (g_input_stream_close (stream, NULL, NULL));
}

static void
test_silent (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", ls_test_http_say_and_wait, (gpointer) data);
  g_assert_null (ls_test_http_get (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
  g_assert_nonnull (ls_error_get_subject (error));
}

/* Never silent for long enough, and never done either. */
static void
test_dribble (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", say_slowly, NULL);
  g_assert_null (ls_test_http_get (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
}

/* The same in the body, which is small as bodies of answers go. */
static void
test_dribble_in_the_body (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", say_body_slowly, (gpointer) data);
  g_assert_null (ls_test_http_get (self, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
}

/* A blob may take as long as it needs, but not as long as the server pleases: there
 * may be another server behind the same name that does better. */
static void
test_dribble_in_a_blob (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[10000];

  ls_fake_server_handle (self->server, "GET", "/a", say_body_slowly, (gpointer) data);
  reply = ls_http_open (self->http, request, NULL, &error);
  g_assert_no_error (error);
  stream = ls_http_reply_steal_stream (reply);
  g_assert_false (g_input_stream_read_all (stream, buffer, sizeof buffer, NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
}

/* Wherever the request is: before the head, in the body, or between two tries. */
static void
test_cancel (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttp) patient = ls_http_new ();
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  GThread *thread;

  ls_fake_server_handle (self->server, "GET", "/a", ls_test_http_say_and_wait, (gpointer) data);
  thread = g_thread_new ("cancel", ls_test_http_cancel_soon, cancellable);
  g_assert_null (ls_http_send (patient, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  g_thread_join (thread);
}

static void
test_cancelled_before (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (ls_http_send (self->http, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, 0);
}

static GInputStream *
fail_to_open (gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, LS_ERROR, LS_ERROR_STORE, "The disk is on fire");

  return NULL;
}

static void
test_body_that_fails (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "PUT");
  g_autoptr (GError) error = NULL;

  ls_http_request_set_body_func (request, "text/plain", 7, fail_to_open, NULL);
  g_assert_null (ls_http_send (self->http, request, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
}

typedef struct
{
  GCancellable *cancellable; /* the caller's */
  GCancellable *given;       /* the one that the body was opened with */
} Opening;

static GInputStream *
open_until_cancelled (gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;

  opening->given = g_object_ref (cancellable);
  g_cancellable_cancel (opening->cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return g_memory_input_stream_new_from_data ("content", 7, NULL);
}

/* It may take long to open a body: a file may be checked first, or another server asked. */
static void
test_cancel_while_the_body_is_opened (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "PUT");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Opening opening = { cancellable };

  ls_http_request_set_body_func (request, "text/plain", 7, open_until_cancelled, &opening);
  g_assert_null (ls_http_send (self->http, request, cancellable, &error));
  g_assert_true (g_cancellable_is_cancelled (opening.given));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (opening.given);
}

static void
test_busy_server (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", "/a", 503, "Retry-After: 0\r\n", "");
  ls_fake_server_add (self->server, "GET", "/a", 429, "Retry-After: 0\r\n", "");
  ls_fake_server_add (self->server, "GET", "/a", 200, "", "at last");
  reply = ls_test_http_get (self, &error);
  g_assert_no_error (error);
  ls_test_http_assert_body (reply, "at last");
}

static void
test_broken_server (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) meaning = NULL;

  ls_fake_server_add (self->server, "GET", "/a", 502, "Retry-After: 0\r\n", "out of order");
  reply = ls_test_http_get (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/a"), ==, 4);

  meaning = ls_http_reply_to_error (reply, "it");
  g_assert_error (meaning, LS_ERROR, LS_ERROR_SERVER);
  g_assert_cmpstr (ls_error_get_server_text (meaning), ==, "out of order");
  g_assert_cmpstr (ls_error_get_subject (meaning), ==, "it");
}

/* An hour is for the user to wait, not for us. */
static void
test_rate_limited (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) meaning = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  ls_fake_server_add (self->server, "GET", "/a", 429, "Retry-After: 3600\r\n", "");
  reply = ls_test_http_get (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/a"), ==, 1);

  meaning = ls_http_reply_to_error (reply, NULL);
  g_assert_error (meaning, LS_ERROR, LS_ERROR_RATE_LIMITED);
  g_assert_cmpint (ls_error_get_retry_at (meaning), >=, now + 3600);
  g_assert_cmpint (ls_error_get_retry_at (meaning), <, now + 3700);
}

/* What changes something is not sent twice for a busy server. */
static void
test_no_repetition (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "POST");
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "POST", "/a", 503, "Retry-After: 0\r\n", "");
  reply = ls_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_http_reply_get_status (reply), ==, 503);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", "/a"), ==, 1);
}

static void
test_not_http (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ls_fake_server_handle (self->server, "GET", "/a", ls_test_http_say_and_hang_up,
                         (gpointer) "220 mail.example ESMTP\r\n");
  g_assert_null (ls_test_http_get (self, &error));
  g_assert_cmpuint (error->domain, ==, LS_ERROR);
}

int
main (int argc, char **argv)
{
  static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
  static const char busy[] = "HTTP/1.1 503 Busy\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n";

  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_http_add ("/http/replies/head", NULL, test_head);
  ls_test_http_add ("/http/replies/no-decoding", NULL, test_no_decoding);
  ls_test_http_add ("/http/replies/endless-success", NULL, test_endless_success);
  ls_test_http_add ("/http/replies/endless-failure", NULL, test_endless_failure);
  ls_test_http_add ("/http/replies/leave-early", NULL, test_leave_early);
  for (gsize i = 0; i < G_N_ELEMENTS (cut_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/http/replies/cut-", cut_cases[i].name, NULL);

      ls_test_http_add (path, &cut_cases[i], test_cut);
    }
  ls_test_http_add ("/http/replies/silent-from-the-start", "", test_silent);
  ls_test_http_add ("/http/replies/silent-in-the-body", half, test_silent);
  ls_test_http_add ("/http/replies/dribble", NULL, test_dribble);
  ls_test_http_add ("/http/replies/dribble-in-the-body",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    test_dribble_in_the_body);
  ls_test_http_add ("/http/replies/dribble-in-a-blob",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    test_dribble_in_a_blob);
  ls_test_http_add ("/http/replies/dribble-after-the-body", NULL, test_dribble_after_the_body);
  ls_test_http_add ("/http/replies/dribble-after-a-blob", NULL, test_dribble_after_a_blob);
  ls_test_http_add ("/http/replies/dribble-in-a-failure",
                    "HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n",
                    test_dribble_in_the_body);
  ls_test_http_add ("/http/replies/cancel-before-the-head", "", test_cancel);
  ls_test_http_add ("/http/replies/cancel-in-the-body", half, test_cancel);
  ls_test_http_add ("/http/replies/cancel-between-tries", busy, test_cancel);
  ls_test_http_add ("/http/replies/cancel-while-the-body-is-opened", NULL,
                    test_cancel_while_the_body_is_opened);
  ls_test_http_add ("/http/replies/cancelled-before", NULL, test_cancelled_before);
  ls_test_http_add ("/http/replies/body-that-fails", NULL, test_body_that_fails);
  ls_test_http_add ("/http/replies/busy-server", NULL, test_busy_server);
  ls_test_http_add ("/http/replies/broken-server", NULL, test_broken_server);
  ls_test_http_add ("/http/replies/rate-limited", NULL, test_rate_limited);
  ls_test_http_add ("/http/replies/no-repetition", NULL, test_no_repetition);
  ls_test_http_add ("/http/replies/not-http", NULL, test_not_http);

  return g_test_run ();
}
