/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-private.h"

#include "ls-http-error.h"
#include "ls-http-headers.h"
#include "ls-json.h"
#include "ls-worker.h"

/* Registries refuse larger pages. */
#define PAGE_QUERY "list?n=1000"
#define MAX_PAGES 500
#define MAX_TAGS 500000
#define MAX_PAGE_SIZE (16 * 1024 * 1024)

/* OCI distribution specification, "Pulling manifests": some registries list
 * digests and other names that no reference can hold. */
static gboolean
is_tag (const char *text)
{
  gsize length = 0;

  if (!g_ascii_isalnum (*text) && *text != '_')
    return FALSE;

  for (; *text != '\0'; text++, length++)
    {
      if (!g_ascii_isalnum (*text) && *text != '_' && *text != '.' && *text != '-')
        return FALSE;
    }

  return length <= 128;
}

static gboolean
add_page (GPtrArray *tags, GBytes *body, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (body, MAX_PAGE_SIZE, error);
  JsonArray *array;

  if (object == NULL)
    return FALSE;

  array = ls_json_get_array (object, "tags"); /* null where there is none */
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
          && is_tag (json_node_get_string (node)) && tags->len < MAX_TAGS)
        g_ptr_array_add (tags, g_strdup (json_node_get_string (node)));
    }

  return TRUE;
}

/* The next page, which has to be at the registry itself: it gets our token. */
static GUri *
get_next_page (LsHttpReply *reply, LsEndpoint *endpoint, GError **error)
{
  g_autofree char *link = ls_http_parse_next_link (ls_http_reply_get_header (reply, "Link"));
  const char *host = ls_endpoint_get_name (endpoint);
  g_autoptr (GUri) next = NULL;

  if (link == NULL)
    return NULL;

  next = g_uri_parse_relative (ls_http_reply_get_uri (reply), link, LS_URI_FLAGS, NULL);
  if (next == NULL || !ls_uri_is_http_family (next))
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, host, "%s names a next page that is no URL",
                         host);
      return NULL;
    }
  if (!ls_origin_equal (next, ls_endpoint_get_uri (endpoint)))
    {
      ls_http_set_error (error, LS_ERROR_LED_ASTRAY, host,
                         "%s names a next page on another server (%s)", host,
                         g_uri_get_host (next));
      return NULL;
    }

  return g_steal_pointer (&next);
}

/**
 * ls_registry_list_tags:
 * @self: a registry
 * @repository: the name of a repository
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the tags of a repository (OCI distribution specification, "Listing
 * tags"), all pages. Names that are no tags are left out.
 *
 * Raises %LS_ERROR_NOT_FOUND, %LS_ERROR_PROTOCOL, %LS_ERROR_LED_ASTRAY when a
 * page leads elsewhere, and the errors of the line.
 *
 * Returns: (transfer full): the tags in the registry's order; %NULL with @error set
 */
GStrv
ls_registry_list_tags (LsRegistry *self, const char *repository, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (LsHttpRequest) request = NULL;
  g_autofree char *subject = NULL;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (repository != NULL, NULL);

  subject = g_strdup_printf ("%s/%s", ls_registry_get_name (self), repository);
  request =
      ls_registry_create_request (self, "GET", repository, "tags", PAGE_QUERY, cancellable, error);

  while (request != NULL)
    {
      g_autoptr (LsHttpReply) reply = NULL;
      g_autoptr (GUri) next = NULL;
      g_autoptr (GError) local_error = NULL;
      LsEndpoint *endpoint = ls_http_request_get_endpoint (request);

      ls_http_request_set_max_size (request, MAX_PAGE_SIZE);
      reply =
          ls_registry_send_for (self, request, repository, LS_REGISTRY_PULL, cancellable, error);
      if (reply == NULL || !ls_registry_check (self, reply, subject, error)
          || !add_page (tags, ls_http_reply_get_body (reply), error))
        return NULL;

      next = get_next_page (reply, endpoint, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (next == NULL)
        {
          g_ptr_array_add (tags, NULL);
          return (GStrv) g_ptr_array_steal (tags, NULL);
        }

      if (!g_hash_table_add (seen, g_uri_to_string (next)) || g_hash_table_size (seen) >= MAX_PAGES
          || tags->len >= MAX_TAGS)
        {
          ls_http_set_error (error, LS_ERROR_PROTOCOL, subject,
                             "The list of tags of %s does not end", subject);
          return NULL;
        }

      ls_http_request_free (request);
      request = ls_registry_create_request_to (self, "GET", next, cancellable, error);
    }

  return NULL;
}
