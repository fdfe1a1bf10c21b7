/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-private.h"

#include "ls-worker.h"

/**
 * ls_registry_sign_in:
 * @self: a registry with credentials
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Has the registry check the credentials. Nothing is stored.
 *
 * Raises %LS_ERROR_UNAUTHORIZED when they are wrong, %LS_ERROR_NOT_A_REGISTRY
 * when the host is none, %LS_ERROR_UNSUPPORTED when the registry is open to
 * everybody and checks nothing, %LS_ERROR_CLIENT_REFUSED, and the errors of
 * the line (%LS_ERROR_OFFLINE, %LS_ERROR_TLS, ...).
 *
 * Returns: whether they are right
 */
gboolean
ls_registry_sign_in (LsRegistry *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);

  return ls_authorizer_sign_in (ls_registry_get_authorizer (self), cancellable, error);
}

static void
sign_in_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ls_registry_sign_in (source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * ls_registry_sign_in_async:
 * @self: a registry with credentials
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: given to @callback
 *
 * The asynchronous form of ls_registry_sign_in().
 */
void
ls_registry_sign_in_async (LsRegistry *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ls_registry_sign_in_async);
  ls_worker_run (task, sign_in_in_thread);
}

/**
 * ls_registry_sign_in_finish:
 * @self: a registry
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: whether the credentials are right
 */
gboolean
ls_registry_sign_in_finish (LsRegistry *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_registry_sign_in_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
