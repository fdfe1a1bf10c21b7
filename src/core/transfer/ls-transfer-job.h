/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"
#include "ls-image-destination.h"
#include "ls-image-source.h"
#include "ls-platform-choice.h"

G_BEGIN_DECLS

/* The one algorithm that moves an image: resolve the root, walk what of the graph
 * below it is meant (ls-image-graph.h), ask the destination what it has, mount or move
 * what is missing (ls-blob-mover.h, several blobs at a time), and write the manifests,
 * children first and the name last. One object for one run; it blocks in a worker
 * thread while others look at its progress.
 *
 * What is meant is an LsPlatformChoice: one image (this computer's, unless another is
 * chosen), several, or the whole index. All the same for a pull (registry to store), a
 * push (store to registry) and a copy (registry to registry, nothing is written here):
 * which one it is follows from the source and the destination. */

#define LS_TYPE_TRANSFER_JOB (ls_transfer_job_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferJob, ls_transfer_job, LS, TRANSFER_JOB, GObject)

LsTransferJob *ls_transfer_job_new        (LsImageSource       *source,
                                           LsImageDestination  *destination);
void           ls_transfer_job_set_platforms (LsTransferJob    *self,
                                           LsPlatformChoice    *platforms);
void           ls_transfer_job_set_retry_pause (LsTransferJob  *self,
                                           guint                milliseconds);
gboolean       ls_transfer_job_run        (LsTransferJob       *self,
                                           GCancellable        *cancellable,
                                           GError             **error);

/* From any thread, at any time. */
gboolean       ls_transfer_job_wait       (LsTransferJob       *self,
                                           gint64               until);
GPtrArray     *ls_transfer_job_dup_layers (LsTransferJob       *self);
gint64         ls_transfer_job_get_total  (LsTransferJob       *self);
gint64         ls_transfer_job_get_done   (LsTransferJob       *self);
gint64         ls_transfer_job_get_moved  (LsTransferJob       *self);
gint64         ls_transfer_job_get_retry  (LsTransferJob       *self,
                                           LsError             *reason);

/* After a run that succeeded. */
LsDigest      *ls_transfer_job_get_digest        (LsTransferJob *self);
gint64         ls_transfer_job_get_manifest_size (LsTransferJob *self);
gboolean       ls_transfer_job_get_up_to_date    (LsTransferJob *self);

G_END_DECLS
