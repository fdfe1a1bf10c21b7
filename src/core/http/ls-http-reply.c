/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-reply.h"

#include "ls-error.h"
#include "ls-http-headers.h"
#include "ls-server-message.h"

#include <string.h>

struct _LsHttpReply
{
  guint status;
  SoupMessageHeaders *headers;
  GUri *uri;
  GBytes *body;
  GInputStream *stream;
  gboolean left_origin;
  LsReach reach;
};

/**
 * ls_http_reply_new:
 * @status: the HTTP status
 * @headers: the header fields
 * @uri: where the reply came from
 *
 * Returns: (transfer full): a reply with an empty body
 */
LsHttpReply *
ls_http_reply_new (guint status, SoupMessageHeaders *headers, GUri *uri)
{
  LsHttpReply *self = g_new0 (LsHttpReply, 1);

  self->status = status;
  self->headers = soup_message_headers_ref (headers);
  self->uri = g_uri_ref (uri);
  self->body = g_bytes_new (NULL, 0);
  self->reach = LS_REACH_PUBLIC;

  return self;
}

/**
 * ls_http_reply_free:
 * @reply: (transfer full): a reply
 */
void
ls_http_reply_free (LsHttpReply *reply)
{
  soup_message_headers_unref (reply->headers);
  g_uri_unref (reply->uri);
  g_bytes_unref (reply->body);
  g_clear_object (&reply->stream);
  g_free (reply);
}

/**
 * ls_http_reply_get_status:
 * @reply: a reply
 *
 * Returns: the HTTP status
 */
guint
ls_http_reply_get_status (LsHttpReply *reply)
{
  return reply->status;
}

/**
 * ls_http_reply_is_success:
 * @reply: a reply
 *
 * Returns: whether the status is 2xx
 */
gboolean
ls_http_reply_is_success (LsHttpReply *reply)
{
  return reply->status >= 200 && reply->status < 300;
}

/**
 * ls_http_reply_get_uri:
 * @reply: a reply
 *
 * Returns: (transfer none): where the reply came from, after redirects
 */
GUri *
ls_http_reply_get_uri (LsHttpReply *reply)
{
  return reply->uri;
}

/**
 * ls_http_reply_get_header:
 * @reply: a reply
 * @name: a header field
 *
 * Returns: (nullable) (transfer none): its value; several are joined by commas
 */
const char *
ls_http_reply_get_header (LsHttpReply *reply, const char *name)
{
  return soup_message_headers_get_list (reply->headers, name);
}

/**
 * ls_http_reply_dup_content_type:
 * @reply: a reply
 *
 * Returns: (transfer full) (nullable): the media type in lower case, without parameters
 */
char *
ls_http_reply_dup_content_type (LsHttpReply *reply)
{
  return ls_http_parse_content_type (ls_http_reply_get_header (reply, "Content-Type"));
}

/**
 * ls_http_reply_get_content_length:
 * @reply: a reply
 *
 * Returns: what Content-Length says, in bytes; -1 without one, or where the body is
 *   sent in chunks all the same (RFC 9112, section 6.3)
 */
gint64
ls_http_reply_get_content_length (LsHttpReply *reply)
{
  gint64 length;

  if (ls_http_reply_get_header (reply, "Transfer-Encoding") != NULL)
    return -1;

  return ls_http_parse_size (ls_http_reply_get_header (reply, "Content-Length"), &length) ? length
                                                                                          : -1;
}

/**
 * ls_http_reply_get_body:
 * @reply: a reply
 *
 * Returns: (transfer none): the body; empty while it is a stream
 */
GBytes *
ls_http_reply_get_body (LsHttpReply *reply)
{
  return reply->body;
}

/**
 * ls_http_reply_take_body:
 * @reply: a reply
 * @body: (transfer full): its body
 */
void
ls_http_reply_take_body (LsHttpReply *reply, GBytes *body)
{
  g_bytes_unref (reply->body);
  reply->body = body;
}

/**
 * ls_http_reply_steal_stream:
 * @reply: a reply of ls_http_open()
 *
 * Returns: (transfer full) (nullable): the body's stream; only successful replies have one
 */
GInputStream *
ls_http_reply_steal_stream (LsHttpReply *reply)
{
  return g_steal_pointer (&reply->stream);
}

/**
 * ls_http_reply_take_stream:
 * @reply: a reply
 * @stream: (transfer full): its body
 */
void
ls_http_reply_take_stream (LsHttpReply *reply, GInputStream *stream)
{
  g_clear_object (&reply->stream);
  reply->stream = stream;
}

/**
 * ls_http_reply_set_route:
 * @reply: a reply
 * @left_origin: whether a redirect led away from the origin that was asked
 * @reach: how close to the user the server that was asked is
 */
void
ls_http_reply_set_route (LsHttpReply *reply, gboolean left_origin, LsReach reach)
{
  reply->left_origin = left_origin;
  reply->reach = reach;
}

