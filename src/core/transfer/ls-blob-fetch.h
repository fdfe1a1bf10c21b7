/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-ingest.h"

G_BEGIN_DECLS

/* Brings the bytes of one blob from its source into the store. It begins with one
 * connection, which is as fast as can be where the line is; where it is slow, and
 * much is missing, others join and bring other ranges. */

gboolean ls_blob_fetch_run (LsIngest           *ingest,
                            LsImageSource      *source,
                            LsDescriptor       *blob,
                            LsBlobProgressFunc  progress,
                            gpointer            user_data,
                            GCancellable       *cancellable,
                            GError            **error);

G_END_DECLS
