/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"

G_BEGIN_DECLS

/* One blob of a transfer, as a view shows it: its digest, state and bytes.
 * Properties (read-only, notified in the main context): digest (short text),
 * state, bytes-done, bytes-total, mounted-from (nullable). */

#define LS_TYPE_TRANSFER_LAYER (ls_transfer_layer_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferLayer, ls_transfer_layer, LS, TRANSFER_LAYER, GObject)

/**
 * LsLayerState:
 * @LS_LAYER_WAITING: nothing was done yet
 * @LS_LAYER_MOVING: bytes are on their way (downloading, or pushing)
 * @LS_LAYER_VERIFYING: all bytes are here, their digest is being checked
 * @LS_LAYER_COMPLETE: moved by this transfer
 * @LS_LAYER_EXISTS: the destination had it already
 * @LS_LAYER_MOUNTED: the registry took it from another of its repositories
 * @LS_LAYER_LEFT_OUT: only its owner may distribute it, and the source has it not
 * @LS_LAYER_FAILED: this blob ended the transfer
 *
 * How far a blob is.
 */
typedef enum
{
  LS_LAYER_WAITING,
  LS_LAYER_MOVING,
  LS_LAYER_VERIFYING,
  LS_LAYER_COMPLETE,
  LS_LAYER_EXISTS,
  LS_LAYER_MOUNTED,
  LS_LAYER_LEFT_OUT,
  LS_LAYER_FAILED,
} LsLayerState;

#define LS_TYPE_LAYER_STATE (ls_layer_state_get_type ())
GType ls_layer_state_get_type (void);

const char   *ls_transfer_layer_get_digest       (LsTransferLayer *self);
LsLayerState  ls_transfer_layer_get_state        (LsTransferLayer *self);
gint64        ls_transfer_layer_get_bytes_done   (LsTransferLayer *self);
gint64        ls_transfer_layer_get_bytes_total  (LsTransferLayer *self);

G_END_DECLS
