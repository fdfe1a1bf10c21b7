/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-request.h"

#include <string.h>

struct _LsHttpRequest
{
  const char *method; /* interned */
  LsEndpoint *endpoint;
  GUri *uri;
  GHashTable *headers;
  char *authorization;
  gsize max_size;
  LsReach max_reach;
  LsHttpPatience patience;
  gboolean may_repeat;
  gboolean same_origin;
  gboolean is_awaited;

  char *content_type;
  GBytes *body;
  gint64 body_size;
  LsHttpBodyFunc open_body;
  gpointer open_body_data;
};

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * ls_http_request_new:
 * @method: GET, HEAD, POST, PUT, PATCH or DELETE
 * @endpoint: the service that the request is made for; its trust settings hold
 *   while the request stays at its origin
 * @uri: what is asked for; another origin than the endpoint's where the service
 *   named it (a token realm, an upload location, a next page)
 *
 * Returns: (transfer full): a request
 */
LsHttpRequest *
ls_http_request_new (const char *method, LsEndpoint *endpoint, GUri *uri)
{
  LsHttpRequest *self = g_new0 (LsHttpRequest, 1);

  self->method = g_intern_string (method);
  self->endpoint = ls_endpoint_ref (endpoint);
  self->uri = g_uri_ref (uri);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->max_size = LS_HTTP_DEFAULT_MAX_SIZE;
  self->max_reach =
      ls_origin_equal (uri, ls_endpoint_get_uri (endpoint)) ? LS_REACH_LOOPBACK : LS_REACH_PUBLIC;
  self->may_repeat = g_str_equal (method, "GET") || g_str_equal (method, "HEAD");

  return self;
}

/**
 * ls_http_request_new_for_target:
 * @method: an HTTP method
 * @endpoint: the service that is asked
 * @target: a path behind the endpoint's URL, and perhaps a query
 * @error: return location for an error
 *
 * Returns: (transfer full): a request; %NULL with @error set
 */
LsHttpRequest *
ls_http_request_new_for_target (const char *method, LsEndpoint *endpoint, const char *target,
                                GError **error)
{
  g_autoptr (GUri) uri = ls_endpoint_resolve (endpoint, target, error);

  return uri != NULL ? ls_http_request_new (method, endpoint, uri) : NULL;
}

/**
 * ls_http_request_free:
 * @request: (transfer full): a request
 */
