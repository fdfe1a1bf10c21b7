/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-token-request.h"

#include "ls-http-error.h"
#include "ls-json.h"

#include <string.h>

#define CLIENT_ID "longshore"
#define MAX_REPLY_SIZE (128 * 1024)

/* What the specification says where the server says nothing or less. */
#define SHORTEST_LIFETIME 60
#define LONGEST_LIFETIME (24 * 60 * 60)

/**
 * ls_secret_free:
 * @secret: (transfer full) (nullable): a secret in ordinary memory
 *
 * Wipes and frees it.
 */
void
ls_secret_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * ls_basic_authorization:
 * @username: who
 * @secret: a password or access token
 *
 * Returns: (transfer full): a value for Authorization (RFC 7617); free it with ls_secret_free()
 */
char *
ls_basic_authorization (const char *username, const char *secret)
{
  char *pair = g_strconcat (username, ":", secret, NULL);
  char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  char *value = g_strconcat ("Basic ", encoded, NULL);

  ls_secret_free (pair);
  ls_secret_free (encoded);

  return value;
}

/**
 * ls_token_reply_clear:
 * @reply: a reply
 */
void
ls_token_reply_clear (LsTokenReply *reply)
{
  g_clear_pointer (&reply->token, ls_secret_free);
  g_clear_pointer (&reply->refresh_token, ls_secret_free);
}

/* A token becomes part of a header field: it may not break out of it. */
static gboolean
is_token (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isgraph (*text))
        return FALSE;
    }

  return TRUE;
}

/**
 * ls_token_reply_parse:
 * @reply: (out caller-allocates): a reply to fill
 * @body: what a realm sent
 * @error: return location for an error
 *
 * The token is in `token` or in `access_token`.
 *
 * Returns: whether there is a token; %FALSE with @error (%LS_ERROR_PROTOCOL) set
 */
gboolean
ls_token_reply_parse (LsTokenReply *reply, GBytes *body, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (body, MAX_REPLY_SIZE, error);
  const char *token;
  const char *refresh_token;

  *reply = (LsTokenReply){ 0 };
  if (object == NULL)
    return FALSE;

  token = ls_json_get_string (object, "token");
  if (token == NULL || *token == '\0')
    token = ls_json_get_string (object, "access_token");
  if (!is_token (token))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL,
                           "The token server's reply has no usable token");
      return FALSE;
    }

  reply->token = g_strdup (token);
  refresh_token = ls_json_get_string (object, "refresh_token");
  if (refresh_token != NULL && *refresh_token != '\0')
    reply->refresh_token = g_strdup (refresh_token);

  if (!ls_json_get_int64 (object, "expires_in", &reply->lifetime))
    reply->lifetime = SHORTEST_LIFETIME;
  reply->lifetime = CLAMP (reply->lifetime, SHORTEST_LIFETIME, LONGEST_LIFETIME);

  return TRUE;
}

/**
 * ls_token_source_resolve_realm:
 * @source: what a token is for
 * @error: return location for an error
 *
 * Says where tokens are had, if it may be asked at all. A realm over plain http
 * would give the password to the network: that takes a registry that is itself
 * on plain http, and a realm on the same host or on this computer.
 *
 * Returns: (transfer full): the realm; %NULL with %LS_ERROR_PROTOCOL or
 *   %LS_ERROR_LED_ASTRAY
 */
GUri *
ls_token_source_resolve_realm (const LsTokenSource *source, GError **error)
{
  GUri *registry = ls_endpoint_get_uri (source->registry);
  const char *text = ls_challenge_get_realm (source->challenge);
  g_autoptr (GUri) realm = g_uri_parse_relative (registry, text, LS_URI_FLAGS, NULL);
  const char *name = source->name;
  const char *host;

  if (realm == NULL || !ls_uri_is_http_family (realm))
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, name, "%s names a token server that is no URL",
                         name);
      return NULL;
    }

  host = g_uri_get_host (realm);
  if (!ls_uri_is_https (realm)
      && (ls_uri_is_https (registry)
          || (!ls_host_is_loopback (host)
              && g_ascii_strcasecmp (host, g_uri_get_host (registry)) != 0)))
    {
      ls_http_set_error (error, LS_ERROR_LED_ASTRAY, name,
                         "%s wants the password to be sent to %s without TLS", name, host);
      return NULL;
    }

  return g_steal_pointer (&realm);
}

/* The realm belongs to the registry's trust: whoever is allowed to vouch for
 * the registry may vouch for the token server it names. Certificates must be
 * right all the same, also where the registry's own need not be. */
static LsEndpoint *
endpoint_for_realm (const LsTokenSource *source, GUri *realm, GError **error)
{
  g_autofree char *url = NULL;

  if (ls_origin_equal (realm, ls_endpoint_get_uri (source->registry)))
    return ls_endpoint_ref (source->registry);

  url = g_uri_join (LS_URI_FLAGS, g_uri_get_scheme (realm), NULL, g_uri_get_host (realm),
                    g_uri_get_port (realm), "/", NULL, NULL);

  return ls_endpoint_new (url, ls_uri_is_https (realm) ? LS_ENDPOINT_NONE : LS_ENDPOINT_INSECURE,
                          ls_endpoint_get_authority (source->registry), error);
}

