/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-test-place.h"
#include "ls-transfer-queue.h"

G_BEGIN_DECLS

/* Transfers between places in memory, and a network that comes and goes as the
 * test says. */

LsTransfer      *ls_test_transfer_new         (LsTransferKind   kind,
                                               const char      *name,
                                               LsTestPlace     *source,
                                               LsTestPlace     *destination);
void             ls_test_transfer_await       (LsTransfer      *transfer,
                                               LsTransferState  state);
/* How many of its layers are in @state, and how many bytes these have. */
guint            ls_test_transfer_count_layers (LsTransfer     *transfer,
                                               LsLayerState     state,
                                               gint64          *n_bytes);
/* The newest first, so that none starts in the place of another. */
void             ls_test_transfer_cancel_all  (LsTransferQueue *queue);

GNetworkMonitor *ls_test_network_new          (void);
void             ls_test_network_set_available (GNetworkMonitor *monitor,
                                               gboolean         available);

G_END_DECLS