void
ls_http_request_free (LsHttpRequest *request)
{
  ls_endpoint_unref (request->endpoint);
  g_uri_unref (request->uri);
  g_hash_table_unref (request->headers);
  wipe (request->authorization);
  g_free (request->content_type);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

/**
 * ls_http_request_set_header:
 * @request: a request
 * @name: a header field that is not a secret
 * @value: its value
 *
 * The field goes along over redirects, to other origins too: secrets belong to
 * ls_http_request_set_authorization().
 */
void
ls_http_request_set_header (LsHttpRequest *request, const char *name, const char *value)
{
  g_hash_table_replace (request->headers, g_strdup (name), g_strdup (value));
}

/**
 * ls_http_request_set_authorization:
 * @request: a request
 * @value: (nullable): the value of the Authorization field
 *
 * It is sent to the origin of the request's URI only, and not any more once
 * a redirect has left that origin.
 */
void
ls_http_request_set_authorization (LsHttpRequest *request, const char *value)
{
  char *copy = g_strdup (value);

  wipe (request->authorization);
  request->authorization = copy;
}

/**
 * ls_http_request_set_body:
 * @request: a request
 * @content_type: its media type
 * @body: the bytes
 */
void
ls_http_request_set_body (LsHttpRequest *request, const char *content_type, GBytes *body)
{
  g_return_if_fail (request->open_body == NULL);

  g_free (request->content_type);
  request->content_type = g_strdup (content_type);
  g_clear_pointer (&request->body, g_bytes_unref);
  request->body = g_bytes_ref (body);
}

/**
 * ls_http_request_set_body_func:
 * @request: a request
 * @content_type: its media type
 * @size: how many bytes @open gives, or -1: that shows when they are sent (RFC 9112,
 *   section 7.1, "Chunked Transfer Coding")
 * @open: (scope forever): opens the body
 * @user_data: given to @open; must live as long as the request
 */
void
ls_http_request_set_body_func (LsHttpRequest *request, const char *content_type, gint64 size,
                               LsHttpBodyFunc open, gpointer user_data)
{
  g_return_if_fail (request->body == NULL);
  g_return_if_fail (size >= -1);

  g_free (request->content_type);
  request->content_type = g_strdup (content_type);
  request->body_size = size;
  request->open_body = open;
  request->open_body_data = user_data;
}

/**
 * ls_http_request_set_max_size:
 * @request: a request
 * @max_size: the largest reply body that is read, in bytes
 *
 * Without this it is %LS_HTTP_DEFAULT_MAX_SIZE. Streams have no limit here.
 */
void
ls_http_request_set_max_size (LsHttpRequest *request, gsize max_size)
{
  request->max_size = max_size;
}

/**
 * ls_http_request_set_max_reach:
 * @request: a request
 * @max_reach: how close to the user the server may be
 *
 * Without this a request to the endpoint's origin is free, and one to another
 * origin may only go to public addresses. A redirect never leads closer than
 * the server that it comes from.
 */
void
ls_http_request_set_max_reach (LsHttpRequest *request, LsReach max_reach)
{
  request->max_reach = max_reach;
}

/**
 * ls_http_request_set_may_repeat:
 * @request: a request
 * @may_repeat: whether sending it twice does no harm
 *
 * GET and HEAD may be repeated without this.
 */
void
ls_http_request_set_may_repeat (LsHttpRequest *request, gboolean may_repeat)
{
  request->may_repeat = may_repeat;
}

/**
 * ls_http_request_set_patience:
 * @request: a request
 * @patience: who waits for it
 *
 * Without this it is %LS_HTTP_FOR_PERSON.
 */
void
ls_http_request_set_patience (LsHttpRequest *request, LsHttpPatience patience)
{
  request->patience = patience;
}

/**
 * ls_http_request_set_same_origin:
 * @request: a request
 * @same_origin: whether redirects to another origin are refused
 *
 * For requests whose body is a secret.
 */
void
ls_http_request_set_same_origin (LsHttpRequest *request, gboolean same_origin)
{
  request->same_origin = same_origin;
}

/**
 * ls_http_request_set_is_awaited:
 * @request: a request
 * @is_awaited: whether the limits for connections do not hold it up
 *
 * For requests that other threads wait for, whatever those may have under way.
 */
void
ls_http_request_set_is_awaited (LsHttpRequest *request, gboolean is_awaited)
{
  request->is_awaited = is_awaited;
}

/**
 * ls_http_request_get_method:
 * @request: a request
 *
 * Returns: (transfer none): the method, interned
 */
const char *
ls_http_request_get_method (LsHttpRequest *request)
{
  return request->method;
}

/**
 * ls_http_request_get_endpoint:
 * @request: a request
 *
 * Returns: (transfer none): the service the request is made for
 */
LsEndpoint *
ls_http_request_get_endpoint (LsHttpRequest *request)
{
  return request->endpoint;
}

/**
 * ls_http_request_get_uri:
 * @request: a request
 *
 * Returns: (transfer none): what is asked for
 */
GUri *
ls_http_request_get_uri (LsHttpRequest *request)
{
  return request->uri;
}

/**
 * ls_http_request_get_authorization:
 * @request: a request
 *
 * Returns: (nullable) (transfer none): the value of Authorization
 */
const char *
ls_http_request_get_authorization (LsHttpRequest *request)
{
  return request->authorization;
}

/**
 * ls_http_request_get_headers:
 * @request: a request
 *
 * Returns: (transfer none) (element-type utf8 utf8): the other header fields
 */
GHashTable *
ls_http_request_get_headers (LsHttpRequest *request)
{
  return request->headers;
}

/**
 * ls_http_request_get_max_size:
 * @request: a request
 *
 * Returns: the largest reply body, in bytes
 */
gsize
ls_http_request_get_max_size (LsHttpRequest *request)
{
  return request->max_size;
}

/**
 * ls_http_request_get_max_reach:
 * @request: a request
 *
 * Returns: how close to the user the server may be
 */
LsReach
ls_http_request_get_max_reach (LsHttpRequest *request)
{
  return request->max_reach;
}

/**
 * ls_http_request_get_may_repeat:
 * @request: a request
 *
 * Returns: whether sending it twice does no harm
 */
gboolean
ls_http_request_get_may_repeat (LsHttpRequest *request)
{
  return request->may_repeat;
}

/**
 * ls_http_request_get_patience:
 * @request: a request
 *
 * Returns: who waits for it
 */
LsHttpPatience
ls_http_request_get_patience (LsHttpRequest *request)
{
  return request->patience;
}

/**
 * ls_http_request_get_same_origin:
 * @request: a request
 *
 * Returns: whether redirects to another origin are refused
 */
gboolean
ls_http_request_get_same_origin (LsHttpRequest *request)
{
  return request->same_origin;
}

/**
 * ls_http_request_get_is_awaited:
 * @request: a request
 *
 * Returns: whether the limits for connections do not hold it up
 */
gboolean
ls_http_request_get_is_awaited (LsHttpRequest *request)
{
  return request->is_awaited;
}

/**
 * ls_http_request_dup_peer_name:
 * @request: a request
 * @uri: where it went, after redirects
 *
 * Returns: (transfer full): whom an error at @uri is about: the service as people
 *   call it, or the other host that it sent us to
 */
char *
ls_http_request_dup_peer_name (LsHttpRequest *request, GUri *uri)
{
  if (ls_origin_equal (uri, ls_endpoint_get_uri (request->endpoint)))
    return g_strdup (ls_endpoint_get_name (request->endpoint));

  return ls_uri_dup_host_port (uri);
}

/**
 * ls_http_request_has_body:
 * @request: a request
 *
 * Returns: whether a body is sent along
 */
gboolean
ls_http_request_has_body (LsHttpRequest *request)
{
  return request->body != NULL || request->open_body != NULL;
}

/**
 * ls_http_request_open_body:
 * @request: a request with a body
 * @content_type: (out) (transfer none): its media type
 * @size: (out): its size in bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full): the body from its start; %NULL with @error set
 */
GInputStream *
ls_http_request_open_body (LsHttpRequest *request, const char **content_type, gint64 *size,
                           GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (ls_http_request_has_body (request), NULL);

  *content_type = request->content_type;

  if (request->body != NULL)
    {
      *size = (gint64) g_bytes_get_size (request->body);
      return g_memory_input_stream_new_from_bytes (request->body);
    }

  *size = request->body_size;

  return request->open_body (request->open_body_data, cancellable, error);
}
