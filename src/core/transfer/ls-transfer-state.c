/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-state.h"

G_DEFINE_ENUM_TYPE (LsTransferKind, ls_transfer_kind,
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_PULL, "pull"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_PUSH, "push"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_COPY, "copy"))

G_DEFINE_ENUM_TYPE (LsTransferState, ls_transfer_state,
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_SUCCEEDED, "succeeded"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (LS_TRANSFER_CANCELLED, "cancelled"))
