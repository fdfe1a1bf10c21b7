/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done about the problems that a check of the store found. */

#include "ls-context-private.h"

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-media-type.h"
#include "ls-registry-image.h"
#include "ls-worker.h"

/* A manifest that has to be fetched again, or has a blob that has to. */
typedef struct
{
  GTask *task;
  LsReference *name; /* where it is, by its digest */
  LsDescriptor *manifest;
  LsAccount *account; /* (nullable) */
  LsRegistryImage *source;
} Repair;

typedef struct
{
  guint n_pending;
  guint n_queued;
  GError *error; /* the first one */
} Mending;

static void
repair_free (gpointer data)
{
  Repair *repair = data;

  g_clear_object (&repair->task);
  g_clear_pointer (&repair->name, ls_reference_unref);
  g_clear_pointer (&repair->manifest, ls_descriptor_unref);
  g_clear_object (&repair->account);
  g_clear_object (&repair->source);
  g_free (repair);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Repair, repair_free)

static void
mending_free (gpointer data)
{
  Mending *mending = data;

  g_clear_error (&mending->error);
  g_free (mending);
}

static void
end_repair (GTask *task, GError *error)
{
  Mending *mending = g_task_get_task_data (task);

  if (mending->error == NULL)
    mending->error = error;
  else
    g_clear_error (&error);

  mending->n_pending--;
  if (mending->n_pending > 0)
    return;

  if (mending->error != NULL && mending->n_queued == 0)
    g_task_return_error (task, g_steal_pointer (&mending->error));
  else
    g_task_return_int (task, mending->n_queued);
}

static void
fetch_index (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Repair *repair = task_data;
  LsStore *store = LS_CONTEXT (source)->store;
  g_autoptr (LsManifest) index = NULL;
  GError *error = NULL;

  index = ls_image_source_get_manifest (LS_IMAGE_SOURCE (repair->source), repair->manifest,
                                        cancellable, &error);
  if (index != NULL
      && ls_store_write_blob (store, ls_manifest_get_descriptor (index),
                              ls_manifest_get_bytes (index), &error)
      && ls_store_settle (store, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_index_fetched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Repair *repair = g_task_get_task_data (G_TASK (result));
  Mending *mending = g_task_get_task_data (repair->task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    mending->n_queued++;
  end_repair (repair->task, error);
}

/* Where there is no name to write, the names stay as they are. */
static void
queue_repair (LsContext *self, Repair *repair)
{
  Mending *mending = g_task_get_task_data (repair->task);
  g_autoptr (LsLocalImage) content = ls_local_image_new (self->store, NULL);
  g_autoptr (LsTransfer) transfer = NULL;
  g_autoptr (LsTransfer) queued = NULL;

  transfer = ls_transfer_new (LS_TRANSFER_PULL, repair->name, LS_IMAGE_SOURCE (repair->source),
                              LS_IMAGE_DESTINATION (content));
  if (repair->account != NULL)
    ls_transfer_set_account (transfer, ls_account_get_username (repair->account));
  queued = ls_context_queue_transfer (self, transfer);
  mending->n_queued++;
}

static void on_registry (GObject *object, GAsyncResult *result, gpointer user_data);

static void
ask_for_registry (LsContext *self, Repair *repair)
{
  ls_account_list_get_registry_async (self->accounts, ls_reference_get_registry (repair->name),
                                      repair->account, on_registry, repair);
}

static void
on_registry (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Repair) repair = user_data;
  LsContext *self = g_task_get_source_object (repair->task);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  registry = ls_account_list_get_registry_finish (LS_ACCOUNT_LIST (object), result, &error);
  if (repair->account != NULL
      && (g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED)
          || g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE)))
    {
      g_clear_error (&error);
      g_clear_object (&repair->account);
      ask_for_registry (self, g_steal_pointer (&repair));
      return;
    }
  if (registry == NULL)
    {
      end_repair (repair->task, error);
      return;
    }

  repair->source = ls_registry_image_new (registry, repair->name);
  if (!ls_media_type_is_index (ls_descriptor_get_media_type (repair->manifest)))
    {
      queue_repair (self, repair);
      end_repair (repair->task, NULL);
      return;
    }

  /* Of an index only itself is wanted, and no image below it. */
  task = g_task_new (self, NULL, on_index_fetched, NULL);
  g_task_set_source_tag (task, ls_context_mend_async);
  g_task_set_task_data (task, g_steal_pointer (&repair), repair_free);
  ls_worker_run (task, fetch_index);
}

static LsReference *
make_name (LsReference *name, LsDescriptor *manifest, GError **error)
{
  return ls_reference_new (ls_reference_get_registry (name), ls_reference_get_repository (name),
                           ls_reference_get_tag (name), ls_descriptor_get_digest (manifest), error);
}

static void
begin_repair (GTask *task, LsStoreProblem *problem)
{
  LsContext *self = g_task_get_source_object (task);
  Mending *mending = g_task_get_task_data (task);
  g_autoptr (Repair) repair = g_new0 (Repair, 1);
  GError *error = NULL;

  mending->n_pending++;
  repair->task = g_object_ref (task);
  repair->manifest = ls_descriptor_ref (ls_store_problem_get_owner (problem));
  repair->name =
      make_name (ls_store_problem_get_names (problem)->pdata[0], repair->manifest, &error);
  if (repair->name == NULL)
    {
      end_repair (task, error);
      return;
    }

  g_set_object (&repair->account, ls_context_find_account (self, repair->name));
  ask_for_registry (self, g_steal_pointer (&repair));
}

/**
 * ls_context_create_check:
 * @self: the context
 *
 * Returns: (transfer full): a check of the store on this computer, to be run
 */
LsStoreCheck *
ls_context_create_check (LsContext *self)
{
  return ls_store_check_new (self->store);
}

/**
 * ls_context_mend_async:
 * @self: the context
 * @check: a check that has run
 * @callback: called when all transfers are queued
 * @user_data: for @callback
 *
 * Fetches again what @check found to be wrong. Each image manifest that is concerned is
 * asked for by its digest, where the first of the names that need it says; its transfer
 * moves the blobs that are missing or damaged, and no others. A damaged index is fetched
 * at once. What was never at a registry cannot be had there: its transfer fails.
 */
void
ls_context_mend_async (LsContext *self, LsStoreCheck *check, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  GListModel *problems = ls_store_check_get_problems (check);
  Mending *mending = g_new0 (Mending, 1);

  g_task_set_source_tag (task, ls_context_mend_async);
  g_task_set_task_data (task, mending, mending_free);

  /* Not before all are begun. */
  mending->n_pending = 1;
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (LsStoreProblem) problem = g_list_model_get_item (problems, i);
      LsDescriptor *owner = ls_store_problem_get_owner (problem);

      if (g_hash_table_add (seen, ls_descriptor_get_digest (owner)))
        begin_repair (task, problem);
    }
  end_repair (task, NULL);
}

/**
 * ls_context_mend_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: for how many manifests something is done; 0 with @error set when nothing can
 *   be, and without when nothing had to be
 */
guint
ls_context_mend_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  gssize n;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_mend_async), 0);

  n = g_task_propagate_int (G_TASK (result), error);

  return n > 0 ? (guint) n : 0;
}
