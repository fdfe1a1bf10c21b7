/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-hub.h"

#include "ls-error.h"
#include "ls-hub-results.h"
#include "ls-worker.h"

struct _LsHub
{
  GObject parent_instance;

  LsHttp *http;
  LsRegistrySettings *settings;
  GMutex mutex;
  char *index_query; /* the search whose first page came from the index */
};

typedef enum
{
  SOURCE_SEARCH,
  SOURCE_INDEX,
} Source;

typedef struct
{
  char *query;
  guint page;
  LsHubResults results;
} Search;

G_DEFINE_FINAL_TYPE (LsHub, ls_hub, G_TYPE_OBJECT)

static void
search_free (Search *search)
{
  g_free (search->query);
  ls_hub_results_clear (&search->results);
  g_free (search);
}

static void
ls_hub_finalize (GObject *object)
{
  LsHub *self = LS_HUB (object);

  g_clear_object (&self->http);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->index_query, g_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ls_hub_parent_class)->finalize (object);
}

static void
ls_hub_class_init (LsHubClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_hub_finalize;
}

static void
ls_hub_init (LsHub *self)
{
  g_mutex_init (&self->mutex);
}

/**
 * ls_hub_new:
 * @http: the session
 * @settings: where Docker Hub answers
 *
 * Returns: (transfer full): Docker Hub
 */
LsHub *
ls_hub_new (LsHttp *http, LsRegistrySettings *settings)
{
  LsHub *self;

  g_return_val_if_fail (LS_IS_HTTP (http), NULL);
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (settings), NULL);

  self = g_object_new (LS_TYPE_HUB, NULL);
  self->http = g_object_ref (http);
  self->settings = g_object_ref (settings);

  return self;
}

/* "library/" is how official images are named inside; people search without. */
static char *
escape_query (const char *query)
{
  if (g_str_has_prefix (query, "library/"))
    query += strlen ("library/");

  return g_uri_escape_string (query, NULL, FALSE);
}

/* The pages of one search have to come from one source, or else results would
 * repeat and be left out: only the first may be had elsewhere. */
static gboolean
has_alternative (Search *search, Source source)
{
  return source == SOURCE_SEARCH && search->page == 0;
}

/* Asks one of the two sources for a page. No credentials are sent: neither
 * source needs any. */
static gboolean
ask (LsHub *self, Search *search, Source source, GCancellable *cancellable, GError **error)
{
  g_autofree char *query = escape_query (search->query);
  g_autofree char *target = NULL;
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  if (source == SOURCE_SEARCH)
    {
      endpoint = ls_registry_settings_get_hub_api (self->settings);
      target = g_strdup_printf ("api/search/v4?query=%s&from=%u&size=%u&type=image", query,
                                search->page * LS_HUB_PAGE_SIZE, LS_HUB_PAGE_SIZE);
    }
  else
    {
      endpoint = ls_registry_settings_get_hub_index (self->settings);
      target = g_strdup_printf ("v1/search?q=%s&n=%u&page=%u", query, LS_HUB_PAGE_SIZE,
                                search->page + 1);
    }

  request = ls_http_request_new_for_target ("GET", endpoint, target, error);
  if (request == NULL)
    return FALSE;

  ls_http_request_set_header (request, "Accept", "application/json");
  ls_http_request_set_max_size (request, LS_HUB_MAX_PAGE_BYTES);
  if (has_alternative (search, source))
    ls_http_request_set_may_repeat (request, FALSE);
  reply = ls_http_send (self->http, request, cancellable, error);
  if (reply == NULL)
    return FALSE;

  if (!ls_http_reply_is_success (reply))
    {
      g_propagate_error (error, ls_http_reply_to_error (reply, ls_endpoint_get_name (endpoint)));
      return FALSE;
    }

  if (source == SOURCE_SEARCH)
    return ls_hub_results_parse_search (&search->results, ls_http_reply_get_body (reply),
                                        search->page, error);

  return ls_hub_results_parse_index (&search->results, ls_http_reply_get_body (reply), search->page,
                                     error);
}

