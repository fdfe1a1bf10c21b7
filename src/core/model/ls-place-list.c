/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-place-list.h"

#include "ls-list-update.h"

struct _LsPlaceList
{
  GObject parent_instance;

  LsLocalPlace *local;
  LsAccountList *accounts;
  LsRegistrySettings *settings;

  GPtrArray *places; /* of LsPlace, in the sidebar's order */
};

enum
{
  PROP_0,
  PROP_N_ITEMS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static GType
ls_place_list_get_item_type (GListModel *model)
{
  return LS_TYPE_PLACE;
}

static guint
ls_place_list_get_n_items (GListModel *model)
{
  return LS_PLACE_LIST (model)->places->len;
}

static gpointer
ls_place_list_get_item (GListModel *model, guint position)
{
  LsPlaceList *self = LS_PLACE_LIST (model);

  if (position >= self->places->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->places, position));
}

static void
ls_place_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_place_list_get_item_type;
  iface->get_n_items = ls_place_list_get_n_items;
  iface->get_item = ls_place_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LsPlaceList, ls_place_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ls_place_list_model_init))

static void
ls_place_list_finalize (GObject *object)
{
  LsPlaceList *self = LS_PLACE_LIST (object);

  g_clear_object (&self->local);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  g_ptr_array_unref (self->places);

  G_OBJECT_CLASS (ls_place_list_parent_class)->finalize (object);
}

static void
ls_place_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsPlaceList *self = LS_PLACE_LIST (object);

  switch (property_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->places->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_place_list_class_init (LsPlaceListClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ls_place_list_finalize;
  object_class->get_property = ls_place_list_get_property;

  /**
   * LsPlaceList:n-items:
   *
   * How many places there are.
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_place_list_init (LsPlaceList *self)
{
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_name (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

/* The registries that have a place: Docker Hub, then all that registries.conf or
 * an account names. */
static GPtrArray *
collect_registries (LsPlaceList *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) configured = ls_registry_settings_list (self->settings);
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  for (guint i = 0; configured != NULL && configured[i] != NULL; i++)
    if (strcmp (configured[i], LS_DOCKER_HUB) != 0)
      add_name (names, configured[i]);

  for (guint i = 0; i < n_accounts; i++)
    {
      g_autoptr (LsAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (strcmp (ls_account_get_registry (account), LS_DOCKER_HUB) != 0)
        add_name (names, ls_account_get_registry (account));
    }

  g_ptr_array_sort (names, compare_names);
  g_ptr_array_insert (names, 0, g_strdup (LS_DOCKER_HUB));

  return g_steal_pointer (&names);
}

/* The place that a registry has already, or a new one. */
static LsRegistryPlace *
get_or_make_registry_place (LsPlaceList *self, const char *name)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      LsPlace *place = g_ptr_array_index (self->places, i);
      g_autofree char *registry = ls_place_dup_registry (place);

      if (LS_IS_REGISTRY_PLACE (place) && strcmp (registry, name) == 0)
        return g_object_ref (LS_REGISTRY_PLACE (place));
    }

  return ls_registry_place_new (name, ls_registry_settings_is_insecure (self->settings, name));
}

static void
update_places (LsPlaceList *self)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) registries = collect_registries (self);
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));
  guint n_places = self->places->len;

  g_ptr_array_add (wanted, g_object_ref (self->local));

  for (guint i = 0; i < registries->len; i++)
    {
      const char *registry = g_ptr_array_index (registries, i);

      g_ptr_array_add (wanted, get_or_make_registry_place (self, registry));

      for (guint j = 0; j < n_accounts; j++)
        {
          g_autoptr (LsAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), j);

          if (strcmp (ls_account_get_registry (account), registry) == 0)
            g_ptr_array_add (wanted, g_steal_pointer (&account));
        }
    }

  ls_list_update (G_LIST_MODEL (self), self->places, wanted);
  if (self->places->len != n_places)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

/**
 * ls_place_list_new:
 * @images: the images on this computer
 * @accounts: who is signed in where
 * @settings: the registries that the user has set up; loaded already
 *
 * Returns: (transfer full): a list that follows @accounts
 */
LsPlaceList *
ls_place_list_new (LsImageList *images, LsAccountList *accounts, LsRegistrySettings *settings)
{
  LsPlaceList *self;

  g_return_val_if_fail (images != NULL, NULL);
  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (accounts), NULL);
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (settings), NULL);

  self = g_object_new (LS_TYPE_PLACE_LIST, NULL);
  self->local = ls_local_place_new (images);
  self->accounts = g_object_ref (accounts);
  self->settings = g_object_ref (settings);

  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update_places), self,
                           G_CONNECT_SWAPPED);
  update_places (self);

  return self;
}
