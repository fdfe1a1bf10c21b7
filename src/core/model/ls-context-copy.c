/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Copies between registries. */

#include "ls-context-private.h"

#include "ls-error.h"
#include "ls-registry-image.h"

typedef struct
{
  /* input */
  LsReference *from;
  LsReference *to;
  LsAccount *reader;           /* (nullable): at the source */
  LsAccount *writer;           /* (nullable): at the destination */
  LsPlatformChoice *platforms; /* NULL for all */

  /* in progress */
  LsRegistryImage *source;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_clear_pointer (&copy->from, ls_reference_unref);
  g_clear_pointer (&copy->to, ls_reference_unref);
  g_clear_object (&copy->reader);
  g_clear_object (&copy->writer);
  g_clear_pointer (&copy->platforms, ls_platform_choice_unref);
  g_clear_object (&copy->source);
  g_free (copy);
}

static void
on_registry_to_write (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsContext *self = g_task_get_source_object (task);
  Copy *copy = g_task_get_task_data (task);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (LsRegistryImage) destination = NULL;
  g_autoptr (LsTransfer) transfer = NULL;
  GError *error = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);
  if (registry == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  destination = ls_registry_image_new (registry, copy->to);
  transfer = ls_transfer_new (LS_TRANSFER_COPY, copy->to, LS_IMAGE_SOURCE (copy->source),
                              LS_IMAGE_DESTINATION (destination));
  ls_transfer_set_account (transfer, ls_registry_get_username (registry));
  if (copy->platforms != NULL)
    ls_transfer_set_platforms (transfer, copy->platforms);
  g_task_return_pointer (task, ls_context_queue_transfer (self, transfer), g_object_unref);
}

static void
on_registry_to_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  LsContext *self = g_task_get_source_object (task);
  Copy *copy = g_task_get_task_data (task);
  g_autoptr (LsRegistry) registry = NULL;
  GError *error = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);

  /* What is public needs no password: a registry that wants one says so itself. */
  if (copy->reader != NULL
      && (g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED)
          || g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE)))
    {
      g_clear_error (&error);
      g_clear_object (&copy->reader);
      ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (copy->from),
                                          NULL, on_registry_to_read, g_steal_pointer (&task));
      return;
    }

  if (registry == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  copy->source = ls_registry_image_new (registry, copy->from);
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (copy->to),
                                      copy->writer, on_registry_to_write, g_steal_pointer (&task));
}

/**
 * ls_context_choose_reader:
 * @self: the context
 * @from: the name that is read
 * @to: the name that is written
 * @writer: (nullable): who writes
 *
 * Within a registry the same user reads and writes, so that blobs can be mounted.
 *
 * Returns: (transfer none) (nullable): who reads; %NULL for nobody
 */
LsAccount *
ls_context_choose_reader (LsContext *self, LsReference *from, LsReference *to, LsAccount *writer)
{
  if (writer != NULL
      && g_str_equal (ls_reference_get_registry (from), ls_reference_get_registry (to)))
    return writer;

  return ls_context_find_account (self, from);
}

/**
 * ls_context_copy_async:
 * @self: the context
 * @from: what to copy; the tag is `latest` when it has neither tag nor digest
 * @to: the name to copy it to; without tag, `latest`
 * @account: (nullable): whom to write as; %NULL for the account that fits @to
 * @platforms: (nullable): which images of an index; %NULL for all of it
 * @callback: called when the transfer is queued
 * @user_data: for @callback
 *
 * Queues a copy from one registry to another, or within one: there what can be is
 * mounted. The bytes go through this computer's memory and are not kept.
 *
 * Errors: %LS_ERROR_INVALID_NAME when @to has a digest, %LS_ERROR_UNAUTHORIZED when
 * nobody is signed in at Docker Hub and @to is there, and those of
 * ls_account_list_get_registry_finish().
 */
void
ls_context_copy_async (LsContext *self, LsReference *from, LsReference *to, LsAccount *account,
                       LsPlatformChoice *platforms, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Copy *copy = g_new0 (Copy, 1);

  if (account == NULL)
    account = ls_context_find_account (self, to);
  copy->from = ls_reference_with_latest (from);
  copy->to = ls_reference_with_latest (to);
  g_set_object (&copy->writer, account);
  g_set_object (&copy->reader, ls_context_choose_reader (self, from, to, account));
  copy->platforms = platforms != NULL ? ls_platform_choice_ref (platforms) : NULL;
  g_task_set_source_tag (task, ls_context_copy_async);
  g_task_set_task_data (task, copy, copy_free);

  if (ls_reference_get_digest (to) != NULL)
    {
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_INVALID_NAME,
                               "A copy needs a tag, not a digest");
      return;
    }
  if (account == NULL && ls_reference_is_docker_hub (to))
    {
      g_autoptr (GError) error =
          g_error_new (LS_ERROR, LS_ERROR_UNAUTHORIZED, "Nobody is signed in at %s", LS_DOCKER_HUB);

      ls_error_set_subject (error, LS_DOCKER_HUB);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (from),
                                      copy->reader, on_registry_to_read, g_object_ref (task));
}

/**
 * ls_context_copy_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full): the queued transfer; %NULL with @error set
 */
LsTransfer *
ls_context_copy_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_copy_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
