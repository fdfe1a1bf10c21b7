/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-cancellable.h"
#include "ls-deadline.h"
#include "ls-http-error.h"
#include "ls-http-exchange.h"
#include "ls-http-private.h"
#include "ls-http-retry.h"
#include "ls-server-message.h"

#define MAX_REDIRECTS 10

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* 307 and 308 keep method and body; the older ones turn into GET in practice,
 * which is right only for what was a GET or HEAD. */
static gboolean
may_follow (LsHttpRequest *request, guint status)
{
  const char *method = ls_http_request_get_method (request);

  return status == 307 || status == 308 || method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD;
}

static GUri *
resolve_redirect (GUri *from, const char *location, GError **error)
{
  g_autofree char *host = ls_uri_dup_host_port (from);
  g_autoptr (GUri) to = NULL;

  if (location != NULL)
    to = g_uri_parse_relative (from, location, LS_URI_FLAGS, NULL);

  if (to == NULL || !ls_uri_is_http_family (to))
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, host, "%s redirects to no address", host);
      return NULL;
    }

  if (ls_uri_is_https (from) && !ls_uri_is_https (to))
    {
      ls_http_set_error (error, LS_ERROR_LED_ASTRAY, host, "%s redirects from https to plain http",
                         host);
      return NULL;
    }

  return g_steal_pointer (&to);
}

/* A kept connection that the server was just closing. libsoup notices that
 * itself for methods it knows to be idempotent; this is for the others. */
