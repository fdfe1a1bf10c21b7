/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The foot of the sidebar: all transfers in two lines. It opens their page. */

#define LS_TYPE_TRANSFERS_BUTTON (ls_transfers_button_get_type ())
G_DECLARE_FINAL_TYPE (LsTransfersButton, ls_transfers_button, LS, TRANSFERS_BUTTON, GtkButton)

void ls_transfers_button_set_queue (LsTransfersButton *self,
                                    LsTransferQueue   *queue);

G_END_DECLS