static void
append_parameter (GString *text, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;

  if (text->len > 0)
    g_string_append_c (text, '&');
  g_string_append_printf (text, "%s=", name);
  g_string_append_uri_escaped (text, value, NULL, FALSE);
}

static LsHttpRequest *
make_get (const LsTokenSource *source, LsEndpoint *endpoint, GUri *realm, const char *const *scopes,
          const char *username, const char *secret)
{
  g_autoptr (GString) query = g_string_new (g_uri_get_query (realm));
  g_autoptr (GUri) uri = NULL;
  LsHttpRequest *request;

  append_parameter (query, "service", ls_challenge_get_service (source->challenge));
  for (guint i = 0; scopes[i] != NULL; i++)
    append_parameter (query, "scope", scopes[i]);
  append_parameter (query, "account", username);
  append_parameter (query, "client_id", CLIENT_ID);

  uri = g_uri_build (LS_URI_FLAGS, g_uri_get_scheme (realm), NULL, g_uri_get_host (realm),
                     g_uri_get_port (realm), g_uri_get_path (realm), query->str, NULL);
  request = ls_http_request_new ("GET", endpoint, uri);

  if (secret != NULL)
    {
      char *authorization = ls_basic_authorization (username, secret);

      ls_http_request_set_authorization (request, authorization);
      ls_secret_free (authorization);
    }

  return request;
}

/* The OAuth2 form: the secret is a refresh token and goes into the body. */
static LsHttpRequest *
make_post (const LsTokenSource *source, LsEndpoint *endpoint, GUri *realm,
           const char *const *scopes, const char *refresh_token)
{
  g_autoptr (GString) form = g_string_new (NULL);
  g_autofree char *scope = g_strjoinv (" ", (char **) scopes);
  g_autoptr (GBytes) body = NULL;
  LsHttpRequest *request;
  gsize length;
  char *text;

  append_parameter (form, "grant_type", "refresh_token");
  append_parameter (form, "service", ls_challenge_get_service (source->challenge));
  append_parameter (form, "client_id", CLIENT_ID);
  append_parameter (form, "scope", scope);
  append_parameter (form, "refresh_token", refresh_token);

  length = form->len;
  text = g_string_free (g_steal_pointer (&form), FALSE);
  body = g_bytes_new_with_free_func (text, length, (GDestroyNotify) ls_secret_free, text);

  request = ls_http_request_new ("POST", endpoint, realm);
  ls_http_request_set_same_origin (request, TRUE);
  ls_http_request_set_may_repeat (request, TRUE);
  ls_http_request_set_body (request, "application/x-www-form-urlencoded", body);

  return request;
}

/**
 * ls_token_request:
 * @http: the session
 * @source: the registry and its challenge
 * @scopes: what the token is for; none for a mere sign-in
 * @username: (nullable): who asks; %LS_TOKEN_USERNAME if @secret is a refresh token
 * @secret: (nullable): a password, an access token or a refresh token
 * @reply: (out caller-allocates): the token
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the realm of a challenge for a bearer token.
 *
 * Raises %LS_ERROR_UNAUTHORIZED when the realm does not accept the secret,
 * %LS_ERROR_LED_ASTRAY when the realm may not be asked, and what ls_http_send()
 * raises.
 *
 * Returns: whether there is a token
 */
gboolean
ls_token_request (LsHttp *http, const LsTokenSource *source, const char *const *scopes,
                  const char *username, const char *secret, LsTokenReply *reply,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) realm = ls_token_source_resolve_realm (source, error);
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) http_reply = NULL;
  g_autoptr (GError) local_error = NULL;

  *reply = (LsTokenReply){ 0 };
  if (realm == NULL)
    return FALSE;

  endpoint = endpoint_for_realm (source, realm, error);
  if (endpoint == NULL)
    return FALSE;

  if (g_strcmp0 (username, LS_TOKEN_USERNAME) == 0)
    request = make_post (source, endpoint, realm, scopes, secret);
  else
    request = make_get (source, endpoint, realm, scopes, username, secret);

  ls_http_request_set_max_reach (request, source->reach);
  ls_http_request_set_patience (request, source->patience);
  ls_http_request_set_is_awaited (request, TRUE);
  ls_http_request_set_max_size (request, MAX_REPLY_SIZE);
  ls_http_request_set_header (request, "Accept", "application/json");

  http_reply = ls_http_send (http, request, cancellable, error);
  if (http_reply == NULL)
    return FALSE;

  if (!ls_http_reply_is_success (http_reply))
    {
      g_propagate_error (error, ls_http_reply_to_error (http_reply, source->name));
      return FALSE;
    }

  if (!ls_token_reply_parse (reply, ls_http_reply_get_body (http_reply), &local_error))
    {
      ls_error_set_subject (local_error, source->name);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}
