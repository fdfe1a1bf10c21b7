/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a user does with images: pull, push, tag, remove. */

#include "ls-context-private.h"

#include "ls-error.h"
#include "ls-registry-image.h"
#include "ls-local-image.h"

typedef struct
{
  /* input */
  LsImage *image;    /* NULL for a pull */
  LsReference *name; /* at the registry */
  LsAccount *account;
  LsPlatformChoice *platforms; /* NULL for what is usual */

  /* in progress */
  LsRegistry *registry;
} Operation;

static void
operation_free (Operation *operation)
{
  g_clear_object (&operation->image);
  g_clear_pointer (&operation->name, ls_reference_unref);
  g_clear_object (&operation->account);
  g_clear_pointer (&operation->platforms, ls_platform_choice_unref);
  g_clear_object (&operation->registry);
  g_free (operation);
}

static void
queue_transfer (GTask *task, LsTransferKind kind)
{
  LsContext *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  g_autoptr (LsTransfer) transfer = NULL;
  GError *error = NULL;

  transfer = ls_context_create_transfer (self, kind, operation->name, operation->registry, &error);
  if (transfer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (operation->account != NULL)
    ls_transfer_set_account (transfer, ls_account_get_username (operation->account));
  if (operation->platforms != NULL)
    ls_transfer_set_platforms (transfer, operation->platforms);
  if (operation->image != NULL)
    ls_transfer_set_content (transfer, ls_image_get_digest (operation->image));
  g_task_return_pointer (task, ls_context_queue_transfer (self, transfer), g_object_unref);
}

static void
on_registry_for_pull (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  operation->registry =
      ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);

  /* What is public needs no password: a registry that wants one says so itself. */
  if (operation->account != NULL
      && (g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED)
          || g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE)))
    {
      g_clear_error (&error);
      g_clear_object (&operation->account);
      ls_account_list_get_registry_async (LS_ACCOUNT_LIST (object),
                                          ls_reference_get_registry (operation->name), NULL,
                                          on_registry_for_pull, g_steal_pointer (&task));
      return;
    }

  if (operation->registry == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  queue_transfer (task, LS_TRANSFER_PULL);
}

/**
 * ls_context_pull_platforms_async:
 * @self: the context
 * @name: what to pull; the tag is `latest` when it has neither tag nor digest
 * @platforms: (nullable): which images of an index; %NULL for this computer's
 * @callback: called when the transfer is queued
 * @user_data: for @callback
 *
 * Queues a pull into the store on this computer, as whoever is signed in there;
 * as nobody, when the keyring does not give the password. Of several platforms the
 * name leads to the index afterwards, of one to its image alone, unless it led to that
 * index before. The end is ls_context_pull_finish().
 */
void
ls_context_pull_platforms_async (LsContext *self, LsReference *name, LsPlatformChoice *platforms,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Operation *operation = g_new0 (Operation, 1);

  operation->name = ls_reference_with_latest (name);
  operation->platforms = platforms != NULL ? ls_platform_choice_ref (platforms) : NULL;
  g_set_object (&operation->account, ls_context_find_account (self, name));
  g_task_set_source_tag (task, ls_context_pull_async);
  g_task_set_task_data (task, operation, (GDestroyNotify) operation_free);
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (name),
                                      operation->account, on_registry_for_pull, task);
}

/**
 * ls_context_pull_async:
 * @self: the context
 * @name: what to pull; the tag is `latest` when it has neither tag nor digest
 * @callback: called when the transfer is queued
 * @user_data: for @callback
 *
 * Queues a pull of the image for this computer: see ls_context_pull_platforms_async().
 */
void
ls_context_pull_async (LsContext *self, LsReference *name, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  ls_context_pull_platforms_async (self, name, NULL, callback, user_data);
}

/**
 * ls_context_pull_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full): the transfer that does it: a new one, or the one that was
 *   asked for the same before and is not finished; %NULL with @error set
 */
LsTransfer *
ls_context_pull_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_pull_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_tagged_for_push (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!ls_store_tag_finish (LS_STORE (object), result, &error))
    g_task_return_error (task, error);
  else
    queue_transfer (task, LS_TRANSFER_PUSH);
}

