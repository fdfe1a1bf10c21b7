/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-exchange.h"

#include "ls-bandwidth-stream.h"
#include "ls-cancellable.h"
#include "ls-deadline.h"
#include "ls-http-error.h"
#include "ls-http-splice.h"
#include "ls-http-private.h"
#include "ls-http-stream.h"

struct _LsHttpExchange
{
  LsHttpRequest *request;
  GUri *uri;
  char *host; /* which connections are counted for */
  char *peer; /* whom errors are about */
  SoupMessage *message;
  LsBandwidthStream *upload; /* the body that is being sent, if there is one */
  GCancellable *stop;        /* ours, so that a signal handler can end the exchange */
  LsReach max_reach;
  LsReach reach;
  GTlsCertificateFlags certificate_errors;
  GError *refusal;      /* why a handler ended the exchange */
  LsDeadline *deadline; /* while we wait for a connection, and later for a reply */
  LsHttp *http;
  LsHttpLease *name_lease; /* while the host's name is being resolved */
  gint64 asked_at;         /* when the other end was last waited for, to make the connection */
  gint64 round_trip;       /* how long that took at most; 0: it stood already */
  gboolean sent;
};

static gboolean
is_for_endpoint (LsHttpExchange *self)
{
  LsEndpoint *endpoint = ls_http_request_get_endpoint (self->request);

  return ls_origin_equal (self->uri, ls_endpoint_get_uri (endpoint));
}

static void
refuse (LsHttpExchange *self, GError *why)
{
  if (self->refusal == NULL)
    {
      ls_error_set_subject (why, self->peer);
      self->refusal = why;
    }
  else
    {
      g_error_free (why);
    }

  g_cancellable_cancel (self->stop);
}

/* What the system does not trust may still be what the user's settings allow,
 * for the origin they are made for and for no other. */
static gboolean
is_certificate_acceptable (LsHttpExchange *self, GTlsCertificate *certificate,
                           GTlsCertificateFlags errors)
{
  LsEndpoint *endpoint = ls_http_request_get_endpoint (self->request);
  GTlsDatabase *authority = ls_endpoint_get_authority (endpoint);

  if (errors == 0)
    return TRUE;

  if (is_for_endpoint (self))
    {
      if (ls_endpoint_is_insecure (endpoint))
        return TRUE;

      if (authority != NULL)
        {
          g_autoptr (GSocketConnectable) identity =
              g_network_address_new (g_uri_get_host (self->uri), ls_uri_get_port (self->uri));

          errors = g_tls_database_verify_chain (
              authority, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity, NULL,
              G_TLS_DATABASE_VERIFY_NONE, self->stop, NULL);
          if (errors == 0)
            return TRUE;
        }
    }

  self->certificate_errors = errors;

  return FALSE;
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate,
                       GTlsCertificateFlags errors, LsHttpExchange *self)
{
  return is_certificate_acceptable (self, certificate, errors);
}

/* Through a proxy we cannot know where the name leads, only what it says. */
static LsReach
reach_of_connection (LsHttpExchange *self, GSocketAddress *address)
{
  if (G_IS_PROXY_ADDRESS (address))
    return ls_reach_of_host (g_uri_get_host (self->uri));

  if (G_IS_INET_SOCKET_ADDRESS (address))
    return ls_reach_of_address (
        g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));

  return LS_REACH_LOOPBACK;
}

/* A public server may not lead us into the user's own network. */
static gboolean
check_reach (LsHttpExchange *self)
{
  if (self->reach <= self->max_reach)
    return TRUE;

  refuse (self, g_error_new (LS_ERROR, LS_ERROR_LED_ASTRAY,
                             "%s leads to %s, which is inside your own network",
                             ls_endpoint_get_name (ls_http_request_get_endpoint (self->request)),
                             self->host));

  return FALSE;
}

/* The name was resolved. A forbidden address does not even get a connection: how
 * long it takes would tell what is there, and a greeting of TLS can be worded so
 * that it means something to what is. */
