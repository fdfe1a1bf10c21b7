/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-account-list-private.h"

#include "ls-error.h"
#include "ls-worker.h"

typedef struct
{
  /* Input. */
  LsRegistry *registry;
  LsCredentials *credentials;
  LsAccount *account;
} SignIn;

static void
sign_in_free (SignIn *data)
{
  g_clear_object (&data->registry);
  g_clear_pointer (&data->credentials, ls_credentials_unref);
  g_clear_object (&data->account);
  g_free (data);
}

static GTask *
task_new (LsAccountList *self, gpointer tag, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, g_new0 (SignIn, 1), (GDestroyNotify) sign_in_free);
  /* What has been stored is not undone: then the account must be reported. */
  g_task_set_check_cancellable (task, FALSE);

  return task;
}

static LsAccount *
make_account (LsAccountList *self, const char *registry, const char *username,
              gboolean session_only)
{
  LsAccount *account = ls_account_list_find (self, registry, username);

  if (account != NULL && ls_account_get_session_only (account) == session_only)
    return g_object_ref (account);

  return ls_account_new (registry, username, session_only,
                         ls_registry_settings_is_insecure (self->settings, registry));
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsAccountList *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  const char *name = ls_registry_get_name (data->registry);
  const char *username = ls_credentials_get_username (data->credentials);
  g_autoptr (LsAccount) account = NULL;
  g_autofree char *key = NULL;
  GError *error = NULL;

  if (!ls_keyring_store_finish (LS_KEYRING (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  key = ls_account_list_key (name, username);
  account = make_account (self, name, username, FALSE);
  g_hash_table_remove (self->session, key);
  ls_account_list_drop_registries (self, name, username);
  /* It has the tokens already. Whoever hears of the account may want it at once. */
  g_hash_table_insert (self->registries, g_steal_pointer (&key), g_object_ref (data->registry));
  ls_account_list_insert (self, account);
  ls_account_list_load (self);

  g_task_return_pointer (task, g_steal_pointer (&account), g_object_unref);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsAccountList *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!ls_registry_sign_in_finish (data->registry, result, &error))
    g_task_return_error (task, error);
  else if (!g_task_return_error_if_cancelled (task))
    ls_keyring_store_async (self->keyring, ls_registry_get_name (data->registry), data->credentials,
                            on_stored, g_steal_pointer (&task));
}

/**
 * ls_account_list_sign_in_async:
 * @self: the list
 * @registry: a registry as the user typed it
 * @credentials: who signs in, and the secret
 * @cancellable: (nullable): ends the check; what is stored already stays
 * @callback: called when the credentials are stored, or refused
 * @user_data: data for @callback
 *
 * Checks @credentials against @registry, then stores them in the keyring.
 */
void
ls_account_list_sign_in_async (LsAccountList *self, const char *registry,
                               LsCredentials *credentials, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = NULL;
  SignIn *data;
  GError *error = NULL;

  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));
  g_return_if_fail (registry != NULL);
  g_return_if_fail (credentials != NULL);

  task = task_new (self, ls_account_list_sign_in_async, cancellable, callback, user_data);
  data = g_task_get_task_data (task);

  name = ls_registry_name_normalize (registry, &error);
  if (name == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (*ls_credentials_get_username (credentials) == '\0'
      || *ls_credentials_get_secret (credentials) == '\0')
    {
      /* A token server takes empty Basic credentials for nobody, and agrees. */
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_UNAUTHORIZED,
                               "the user name or the secret is empty");
      return;
    }

  data->credentials = ls_credentials_ref (credentials);
  data->registry = ls_registry_new (self->http, self->settings, name, credentials);
  ls_registry_sign_in_async (data->registry, cancellable, on_signed_in, g_steal_pointer (&task));
}

/**
 * ls_account_list_sign_in_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises what ls_registry_sign_in() raises, %LS_ERROR_INVALID_NAME for the registry's
 * name, and %LS_ERROR_KEYRING_LOCKED or %LS_ERROR_KEYRING_UNAVAILABLE when the
 * credentials are right but could not be stored.
 *
 * Returns: (transfer full): the account; %NULL with @error set
 */
