/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-account-list-private.h"

#include "ls-list-update.h"

enum
{
  PROP_0,
  PROP_STATE,
  PROP_LOCKED,
  PROP_ERROR,
  PROP_N_ITEMS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNED_IN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GType
ls_account_list_get_item_type (GListModel *model)
{
  return LS_TYPE_ACCOUNT;
}

static guint
ls_account_list_get_n_items (GListModel *model)
{
  return LS_ACCOUNT_LIST (model)->accounts->len;
}

static gpointer
ls_account_list_get_item (GListModel *model, guint position)
{
  LsAccountList *self = LS_ACCOUNT_LIST (model);

  if (position >= self->accounts->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->accounts, position));
}

static void
ls_account_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_account_list_get_item_type;
  iface->get_n_items = ls_account_list_get_n_items;
  iface->get_item = ls_account_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LsAccountList, ls_account_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ls_account_list_model_init))

static void
ls_account_list_finalize (GObject *object)
{
  LsAccountList *self = LS_ACCOUNT_LIST (object);

  g_clear_object (&self->http);
  g_clear_object (&self->settings);
  g_clear_object (&self->keyring);
  g_ptr_array_unref (self->accounts);
  g_hash_table_unref (self->session);
  g_hash_table_unref (self->signed_out);
  g_hash_table_unref (self->registries);
  g_hash_table_unref (self->lookups);
  g_clear_error (&self->error);
  g_ptr_array_unref (self->waiting);

  G_OBJECT_CLASS (ls_account_list_parent_class)->finalize (object);
}

static void
ls_account_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsAccountList *self = LS_ACCOUNT_LIST (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_LOCKED:
      g_value_set_boolean (value, self->locked);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->accounts->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_account_list_class_init (LsAccountListClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ls_account_list_finalize;
  object_class->get_property = ls_account_list_get_property;

  /**
   * LsAccountList:state:
   *
   * Whether the accounts are known. Accounts of this session may be there in any state.
   */
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LS_TYPE_LOAD_STATE, LS_LOAD_STATE_IDLE, flags);
  /**
   * LsAccountList:locked:
   *
   * Whether the keyring is locked and may hold more accounts than are shown.
   */
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE, flags);
  /**
   * LsAccountList:error: (nullable)
   *
   * Why the keyring cannot be read.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  /**
   * LsAccountList:n-items:
   *
   * How many accounts there are.
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LsAccountList::signed-in:
   * @self: the list
   * @account: who signed in
   *
   * There are new credentials for @account, which may have been in the list before.
   */
  signals[SIGNED_IN] = g_signal_new ("signed-in", LS_TYPE_ACCOUNT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_ACCOUNT);
}

static void
ls_account_list_init (LsAccountList *self)
{
  GDestroyNotify free_credentials = (GDestroyNotify) ls_credentials_unref;

  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->session = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_credentials);
  self->signed_out = g_hash_table_new_full (NULL, NULL, g_object_unref, free_credentials);
  self->registries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->lookups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ls_account_list_new:
 * @http: the door to the network
 * @settings: where registries answer
 * @keyring: where the accounts are kept
 *
 * Makes a list that is empty until ls_account_list_load().
 *
 * Returns: (transfer full): a new list
 */
LsAccountList *
ls_account_list_new (LsHttp *http, LsRegistrySettings *settings, LsKeyring *keyring)
{
  LsAccountList *self;

  g_return_val_if_fail (LS_IS_HTTP (http), NULL);
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (settings), NULL);
  g_return_val_if_fail (LS_IS_KEYRING (keyring), NULL);

  self = g_object_new (LS_TYPE_ACCOUNT_LIST, NULL);
  self->http = g_object_ref (http);
  self->settings = g_object_ref (settings);
  self->keyring = g_object_ref (keyring);

  return self;
}

/**
 * ls_account_list_get_state:
 * @self: the list
 *
 * Returns: whether the accounts are known
 */
LsLoadState
ls_account_list_get_state (LsAccountList *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (self), LS_LOAD_STATE_IDLE);

  return self->state;
}

