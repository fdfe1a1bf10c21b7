/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store.h"

#include "ls-worker.h"

/* What the main thread calls: the blocking functions, in a worker thread. */

typedef struct
{
  LsReference *name;
  LsDescriptor *manifest; /* (nullable) */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->name, ls_reference_unref);
  g_clear_pointer (&request->manifest, ls_descriptor_unref);
  g_free (request);
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *entries = ls_store_list (source, cancellable, &error);

  if (entries != NULL)
    g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * ls_store_list_async:
 * @self: a store
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * See ls_store_list().
 */
void
ls_store_list_async (LsStore *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LS_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ls_store_list_async);
  ls_worker_run (task, list_in_thread);
}

/**
 * ls_store_list_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type LsStoreEntry) (nullable): see ls_store_list()
 */
GPtrArray *
ls_store_list_finish (LsStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_store_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
return_success (GTask *task, gboolean done, GError *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
tag_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;
  gboolean done = ls_store_tag (source, request->name, request->manifest, cancellable, &error);

  return_success (task, done, error);
}

/**
 * ls_store_tag_async:
 * @self: a store
 * @name: a name
 * @manifest: what it is to lead to
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * See ls_store_tag().
 */
void
ls_store_tag_async (LsStore *self, LsReference *name, LsDescriptor *manifest,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (manifest != NULL);

  request = g_new0 (Request, 1);
  request->name = ls_reference_ref (name);
  request->manifest = ls_descriptor_ref (manifest);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ls_store_tag_async);
  g_task_set_task_data (task, request, request_free);
  ls_worker_run (task, tag_in_thread);
}

/**
 * ls_store_tag_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: whether the name leads to the image now
 */
gboolean
ls_store_tag_finish (LsStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_store_tag_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Request *request = task_data;
  GError *error = NULL;
  gboolean done = ls_store_remove (source, request->name, cancellable, &error);

  return_success (task, done, error);
}

/**
 * ls_store_remove_async:
 * @self: a store
 * @name: a name
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * See ls_store_remove().
 */
void
ls_store_remove_async (LsStore *self, LsReference *name, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (name != NULL);

  request = g_new0 (Request, 1);
  request->name = ls_reference_ref (name);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ls_store_remove_async);
  g_task_set_task_data (task, request, request_free);
  ls_worker_run (task, remove_in_thread);
}

/**
 * ls_store_remove_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: whether the name was there and is gone
 */
gboolean
ls_store_remove_finish (LsStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_store_remove_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
