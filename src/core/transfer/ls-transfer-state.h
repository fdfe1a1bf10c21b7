/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LsTransferKind:
 * @LS_TRANSFER_PULL: from a registry to this computer
 * @LS_TRANSFER_PUSH: from this computer to a registry
 * @LS_TRANSFER_COPY: from a registry to the same or another one, by way of this
 *   computer's memory only
 *
 * What the user calls a transfer.
 */
typedef enum
{
  LS_TRANSFER_PULL,
  LS_TRANSFER_PUSH,
  LS_TRANSFER_COPY,
} LsTransferKind;

/**
 * LsTransferState:
 * @LS_TRANSFER_QUEUED: waits for its turn
 * @LS_TRANSFER_RUNNING: at work
 * @LS_TRANSFER_WAITING: was cut, and goes on by itself at `waiting-until`, or when
 *   the network is back; `error` says why
 * @LS_TRANSFER_PAUSED: the user stopped it for now, or the program ended meanwhile
 * @LS_TRANSFER_SUCCEEDED: done; digest, manifest-size and up-to-date are set
 * @LS_TRANSFER_FAILED: ended by an error that no waiting mends
 * @LS_TRANSFER_CANCELLED: ended by the user; what is verified is kept
 *
 * How far a transfer is.
 */
typedef enum
{
  LS_TRANSFER_QUEUED,
  LS_TRANSFER_RUNNING,
  LS_TRANSFER_WAITING,
  LS_TRANSFER_PAUSED,
  LS_TRANSFER_SUCCEEDED,
  LS_TRANSFER_FAILED,
  LS_TRANSFER_CANCELLED,
} LsTransferState;

#define LS_TYPE_TRANSFER_KIND (ls_transfer_kind_get_type ())
GType ls_transfer_kind_get_type (void);
#define LS_TYPE_TRANSFER_STATE (ls_transfer_state_get_type ())
GType ls_transfer_state_get_type (void);

G_END_DECLS
