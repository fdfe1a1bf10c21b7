/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-endpoint.h"

#include "ls-error.h"
#include "ls-origin.h"

#include <string.h>

struct _LsEndpoint
{
  GUri *uri;
  char *host; /* as a user writes it: with the port where it is unusual */
  char *name; /* what people call the service; NULL: as the host */
  GTlsDatabase *authority;
  LsEndpointFlags flags;
};

G_DEFINE_BOXED_TYPE (LsEndpoint, ls_endpoint, ls_endpoint_ref, ls_endpoint_unref)

static LsEndpoint *
endpoint_new_take (GUri *uri, LsEndpointFlags flags, GTlsDatabase *authority)
{
  LsEndpoint *self = g_atomic_rc_box_new0 (LsEndpoint);

  self->uri = uri;
  self->host = ls_uri_dup_host_port (uri);
  self->flags = flags;
  self->authority = authority != NULL ? g_object_ref (authority) : NULL;

  return self;
}

/**
 * ls_endpoint_new:
 * @url: an http or https URL; its path is put before every target
 * @flags: what is allowed
 * @authority: (nullable): certificate authorities that are trusted for this
 *   origin besides those of the system
 * @error: return location for an error
 *
 * Raises %LS_ERROR_SETTINGS when @url is no such URL, and %LS_ERROR_INSECURE
 * when it is plain http to another computer and @flags do not allow that.
 *
 * Returns: (transfer full): an endpoint; %NULL with @error set
 */
LsEndpoint *
ls_endpoint_new (const char *url, LsEndpointFlags flags, GTlsDatabase *authority, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, LS_URI_FLAGS, NULL);

  if (uri == NULL || !ls_uri_is_http_family (uri) || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_SETTINGS,
                   "“%s” is no http or https URL without user name, query and fragment", url);
      return NULL;
    }

  if (!ls_uri_is_https (uri) && !(flags & LS_ENDPOINT_INSECURE)
      && !ls_host_is_loopback (g_uri_get_host (uri)))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_INSECURE,
                   "“%s” is plain http to another computer, which needs insecure=true", url);
      return NULL;
    }

  return endpoint_new_take (g_steal_pointer (&uri), flags, authority);
}

/**
 * ls_endpoint_ref:
 * @endpoint: an endpoint
 *
 * Returns: (transfer full): the same endpoint
 */
LsEndpoint *
ls_endpoint_ref (LsEndpoint *endpoint)
{
  return g_atomic_rc_box_acquire (endpoint);
}

static void
endpoint_clear (gpointer data)
{
  LsEndpoint *self = data;

  g_uri_unref (self->uri);
  g_free (self->host);
  g_free (self->name);
  g_clear_object (&self->authority);
}

/**
 * ls_endpoint_unref:
 * @endpoint: (transfer full): an endpoint
 */
void
ls_endpoint_unref (LsEndpoint *endpoint)
{
  g_atomic_rc_box_release_full (endpoint, endpoint_clear);
}

/**
 * ls_endpoint_get_uri:
 * @endpoint: an endpoint
 *
 * Returns: (transfer none): the base URL
 */
GUri *
ls_endpoint_get_uri (const LsEndpoint *endpoint)
{
  return endpoint->uri;
}

/**
 * ls_endpoint_get_host:
 * @endpoint: an endpoint
 *
 * Returns: (transfer none): the host, with the port where it is not the usual one
 */
const char *
ls_endpoint_get_host (const LsEndpoint *endpoint)
{
  return endpoint->host;
}

/**
 * ls_endpoint_get_name:
 * @endpoint: an endpoint
 *
 * Returns: (transfer none): what people call the service: the name that
 *   ls_endpoint_named() gave it, or else its host
 */
const char *
ls_endpoint_get_name (const LsEndpoint *endpoint)
{
  return endpoint->name != NULL ? endpoint->name : endpoint->host;
}

/**
 * ls_endpoint_named:
 * @endpoint: an endpoint
 * @name: what people call the service, such as the registry's name in references
 *
 * Returns: (transfer full): the same endpoint whose errors are about @name, which
 *   says more to its user than where it happens to answer
 */
LsEndpoint *
ls_endpoint_named (LsEndpoint *endpoint, const char *name)
{
  LsEndpoint *named =
      endpoint_new_take (g_uri_ref (endpoint->uri), endpoint->flags, endpoint->authority);

  named->name = g_strdup (name);

  return named;
}

/**
 * ls_endpoint_get_authority:
 * @endpoint: an endpoint
 *
 * Returns: (nullable) (transfer none): certificate authorities of its own
 */
GTlsDatabase *
ls_endpoint_get_authority (const LsEndpoint *endpoint)
{
  return endpoint->authority;
}

/**
 * ls_endpoint_is_insecure:
 * @endpoint: an endpoint
 *
 * Returns: whether the user allows plain http and unverified TLS
 */
gboolean
ls_endpoint_is_insecure (const LsEndpoint *endpoint)
{
  return (endpoint->flags & LS_ENDPOINT_INSECURE) != 0;
}

/**
 * ls_endpoint_plain_http:
 * @endpoint: an endpoint
 *
 * Gives the endpoint to try next when the port turned out not to speak TLS.
 *
 * Returns: (transfer full) (nullable): the same endpoint over plain http, or
 *   %NULL where that is not allowed
 */
LsEndpoint *
ls_endpoint_plain_http (LsEndpoint *endpoint)
{
  g_autoptr (GUri) uri = NULL;
  guint16 port = ls_uri_get_port (endpoint->uri);
  LsEndpoint *plain;

  if (!(endpoint->flags & LS_ENDPOINT_ANY_SCHEME) || !ls_uri_is_https (endpoint->uri))
    return NULL;
  if (!ls_endpoint_is_insecure (endpoint) && !ls_host_is_loopback (g_uri_get_host (endpoint->uri)))
    return NULL;

  uri = g_uri_build (LS_URI_FLAGS, "http", NULL, g_uri_get_host (endpoint->uri),
                     port == 443 ? -1 : port, g_uri_get_path (endpoint->uri), NULL, NULL);

  plain = endpoint_new_take (g_steal_pointer (&uri), endpoint->flags & ~LS_ENDPOINT_ANY_SCHEME,
                             endpoint->authority);
  plain->name = g_strdup (endpoint->name);

  return plain;
}

/**
 * ls_endpoint_resolve:
 * @endpoint: an endpoint
 * @target: a path without a slash in front, and perhaps a query
 * @error: return location for an error
 *
 * Puts @target behind the base URL's path.
 *
 * Returns: (transfer full): a URI; %NULL with @error (%LS_ERROR_FAILED) set
 */
GUri *
ls_endpoint_resolve (const LsEndpoint *endpoint, const char *target, GError **error)
{
  g_autofree char *base = g_strdup (g_uri_get_path (endpoint->uri));
  g_autofree char *path = NULL;
  g_autoptr (GUri) uri = NULL;
  gsize length = strlen (base);

  while (length > 0 && base[length - 1] == '/')
    base[--length] = '\0';

  path = g_strconcat (base, "/", target, NULL);
  uri = g_uri_parse_relative (endpoint->uri, path, LS_URI_FLAGS, NULL);
  if (uri == NULL || !ls_origin_equal (uri, endpoint->uri))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "“%s” makes no URL of %s", target,
                   endpoint->host);
      return NULL;
    }

  return g_steal_pointer (&uri);
}
