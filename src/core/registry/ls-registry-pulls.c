/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-private.h"

#include "ls-worker.h"

/* What Docker Hub keeps for this question: a HEAD is not counted as a pull. */
#define REPOSITORY "ratelimitpreview/test"
#define TAG "latest"

/**
 * ls_registry_read_pull_limit:
 * @self: a registry
 * @limit: (out) (nullable) (transfer full): the limit; %NULL where there is none
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks Docker Hub how many pulls are left to the user, or to this address, which
 * does not use up any. Nothing is asked of other registries.
 *
 * Raises %LS_ERROR_UNAUTHORIZED, %LS_ERROR_RATE_LIMITED and the errors of the line.
 *
 * Returns: whether there is an answer
 */
gboolean
ls_registry_read_pull_limit (LsRegistry *self, LsPullLimit **limit, GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (limit != NULL, FALSE);

  *limit = NULL;
  if (!g_str_equal (ls_registry_get_name (self), LS_DOCKER_HUB))
    return TRUE;

  request =
      ls_registry_create_request (self, "HEAD", REPOSITORY, "manifests", TAG, cancellable, error);
  if (request == NULL)
    return FALSE;

  reply = ls_registry_send_for (self, request, REPOSITORY, LS_REGISTRY_PULL, cancellable, error);
  if (reply == NULL)
    return FALSE;

  *limit = ls_pull_limit_parse (ls_http_reply_get_header (reply, "RateLimit-Limit"),
                                ls_http_reply_get_header (reply, "RateLimit-Remaining"),
                                g_get_real_time () / G_USEC_PER_SEC);
  if (*limit == NULL && !ls_registry_check (self, reply, LS_DOCKER_HUB, error))
    return FALSE;

  return TRUE;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  LsPullLimit *limit;
  GError *error = NULL;

  if (ls_registry_read_pull_limit (source, &limit, cancellable, &error))
    g_task_return_pointer (task, limit,
                           limit != NULL ? (GDestroyNotify) ls_pull_limit_unref : NULL);
  else
    g_task_return_error (task, error);
}

/**
 * ls_registry_read_pull_limit_async:
 * @self: a registry
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: given to @callback
 *
 * The asynchronous form of ls_registry_read_pull_limit().
 */
void
ls_registry_read_pull_limit_async (LsRegistry *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ls_registry_read_pull_limit_async);
  ls_worker_run (task, read_in_thread);
}

/**
 * ls_registry_read_pull_limit_finish:
 * @self: a registry
 * @result: what the callback was given
 * @limit: (out) (nullable) (transfer full): the limit; %NULL where there is none
 * @error: return location for an error
 *
 * Returns: whether there is an answer
 */
gboolean
ls_registry_read_pull_limit_finish (LsRegistry *self, GAsyncResult *result, LsPullLimit **limit,
                                    GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_registry_read_pull_limit_async),
                        FALSE);

  *limit = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}
