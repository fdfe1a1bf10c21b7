/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-row.h"

G_BEGIN_DECLS

/* The order in which transfers start, changed by hand: by dragging a row, or step
 * by step with the keyboard. Only those that have not started can be moved. */

gboolean ls_transfer_order_can_move (LsTransfer    *transfer);
gboolean ls_transfer_order_can_step (LsTransferRow *row,
                                     gboolean       sooner);
void     ls_transfer_order_step     (LsTransferRow *row,
                                     gboolean       sooner);
void     ls_transfer_order_add_drag (GtkListBox    *list);

G_END_DECLS
