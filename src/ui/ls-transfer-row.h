/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One transfer: from where to where it goes, how far it is, how it ended, its
 * layers, and what can be done about it, also from a menu of its own. Properties:
 * transfer, queue (construct-only), n-before (how many others start before it). */

#define LS_TYPE_TRANSFER_ROW (ls_transfer_row_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferRow, ls_transfer_row, LS, TRANSFER_ROW, GtkListBoxRow)

GtkWidget *ls_transfer_row_new           (LsTransfer      *transfer,
                                          LsTransferQueue *queue);
LsTransfer      *ls_transfer_row_get_transfer (LsTransferRow   *self);
LsTransferQueue *ls_transfer_row_get_queue    (LsTransferRow   *self);
void       ls_transfer_row_toggle_layers (LsTransferRow   *self);
void       ls_transfer_row_open_menu     (LsTransferRow   *self,
                                          double           x,
                                          double           y);

G_END_DECLS
