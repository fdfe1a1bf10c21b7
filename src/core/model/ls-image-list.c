/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-list.h"

#include "ls-list-update.h"

struct _LsImageList
{
  GObject parent_instance;

  LsStore *store;
  GPtrArray *images; /* in the store's order: sorted by name */
  LsLoadState state;
  GError *error;
  gboolean loading;
  gboolean changed_meanwhile;
};

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_STATE,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsImageList, ls_image_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
ls_image_list_get_item_type (GListModel *model)
{
  return LS_TYPE_IMAGE;
}

static guint
ls_image_list_get_n_items (GListModel *model)
{
  return LS_IMAGE_LIST (model)->images->len;
}

static gpointer
ls_image_list_get_item (GListModel *model, guint position)
{
  LsImageList *self = LS_IMAGE_LIST (model);

  return position < self->images->len ? g_object_ref (self->images->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_image_list_get_item_type;
  iface->get_n_items = ls_image_list_get_n_items;
  iface->get_item = ls_image_list_get_item;
}

static void
ls_image_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsImageList *self = LS_IMAGE_LIST (object);

  switch (prop_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->images->len);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_image_list_finalize (GObject *object)
{
  LsImageList *self = LS_IMAGE_LIST (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (ls_image_list_parent_class)->finalize (object);
}

static void
ls_image_list_class_init (LsImageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_image_list_get_property;
  object_class->finalize = ls_image_list_finalize;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LS_TYPE_LOAD_STATE, LS_LOAD_STATE_LOADING, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_image_list_init (LsImageList *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->state = LS_LOAD_STATE_LOADING;
}

static void
set_state (LsImageList *self, LsLoadState state, GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->error != error)
    {
      g_clear_error (&self->error);
      self->error = error;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* An image that is still what the store says; NULL if there is none. */
static LsImage *
find_unchanged (GHashTable *images, const LsStoreEntry *entry)
{
  LsImage *image = g_hash_table_lookup (images, entry->name);

  return image != NULL && ls_image_is_as (image, entry) ? image : NULL;
}

/* What stays keeps its object, and so the selection and the scroll position of
 * every view. */
static void
update (LsImageList *self, GPtrArray *entries)
{
  g_autoptr (GHashTable) images = g_hash_table_new (ls_reference_hash, ls_reference_equal);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);
  guint before = self->images->len;

  for (guint i = 0; i < before; i++)
    g_hash_table_insert (images, ls_image_get_name (self->images->pdata[i]),
                         self->images->pdata[i]);
  for (guint i = 0; i < entries->len; i++)
    {
      LsImage *image = find_unchanged (images, entries->pdata[i]);

      g_ptr_array_add (wanted,
                       image != NULL ? g_object_ref (image) : ls_image_new (entries->pdata[i]));
    }

  ls_list_update (G_LIST_MODEL (self), self->images, wanted);
  if (self->images->len != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void
on_listed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsImageList) self = user_data;
  g_autoptr (GPtrArray) entries = NULL;
  GError *error = NULL;

  self->loading = FALSE;
  entries = ls_store_list_finish (LS_STORE (object), result, &error);
  if (entries != NULL)
    {
      update (self, entries);
      set_state (self, entries->len > 0 ? LS_LOAD_STATE_READY : LS_LOAD_STATE_EMPTY, NULL);
    }
  else
    {
      set_state (self, LS_LOAD_STATE_FAILED, error);
    }

  if (self->changed_meanwhile)
    ls_image_list_load (self);
}

static void
on_store_changed (LsStore *store, LsImageList *self)
{
  ls_image_list_load (self);
}

/**
 * ls_image_list_new:
 * @store: the store on this computer
 *
 * Returns: (transfer full): a list that is empty until ls_image_list_load()
 */
LsImageList *
ls_image_list_new (LsStore *store)
{
  LsImageList *self = g_object_new (LS_TYPE_IMAGE_LIST, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (on_store_changed), self, 0);

  return self;
}

/**
 * ls_image_list_load:
 * @self: the list
 *
 * Reads the store, now or right after the reading that is under way.
 */
void
ls_image_list_load (LsImageList *self)
{
  self->changed_meanwhile = self->loading;
  if (self->loading)
    return;

  self->loading = TRUE;
  if (self->state == LS_LOAD_STATE_FAILED)
    set_state (self, LS_LOAD_STATE_LOADING, NULL);
  ls_store_list_async (self->store, NULL, on_listed, g_object_ref (self));
}

/**
 * ls_image_list_fail:
 * @self: the list
 * @error: (transfer full): why the store cannot be used
 *
 * Shows an error that was met before the list could be read.
 */
void
ls_image_list_fail (LsImageList *self, GError *error)
{
  set_state (self, LS_LOAD_STATE_FAILED, error);
}

/**
 * ls_image_list_find:
 * @self: the list
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the image of that name
 */
LsImage *
ls_image_list_find (LsImageList *self, LsReference *name)
{
  for (guint i = 0; i < self->images->len; i++)
    if (ls_reference_equal (ls_image_get_name (self->images->pdata[i]), name))
      return self->images->pdata[i];

  return NULL;
}

/**
 * ls_image_list_get_state:
 * @self: the list
 *
 * Returns: what there is to show
 */
LsLoadState
ls_image_list_get_state (LsImageList *self)
{
  return self->state;
}

/**
 * ls_image_list_get_error:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): why the store cannot be read
 */
const GError *
ls_image_list_get_error (LsImageList *self)
{
  return self->error;
}
