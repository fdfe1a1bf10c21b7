/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-queue.h"
#include "ls-transfer-summary.h"

G_BEGIN_DECLS

/* What the files of LsTransferQueue share. */

struct _LsTransferQueue
{
  GObject parent_instance;

  GPtrArray *transfers; /* newest first */
  LsTransferSummary summary;
  guint max_running;
  gboolean is_starting;
  guint tick_id; /* while one is waiting */
  GNetworkMonitor *monitor;
  gulong monitor_id;
};

G_END_DECLS