static void
on_registry_for_push (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsContext *self = g_task_get_source_object (task);
  Operation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  operation->registry =
      ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);
  if (operation->registry == NULL)
    g_task_return_error (task, error);
  else
    ls_store_tag_async (self->store, operation->name, ls_image_get_manifest (operation->image),
                        NULL, on_tagged_for_push, g_object_ref (task));
}

/**
 * ls_context_push_platforms_async:
 * @self: the context
 * @image: what to push
 * @name: the name to push it as; without tag, `latest`
 * @account: (nullable): whom to push as; %NULL for the account that fits @name
 * @platforms: (nullable): which images of an index; %NULL for all of it
 * @callback: called when the transfer is queued
 * @user_data: for @callback
 *
 * Tags @image as @name and queues the push. Fails with %LS_ERROR_UNAUTHORIZED
 * before anything is done when nobody is signed in at Docker Hub; other
 * registries may be open, and say so themselves when they are not.
 *
 * A whole index is pushed byte for byte. When a part of it is not here, the transfer
 * fails with %LS_ERROR_PARTLY_HELD before anything moves: one can push one platform's
 * image, or several as an index of their own, by @platforms; or pull the rest first. An
 * image that was pulled alone is pushed alone. The end is ls_context_push_finish().
 */
void
ls_context_push_platforms_async (LsContext *self, LsImage *image, LsReference *name,
                                 LsAccount *account, LsPlatformChoice *platforms,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Operation *operation = g_new0 (Operation, 1);

  operation->image = g_object_ref (image);
  operation->name = ls_reference_with_latest (name);
  operation->platforms = platforms != NULL ? ls_platform_choice_ref (platforms) : NULL;
  if (account == NULL)
    account = ls_context_find_account (self, name);
  g_set_object (&operation->account, account);
  g_task_set_source_tag (task, ls_context_push_async);
  g_task_set_task_data (task, operation, (GDestroyNotify) operation_free);

  if (ls_reference_get_digest (name) != NULL)
    {
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_INVALID_NAME,
                               "A push needs a tag, not a digest");
      return;
    }
  if (operation->account == NULL && ls_reference_is_docker_hub (name))
    {
      g_autoptr (GError) error =
          g_error_new (LS_ERROR, LS_ERROR_UNAUTHORIZED, "Nobody is signed in at %s", LS_DOCKER_HUB);

      ls_error_set_subject (error, LS_DOCKER_HUB);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (name),
                                      operation->account, on_registry_for_push,
                                      g_object_ref (task));
}

/**
 * ls_context_push_async:
 * @self: the context
 * @image: what to push
 * @name: the name to push it as; without tag, `latest`
 * @account: (nullable): whom to push as; %NULL for the account that fits @name
 * @callback: called when the transfer is queued
 * @user_data: for @callback
 *
 * Queues a push of all of @image: see ls_context_push_platforms_async().
 */
void
ls_context_push_async (LsContext *self, LsImage *image, LsReference *name, LsAccount *account,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  ls_context_push_platforms_async (self, image, name, account, NULL, callback, user_data);
}

/**
 * ls_context_push_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full): the transfer that does it: a new one, or the one that was
 *   asked for the same before and is not finished; %NULL with @error set
 */
LsTransfer *
ls_context_push_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_push_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_tagged (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ls_store_tag_finish (LS_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * ls_context_tag_async:
 * @self: the context
 * @image: what to name
 * @name: one more name for it; without tag, `latest`
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Gives an image one more name. The old ones stay.
 */
void
ls_context_tag_async (LsContext *self, LsImage *image, LsReference *name,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (LsReference) tagged = ls_reference_with_latest (name);

  g_task_set_source_tag (task, ls_context_tag_async);
  ls_store_tag_async (self->store, tagged, ls_image_get_manifest (image), NULL, on_tagged, task);
}

/**
 * ls_context_tag_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: whether the image has the name now
 */
gboolean
ls_context_tag_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_tag_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_removed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ls_store_remove_finish (LS_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * ls_context_remove_async:
 * @self: the context
 * @image: what to remove
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Takes the name of an image away. Its content stays until
 * ls_context_collect_garbage(), so that ls_context_tag_async() with the same
 * image and name brings it back.
 */
void
ls_context_remove_async (LsContext *self, LsImage *image, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ls_context_remove_async);
  ls_store_remove_async (self->store, ls_image_get_name (image), NULL, on_removed, task);
}

/**
 * ls_context_remove_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: whether the name is gone
 */
gboolean
ls_context_remove_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_remove_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
