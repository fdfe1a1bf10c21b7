/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-keyring.h"

#include "ls-error.h"
#include "ls-keyring-call.h"
#include "ls-keyring-item.h"

/* A question to the user may take a while to answer; a question to a program may not. */
#define DEFAULT_PROMPT_TIMEOUT 120
#define MAX_SILENT_TIMEOUT 30

struct _LsKeyring
{
  GObject parent_instance;

  guint prompt_timeout;
};

G_DEFINE_FINAL_TYPE (LsKeyring, ls_keyring, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_PROMPT_TIMEOUT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
ls_keyring_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsKeyring *self = LS_KEYRING (object);

  switch (property_id)
    {
    case PROP_PROMPT_TIMEOUT:
      g_value_set_uint (value, self->prompt_timeout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_keyring_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsKeyring *self = LS_KEYRING (object);

  switch (property_id)
    {
    case PROP_PROMPT_TIMEOUT:
      self->prompt_timeout = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_keyring_class_init (LsKeyringClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ls_keyring_get_property;
  object_class->set_property = ls_keyring_set_property;

  /**
   * LsKeyring:prompt-timeout:
   *
   * After how many seconds an operation that may ask the user is given up.
   */
  properties[PROP_PROMPT_TIMEOUT] =
      g_param_spec_uint ("prompt-timeout", NULL, NULL, 1, G_MAXINT, DEFAULT_PROMPT_TIMEOUT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_keyring_init (LsKeyring *self)
{
}

/**
 * ls_keyring_new:
 *
 * Returns: (transfer full): a new door to the desktop's keyring
 */
LsKeyring *
ls_keyring_new (void)
{
  return g_object_new (LS_TYPE_KEYRING, NULL);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) logins = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) items = NULL;

  items = secret_password_search_finish (result, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  logins = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_keyring_login_free);
  seen = g_hash_table_new (ls_keyring_login_hash, ls_keyring_login_equal);

  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autoptr (LsKeyringLogin) login = ls_keyring_login_for_item (l->data);

      if (login != NULL && g_hash_table_add (seen, login))
        g_ptr_array_add (logins, g_steal_pointer (&login));
    }

  ls_keyring_call_return (task, g_steal_pointer (&logins), (GDestroyNotify) g_ptr_array_unref);
}

/* Finds all logins, or those of one user, whatever the registry: it may have been spelled
 * otherwise. */
static void
search (GTask *task, const char *username, GAsyncReadyCallback callback)
{
  g_autoptr (GHashTable) attributes = ls_keyring_attributes_new (NULL, username);

  secret_password_searchv (&ls_keyring_schema, attributes, SECRET_SEARCH_ALL, NULL, callback,
                           g_object_ref (task));
}

static void
list_when_open (GTask *task)
{
  search (task, NULL, on_listed);
}

/**
 * ls_keyring_list_async:
 * @self: the keyring
 * @callback: called when the logins are known
 * @user_data: data for @callback
 *
 * Finds out who is signed in where. Never asks the user anything.
 */
void
ls_keyring_list_async (LsKeyring *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LS_IS_KEYRING (self));

  task = ls_keyring_call_new (self, ls_keyring_list_async, NULL, NULL, callback, user_data);
  ls_keyring_call_open (task, MIN (self->prompt_timeout, MAX_SILENT_TIMEOUT), FALSE,
                        list_when_open);
}

/**
 * ls_keyring_list_finish:
 * @self: the keyring
 * @result: what the callback got
 * @locked: (out) (optional): whether the keyring is locked and may hold more
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: (transfer full) (element-type LsKeyringLogin): the logins, each once, in no order
 */
GPtrArray *
ls_keyring_list_finish (LsKeyring *self, GAsyncResult *result, gboolean *locked, GError **error)
{
  LsKeyringCall *call;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_keyring_list_async), NULL);

  call = g_task_get_task_data (G_TASK (result));
  if (locked != NULL)
    *locked = call->locked;

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
return_success (GTask *task)
{
  ls_keyring_call_return (task, GINT_TO_POINTER (TRUE), NULL);
}

/**
 * ls_keyring_unlock_async:
 * @self: the keyring
 * @callback: called when the keyring is unlocked or the user has refused
 * @user_data: data for @callback
 *
 * Asks the user to unlock the keyring, if it is locked.
 */
void
ls_keyring_unlock_async (LsKeyring *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LS_IS_KEYRING (self));

  task = ls_keyring_call_new (self, ls_keyring_unlock_async, NULL, NULL, callback, user_data);
  ls_keyring_call_open (task, self->prompt_timeout, TRUE, return_success);
}

