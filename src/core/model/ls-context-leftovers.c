/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pulls have brought and pushes have sent that did not get to their end: kept for
 * those that go on, and freed for those that do not. */

#include "ls-context-private.h"

#include "ls-worker.h"

typedef struct
{
  GStrv images;
  gboolean dropped;
} Leftovers;

static void
leftovers_free (Leftovers *self)
{
  g_strfreev (self->images);
  g_free (self);
}

static void
set_age (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  LsStore *store = LS_CONTEXT (source)->store;
  Leftovers *leftovers = task_data;

  for (guint i = 0; leftovers->images[i] != NULL; i++)
    {
      g_autoptr (LsDigest) digest = ls_digest_parse (leftovers->images[i], NULL);

      if (digest != NULL && leftovers->dropped)
        ls_store_drop_expectation (store, digest);
      else if (digest != NULL)
        ls_store_renew_expectation (store, digest);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_dropped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ls_context_collect_garbage (LS_CONTEXT (object));
}

static void
start (LsContext *self, const char *const *images, gboolean dropped)
{
  Leftovers *leftovers = g_new0 (Leftovers, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, dropped ? on_dropped : NULL, NULL);

  leftovers->images = g_strdupv ((char **) images);
  leftovers->dropped = dropped;
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, leftovers, (GDestroyNotify) leftovers_free);
  ls_worker_run (task, set_age);
}

/**
 * ls_context_keep_leftovers:
 * @self: the context
 * @transfer: a transfer that goes on
 *
 * Lets what belongs to a transfer stay, however long ago it was begun.
 */
void
ls_context_keep_leftovers (LsContext *self, LsTransfer *transfer)
{
  const char *const *images = ls_transfer_get_expected_images (transfer);

  if (images != NULL)
    start (self, images, FALSE);
}

static gboolean
is_expected_by_another (LsContext *self, const char *const *images)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);
      const char *const *others = ls_transfer_get_expected_images (transfer);

      for (guint j = 0; others != NULL && images[j] != NULL; j++)
        if (g_strv_contains (others, images[j]))
          return TRUE;
    }

  return FALSE;
}

static gboolean
is_at_its_end (LsTransfer *transfer)
{
  return ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED
         || ls_transfer_get_state (transfer) == LS_TRANSFER_CANCELLED;
}

/* One that failed may be tried again tomorrow, and one that is still in the journal is
 * not in the list yet. */
static gboolean
is_sent_to_by_another (LsContext *self, LsReference *name)
{
  GListModel *transfers = G_LIST_MODEL (self->transfers);

  if (self->records != NULL)
    return TRUE;

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);
      LsReference *other = ls_transfer_get_name (transfer);

      if (ls_transfer_get_to (transfer) != NULL && !is_at_its_end (transfer)
          && g_str_equal (ls_reference_get_registry (other), ls_reference_get_registry (name))
          && g_str_equal (ls_reference_get_repository (other), ls_reference_get_repository (name)))
        return TRUE;
    }

  return FALSE;
}

/* Pushes to one repository may send the same blobs, and which ones is not known before
 * they run: the last of them lets go of what they have sent. */
static void
drop_uploads (LsContext *self, LsTransfer *transfer)
{
  if (ls_transfer_get_to (transfer) != NULL
      && !is_sent_to_by_another (self, ls_transfer_get_name (transfer)))
    ls_transfer_abandon (transfer);
}

/**
 * ls_context_drop_uploads:
 * @transfer: a transfer
 * @pspec: its property
 * @self: the context
 *
 * Handles LsTransfer::notify::state, also of one that was taken out of the list before it
 * could stop: when it is at its end, nobody goes on with what a registry was sent.
 */
void
ls_context_drop_uploads (LsTransfer *transfer, GParamSpec *pspec, LsContext *self)
{
  if (is_at_its_end (transfer))
    drop_uploads (self, transfer);
}

/**
 * ls_context_drop_leftovers:
 * @transfers: the queue
 * @transfer: what was taken out of the list
 * @self: the context
 *
 * Handles LsTransferQueue::removed. What was cancelled and taken out of the list is
 * not missed by anybody; after a failure one may try again tomorrow. What a
 * registry was sent it keeps for a day at most, and the user has seen to it now.
 */
void
ls_context_drop_leftovers (LsTransferQueue *transfers, LsTransfer *transfer, LsContext *self)
{
  const char *const *images = ls_transfer_get_expected_images (transfer);

  if (ls_transfer_get_state (transfer) == LS_TRANSFER_CANCELLED && images != NULL
      && !is_expected_by_another (self, images))
    start (self, images, TRUE);

  if (ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED)
    drop_uploads (self, transfer);
}