static void
check_address (LsHttpExchange *self, GIOStream *connection)
{
  GSocketConnection *socket_connection = G_SOCKET_CONNECTION (connection);
  g_autoptr (GSocketAddress) address =
      g_socket_connection_get_remote_address (socket_connection, NULL);

  if (address == NULL)
    return;
  self->reach = reach_of_connection (self, address);
  /* GLib looks whether it was cancelled only after it has begun to connect. */
  if (!check_reach (self))
    g_socket_close (g_socket_connection_get_socket (socket_connection), NULL);
}

/* Each of these waits for one message to go there and back. To a proxy it is the
 * first one that does not go far, and within a tunnel the second one does. */
static void
measure (LsHttpExchange *self, GSocketClientEvent event)
{
  if (event == G_SOCKET_CLIENT_CONNECTING || event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    self->asked_at = g_get_monotonic_time ();
  else if (event == G_SOCKET_CLIENT_CONNECTED || event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    self->round_trip = MAX (self->round_trip, g_get_monotonic_time () - self->asked_at);
}

/* libsoup shares one GNetworkAddress among all connections to a host, and that
 * keeps the addresses it finds without a lock. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
                  LsHttpExchange *self)
{
  g_clear_pointer (&self->name_lease, ls_http_lease_free);
  measure (self, event);
  if (event == G_SOCKET_CLIENT_RESOLVING)
    self->name_lease = ls_http_gate_enter (ls_http_get_name_gate (self->http), self->host,
                                           LS_HTTP_GATE_NONE, self->stop, NULL);
  else if (event == G_SOCKET_CLIENT_CONNECTING)
    check_address (self, connection);
}

/* The connection stands and nothing has been sent yet. It may be an older one
 * that was made for another endpoint with other settings, so everything is
 * judged here once more. The name alone would not do: it may resolve to
 * anything, and differently each time. */
static void
on_starting (SoupMessage *message, LsHttpExchange *self)
{
  GSocketAddress *address = soup_message_get_remote_address (message);
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (message);
  GTlsCertificateFlags errors = soup_message_get_tls_peer_certificate_errors (message);

  self->reach = address != NULL ? reach_of_connection (self, address) : LS_REACH_LOOPBACK;

  if (!check_reach (self))
    return;

  if (certificate != NULL && !is_certificate_acceptable (self, certificate, errors))
    {
      g_autofree char *reasons = ls_http_describe_certificate_errors (self->certificate_errors);
      GError *why = g_error_new (LS_ERROR, LS_ERROR_TLS, "The certificate of %s is not trusted: %s",
                                 self->peer, reasons);

      ls_error_set_server_text (why, reasons);
      refuse (self, why);
      return;
    }

  self->sent = TRUE;
  /* A body may take as long as it needs, as long as it moves: see on_wrote_body_data(). */
  g_clear_pointer (&self->deadline, ls_deadline_free);
}

static LsPace
get_pace (LsHttpExchange *self)
{
  return (LsPace){ 2 * ls_http_get_timeout (self->http), ls_http_get_min_speed (self->http) };
}

static gboolean
set_body (LsHttpExchange *self, GError **error)
{
  LsPace pace = get_pace (self);
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GInputStream) metered = NULL;
  const char *content_type;
  gint64 size;

  if (!ls_http_request_has_body (self->request))
    return TRUE;

  body = ls_http_request_open_body (self->request, &content_type, &size, self->stop, error);
  if (body == NULL)
    return FALSE;

  ls_http_splice_widen ();
  metered = ls_bandwidth_stream_new_for_upload (body, ls_http_get_bandwidth (self->http), &pace);
  g_set_object (&self->upload, LS_BANDWIDTH_STREAM (metered));
  soup_message_set_request_body (self->message, content_type, metered, size);

  return TRUE;
}

static void
start_deadline (LsHttpExchange *self)
{
  if (self->deadline == NULL)
    self->deadline = ls_deadline_new (2 * ls_http_get_timeout (self->http), self->stop);
}

/* libsoup sends a request again by itself when the server had closed a kept
 * connection, but has let go of the body by then: without this an empty one
 * would go out, and might well be accepted. What may not be repeated does not go
 * out twice here, either: the server may have taken a part of the body. */
static void
on_restarted (SoupMessage *message, LsHttpExchange *self)
{
  GError *error = NULL;

  start_deadline (self);
  if (ls_http_request_has_body (self->request) && !ls_http_request_get_may_repeat (self->request))
    {
      refuse (self,
              g_error_new (LS_ERROR, LS_ERROR_OFFLINE,
                           "%s closed the connection while it was sent something", self->peer));
    }
  else if (!set_body (self, &error))
    {
      g_clear_error (&self->refusal);
      self->refusal = error;
      g_cancellable_cancel (self->stop);
    }
}

/* The line's own limit of time begins anew with each byte that the server takes. */
static void
on_wrote_body_data (SoupMessage *message, guint n_bytes, LsHttpExchange *self)
{
  if (!ls_bandwidth_stream_note_taken (self->upload, n_bytes))
    refuse (self, g_error_new (LS_ERROR, LS_ERROR_TIMED_OUT, "%s takes too slowly what it is sent",
                               self->peer));
}

/* From here on it is the server's turn. */
static void
on_wrote_body (SoupMessage *message, LsHttpExchange *self)
{
  start_deadline (self);
}

static void
set_request_headers (LsHttpExchange *self, const char *authorization)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (self->message);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, ls_http_request_get_headers (self->request));
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (headers, name, value);

  if (authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", authorization);
}