/**
 * ls_keyring_unlock_finish:
 * @self: the keyring
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the keyring is not locked; %FALSE with @error set
 */
gboolean
ls_keyring_unlock_finish (LsKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_keyring_unlock_async), FALSE);

  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}

static void lookup_when_open (GTask *task);

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean stored;

  stored = secret_password_store_finish (result, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  if (stored)
    lookup_when_open (task);
  else
    /* The user dismissed the prompt for a new keyring. */
    ls_keyring_call_return_error (task, g_error_new_literal (LS_ERROR, LS_ERROR_KEYRING_LOCKED,
                                                             "the keyring was not opened"));
}

static void
store_when_open (GTask *task)
{
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autofree char *server = ls_keyring_server_for (call->registry);
  g_autofree char *label = g_strdup_printf ("Registry credentials for %s", server);
  g_autoptr (GHashTable) attributes = ls_keyring_attributes_new (server, call->username);

  g_hash_table_insert (attributes, g_strdup ("label"), g_strdup ("Docker Credentials"));
  secret_password_storev (&ls_keyring_schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                          ls_credentials_get_secret (call->credentials), NULL, on_stored,
                          g_object_ref (task));
}

/**
 * ls_keyring_store_async:
 * @self: the keyring
 * @registry: a registry's name, "docker.io" for Docker Hub
 * @credentials: what to store
 * @callback: called when the credentials are stored
 * @user_data: data for @callback
 *
 * Stores @credentials in the default collection, in place of what was there for
 * the same registry and user name, and makes sure that docker would find them.
 */
void
ls_keyring_store_async (LsKeyring *self, const char *registry, LsCredentials *credentials,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  LsKeyringCall *call;

  g_return_if_fail (LS_IS_KEYRING (self));
  g_return_if_fail (registry != NULL);
  g_return_if_fail (credentials != NULL);

  task = ls_keyring_call_new (self, ls_keyring_store_async, registry,
                              ls_credentials_get_username (credentials), callback, user_data);
  call = g_task_get_task_data (task);
  call->credentials = ls_credentials_ref (credentials);
  ls_keyring_call_open (task, self->prompt_timeout, TRUE, store_when_open);
}

/**
 * ls_keyring_store_finish:
 * @self: the keyring
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the keyring holds the credentials now; %FALSE with @error set
 */
gboolean
ls_keyring_store_finish (LsKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_keyring_store_async), FALSE);

  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}

/* Of a lookup, or of the lookup that follows a store. */
static void
return_secret (GTask *task, const char *secret)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  if (call->credentials == NULL && secret != NULL)
    ls_keyring_call_return (task, ls_credentials_new (call->username, secret),
                            (GDestroyNotify) ls_credentials_unref);
  else if (call->credentials == NULL)
    ls_keyring_call_return_error (task, g_error_new (LS_ERROR, LS_ERROR_NOT_FOUND,
                                                     "the keyring holds no credentials of %s at %s",
                                                     call->username, call->registry));
  else if (g_strcmp0 (secret, ls_credentials_get_secret (call->credentials)) == 0)
    return_success (task);
  else
    ls_keyring_call_return_error (task,
                                  g_error_new_literal (LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE,
                                                       "the keyring did not keep what was stored"));
}

static void
on_retrieved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) error = NULL;

  value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, &error);

  if (ls_keyring_call_continues (task, error))
    return_secret (task, value != NULL ? secret_value_get_text (value) : NULL);
}

