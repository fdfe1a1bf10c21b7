/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

G_BEGIN_DECLS

/* All transfers of this run, newest first: a GListModel of LsTransfer that
 * starts a few at a time and keeps finished ones until they are removed. Of two
 * that are queued, the one further down starts first. Two transfers to the same
 * name never run at the same time.
 *
 * Properties: max-running (1 to LS_TRANSFER_QUEUE_MOST; may change at any time:
 * what is at work goes on). Read-only: n-items, n-active (queued, at work or
 * waiting), n-queued, n-running, n-waiting, n-paused, n-succeeded, n-failed,
 * n-cancelled, fraction, bytes-per-second, seconds-left, has-finished.
 * Signals: "finished" (LsTransfer); "resuming" (LsTransfer); "removed"
 * (LsTransfer). */

#define LS_TYPE_TRANSFER_QUEUE (ls_transfer_queue_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferQueue, ls_transfer_queue, LS, TRANSFER_QUEUE, GObject)

#define LS_TRANSFER_QUEUE_MOST 16

LsTransferQueue *ls_transfer_queue_new            (void);
LsTransferQueue *ls_transfer_queue_new_with_monitor (GNetworkMonitor *monitor);
guint            ls_transfer_queue_get_max_running (LsTransferQueue *self);
void             ls_transfer_queue_set_max_running (LsTransferQueue *self,
                                                   guint            max_running);
void             ls_transfer_queue_add            (LsTransferQueue *self,
                                                   LsTransfer      *transfer);
LsTransfer      *ls_transfer_queue_find           (LsTransferQueue *self,
                                                   LsTransferKind   kind,
                                                   LsReference     *name);
void             ls_transfer_queue_retry          (LsTransferQueue *self,
                                                   LsTransfer      *transfer);
void             ls_transfer_queue_pause          (LsTransferQueue *self,
                                                   LsTransfer      *transfer);
void             ls_transfer_queue_resume         (LsTransferQueue *self,
                                                   LsTransfer      *transfer);
void             ls_transfer_queue_pause_all      (LsTransferQueue *self);
void             ls_transfer_queue_resume_all     (LsTransferQueue *self);
void             ls_transfer_queue_stop           (LsTransferQueue *self,
                                                   guint            seconds);

/* The order in which those that are queued start. */
void             ls_transfer_queue_move_before    (LsTransferQueue *self,
                                                   LsTransfer      *transfer,
                                                   LsTransfer      *other);
void             ls_transfer_queue_move_after     (LsTransferQueue *self,
                                                   LsTransfer      *transfer,
                                                   LsTransfer      *other);

void             ls_transfer_queue_remove         (LsTransferQueue *self,
                                                   LsTransfer      *transfer);
void             ls_transfer_queue_clear_finished (LsTransferQueue *self);
guint            ls_transfer_queue_get_n_active   (LsTransferQueue *self);
void             ls_transfer_queue_tick           (LsTransferQueue *self,
                                                   gint64           now);

G_END_DECLS