LsAccount *
ls_account_list_sign_in_finish (LsAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_account_list_sign_in_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
add_for_session (LsAccountList *self, LsAccount *account, LsCredentials *credentials)
{
  const char *registry = ls_account_get_registry (account);
  const char *username = ls_account_get_username (account);

  g_hash_table_insert (self->session, ls_account_list_key (registry, username),
                       ls_credentials_ref (credentials));
  ls_account_list_drop_registries (self, registry, username);
  ls_account_list_insert (self, account);
}

/**
 * ls_account_list_keep_for_session:
 * @self: the list
 * @registry: a registry as the user typed it
 * @credentials: what ls_account_list_sign_in_async() found to be right
 *
 * Signs in until Longshore quits, without storing anything.
 *
 * Returns: (transfer full) (nullable): the account; %NULL if @registry is no name
 */
LsAccount *
ls_account_list_keep_for_session (LsAccountList *self, const char *registry,
                                  LsCredentials *credentials)
{
  g_autofree char *name = NULL;
  LsAccount *account;

  g_return_val_if_fail (LS_IS_ACCOUNT_LIST (self), NULL);
  g_return_val_if_fail (registry != NULL, NULL);
  g_return_val_if_fail (credentials != NULL, NULL);

  name = ls_registry_name_normalize (registry, NULL);
  if (name == NULL)
    return NULL;

  account = make_account (self, name, ls_credentials_get_username (credentials), TRUE);
  add_for_session (self, account, credentials);

  return account;
}

/* Writes a file. */
static void
forget_confidant (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ls_confidants_forget (ls_registry_settings_get_confidants (LS_ACCOUNT_LIST (source)->settings),
                        ls_account_get_registry (task_data), ls_account_get_username (task_data));
  g_task_return_boolean (task, TRUE);
}

static void
finish_sign_out (GTask *task)
{
  LsAccountList *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  const char *registry = ls_account_get_registry (data->account);
  const char *username = ls_account_get_username (data->account);
  g_autofree char *key = ls_account_list_key (registry, username);
  g_autoptr (GTask) forgetting = g_task_new (self, NULL, NULL, NULL);

  if (data->credentials != NULL)
    g_hash_table_insert (self->signed_out, g_object_ref (data->account),
                         g_steal_pointer (&data->credentials));
  if (ls_account_get_session_only (data->account))
    g_hash_table_remove (self->session, key);
  ls_account_list_drop_registries (self, registry, username);
  g_task_set_source_tag (forgetting, forget_confidant);
  g_task_set_task_data (forgetting, g_object_ref (data->account), g_object_unref);
  ls_worker_run (forgetting, forget_confidant);
  ls_account_list_remove (self, data->account);
  ls_account_list_load (self);

  g_task_return_boolean (task, TRUE);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ls_keyring_erase_finish (LS_KEYRING (source), result, &error))
    finish_sign_out (task);
  else
    g_task_return_error (task, error);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SignIn *data = g_task_get_task_data (task);
  GError *error = NULL;

  data->credentials = ls_keyring_lookup_finish (LS_KEYRING (source), result, &error);

  /* When another program was faster there is nothing to restore, and nothing wrong. */
  if (g_error_matches (error, LS_ERROR, LS_ERROR_NOT_FOUND))
    g_clear_error (&error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    ls_keyring_erase_async (LS_KEYRING (source), ls_account_get_registry (data->account),
                            ls_account_get_username (data->account), on_erased,
                            g_steal_pointer (&task));
}

/**
 * ls_account_list_sign_out_async:
 * @self: the list
 * @account: an account
 * @callback: called when the account is signed out
 * @user_data: data for @callback
 *
 * Erases the credentials of @account from the keyring. They stay in memory for
 * ls_account_list_restore_async(), until ls_account_list_forget().
 */
void
ls_account_list_sign_out_async (LsAccountList *self, LsAccount *account,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SignIn *data;

  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));
  g_return_if_fail (LS_IS_ACCOUNT (account));

  task = task_new (self, ls_account_list_sign_out_async, NULL, callback, user_data);
  data = g_task_get_task_data (task);
  data->account = g_object_ref (account);

  if (ls_account_get_session_only (account))
    {
      g_autofree char *key = ls_account_list_key (ls_account_get_registry (account),
                                                  ls_account_get_username (account));
      LsCredentials *credentials = g_hash_table_lookup (self->session, key);

      if (credentials != NULL)
        data->credentials = ls_credentials_ref (credentials);
      finish_sign_out (task);
    }
  else
    ls_keyring_lookup_async (self->keyring, ls_account_get_registry (account),
                             ls_account_get_username (account), on_looked_up,
                             g_steal_pointer (&task));
}

/**
 * ls_account_list_sign_out_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the account is signed out; %FALSE with @error set
 */
gboolean
ls_account_list_sign_out_finish (LsAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_account_list_sign_out_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsAccountList *self = g_task_get_source_object (task);
  SignIn *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!ls_keyring_store_finish (LS_KEYRING (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  ls_account_list_insert (self, data->account);
  ls_account_list_forget (self, data->account);
  ls_account_list_load (self);

  g_task_return_boolean (task, TRUE);
}

/**
 * ls_account_list_restore_async:
 * @self: the list
 * @account: an account that was signed out
 * @callback: called when the account is signed in again
 * @user_data: data for @callback
 *
 * Undoes ls_account_list_sign_out_async(): stores the credentials again.
 */
void
ls_account_list_restore_async (LsAccountList *self, LsAccount *account,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  LsCredentials *credentials;
  SignIn *data;

  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));
  g_return_if_fail (LS_IS_ACCOUNT (account));

  task = task_new (self, ls_account_list_restore_async, NULL, callback, user_data);
  data = g_task_get_task_data (task);
  data->account = g_object_ref (account);
  credentials = g_hash_table_lookup (self->signed_out, account);

  if (credentials == NULL)
    g_task_return_new_error (task, LS_ERROR, LS_ERROR_NOT_FOUND,
                             "the credentials of %s at %s are gone",
                             ls_account_get_username (account), ls_account_get_registry (account));
  else if (ls_account_get_session_only (account))
    {
      add_for_session (self, account, credentials);
      ls_account_list_forget (self, account);
      g_task_return_boolean (task, TRUE);
    }
  else
    ls_keyring_store_async (self->keyring, ls_account_get_registry (account), credentials,
                            on_restored, g_steal_pointer (&task));
}

/**
 * ls_account_list_restore_finish:
 * @self: the list
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_NOT_FOUND when there is nothing to restore, %LS_ERROR_KEYRING_LOCKED
 * and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the account is signed in again; %FALSE with @error set
 */
gboolean
ls_account_list_restore_finish (LsAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_account_list_restore_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ls_account_list_forget:
 * @self: the list
 * @account: an account that was signed out
 *
 * Wipes the credentials that were kept for ls_account_list_restore_async().
 */
void
ls_account_list_forget (LsAccountList *self, LsAccount *account)
{
  g_return_if_fail (LS_IS_ACCOUNT_LIST (self));
  g_return_if_fail (LS_IS_ACCOUNT (account));

  g_hash_table_remove (self->signed_out, account);
}
