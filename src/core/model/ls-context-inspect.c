/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a name offers, before it is pulled. */

#include "ls-context-private.h"

#include "ls-error.h"
#include "ls-registry-image.h"
#include "ls-worker.h"

typedef struct
{
  /* input */
  LsReference *name;
  LsAccount *account; /* (nullable) */

  /* in progress */
  LsRegistryImage *source;
} Inspection;

static void
inspection_free (gpointer data)
{
  Inspection *inspection = data;

  g_clear_pointer (&inspection->name, ls_reference_unref);
  g_clear_object (&inspection->account);
  g_clear_object (&inspection->source);
  g_free (inspection);
}

static void
read_offer (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Inspection *inspection = task_data;
  GError *error = NULL;
  LsImageOffer *offer;

  offer = ls_image_offer_read (LS_IMAGE_SOURCE (inspection->source), LS_CONTEXT (source)->store,
                               cancellable, &error);
  if (offer != NULL)
    g_task_return_pointer (task, offer, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_registry (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Inspection *inspection = g_task_get_task_data (task);
  g_autoptr (LsRegistry) registry = NULL;
  GError *error = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);

  /* What is public needs no password: a registry that wants one says so itself. */
  if (inspection->account != NULL
      && (g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED)
          || g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE)))
    {
      g_clear_error (&error);
      g_clear_object (&inspection->account);
      ls_account_list_get_registry_async (LS_ACCOUNT_LIST (object),
                                          ls_reference_get_registry (inspection->name), NULL,
                                          on_registry, g_steal_pointer (&task));
      return;
    }

  if (registry == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  inspection->source = ls_registry_image_new (registry, inspection->name);
  ls_worker_run (task, read_offer);
}

/**
 * ls_context_inspect_async:
 * @self: the context
 * @name: what to look at; the tag is `latest` when it has neither tag nor digest
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks a registry what a pull of @name could bring: which platforms, how large they are,
 * and how much of them is here. Some registries count each manifest that is read for that
 * as a pull.
 */
void
ls_context_inspect_async (LsContext *self, LsReference *name, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Inspection *inspection = g_new0 (Inspection, 1);

  inspection->name = ls_reference_with_latest (name);
  g_set_object (&inspection->account, ls_context_find_account (self, name));
  g_task_set_source_tag (task, ls_context_inspect_async);
  g_task_set_task_data (task, inspection, inspection_free);
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (name),
                                      inspection->account, on_registry, task);
}

/**
 * ls_context_inspect_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Errors: those of ls_image_offer_read().
 *
 * Returns: (transfer full): what there is; %NULL with @error set
 */
LsImageOffer *
ls_context_inspect_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_inspect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