/**
 * ls_http_exchange_new:
 * @request: what to send
 * @uri: where to; differs from the request's own URI after a redirect
 * @authorization: (nullable): the credentials for exactly this origin
 * @max_reach: how close to the user the server may be
 *
 * Returns: (transfer full): an exchange
 */
LsHttpExchange *
ls_http_exchange_new (LsHttpRequest *request, GUri *uri, const char *authorization,
                      LsReach max_reach)
{
  LsHttpExchange *self = g_new0 (LsHttpExchange, 1);

  self->request = request;
  self->uri = g_uri_ref (uri);
  self->host = ls_uri_dup_host_port (uri);
  self->peer = ls_http_request_dup_peer_name (request, uri);
  self->max_reach = max_reach;
  self->reach = LS_REACH_LOOPBACK;
  self->stop = g_cancellable_new ();
  self->message = soup_message_new_from_uri (ls_http_request_get_method (request), uri);

  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  /* Or else every POST and PATCH makes a new connection, with a new handshake. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_IDEMPOTENT);
  set_request_headers (self, authorization);

  g_signal_connect (self->message, "accept-certificate", G_CALLBACK (on_accept_certificate), self);
  g_signal_connect (self->message, "network-event", G_CALLBACK (on_network_event), self);
  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "restarted", G_CALLBACK (on_restarted), self);
  g_signal_connect (self->message, "wrote-body-data", G_CALLBACK (on_wrote_body_data), self);
  g_signal_connect (self->message, "wrote-body", G_CALLBACK (on_wrote_body), self);

  return self;
}

/**
 * ls_http_exchange_free:
 * @exchange: (transfer full): an exchange
 *
 * The stream that it gave stays usable.
 */
void
ls_http_exchange_free (LsHttpExchange *exchange)
{
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_pointer (&exchange->deadline, ls_deadline_free);
  g_object_unref (exchange->message);
  g_clear_object (&exchange->upload);
  g_object_unref (exchange->stop);
  g_uri_unref (exchange->uri);
  g_free (exchange->host);
  g_free (exchange->peer);
  g_clear_error (&exchange->refusal);
  g_free (exchange);
}

/* Sends the message with our own cancellable. */
static GInputStream *
run (LsHttpExchange *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GInputStream *body;
  gboolean is_late;

  start_deadline (self);
  body =
      soup_session_send (ls_http_get_session (self->http), self->message, self->stop, &local_error);
  g_clear_pointer (&self->name_lease, ls_http_lease_free);

  is_late = self->deadline != NULL && ls_deadline_passed (self->deadline);
  g_clear_pointer (&self->deadline, ls_deadline_free);

  if (body != NULL)
    return body;

  if (self->refusal != NULL)
    g_propagate_error (error, g_error_copy (self->refusal));
  else if (is_late && !g_cancellable_is_cancelled (cancellable))
    ls_http_set_error (error, LS_ERROR_TIMED_OUT, self->peer, "%s answers too slowly", self->peer);
  else
    g_propagate_error (
        error, ls_http_error_from_transport (local_error, self->peer, self->certificate_errors));

  return NULL;
}

/* To open a body may take long: another registry may have to be asked for it. */
static GInputStream *
open_body_and_run (LsHttpExchange *self, GCancellable *cancellable, GError **error)
{
  GInputStream *body = NULL;
  gulong link = ls_cancellable_link (cancellable, self->stop);

  if (set_body (self, error))
    body = run (self, cancellable, error);
  g_cancellable_disconnect (cancellable, link);

  return body;
}

static LsHttpLease *
enter (LsHttpExchange *self, GCancellable *cancellable, GError **error)
{
  LsHttpGateFlags flags = LS_HTTP_GATE_NONE;

  if (ls_http_request_get_patience (self->request) == LS_HTTP_FOR_TRANSFER)
    flags |= LS_HTTP_GATE_IS_PATIENT;
  if (ls_http_request_get_is_awaited (self->request))
    flags |= LS_HTTP_GATE_IS_AWAITED;

  return ls_http_gate_enter (ls_http_get_gate (self->http), self->host, flags, cancellable, error);
}

/**
 * ls_http_exchange_send:
 * @exchange: an exchange
 * @http: the session
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends the request when it is its turn and waits for the head of the reply: for
 * a connection and, once the body is out, for the answer twice as long as a
 * server may be silent.
 *
 * Returns: (transfer full): the body, an #LsHttpStream; %NULL with @error set
 */
GInputStream *
ls_http_exchange_send (LsHttpExchange *exchange, LsHttp *http, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (LsHttpLease) lease = NULL;
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GInputStream) metered = NULL;
  LsPace pace;

  exchange->http = http;
  lease = enter (exchange, cancellable, error);
  if (lease == NULL)
    return NULL;

  body = open_body_and_run (exchange, cancellable, error);
  if (exchange->sent)
    ls_http_gate_meet (ls_http_get_gate (http), exchange->host, exchange->round_trip);
  if (body == NULL)
    return NULL;

  ls_http_splice_widen ();
  pace = get_pace (exchange);
  metered = ls_bandwidth_stream_new (body, ls_http_get_bandwidth (http), &pace);

  return ls_http_stream_new (metered, exchange->peer, g_steal_pointer (&lease));
}

/**
 * ls_http_exchange_get_message:
 * @exchange: an exchange
 *
 * Returns: (transfer none): the message, with the head of the reply
 */
SoupMessage *
ls_http_exchange_get_message (LsHttpExchange *exchange)
{
  return exchange->message;
}

/**
 * ls_http_exchange_get_reach:
 * @exchange: an exchange that was sent
 *
 * Returns: how close to the user the server is
 */
LsReach
ls_http_exchange_get_reach (LsHttpExchange *exchange)
{
  return exchange->reach;
}

/**
 * ls_http_exchange_was_dropped:
 * @exchange: an exchange that failed
 *
 * Returns: whether the line was lost after the request began to go out
 */
gboolean
ls_http_exchange_was_dropped (LsHttpExchange *exchange)
{
  return exchange->sent && exchange->refusal == NULL;
}