/**
 * ls_http_reply_get_left_origin:
 * @reply: a reply
 *
 * Returns: whether a redirect led away from the origin that was asked, so that
 *   credentials were not sent any more
 */
gboolean
ls_http_reply_get_left_origin (LsHttpReply *reply)
{
  return reply->left_origin;
}

/**
 * ls_http_reply_get_reach:
 * @reply: a reply
 *
 * Returns: how close to the user the server that was asked is
 */
LsReach
ls_http_reply_get_reach (LsHttpReply *reply)
{
  return reply->reach;
}

/**
 * ls_http_reply_get_retry_at:
 * @reply: a reply that is no success
 * @now: the time now, in seconds of Unix time
 *
 * Says when the server will serve us again, from the fields that registries and
 * Docker Hub use. The point in time when a limit is reset says that only of a
 * request that was over the limit.
 *
 * Returns: seconds of Unix time; 0 if the server does not say
 */
gint64
ls_http_reply_get_retry_at (LsHttpReply *reply, gint64 now)
{
  gint64 when;

  when = ls_http_parse_retry_after (ls_http_reply_get_header (reply, "Retry-After"), now);
  if (when == 0)
    when = ls_http_parse_reset_time (ls_http_reply_get_header (reply, "X-Retry-After"), now);
  if (when == 0 && reply->status == 429)
    when = ls_http_parse_reset_time (ls_http_reply_get_header (reply, "X-RateLimit-Reset"), now);

  return when;
}

static gboolean
is_html (LsHttpReply *reply)
{
  g_autofree char *type = ls_http_reply_dup_content_type (reply);

  return g_strcmp0 (type, "text/html") == 0;
}

/* The guard in front of a service, and not the service, turned us away: Docker
 * Hub's answers with a challenge page or with "error code: 10xx", where wrong
 * credentials would have had JSON. */
static gboolean
is_refused_at_the_edge (LsHttpReply *reply, const char *text)
{
  const char *server = ls_http_reply_get_header (reply, "Server");

  if (reply->status != 403 && reply->status != 503)
    return FALSE;

  if (text != NULL && g_regex_match_simple ("^error code: 1[0-9]{3}\\b", text, 0, 0))
    return TRUE;

  return is_html (reply)
         && (ls_http_reply_get_header (reply, "CF-RAY") != NULL
             || ls_http_reply_get_header (reply, "cf-mitigated") != NULL
             || (server != NULL && g_ascii_strcasecmp (server, "cloudflare") == 0));
}

static LsError
code_for (LsHttpReply *reply, const LsServerMessage *message)
{
  if (is_refused_at_the_edge (reply, message->text))
    return LS_ERROR_CLIENT_REFUSED;

  switch (reply->status)
    {
    case 401:
      return g_strcmp0 (message->code, "DENIED") == 0 ? LS_ERROR_FORBIDDEN : LS_ERROR_UNAUTHORIZED;
    case 403:
      return LS_ERROR_FORBIDDEN;
    case 404:
    case 410:
      return LS_ERROR_NOT_FOUND;
    case 413:
      return LS_ERROR_TOO_LARGE;
    case 429:
      return LS_ERROR_RATE_LIMITED;
    case 407:
      return LS_ERROR_OFFLINE;
    default:
      break;
    }

  if (g_strcmp0 (message->code, "TOOMANYREQUESTS") == 0)
    return LS_ERROR_RATE_LIMITED;
  if (g_strcmp0 (message->code, "DIGEST_INVALID") == 0
      || g_strcmp0 (message->code, "SIZE_INVALID") == 0)
    return LS_ERROR_DIGEST_MISMATCH;
  if (reply->status >= 500)
    return LS_ERROR_SERVER;

  return reply->status < 400 ? LS_ERROR_PROTOCOL : LS_ERROR_FAILED;
}

/**
 * ls_http_reply_to_error:
 * @reply: a reply that is no success
 * @subject: what was asked for: a host, a reference or a digest
 *
 * Makes the error that @reply stands for. The server's own words go along as
 * details, without control characters and cut to a decent length.
 *
 * Returns: (transfer full): an error of the %LS_ERROR domain
 */
GError *
ls_http_reply_to_error (LsHttpReply *reply, const char *subject)
{
  g_auto (LsServerMessage) message = { 0 };
  const char *host = g_uri_get_host (reply->uri);
  GError *error;

  ls_server_message_parse (&message, reply->body, is_html (reply));

  if (reply->status == 407)
    error =
        g_error_new (LS_ERROR, LS_ERROR_OFFLINE, "The proxy in front of %s wants a password", host);
  else
    error = g_error_new (LS_ERROR, code_for (reply, &message), "%s answered with status %u (%s)",
                         host, reply->status, soup_status_get_phrase (reply->status));

  ls_error_set_subject (error, subject != NULL ? subject : host);
  ls_error_set_server_text (error, message.text);
  ls_error_set_retry_at (error,
                         ls_http_reply_get_retry_at (reply, g_get_real_time () / G_USEC_PER_SEC));

  return error;
}
