/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-summary.h"

#include "ls-size.h"
#include "ls-speed-meter.h"

static void
count (LsTransferSummary *self, LsTransferState state)
{
  switch (state)
    {
    case LS_TRANSFER_QUEUED:
      self->n_queued++;
      break;
    case LS_TRANSFER_RUNNING:
      self->n_running++;
      break;
    case LS_TRANSFER_WAITING:
      self->n_waiting++;
      break;
    case LS_TRANSFER_PAUSED:
      self->n_paused++;
      break;
    case LS_TRANSFER_SUCCEEDED:
      self->n_succeeded++;
      break;
    case LS_TRANSFER_FAILED:
      self->n_failed++;
      break;
    case LS_TRANSFER_CANCELLED:
    default:
      self->n_cancelled++;
    }
}

static gint64
get_bytes_left (LsTransfer *transfer)
{
  return MAX (ls_transfer_get_bytes_total (transfer) - ls_transfer_get_bytes_done (transfer), 0);
}

/**
 * ls_transfer_summary_read:
 * @self: what to fill in
 * @transfers: (type GListModel<LsTransfer>): transfers
 *
 * Counts them, and sums up how far they are. They share one line, so the last of
 * them ends when all bytes are through.
 */
void
ls_transfer_summary_read (LsTransferSummary *self, GListModel *transfers)
{
  gint64 done = 0;
  gint64 total = 0;
  gint64 left = 0;

  *self = (LsTransferSummary){ .seconds_left = -1 };

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);
      LsTransferState state = ls_transfer_get_state (transfer);

      count (self, state);
      if (ls_transfer_is_finished (transfer) || state == LS_TRANSFER_PAUSED)
        continue;

      done = ls_size_add (done, ls_transfer_get_bytes_done (transfer));
      total = ls_size_add (total, ls_transfer_get_bytes_total (transfer));
      if (state == LS_TRANSFER_RUNNING)
        {
          self->bytes_per_second += ls_transfer_get_bytes_per_second (transfer);
          left = ls_size_add (left, get_bytes_left (transfer));
        }
    }

  if (total > 0)
    self->fraction = CLAMP (done / (double) total, 0.0, 1.0);
  if (left > 0)
    self->seconds_left = ls_speed_meter_get_seconds (
        &(LsSpeedMeter){ .bytes_per_second = (double) self->bytes_per_second }, left);
}
