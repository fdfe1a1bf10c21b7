/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-account-list-private.h"

#include "ls-error.h"

/**
 * ls_account_list_drop_registries:
 * @self: the accounts
 * @registry: a registry's name
 * @username: a user there
 *
 * Forgets the clients of @username and of nobody at @registry, when who is
 * signed in there changes. Work that goes on keeps the client it has.
 */
void
ls_account_list_drop_registries (LsAccountList *self, const char *registry, const char *username)
{
  g_autofree char *key = ls_account_list_key (registry, username);
  g_autofree char *anonymous_key = ls_account_list_key (registry, NULL);

  g_hash_table_remove (self->registries, key);
  g_hash_table_remove (self->registries, anonymous_key);
}

static LsRegistry *
get_or_make_registry (LsAccountList *self, const char *name, const char *username,
                      LsCredentials *credentials)
{
  g_autofree char *key = ls_account_list_key (name, username);
  LsRegistry *registry = g_hash_table_lookup (self->registries, key);

  if (registry == NULL)
    {
      registry = ls_registry_new (self->http, self->settings, name, credentials);
      g_hash_table_insert (self->registries, g_steal_pointer (&key), registry);
    }

  return g_object_ref (registry);
}

typedef struct
{
  LsAccountList *list;
  LsAccount *account;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->list);
  g_object_unref (lookup->account);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static GPtrArray *
take_waiting (LsAccountList *self, const char *registry, const char *username)
{
  g_autofree char *key = ls_account_list_key (registry, username);
  g_autofree char *owned_key = NULL;
  GPtrArray *waiting = NULL;

  g_hash_table_steal_extended (self->lookups, key, (gpointer *) &owned_key, (gpointer *) &waiting);

  return waiting;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  LsAccountList *self = lookup->list;
  const char *name = ls_account_get_registry (lookup->account);
  const char *username = ls_account_get_username (lookup->account);
  g_autoptr (GPtrArray) waiting = take_waiting (self, name, username);
  g_autoptr (LsCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  credentials = ls_keyring_lookup_finish (LS_KEYRING (source), result, &error);

  /* The keyring was unlocked for this, or another program signed this account out. */
  if (self->locked || g_error_matches (error, LS_ERROR, LS_ERROR_NOT_FOUND))
    ls_account_list_load (self);

  if (g_error_matches (error, LS_ERROR, LS_ERROR_NOT_FOUND)
      || (credentials != NULL && ls_account_list_find (self, name, username) == NULL))
    {
      g_clear_error (&error);
      g_set_error (&error, LS_ERROR, LS_ERROR_UNAUTHORIZED, "%s is no longer signed in to %s",
                   username, name);
    }

  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_pointer (task, get_or_make_registry (self, name, username, credentials),
                               g_object_unref);
    }
}

/* However many transfers want the account, the user is asked once. */
static void
wait_for_lookup (LsAccountList *self, LsAccount *account, GTask *task)
{
  const char *name = ls_account_get_registry (account);
  const char *username = ls_account_get_username (account);
  g_autofree char *key = ls_account_list_key (name, username);
  GPtrArray *waiting = g_hash_table_lookup (self->lookups, key);
  Lookup *lookup;

  if (waiting != NULL)
    {
      g_ptr_array_add (waiting, g_object_ref (task));
      return;
    }

  waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (waiting, g_object_ref (task));
  g_hash_table_insert (self->lookups, g_steal_pointer (&key), waiting);

  lookup = g_new (Lookup, 1);
  lookup->list = g_object_ref (self);
  lookup->account = g_object_ref (account);
  ls_keyring_lookup_async (self->keyring, name, username, on_looked_up, lookup);
}

/**
 * ls_account_list_get_registry_async:
 * @self: the list
 * @registry: a registry, in any spelling
 * @account: (nullable): an account at @registry; %NULL for nobody
 * @callback: called when the client is ready
 * @user_data: data for @callback
 *
 * Makes the registry client for @account, which may ask the user to unlock the
 * keyring. From then on everybody gets the same client, until that account
 * signs in anew or out.
 */
void
ls_account_list_get_registry_async (LsAccountList *self, const char *registry, LsAccount *account,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = NULL;
  g_autofree char *key = NULL;
  const char *username = NULL;
  LsCredentials *credentials;
  GError *error = NULL;

  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));
  g_return_if_fail (registry != NULL);
  g_return_if_fail (account == NULL || LS_IS_ACCOUNT (account));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ls_account_list_get_registry_async);

  name = ls_registry_name_normalize (registry, &error);
  if (name == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (account != NULL && strcmp (ls_account_get_registry (account), name) != 0)
    {
      /* Credentials go to their own registry only. */
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_INVALID_NAME,
                               "an account at %s cannot be used at %s",
                               ls_account_get_registry (account), name);
      return;
    }

  if (account != NULL)
    username = ls_account_get_username (account);
  key = ls_account_list_key (name, username);
  credentials = g_hash_table_lookup (self->session, key);

  if (account == NULL || credentials != NULL || g_hash_table_contains (self->registries, key))
    g_task_return_pointer (task, get_or_make_registry (self, name, username, credentials),
                           g_object_unref);
  else
    wait_for_lookup (self, account, task);
}

/**
 * ls_account_list_get_registry_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_INVALID_NAME, %LS_ERROR_UNAUTHORIZED when the account was signed
 * out meanwhile, %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: (transfer full): a registry client; %NULL with @error set
 */
LsRegistry *
ls_account_list_get_registry_finish (LsAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_account_list_get_registry_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