static void
on_found_for_lookup (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) items = NULL;
  SecretRetrievable *item;

  items = secret_password_search_finish (result, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  item = ls_keyring_choose_item (items, call->registry);

  /* Not secret_password_lookup(): in libsecret 0.20 it leaks what it received. */
  if (item != NULL)
    secret_retrievable_retrieve_secret (item, NULL, on_retrieved, g_object_ref (task));
  else
    return_secret (task, NULL);
}

static void
lookup_when_open (GTask *task)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  search (task, call->username, on_found_for_lookup);
}

/**
 * ls_keyring_lookup_async:
 * @self: the keyring
 * @registry: a registry's name, "docker.io" for Docker Hub
 * @username: who signs in
 * @callback: called when the credentials are found
 * @user_data: data for @callback
 *
 * Finds the credentials of @username at @registry, under whatever spelling of
 * the registry docker stored them.
 */
void
ls_keyring_lookup_async (LsKeyring *self, const char *registry, const char *username,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LS_IS_KEYRING (self));
  g_return_if_fail (registry != NULL);
  g_return_if_fail (username != NULL);

  task =
      ls_keyring_call_new (self, ls_keyring_lookup_async, registry, username, callback, user_data);
  ls_keyring_call_open (task, self->prompt_timeout, TRUE, lookup_when_open);
}

/**
 * ls_keyring_lookup_finish:
 * @self: the keyring
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_NOT_FOUND, %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: (transfer full): the credentials; %NULL with @error set
 */
LsCredentials *
ls_keyring_lookup_finish (LsKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_keyring_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void clear_next_server (GTask *task);

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* FALSE without an error: somebody else was faster. */
  secret_password_clear_finish (result, &error);

  if (ls_keyring_call_continues (task, error))
    clear_next_server (task);
}

static void
clear_next_server (GTask *task)
{
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autofree char *server = g_queue_pop_head (&call->servers);

  if (server != NULL)
    {
      g_autoptr (GHashTable) attributes = ls_keyring_attributes_new (server, call->username);

      secret_password_clearv (&ls_keyring_schema, attributes, NULL, on_cleared,
                              g_object_ref (task));
    }
  else
    return_success (task);
}

static int
compare_servers (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

static void
on_found_for_erase (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autolist (GObject) items = NULL;

  items = secret_password_search_finish (result, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autofree char *server = ls_keyring_dup_server (l->data, call->registry);

      if (server != NULL && g_queue_find_custom (&call->servers, server, compare_servers) == NULL)
        g_queue_push_tail (&call->servers, g_steal_pointer (&server));
    }

  clear_next_server (task);
}

static void
erase_when_open (GTask *task)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  search (task, call->username, on_found_for_erase);
}

/**
 * ls_keyring_erase_async:
 * @self: the keyring
 * @registry: a registry's name, "docker.io" for Docker Hub
 * @username: who is signed in
 * @callback: called when the credentials are gone
 * @user_data: data for @callback
 *
 * Erases the credentials of @username at @registry, under every spelling of the
 * registry. The tokens that docker keeps besides, after a sign-in with a
 * browser, are left to it: it needs them to revoke that sign-in.
 */
void
ls_keyring_erase_async (LsKeyring *self, const char *registry, const char *username,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LS_IS_KEYRING (self));
  g_return_if_fail (registry != NULL);
  g_return_if_fail (username != NULL);

  task =
      ls_keyring_call_new (self, ls_keyring_erase_async, registry, username, callback, user_data);
  ls_keyring_call_open (task, self->prompt_timeout, TRUE, erase_when_open);
}

/**
 * ls_keyring_erase_finish:
 * @self: the keyring
 * @result: what the callback got
 * @error: return location for an error
 *
 * Raises %LS_ERROR_KEYRING_LOCKED and %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: %TRUE if the keyring holds no such credentials now; %FALSE with @error set
 */
gboolean
ls_keyring_erase_finish (LsKeyring *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_keyring_erase_async), FALSE);

  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}
