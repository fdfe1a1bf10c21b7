/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-keyring-call.h"

#include "ls-error.h"

#include <libsecret/secret.h>

static void
ls_keyring_call_free (LsKeyringCall *call)
{
  g_free (call->registry);
  g_free (call->username);
  g_clear_pointer (&call->credentials, ls_credentials_unref);
  g_clear_pointer (&call->timer, g_source_unref);
  g_queue_clear_full (&call->servers, g_free);
  g_free (call);
}

/**
 * ls_keyring_call_new:
 * @source: the keyring
 * @tag: the function that was called
 * @registry: (nullable): a registry's name
 * @username: (nullable): who signs in
 * @callback: called when there is an answer
 * @user_data: for @callback
 *
 * Every callback of libsecret holds a reference to the task.
 *
 * Returns: (transfer full): a task for one operation, with an #LsKeyringCall as its data
 */
GTask *
ls_keyring_call_new (gpointer source, gpointer tag, const char *registry, const char *username,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  LsKeyringCall *call = g_new0 (LsKeyringCall, 1);
  GTask *task = g_task_new (source, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, call, (GDestroyNotify) ls_keyring_call_free);
  call->registry = g_strdup (registry);
  call->username = g_strdup (username);
  g_queue_init (&call->servers);

  return task;
}

/* The first answer counts. TRUE if this is the first. */
static gboolean
claim_answer (GTask *task)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  if (call->answered)
    return FALSE;

  call->answered = TRUE;
  g_source_destroy (call->timer);
  /* The task may live on with a call that never ends; the secret need not. */
  g_clear_pointer (&call->credentials, ls_credentials_unref);

  return TRUE;
}

/**
 * ls_keyring_call_return:
 * @task: an operation
 * @result: (transfer full) (nullable): its answer
 * @destroy: (nullable): frees @result
 *
 * Answers with @result, unless the timer has already answered.
 */
void
ls_keyring_call_return (GTask *task, gpointer result, GDestroyNotify destroy)
{
  if (claim_answer (task))
    g_task_return_pointer (task, result, destroy);
  else if (destroy != NULL)
    destroy (result);
}

/**
 * ls_keyring_call_return_error:
 * @task: an operation
 * @error: (transfer full): why there is no answer
 *
 * Answers with @error, unless the timer has already answered.
 */
void
ls_keyring_call_return_error (GTask *task, GError *error)
{
  if (claim_answer (task))
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

/* A dismissed prompt comes as IS_LOCKED, as CANCELLED, or as a failure without
 * an error. All the rest (no bus, no service, a service without a collection, a
 * file that cannot be decrypted) is a keyring that cannot be used. */
static GError *
error_for (const GError *cause)
{
  if (cause == NULL || g_error_matches (cause, SECRET_ERROR, SECRET_ERROR_IS_LOCKED)
      || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new_literal (LS_ERROR, LS_ERROR_KEYRING_LOCKED,
                                "the keyring is locked and was not unlocked");

  return g_error_new (LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE, "the keyring cannot be used: %s",
                      cause->message);
}

/**
 * ls_keyring_call_continues:
 * @task: an operation
 * @error: (nullable): why a step of libsecret failed
 *
 * Errors: where @error is set, the operation fails with %LS_ERROR_KEYRING_LOCKED or
 * %LS_ERROR_KEYRING_UNAVAILABLE.
 *
 * Returns: whether there is a next step: %FALSE when the call has been answered, or is
 *   answered now because of @error
 */
gboolean
ls_keyring_call_continues (GTask *task, const GError *error)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  if (call->answered)
    return FALSE;
  if (error == NULL)
    return TRUE;

  ls_keyring_call_return_error (task, error_for (error));

  return FALSE;
}

static gboolean
on_timeout (gpointer user_data)
{
  ls_keyring_call_return_error (user_data,
                                g_error_new_literal (LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE,
                                                     "the keyring did not answer in time"));

  return G_SOURCE_REMOVE;
}

/* The rule by which libsecret chooses its backend. It does not tell which it
 * took, and only the Secret Service has collections to ask about. In a sandbox
 * the portal hands out the key of a file, and nothing is locked. */
static gboolean
uses_secret_service (void)
{
  const char *backend = g_getenv ("SECRET_BACKEND");

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_getenv ("SNAP_NAME") != NULL)
    return FALSE;

  return backend == NULL || *backend == '\0' || strcmp (backend, "service") == 0;
}

static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  int n_unlocked;

  n_unlocked = secret_service_unlock_finish (SECRET_SERVICE (source), result, NULL, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  /* Dismissed: libsecret reports success, with nothing unlocked. */
  if (n_unlocked < 1)
    ls_keyring_call_return_error (task, error_for (NULL));
  else
    call->when_open (task);
}

static void
on_default_collection (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsKeyringCall *call = g_task_get_task_data (task);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GError) error = NULL;

  collection = secret_collection_for_alias_finish (result, &error);

  if (!ls_keyring_call_continues (task, error))
    return;

  call->locked = collection != NULL && secret_collection_get_locked (collection);

  if (call->locked && call->may_prompt)
    {
      GList locked = { .data = collection };

      secret_service_unlock (secret_collection_get_service (collection), &locked, NULL, on_unlocked,
                             g_object_ref (task));
    }
  else
    call->when_open (task);
}

static void
on_service (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GError) error = NULL;

  service = secret_service_get_finish (result, &error);

  if (ls_keyring_call_continues (task, error))
    secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL,
                                 on_default_collection, g_object_ref (task));
}

/**
 * ls_keyring_call_open:
 * @task: an operation
 * @timeout: seconds after which the call fails, come what may
 * @may_prompt: whether the user may be asked to unlock the default collection
 * @when_open: the next step; not taken when the collection stays locked and @may_prompt is set
 *
 * Begins an operation: finds out whether the keyring is there and locked. The
 * functions for passwords do not tell a locked keyring from an absent item, and
 * a daemon that has just started finds nothing in a collection still locked.
 */
void
ls_keyring_call_open (GTask *task, guint timeout, gboolean may_prompt, LsKeyringStep when_open)
{
  LsKeyringCall *call = g_task_get_task_data (task);

  call->may_prompt = may_prompt;
  call->when_open = when_open;
  call->timer = g_timeout_source_new_seconds (timeout);
  g_source_set_static_name (call->timer, "[longshore] keyring timeout");
  g_source_set_callback (call->timer, on_timeout, g_object_ref (task), g_object_unref);
  g_source_attach (call->timer, g_task_get_context (task));

  if (uses_secret_service ())
    secret_service_get (SECRET_SERVICE_NONE, NULL, on_service, g_object_ref (task));
  else
    when_open (task);
}
