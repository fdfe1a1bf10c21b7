/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-hub-results.h"

#include "ls-error.h"
#include "ls-hub-repository-private.h"
#include "ls-json.h"
#include "ls-reference.h"

#include <string.h>

#define MAX_DESCRIPTION 1000 /* characters */

typedef LsHubRepository *(*EntryFunc) (JsonObject *entry);

/**
 * ls_hub_results_clear:
 * @results: a page of results
 */
void
ls_hub_results_clear (LsHubResults *results)
{
  g_clear_pointer (&results->repositories, g_ptr_array_unref);
}

/* One line without what controls a terminal or the direction of text. */
static char *
tidy (const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  glong length = 0;
  gboolean space = FALSE;

  for (const char *p = text != NULL ? text : ""; *p != '\0' && length < MAX_DESCRIPTION;
       p = g_utf8_next_char (p), length++)
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          space = line->len > 0;
          continue;
        }
      if (!g_unichar_isprint (c))
        continue;

      if (space)
        g_string_append_c (line, ' ');
      space = FALSE;
      g_string_append_unichar (line, c);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* A name that can be pulled from Docker Hub, as it is shown. */
static char *
familiar_name (const char *name)
{
  g_autoptr (LsReference) reference = name != NULL ? ls_reference_parse (name, NULL) : NULL;

  if (reference == NULL || !ls_reference_is_docker_hub (reference)
      || ls_reference_get_tag (reference) != NULL || ls_reference_get_digest (reference) != NULL)
    return NULL;

  return ls_reference_dup_familiar_repository (reference);
}

/* "1B+", "500K+", "10,5M": at least so many. */
static gint64
count_from_text (const char *text)
{
  static const char units[] = "KMBT";
  double value;
  char *end;
  const char *unit;

  value = g_ascii_strtod (text, &end);
  if (end == text || value < 0)
    return -1;

  unit = *end != '\0' ? strchr (units, g_ascii_toupper (*end)) : NULL;
  for (const char *p = units; unit != NULL && p <= unit; p++)
    value *= 1000;

  return value < 1e18 ? (gint64) value : -1;
}

static void
read_pull_count (LsHubRepositoryFields *fields, JsonObject *entry)
{
  const char *text = ls_json_get_string (entry, "pull_count");

  fields->pull_count = -1;
  if (text != NULL && *text != '\0')
    {
      fields->pull_count_text = tidy (text);
      fields->pull_count = count_from_text (text);
    }
  else if (!ls_json_get_int64 (entry, "pull_count", &fields->pull_count) || fields->pull_count < 0)
    {
      fields->pull_count = -1;
    }
}

static LsHubPublisher
publisher_from_badge (const char *badge)
{
  if (g_strcmp0 (badge, "official") == 0)
    return LS_HUB_PUBLISHER_OFFICIAL;
  if (g_strcmp0 (badge, "verified_publisher") == 0)
    return LS_HUB_PUBLISHER_VERIFIED;
  if (g_strcmp0 (badge, "open_source") == 0)
    return LS_HUB_PUBLISHER_OPEN_SOURCE;

  return LS_HUB_PUBLISHER_NONE;
}

static LsHubRepository *
finish_entry (LsHubRepositoryFields *fields, JsonObject *entry)
{
  if (!ls_json_get_int64 (entry, "star_count", &fields->star_count) || fields->star_count < 0)
    fields->star_count = 0;
  read_pull_count (fields, entry);
  fields->automated = ls_json_get_boolean (entry, "is_automated");

  return ls_hub_repository_new_take (fields);
}

/* An entry of /api/search/v4. */
static LsHubRepository *
read_search_entry (JsonObject *entry)
{
  const char *type = ls_json_get_string (entry, "type");
  LsHubRepositoryFields fields = { 0 };

  if (type != NULL && !g_str_equal (type, "image"))
    return NULL;

  fields.name = familiar_name (ls_json_get_string (entry, "name"));
  if (fields.name == NULL)
    return NULL;

  fields.description = tidy (ls_json_get_string (entry, "short_description"));
  fields.publisher = publisher_from_badge (ls_json_get_string (entry, "badge"));

  return finish_entry (&fields, entry);
}

/* An entry of /v1/search. */
static LsHubRepository *
read_index_entry (JsonObject *entry)
{
  LsHubRepositoryFields fields = { 0 };

  fields.name = familiar_name (ls_json_get_string (entry, "name"));
  if (fields.name == NULL)
    return NULL;

  fields.description = tidy (ls_json_get_string (entry, "description"));
  fields.publisher = ls_json_get_boolean (entry, "is_official") ? LS_HUB_PUBLISHER_OFFICIAL
                                                                : LS_HUB_PUBLISHER_NONE;

  return finish_entry (&fields, entry);
}

/* Entries that are no images or have no usable name are left out; how many
 * there were in all tells whether the source has more. */
static gboolean
read_entries (LsHubResults *results, JsonObject *object, EntryFunc read_entry, guint *n_entries,
              GError **error)
{
  JsonArray *array = ls_json_get_array (object, "results");

  if (array == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL,
                           "The reply to the search has no results");
      return FALSE;
    }

  *n_entries = json_array_get_length (array);
  results->repositories = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < *n_entries; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      LsHubRepository *repository = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node))
        repository = read_entry (json_node_get_object (node));
      if (repository != NULL)
        g_ptr_array_add (results->repositories, repository);
    }

  return TRUE;
}

/**
 * ls_hub_results_parse_search:
 * @results: (out caller-allocates): results to fill
 * @body: a reply of Docker Hub's `/api/search/v4`
 * @page: the page that was asked for, from 0
 * @error: return location for an error
 *
 * Returns: whether @body is such a reply; %FALSE with @error (%LS_ERROR_PROTOCOL
 *   or %LS_ERROR_TOO_LARGE) set
 */
gboolean
ls_hub_results_parse_search (LsHubResults *results, GBytes *body, guint page, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (body, LS_HUB_MAX_PAGE_BYTES, error);
  guint n_entries;

  *results = (LsHubResults){ 0 };
  if (object == NULL || !read_entries (results, object, read_search_entry, &n_entries, error))
    return FALSE;

  if (!ls_json_get_int64 (object, "total", &results->total) || results->total < 0)
    results->total = -1;

  results->has_more =
      n_entries > 0
      && (results->total == -1 ? n_entries >= LS_HUB_PAGE_SIZE
                               : (gint64) page * LS_HUB_PAGE_SIZE + n_entries < results->total);

  return TRUE;
}

/**
 * ls_hub_results_parse_index:
 * @results: (out caller-allocates): results to fill
 * @body: a reply of the index's `/v1/search`
 * @page: the page that was asked for, from 0
 * @error: return location for an error
 *
 * Returns: whether @body is such a reply; %FALSE with @error (%LS_ERROR_PROTOCOL
 *   or %LS_ERROR_TOO_LARGE) set
 */
gboolean
ls_hub_results_parse_index (LsHubResults *results, GBytes *body, guint page, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (body, LS_HUB_MAX_PAGE_BYTES, error);
  guint n_entries;
  gint64 n_pages;

  *results = (LsHubResults){ 0 };
  if (object == NULL || !read_entries (results, object, read_index_entry, &n_entries, error))
    return FALSE;

  if (!ls_json_get_int64 (object, "num_results", &results->total) || results->total < 0)
    results->total = -1;

  if (ls_json_get_int64 (object, "num_pages", &n_pages))
    results->has_more = n_entries > 0 && (gint64) page + 1 < n_pages;
  else
    results->has_more = n_entries >= LS_HUB_PAGE_SIZE;

  return TRUE;
}