/**
 * ls_account_list_get_locked:
 * @self: the list
 *
 * Returns: whether the keyring is locked and may hold more accounts than are shown
 */
gboolean
ls_account_list_get_locked (LsAccountList *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (self), FALSE);

  return self->locked;
}

/**
 * ls_account_list_get_error:
 * @self: the list
 *
 * Returns: (transfer none) (nullable): why the keyring cannot be read
 */
const GError *
ls_account_list_get_error (LsAccountList *self)
{
  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (self), NULL);

  return self->error;
}

/**
 * ls_account_list_key:
 * @registry: a registry's name, which has no newline
 * @username: (nullable): a user there, or nobody
 *
 * Returns: (transfer full): one string for both
 */
char *
ls_account_list_key (const char *registry, const char *username)
{
  return username != NULL ? g_strconcat (registry, "\n", username, NULL) : g_strdup (registry);
}

/* Docker Hub first, then by registry and user name. */
static int
compare_accounts (gconstpointer a, gconstpointer b)
{
  LsAccount *first = *(LsAccount *const *) a;
  LsAccount *second = *(LsAccount *const *) b;
  const char *first_registry = ls_account_get_registry (first);
  const char *second_registry = ls_account_get_registry (second);
  gboolean first_is_hub = strcmp (first_registry, LS_DOCKER_HUB) == 0;
  gboolean second_is_hub = strcmp (second_registry, LS_DOCKER_HUB) == 0;
  int order = second_is_hub - first_is_hub;

  if (order == 0)
    order = strcmp (first_registry, second_registry);
  if (order == 0)
    order = strcmp (ls_account_get_username (first), ls_account_get_username (second));

  return order;
}

static LsAccount *
find_exactly (LsAccountList *self, const char *registry, const char *username)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      LsAccount *account = g_ptr_array_index (self->accounts, i);

      if (strcmp (ls_account_get_registry (account), registry) == 0
          && (username == NULL || strcmp (ls_account_get_username (account), username) == 0))
        return account;
    }

  return NULL;
}

static void
set_state (LsAccountList *self, LsLoadState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
update_state (LsAccountList *self)
{
  if (self->state == LS_LOAD_STATE_IDLE || self->state == LS_LOAD_STATE_LOADING)
    return;

  if (self->accounts->len > 0)
    set_state (self, LS_LOAD_STATE_READY);
  else
    set_state (self, self->error != NULL ? LS_LOAD_STATE_FAILED : LS_LOAD_STATE_EMPTY);
}

static void
set_accounts (LsAccountList *self, GPtrArray *wanted)
{
  guint n_items = self->accounts->len;

  g_ptr_array_sort (wanted, compare_accounts);
  ls_list_update (G_LIST_MODEL (self), self->accounts, wanted);
  if (self->accounts->len != n_items)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
  update_state (self);
}

/**
 * ls_account_list_insert:
 * @self: the accounts
 * @account: an account that has credentials now
 *
 * Adds @account, in place of one with the same registry and user name, and tells that
 * it has credentials now.
 */
void
ls_account_list_insert (LsAccountList *self, LsAccount *account)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  LsAccount *former =
      find_exactly (self, ls_account_get_registry (account), ls_account_get_username (account));

  g_ptr_array_extend (wanted, self->accounts, NULL, NULL);
  g_ptr_array_remove (wanted, former);
  g_ptr_array_add (wanted, account);
  set_accounts (self, wanted);
  g_signal_emit (self, signals[SIGNED_IN], 0, account);
}

/**
 * ls_account_list_remove:
 * @self: the accounts
 * @account: an account
 *
 * Takes @account out, if it is there.
 */
void
ls_account_list_remove (LsAccountList *self, LsAccount *account)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  g_ptr_array_extend (wanted, self->accounts, NULL, NULL);
  g_ptr_array_remove (wanted, account);
  set_accounts (self, wanted);
}

/* The accounts that there are: those of the session, and those of @logins that
 * the session does not have. Who was there before keeps the object. */