/* Whether the other source may do better: this one refused us, is gone, is
 * broken, or sent something else than results. */
static gboolean
is_worth_the_index (const GError *error)
{
  return g_error_matches (error, LS_ERROR, LS_ERROR_CLIENT_REFUSED)
         || g_error_matches (error, LS_ERROR, LS_ERROR_FORBIDDEN)
         || g_error_matches (error, LS_ERROR, LS_ERROR_NOT_FOUND)
         || g_error_matches (error, LS_ERROR, LS_ERROR_SERVER)
         || g_error_matches (error, LS_ERROR, LS_ERROR_PROTOCOL)
         || g_error_matches (error, LS_ERROR, LS_ERROR_TOO_LARGE)
         || g_error_matches (error, LS_ERROR, LS_ERROR_FAILED);
}

/* The source of the first page gives the others. */
static Source
choose_source (LsHub *self, Search *search)
{
  Source source = SOURCE_SEARCH;

  g_mutex_lock (&self->mutex);
  if (search->page > 0 && g_strcmp0 (self->index_query, search->query) == 0)
    source = SOURCE_INDEX;
  g_mutex_unlock (&self->mutex);

  return source;
}

static void
note_index_query (LsHub *self, const char *query)
{
  char *copy = g_strdup (query);

  g_mutex_lock (&self->mutex);
  g_free (self->index_query);
  self->index_query = copy;
  g_mutex_unlock (&self->mutex);
}

static gboolean
run_search (LsHub *self, Search *search, GCancellable *cancellable, GError **error)
{
  Source source = choose_source (self, search);
  g_autoptr (GError) local_error = NULL;

  if (ask (self, search, source, cancellable, &local_error))
    {
      if (source == SOURCE_SEARCH)
        note_index_query (self, NULL);
      return TRUE;
    }

  if (has_alternative (search, source) && is_worth_the_index (local_error))
    {
      g_autoptr (GError) index_error = NULL;

      if (ask (self, search, SOURCE_INDEX, cancellable, &index_error))
        {
          note_index_query (self, search->query);
          return TRUE;
        }

      /* What the first one said is of more use, unless this is about the line. */
      if (!is_worth_the_index (index_error))
        {
          g_propagate_error (error, g_steal_pointer (&index_error));
          return FALSE;
        }
    }

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static void
search_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (run_search (source, task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * ls_hub_search_async:
 * @self: Docker Hub
 * @query: what to look for
 * @page: the page, from 0, of 25 results
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: given to @callback
 *
 * Searches for images. The site's own search is asked first; where that
 * refuses, fails or talks nonsense, the index that `docker search` uses is.
 */
void
ls_hub_search_async (LsHub *self, const char *query, guint page, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Search *search;

  g_return_if_fail (LS_IS_HUB (self));
  g_return_if_fail (query != NULL);
  g_return_if_fail (page < G_MAXINT / LS_HUB_PAGE_SIZE);

  search = g_new0 (Search, 1);
  search->query = g_strdup (query);
  search->page = page;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ls_hub_search_async);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  ls_worker_run (task, search_in_thread);
}

/**
 * ls_hub_search_finish:
 * @self: Docker Hub
 * @result: what the callback was given
 * @total: (out) (optional): how many results there are in all; -1: not known
 * @has_more: (out) (optional): whether there is another page
 * @error: return location for an error
 *
 * Raises %LS_ERROR_RATE_LIMITED, %LS_ERROR_CLIENT_REFUSED, %LS_ERROR_SERVER,
 * %LS_ERROR_PROTOCOL and the errors of the line.
 *
 * Returns: (transfer full) (element-type LsHubRepository): the results; %NULL
 *   with @error set
 */
GPtrArray *
ls_hub_search_finish (LsHub *self, GAsyncResult *result, gint64 *total, gboolean *has_more,
                      GError **error)
{
  Search *search;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_hub_search_async), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  search = g_task_get_task_data (G_TASK (result));
  if (total != NULL)
    *total = search->results.total;
  if (has_more != NULL)
    *has_more = search->results.has_more;

  return g_steal_pointer (&search->results.repositories);
}
