/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the user says of the transfers in a queue. */

#include "ls-transfer-queue-private.h"

/**
 * ls_transfer_queue_find:
 * @self: the queue
 * @kind: a kind of transfer
 * @name: the name that the image has on the registry's side
 *
 * Returns: (transfer none) (nullable): the newest transfer of that kind and name
 *   that is not finished
 */
LsTransfer *
ls_transfer_queue_find (LsTransferQueue *self, LsTransferKind kind, LsReference *name)
{
  for (guint i = 0; i < self->transfers->len; i++)
    {
      LsTransfer *transfer = self->transfers->pdata[i];

      if (!ls_transfer_is_finished (transfer) && ls_transfer_get_kind (transfer) == kind
          && ls_reference_equal (ls_transfer_get_name (transfer), name))
        return transfer;
    }

  return NULL;
}

static gboolean
has (LsTransferQueue *self, LsTransfer *transfer)
{
  return g_ptr_array_find (self->transfers, transfer, NULL);
}

/**
 * ls_transfer_queue_retry:
 * @self: the queue
 * @transfer: a transfer of this queue that is finished or waits for another attempt
 *
 * Starts a transfer once more, when its turn comes. Nothing happens to one that
 * was removed meanwhile.
 */
void
ls_transfer_queue_retry (LsTransferQueue *self, LsTransfer *transfer)
{
  if (!has (self, transfer))
    return;

  if (ls_transfer_get_interrupted (transfer) && ls_transfer_is_finished (transfer))
    {
      ls_transfer_interrupt (transfer, TRUE);
      ls_transfer_queue_resume (self, transfer);
    }
  else if (ls_transfer_is_finished (transfer))
    ls_transfer_reset (transfer);
  else if (ls_transfer_get_state (transfer) == LS_TRANSFER_WAITING)
    ls_transfer_resume (transfer);
}

/**
 * ls_transfer_queue_pause:
 * @self: the queue
 * @transfer: a transfer of this queue
 *
 * Stops a transfer until it is resumed; its place is free for the next one.
 */
void
ls_transfer_queue_pause (LsTransferQueue *self, LsTransfer *transfer)
{
  if (has (self, transfer))
    ls_transfer_pause (transfer);
}

/**
 * ls_transfer_queue_resume:
 * @self: the queue
 * @transfer: a transfer of this queue
 *
 * Lets a transfer that is paused go on when its turn comes, and one that waits
 * for another attempt at once.
 */
void
ls_transfer_queue_resume (LsTransferQueue *self, LsTransfer *transfer)
{
  gboolean handled = FALSE;

  if (!has (self, transfer))
    return;

  ls_transfer_set_goes_on (transfer, TRUE);
  if (ls_transfer_get_interrupted (transfer))
    g_signal_emit_by_name (self, "resuming", transfer, &handled);
  if (!handled)
    ls_transfer_resume (transfer);
}

/* The transfers as they are now: what is done to one may change the list. */
static GPtrArray *
copy_transfers (LsTransferQueue *self)
{
  return g_ptr_array_copy (self->transfers, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
}

/**
 * ls_transfer_queue_pause_all:
 * @self: the queue
 *
 * Stops everything that is not finished, until it is resumed.
 */
void
ls_transfer_queue_pause_all (LsTransferQueue *self)
{
  g_autoptr (GPtrArray) transfers = copy_transfers (self);

  /* The queued ones are the newest: they are stopped before a place becomes free. */
  for (guint i = 0; i < transfers->len; i++)
    ls_transfer_queue_pause (self, transfers->pdata[i]);
}

/**
 * ls_transfer_queue_resume_all:
 * @self: the queue
 *
 * Lets everything that is paused go on, the oldest first.
 */
void
ls_transfer_queue_resume_all (LsTransferQueue *self)
{
  g_autoptr (GPtrArray) transfers = copy_transfers (self);

  for (guint i = transfers->len; i > 0; i--)
    if (ls_transfer_get_state (transfers->pdata[i - 1]) != LS_TRANSFER_WAITING)
      ls_transfer_queue_resume (self, transfers->pdata[i - 1]);
}

/**
 * ls_transfer_queue_stop:
 * @self: the queue
 * @seconds: how long to wait, at most
 *
 * Stops whatever is at work, and starts nothing more: for the end of the program.
 * Registries are not told that nobody goes on. Blocks until what was being sent has come
 * to an end, with which a registry keeps it; what is here is kept anyway.
 */
void
ls_transfer_queue_stop (LsTransferQueue *self, guint seconds)
{
  gint64 until = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;

  self->is_starting = TRUE;
  ls_transfer_queue_pause_all (self);
  for (guint i = 0; i < self->transfers->len; i++)
    if (ls_transfer_get_kind (self->transfers->pdata[i]) != LS_TRANSFER_PULL)
      ls_transfer_wait (self->transfers->pdata[i], until);
}

static void
move (LsTransferQueue *self, guint from, guint to)
{
  gpointer transfer;

  if (from == to)
    return;

  transfer = g_ptr_array_steal_index (self->transfers, from);
  g_list_model_items_changed (G_LIST_MODEL (self), from, 1, 0);
  g_ptr_array_insert (self->transfers, (int) to, transfer);
  g_list_model_items_changed (G_LIST_MODEL (self), to, 0, 1);
}

/**
 * ls_transfer_queue_move_before:
 * @self: the queue
 * @transfer: a transfer of this queue
 * @other: another one
 *
 * Lets @transfer start right before @other. It is below it in the list then.
 */
void
ls_transfer_queue_move_before (LsTransferQueue *self, LsTransfer *transfer, LsTransfer *other)
{
  guint from;
  guint to;

  if (transfer != other && g_ptr_array_find (self->transfers, transfer, &from)
      && g_ptr_array_find (self->transfers, other, &to))
    move (self, from, from < to ? to : to + 1);
}

/**
 * ls_transfer_queue_move_after:
 * @self: the queue
 * @transfer: a transfer of this queue
 * @other: another one
 *
 * Lets @transfer start right after @other. It is above it in the list then.
 */
void
ls_transfer_queue_move_after (LsTransferQueue *self, LsTransfer *transfer, LsTransfer *other)
{
  guint from;
  guint to;

  if (transfer != other && g_ptr_array_find (self->transfers, transfer, &from)
      && g_ptr_array_find (self->transfers, other, &to))
    move (self, from, from < to ? to - 1 : to);
}

/**
 * ls_transfer_queue_tick:
 * @self: the queue
 * @now: seconds of Unix time
 *
 * Lets time pass: those whose turn has come go on. The queue does that itself
 * each second while one waits.
 */
void
ls_transfer_queue_tick (LsTransferQueue *self, gint64 now)
{
  g_autoptr (GPtrArray) transfers = copy_transfers (self);

  for (guint i = transfers->len; i > 0; i--)
    ls_transfer_tick (transfers->pdata[i - 1], now);
}
