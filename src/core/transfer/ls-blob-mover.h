/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-image-source.h"

G_BEGIN_DECLS

/* Moves the blobs of a transfer, several at a time: asks the destination for each,
 * and moves what is missing, trying again after what may pass. What happens to a
 * blob is reported to its LsTransferLayer. */
typedef struct
{
  LsImageSource *source;
  LsImageDestination *destination;
  guint retry_pause_ms; /* the longest pause before a blob is tried again; it doubles */
} LsBlobMover;

gboolean ls_blob_mover_find (LsBlobMover   *mover,
                             GPtrArray     *layers,
                             GCancellable  *cancellable,
                             GError       **error);
gboolean ls_blob_mover_move (LsBlobMover   *mover,
                             GPtrArray     *layers,
                             GCancellable  *cancellable,
                             GError       **error);

G_END_DECLS
