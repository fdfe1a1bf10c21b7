/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

G_BEGIN_DECLS

/* What a list of transfers comes to. */

typedef struct
{
  guint n_queued;
  guint n_running;
  guint n_waiting;
  guint n_paused;
  guint n_succeeded;
  guint n_failed;
  guint n_cancelled;
  gint64 bytes_per_second;
  gint64 seconds_left; /* -1: not known */
  double fraction;     /* 0 to 1; of those that are not finished and not paused */
} LsTransferSummary;

void ls_transfer_summary_read (LsTransferSummary *self,
                               GListModel        *transfers);

G_END_DECLS