static GInputStream *
send_exchange (LsHttp *self, LsHttpExchange **exchange, LsHttpRequest *request, GUri *uri,
               const char *authorization, LsReach max_reach, GCancellable *cancellable,
               GError **error)
{
  for (guint attempt = 0;; attempt++)
    {
      g_autoptr (GError) local_error = NULL;
      GInputStream *body;

      g_clear_pointer (exchange, ls_http_exchange_free);
      *exchange = ls_http_exchange_new (request, uri, authorization, max_reach);
      body = ls_http_exchange_send (*exchange, self, cancellable, &local_error);
      if (body != NULL)
        return body;

      /* Where a redirect leads may be good for one request: whoever gave that address is
       * asked for another. */
      if (attempt > 0 || uri != ls_http_request_get_uri (request)
          || !ls_http_request_get_may_repeat (request) || !ls_http_exchange_was_dropped (*exchange)
          || !g_error_matches (local_error, LS_ERROR, LS_ERROR_OFFLINE))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
}

static LsHttpReply *
follow (LsHttp *self, LsHttpRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = g_uri_ref (ls_http_request_get_uri (request));
  const char *authorization = ls_http_request_get_authorization (request);
  LsReach max_reach = ls_http_request_get_max_reach (request);
  LsReach first_reach = LS_REACH_PUBLIC;
  gboolean left_origin = FALSE;

  for (guint hop = 0; hop <= MAX_REDIRECTS; hop++)
    {
      g_autoptr (LsHttpExchange) exchange = NULL;
      g_autoptr (GInputStream) body = NULL;
      g_autoptr (GUri) next = NULL;
      SoupMessage *message;
      SoupMessageHeaders *headers;
      guint status;

      body = send_exchange (self, &exchange, request, uri, authorization, max_reach, cancellable,
                            error);
      if (body == NULL)
        return NULL;

      max_reach = MIN (max_reach, ls_http_exchange_get_reach (exchange));
      if (hop == 0)
        first_reach = max_reach;

      message = ls_http_exchange_get_message (exchange);
      headers = soup_message_get_response_headers (message);
      status = soup_message_get_status (message);

      if (!is_redirect (status) || !may_follow (request, status))
        {
          LsHttpReply *reply = ls_http_reply_new (status, headers, uri);

          ls_http_reply_set_route (reply, left_origin, first_reach);
          ls_http_reply_take_stream (reply, g_steal_pointer (&body));
          return reply;
        }

      next = resolve_redirect (uri, soup_message_headers_get_one (headers, "Location"), error);
      if (next == NULL)
        return NULL;

      if (!ls_origin_equal (uri, next))
        {
          if (ls_http_request_get_same_origin (request))
            {
              ls_http_set_error (error, LS_ERROR_LED_ASTRAY, g_uri_get_host (uri),
                                 "%s redirects a secret to another server", g_uri_get_host (uri));
              return NULL;
            }
          authorization = NULL; /* and it does not come back on a later hop */
          left_origin = TRUE;
        }

      g_input_stream_close (body, NULL, NULL);
      g_clear_pointer (&uri, g_uri_unref);
      uri = g_steal_pointer (&next);
    }

  ls_http_set_error (error, LS_ERROR_PROTOCOL, g_uri_get_host (ls_http_request_get_uri (request)),
                     "%s redirects without end",
                     g_uri_get_host (ls_http_request_get_uri (request)));

  return NULL;
}

/* Of a failure only the start is kept; a success that is too large is an error. */
static GByteArray *
read_bytes (GInputStream *stream, const char *host, gsize max_size, gboolean may_cut,
            guint patience, LsDeadline *deadline, GCancellable *stop, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (64 * 1024);
  gint64 start = g_get_monotonic_time ();

  while (TRUE)
    {
      gsize want = MIN (64 * 1024, max_size - bytes->len + 1);
      gssize n_read = g_input_stream_read (stream, buffer, want, stop, error);

      if (n_read < 0)
        return NULL;
      if (n_read == 0)
        break;

      if (bytes->len + (gsize) n_read > max_size)
        {
          if (may_cut)
            break;

          ls_http_set_error (error, LS_ERROR_TOO_LARGE, host,
                             "The reply of %s is larger than %" G_GSIZE_FORMAT " bytes", host,
                             max_size);
          return NULL;
        }

      g_byte_array_append (bytes, buffer, (guint) n_read);
      ls_deadline_move (deadline, start + ls_deadline_for_reply (patience, bytes->len));
    }

  return g_steal_pointer (&bytes);
}

/* Moves the body from the stream into the reply. Between and after its bytes a server
 * may say slowly what is none of the body: to read one byte may take for ever. */
static gboolean
read_body (LsHttp *self, LsHttpReply *reply, LsHttpRequest *request, gsize max_size,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = ls_http_reply_steal_stream (reply);
  g_autofree char *host = ls_http_request_dup_peer_name (request, ls_http_reply_get_uri (reply));
  guint patience = 2 * ls_http_get_timeout (self);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (LsDeadline) deadline = ls_deadline_new (patience, stop);
  gboolean may_cut = !ls_http_reply_is_success (reply);
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) local_error = NULL;
  gulong link = ls_cancellable_link (cancellable, stop);

  if (may_cut)
    max_size = MIN (max_size, LS_SERVER_MESSAGE_MAX_BODY);

  bytes = read_bytes (stream, host, max_size, may_cut, patience, deadline, stop, &local_error);
  g_cancellable_disconnect (cancellable, link);

  if (bytes != NULL)
    {
      g_input_stream_close (stream, NULL, NULL);
      ls_http_reply_take_body (reply, g_byte_array_free_to_bytes (g_steal_pointer (&bytes)));
      return TRUE;
    }

  if (ls_deadline_passed (deadline) && !g_cancellable_is_cancelled (cancellable))
    ls_http_set_error (error, LS_ERROR_TIMED_OUT, host, "%s answers too slowly", host);
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/**
 * ls_http_pause:
 * @microseconds: how long to wait
 * @cancellable: (nullable): ends the pause at once
 * @error: return location for an error
 *
 * Waits before something is tried again.
 *
 * Returns: whether the pause was not cancelled
 */
gboolean
ls_http_pause (gint64 microseconds, GCancellable *cancellable, GError **error)
{
  GPollFD poll_fd;

  if (cancellable == NULL || !g_cancellable_make_pollfd (cancellable, &poll_fd))
    {
      g_usleep ((gulong) microseconds);
      return TRUE;
    }

  g_poll (&poll_fd, 1, (int) (microseconds / 1000));
  g_cancellable_release_fd (cancellable);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* As ls_http_pause(), where it can be seen. */
static gboolean
wait_for_host (LsHttp *self, const char *host, LsError reason, gint64 delay,
               GCancellable *cancellable, GError **error)
{
  LsHttpWaits *waits = ls_http_get_waits (self);
  LsHttpWait *wait = ls_http_waits_begin (waits, host, reason, g_get_real_time () + delay);
  gboolean is_over = ls_http_pause (delay, cancellable, error);

  ls_http_waits_end (waits, wait);

  return is_over;
}

/* For a transfer: a person is there, and sees that an answer is asked for. */
static gboolean
wait_before_retry (LsHttp *self, LsHttpRequest *request, LsError reason, gint64 delay,
                   GCancellable *cancellable, GError **error)
{
  if (ls_http_request_get_patience (request) != LS_HTTP_FOR_TRANSFER)
    return ls_http_pause (delay, cancellable, error);

  return wait_for_host (self, ls_endpoint_get_host (ls_http_request_get_endpoint (request)), reason,
                        delay, cancellable, error);
}

/**
 * ls_http_back_off:
 * @self: the session
 * @host: the host that is asked again
 * @failure: why that has to be
 * @n_failures: how often it went wrong so far
 * @cancellable: (nullable): ends the wait at once
 * @error: return location for an error
 *
 * Waits before a caller tries again what is more than one request.
 *
 * Returns: whether the wait was not cancelled
 */
gboolean
ls_http_back_off (LsHttp *self, const char *host, const GError *failure, guint n_failures,
                  GCancellable *cancellable, GError **error)
{
  LsError reason = failure->domain == LS_ERROR ? (LsError) failure->code : LS_ERROR_FAILED;

  return wait_for_host (self, host, reason,
                        ls_http_retry_back_off (ls_http_get_retry_delay (self), n_failures),
                        cancellable, error);
}

/* Waits as @verdict says, and holds up all who would ask the same host. */
static gboolean
obey (LsHttp *self, LsHttpRequest *request, LsHttpReply *reply, LsHttpVerdict *verdict,
      GCancellable *cancellable, GError **error)
{
  if (verdict->pause_until > 0)
    {
      g_autofree char *host = ls_uri_dup_host_port (ls_http_reply_get_uri (reply));

      ls_http_gate_pause_host (ls_http_get_gate (self), host,
                               ls_endpoint_get_host (ls_http_request_get_endpoint (request)),
                               verdict->pause_until);
    }

  /* The gate holds up this request like the others. */
  if (verdict->pause_until > 0 && ls_http_request_get_patience (request) == LS_HTTP_FOR_TRANSFER)
    return TRUE;

  return !verdict->again
         || wait_before_retry (self, request, LS_ERROR_SERVER, verdict->delay, cancellable, error);
}

static LsHttpRetry
begin (LsHttp *self, LsHttpRequest *request)
{
  LsHttpRetry retry = {
    .patience = ls_http_request_get_patience (request),
    .may_repeat = ls_http_request_get_may_repeat (request),
    .first_delay = ls_http_get_retry_delay (self),
  };

  return retry;
}

/* Sends @request until there is a reply with which there is nothing to do but to
 * give it to the caller. Lines that fail are for the caller. */
static LsHttpReply *
open_reply (LsHttp *self, LsHttpRequest *request, LsHttpRetry *retry, GCancellable *cancellable,
            GError **error)
{
  while (TRUE)
    {
      g_autoptr (LsHttpReply) reply = NULL;
      g_autoptr (GError) local_error = NULL;
      LsHttpVerdict verdict;

      reply = follow (self, request, cancellable, &local_error);
      if (reply == NULL
          || (!ls_http_reply_is_success (reply)
              && !read_body (self, reply, request, LS_SERVER_MESSAGE_MAX_BODY, cancellable,
                             &local_error)))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }

      if (ls_http_reply_is_success (reply))
        return g_steal_pointer (&reply);

      verdict = ls_http_retry_judge_reply (retry, reply, g_get_real_time ());
      if (!obey (self, request, reply, &verdict, cancellable, error))
        return NULL;
      if (!verdict.again)
        return g_steal_pointer (&reply);
    }
}

/**
 * ls_http_open:
 * @self: the session
 * @request: what to ask
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends @request, follows redirects, and asks again for a while (for how long
 * depends on the request's patience) where a server is busy. A successful reply
 * (2xx) has its body as a stream, to be taken with ls_http_reply_steal_stream()
 * and closed; any other has it read.
 *
 * Raises %LS_ERROR_OFFLINE, %LS_ERROR_TIMED_OUT, %LS_ERROR_TLS,
 * %LS_ERROR_INSECURE, %LS_ERROR_LED_ASTRAY, %LS_ERROR_PROTOCOL and what the body of @request
 * raises.
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_http_open (LsHttp *self, LsHttpRequest *request, GCancellable *cancellable, GError **error)
{
  LsHttpRetry retry;

  g_return_val_if_fail (LS_IS_HTTP (self), NULL);

  retry = begin (self, request);

  return open_reply (self, request, &retry, cancellable, error);
}

/**
 * ls_http_send:
 * @self: the session
 * @request: what to ask
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As ls_http_open(), but reads every body, up to the request's largest size. What
 * is sent for a transfer and may be repeated is sent again, too, when the line
 * fails in between.
 *
 * Raises in addition %LS_ERROR_TOO_LARGE.
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_http_send (LsHttp *self, LsHttpRequest *request, GCancellable *cancellable, GError **error)
{
  g_autofree char *host = ls_uri_dup_host_port (ls_http_request_get_uri (request));
  LsHttpRetry retry;

  g_return_val_if_fail (LS_IS_HTTP (self), NULL);

  retry = begin (self, request);
  while (TRUE)
    {
      g_autoptr (LsHttpReply) reply = NULL;
      g_autoptr (GError) local_error = NULL;
      LsHttpVerdict verdict;

      reply = open_reply (self, request, &retry, cancellable, &local_error);
      if (reply != NULL
          && (!ls_http_reply_is_success (reply)
              || read_body (self, reply, request, ls_http_request_get_max_size (request),
                            cancellable, &local_error)))
        return g_steal_pointer (&reply);

      verdict = ls_http_retry_judge_error (&retry, local_error,
                                           ls_http_gate_has_met (ls_http_get_gate (self), host));
      if (!verdict.again)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (!wait_before_retry (self, request, (LsError) local_error->code, verdict.delay,
                              cancellable, error))
        return NULL;
    }
}