static GPtrArray *
collect_accounts (LsAccountList *self, GPtrArray *logins)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->accounts->len; i++)
    {
      LsAccount *account = g_ptr_array_index (self->accounts, i);

      if (ls_account_get_session_only (account))
        g_ptr_array_add (accounts, g_object_ref (account));
    }

  for (guint i = 0; i < logins->len; i++)
    {
      LsKeyringLogin *login = g_ptr_array_index (logins, i);
      LsAccount *account = find_exactly (self, login->registry, login->username);

      if (account == NULL)
        g_ptr_array_add (accounts, ls_account_new (login->registry, login->username, FALSE,
                                                   ls_registry_settings_is_insecure (
                                                       self->settings, login->registry)));
      else if (!ls_account_get_session_only (account))
        g_ptr_array_add (accounts, g_object_ref (account));
    }

  return g_steal_pointer (&accounts);
}

static void
set_error (LsAccountList *self, GError *error)
{
  gboolean changed = self->error != NULL || error != NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
set_locked (LsAccountList *self, gboolean locked)
{
  if (self->locked == locked)
    return;

  self->locked = locked;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

static void
return_to_waiting (LsAccountList *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsAccountList) self = user_data;
  g_autoptr (GPtrArray) logins = NULL;
  g_autoptr (GError) error = NULL;
  gboolean locked = FALSE;

  logins = ls_keyring_list_finish (LS_KEYRING (source), result, &locked, &error);

  self->loading = FALSE;
  if (self->load_again)
    {
      /* Somebody signed in or out meanwhile: this answer may be from before. */
      ls_account_list_load (self);
      return;
    }

  g_object_freeze_notify (G_OBJECT (self));
  set_error (self, g_steal_pointer (&error));
  set_locked (self, locked);
  set_state (self, LS_LOAD_STATE_READY);
  if (logins != NULL)
    {
      g_autoptr (GPtrArray) wanted = collect_accounts (self, logins);

      set_accounts (self, wanted);
    }
  update_state (self);
  g_object_thaw_notify (G_OBJECT (self));

  return_to_waiting (self);
}

/**
 * ls_account_list_load:
 * @self: the list
 *
 * Reads the keyring, without a prompt. Accounts that stay keep their objects. When the
 * keyring cannot be read, the accounts that were known stay, and #LsAccountList:error says why.
 */
void
ls_account_list_load (LsAccountList *self)
{
  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));

  self->load_again = self->loading;
  if (self->loading)
    return;

  self->loading = TRUE;
  if (self->state == LS_LOAD_STATE_IDLE)
    set_state (self, LS_LOAD_STATE_LOADING);
  ls_keyring_list_async (self->keyring, on_listed, g_object_ref (self));
}

static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsAccountList *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!ls_keyring_unlock_finish (LS_KEYRING (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  ls_account_list_load (self);
}

/**
 * ls_account_list_unlock_async:
 * @self: the list
 * @callback: called when the accounts are known, or the user has refused
 * @user_data: data for @callback
 *
 * Asks the user to unlock the keyring and reads it again.
 */
void
ls_account_list_unlock_async (LsAccountList *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ls_account_list_unlock_async);
  ls_keyring_unlock_async (self->keyring, on_unlocked, task);
}

/**
 * ls_account_list_unlock_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the keyring is not locked; %FALSE with @error set
 */
gboolean
ls_account_list_unlock_finish (LsAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_account_list_unlock_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ls_account_list_find:
 * @self: the list
 * @registry: a registry, in any spelling
 * @username: (nullable): who is signed in
 *
 * Finds the account to use: of @username when given, else the first of @registry.
 *
 * Returns: (transfer none) (nullable): an account; %NULL if nobody fits
 */
LsAccount *
ls_account_list_find (LsAccountList *self, const char *registry, const char *username)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (self), NULL);
  g_return_val_if_fail (registry != NULL, NULL);

  name = ls_registry_name_normalize (registry, NULL);

  return name != NULL ? find_exactly (self, name, username) : NULL;
}
