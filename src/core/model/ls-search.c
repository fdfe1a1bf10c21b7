/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-search.h"

/* A pause in typing that is long enough to mean it. */
#define DEBOUNCE_MS 300

struct _LsSearch
{
  GObject parent_instance;

  LsHub *hub;
  char *query;
  GPtrArray *results;
  LsLoadState state;
  GError *error;
  gint64 total;
  guint next_page;
  gboolean has_more;
  gboolean loading_more;
  guint debounce_id;
  GCancellable *cancellable; /* the request under way, if there is one */
};

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_QUERY,
  PROP_STATE,
  PROP_ERROR,
  PROP_LOADING_MORE,
  PROP_HAS_MORE,
  PROP_TOTAL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsSearch, ls_search, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
ls_search_get_item_type (GListModel *model)
{
  return LS_TYPE_HUB_REPOSITORY;
}

static guint
ls_search_get_n_items (GListModel *model)
{
  return LS_SEARCH (model)->results->len;
}

static gpointer
ls_search_get_item (GListModel *model, guint position)
{
  LsSearch *self = LS_SEARCH (model);

  return position < self->results->len ? g_object_ref (self->results->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_search_get_item_type;
  iface->get_n_items = ls_search_get_n_items;
  iface->get_item = ls_search_get_item;
}

static void
ls_search_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsSearch *self = LS_SEARCH (object);

  switch (prop_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->results->len);
      break;
    case PROP_QUERY:
      g_value_set_string (value, self->query);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LOADING_MORE:
      g_value_set_boolean (value, self->loading_more);
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    case PROP_TOTAL:
      g_value_set_int64 (value, self->total);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_search_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LsSearch *self = LS_SEARCH (object);

  switch (prop_id)
    {
    case PROP_QUERY:
      ls_search_set_query (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Nobody waits for the answer any more. */
static void
abandon (LsSearch *self)
{
  g_clear_handle_id (&self->debounce_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ls_search_dispose (GObject *object)
{
  abandon (LS_SEARCH (object));

  G_OBJECT_CLASS (ls_search_parent_class)->dispose (object);
}

static void
ls_search_finalize (GObject *object)
{
  LsSearch *self = LS_SEARCH (object);

  g_clear_object (&self->hub);
  g_clear_pointer (&self->query, g_free);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (ls_search_parent_class)->finalize (object);
}

static void
ls_search_class_init (LsSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_search_get_property;
  object_class->set_property = ls_search_set_property;
  object_class->dispose = ls_search_dispose;
  object_class->finalize = ls_search_finalize;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_QUERY] = g_param_spec_string ("query", NULL, NULL, "", flags | G_PARAM_WRITABLE);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LS_TYPE_LOAD_STATE, LS_LOAD_STATE_IDLE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_LOADING_MORE] = g_param_spec_boolean ("loading-more", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_MORE] = g_param_spec_boolean ("has-more", NULL, NULL, FALSE, flags);
  properties[PROP_TOTAL] = g_param_spec_int64 ("total", NULL, NULL, -1, G_MAXINT64, -1, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_search_init (LsSearch *self)
{
  self->query = g_strdup ("");
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
  self->state = LS_LOAD_STATE_IDLE;
  self->total = -1;
}

static void
notify (LsSearch *self, guint prop_id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
set_state (LsSearch *self, LsLoadState state)
{
  if (self->state == state)
    return;

  self->state = state;
  notify (self, PROP_STATE);
}

static void
set_error (LsSearch *self, GError *error)
{
  if (self->error == error)
    return;

  g_clear_error (&self->error);
  self->error = error;
  notify (self, PROP_ERROR);
}

static void
set_has_more (LsSearch *self, gboolean has_more)
{
  if (self->has_more == has_more)
    return;

  self->has_more = has_more;
  notify (self, PROP_HAS_MORE);
}

static void
set_loading_more (LsSearch *self, gboolean loading_more)
{
  if (self->loading_more == loading_more)
    return;

  self->loading_more = loading_more;
  notify (self, PROP_LOADING_MORE);
}

static void
set_total (LsSearch *self, gint64 total)
{
  if (self->total == total)
    return;

  self->total = total;
  notify (self, PROP_TOTAL);
}

static void
clear_results (LsSearch *self)
{
  guint removed = self->results->len;

  set_has_more (self, FALSE);
  set_total (self, -1);
  if (removed == 0)
    return;

  g_ptr_array_set_size (self->results, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
  notify (self, PROP_N_ITEMS);
}

/* Pages shift while people push and pull, so a repository may come twice. */
static void
append_results (LsSearch *self, GPtrArray *page)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint before = self->results->len;

  for (guint i = 0; i < before; i++)
    g_hash_table_add (known, (gpointer) ls_hub_repository_get_name (self->results->pdata[i]));
  for (guint i = 0; i < page->len; i++)
    if (g_hash_table_add (known, (gpointer) ls_hub_repository_get_name (page->pdata[i])))
      g_ptr_array_add (self->results, g_object_ref (page->pdata[i]));

  if (self->results->len == before)
    return;

  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->results->len - before);
  notify (self, PROP_N_ITEMS);
}

typedef struct
{
  LsSearch *search;
  GCancellable *cancellable;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->search);
  g_object_unref (request->cancellable);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
on_page (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  LsSearch *self = request->search;
  g_autoptr (GPtrArray) page = NULL;
  GError *error = NULL;
  gint64 total;
  gboolean has_more;

  page = ls_hub_search_finish (LS_HUB (object), result, &total, &has_more, &error);

  /* An answer to a question that nobody asks any more. */
  if (self->cancellable != request->cancellable)
    {
      g_clear_error (&error);
      return;
    }
  g_clear_object (&self->cancellable);

  g_object_freeze_notify (G_OBJECT (self));
  set_loading_more (self, FALSE);
  set_error (self, error);
  if (page != NULL)
    {
      self->next_page++;
      append_results (self, page);
      set_total (self, total);
      /* A page without anything new would be asked for again and again. */
      set_has_more (self, has_more && page->len > 0);
    }
  if (self->results->len > 0)
    set_state (self, LS_LOAD_STATE_READY);
  else
    set_state (self, error != NULL ? LS_LOAD_STATE_FAILED : LS_LOAD_STATE_EMPTY);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
request_page (LsSearch *self)
{
  Request *request = g_new (Request, 1);

  self->cancellable = g_cancellable_new ();
  request->search = g_object_ref (self);
  request->cancellable = g_object_ref (self->cancellable);
  ls_hub_search_async (self->hub, self->query, self->next_page, self->cancellable, on_page,
                       request);
}

static gboolean
on_pause (gpointer user_data)
{
  LsSearch *self = user_data;

  self->debounce_id = 0;
  request_page (self);

  return G_SOURCE_REMOVE;
}

/* Starts over with the query as it is. */
static void
restart (LsSearch *self, guint delay_ms)
{
  g_object_freeze_notify (G_OBJECT (self));
  abandon (self);
  self->next_page = 0;
  set_loading_more (self, FALSE);
  set_error (self, NULL);
  clear_results (self);
  if (*self->query == '\0')
    {
      set_state (self, LS_LOAD_STATE_IDLE);
    }
  else
    {
      set_state (self, LS_LOAD_STATE_LOADING);
      self->debounce_id = g_timeout_add (delay_ms, on_pause, self);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ls_search_new:
 * @hub: Docker Hub
 *
 * Returns: (transfer full): a search for nothing yet
 */
LsSearch *
ls_search_new (LsHub *hub)
{
  LsSearch *self = g_object_new (LS_TYPE_SEARCH, NULL);

  self->hub = g_object_ref (hub);

  return self;
}

/**
 * ls_search_get_query:
 * @self: a search
 *
 * Returns: (transfer none): what is searched for, without spaces around it
 */
const char *
ls_search_get_query (LsSearch *self)
{
  return self->query;
}

/**
 * ls_search_set_query:
 * @self: a search
 * @query: (nullable): what to search for
 *
 * Searches for something else, after a pause in typing. What was asked before
 * is cancelled.
 */
void
ls_search_set_query (LsSearch *self, const char *query)
{
  g_autofree char *stripped = g_strstrip (g_strdup (query != NULL ? query : ""));

  if (g_str_equal (stripped, self->query))
    return;

  g_free (self->query);
  self->query = g_steal_pointer (&stripped);
  notify (self, PROP_QUERY);
  restart (self, DEBOUNCE_MS);
}

/**
 * ls_search_load_more:
 * @self: a search
 *
 * Asks for the next page, unless there is none or it is on its way.
 */
void
ls_search_load_more (LsSearch *self)
{
  if (!self->has_more || self->cancellable != NULL || self->debounce_id != 0)
    return;

  set_error (self, NULL);
  set_loading_more (self, TRUE);
  request_page (self);
}

/**
 * ls_search_retry:
 * @self: a search
 *
 * Asks again for what failed: the first page, or the next one.
 */
void
ls_search_retry (LsSearch *self)
{
  if (self->results->len > 0)
    ls_search_load_more (self);
  else
    restart (self, 0);
}

/**
 * ls_search_get_state:
 * @self: a search
 *
 * Returns: what there is to show
 */
LsLoadState
ls_search_get_state (LsSearch *self)
{
  return self->state;
}

/**
 * ls_search_get_error:
 * @self: a search
 *
 * Returns: (transfer none) (nullable): why the last page did not come
 */
const GError *
ls_search_get_error (LsSearch *self)
{
  return self->error;
}

/**
 * ls_search_get_has_more:
 * @self: a search
 *
 * Returns: whether there are more results than are here
 */
gboolean
ls_search_get_has_more (LsSearch *self)
{
  return self->has_more;
}
