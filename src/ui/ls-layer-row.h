/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One layer of a transfer: short digest, state, and a progress bar while bytes
 * move. Properties (construct-only): layer, kind. */

#define LS_TYPE_LAYER_ROW (ls_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (LsLayerRow, ls_layer_row, LS, LAYER_ROW, GtkListBoxRow)

GtkWidget *ls_layer_row_new (LsTransferLayer *layer,
                             LsTransferKind   kind);

G_END_DECLS
