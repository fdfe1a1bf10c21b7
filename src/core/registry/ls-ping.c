/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-ping.h"

#include "ls-challenge.h"
#include "ls-http-error.h"
#include "ls-json.h"

/* Whether another try, over plain http, makes sense: the port does not speak
 * TLS, or nobody listens on the usual port of https. */
static gboolean
is_worth_plain_http (LsEndpoint *endpoint, const GError *error)
{
  if (g_error_matches (error, LS_ERROR, LS_ERROR_INSECURE))
    return TRUE;

  return g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE)
         && ls_uri_get_port (ls_endpoint_get_uri (endpoint)) == 443;
}

/**
 * ls_ping:
 * @http: the session
 * @endpoint: (inout): where the registry should answer; then where it did
 * @patience: who waits for it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks for `/v2/` without credentials: https first and, only where the endpoint
 * allows it and the port turns out not to speak TLS, plain http.
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_ping (LsHttp *http, LsEndpoint **endpoint, LsHttpPatience patience, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (LsEndpoint) plain = ls_endpoint_plain_http (*endpoint);
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (GError) local_error = NULL;
  LsHttpReply *reply;

  request = ls_http_request_new_for_target ("GET", *endpoint, "v2/", error);
  if (request == NULL)
    return NULL;

  /* Where there is another way to try, a closed door is not worth waiting for. */
  ls_http_request_set_patience (request, plain != NULL ? LS_HTTP_FOR_PERSON : patience);
  ls_http_request_set_is_awaited (request, TRUE);
  reply = ls_http_send (http, request, cancellable, &local_error);
  if (reply != NULL)
    return reply;

  if (plain == NULL || !is_worth_plain_http (*endpoint, local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  ls_endpoint_unref (*endpoint);
  *endpoint = g_steal_pointer (&plain);

  return ls_ping (http, endpoint, patience, cancellable, error);
}

/**
 * ls_ping_is_from_registry:
 * @reply: a reply to `/v2/`
 *
 * A captive portal, a router or any web site answers something, too.
 *
 * Returns: whether a registry has written @reply
 */
gboolean
ls_ping_is_from_registry (LsHttpReply *reply)
{
  g_autofree char *type = ls_http_reply_dup_content_type (reply);
  g_autoptr (JsonNode) node = NULL;

  if (ls_http_reply_get_header (reply, "Docker-Distribution-API-Version") != NULL)
    return TRUE;
  if (!ls_http_reply_is_success (reply) || g_strcmp0 (type, "text/html") == 0)
    return FALSE;
  if (g_bytes_get_size (ls_http_reply_get_body (reply)) == 0)
    return TRUE;

  node = ls_json_parse (ls_http_reply_get_body (reply), LS_HTTP_DEFAULT_MAX_SIZE, NULL);

  return node != NULL;
}

/**
 * ls_ping_check:
 * @reply: a reply to `/v2/`
 * @name: the registry's name, for people
 * @error: return location for an error
 *
 * Raises %LS_ERROR_NOT_A_REGISTRY, or what the status stands for where it says
 * that something is wrong with the server or with us.
 *
 * Returns: whether to go on: @reply is a registry's, open or with a challenge
 */
gboolean
ls_ping_check (LsHttpReply *reply, const char *name, GError **error)
{
  guint status = ls_http_reply_get_status (reply);
  g_autoptr (LsChallenge) challenge = NULL;
  g_autoptr (GError) local_error = NULL;

  if (ls_http_reply_is_success (reply) && ls_ping_is_from_registry (reply))
    return TRUE;

  if (status == 401)
    {
      challenge = ls_challenge_parse (ls_http_reply_get_header (reply, "WWW-Authenticate"));
      if (challenge != NULL)
        return TRUE;
    }

  local_error = ls_http_reply_to_error (reply, name);
  if (status >= 500 || status == 429 || status == 407
      || g_error_matches (local_error, LS_ERROR, LS_ERROR_CLIENT_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  /* Some registries forbid or lack this path and serve all the same. */
  if (ls_ping_is_from_registry (reply))
    return TRUE;

  ls_http_set_error (error, LS_ERROR_NOT_A_REGISTRY, name,
                     "What answers at %s is no registry (status %u)", name, status);
  if (error != NULL)
    ls_error_set_server_text (*error, ls_error_get_server_text (local_error));

  return FALSE;
}
