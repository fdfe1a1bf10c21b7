/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-image-source.h"
#include "ls-platform-choice.h"
#include "ls-reference.h"
#include "ls-transfer-layer.h"
#include "ls-transfer-state.h"

G_BEGIN_DECLS

/* One image on its way from a source to a destination: the algorithm's state
 * and progress, for views. Lives in the main context; the work runs in worker
 * threads and the properties are published a few times a second.
 *
 * A transfer that is in a queue and was cut for a reason that passes by itself
 * waits and goes on; see ls_transfer_retry_is_worth().
 *
 * Properties (read-only): kind, is-repair (a pull that brings back what a name leads to
 * already), name, state, title (the name as shown), from and to (the registry, or NULL:
 * this computer), registry, account (nullable), interrupted (an earlier run of the
 * program left it), goes-on (that was at work then, and not paused by the user or
 * failed), waiting-until (seconds of Unix time; notified each second meanwhile),
 * waiting-reason (a code of LS_ERROR: why it waits, while it does), bytes-done,
 * bytes-total, fraction (0 to 1), bytes-per-second, seconds-left (-1: not known), digest
 * (text, nullable), manifest-size, up-to-date, error (boxed GError, nullable), layers
 * (GListModel of LsTransferLayer). */

#define LS_TYPE_TRANSFER (ls_transfer_get_type ())
G_DECLARE_FINAL_TYPE (LsTransfer, ls_transfer, LS, TRANSFER, GObject)

LsTransfer      *ls_transfer_new                  (LsTransferKind      kind,
                                                   LsReference        *name,
                                                   LsImageSource      *source,
                                                   LsImageDestination *destination);
LsTransferKind   ls_transfer_get_kind             (LsTransfer         *self);
LsReference     *ls_transfer_get_name             (LsTransfer         *self);
const char      *ls_transfer_get_title            (LsTransfer         *self);
gboolean         ls_transfer_is_repair            (LsTransfer         *self);
const char      *ls_transfer_get_from             (LsTransfer         *self);
const char      *ls_transfer_get_to               (LsTransfer         *self);
const char      *ls_transfer_get_account          (LsTransfer         *self);
void             ls_transfer_set_account          (LsTransfer         *self,
                                                   const char         *username);
LsReference     *ls_transfer_get_source_name      (LsTransfer         *self);
LsPlatformChoice *ls_transfer_get_platforms       (LsTransfer         *self);
void             ls_transfer_set_platforms        (LsTransfer         *self,
                                                   LsPlatformChoice   *platforms);
const char      *ls_transfer_get_content          (LsTransfer         *self);
void             ls_transfer_set_content          (LsTransfer         *self,
                                                   const char         *digest);
gboolean         ls_transfer_get_interrupted      (LsTransfer         *self);
gboolean         ls_transfer_get_goes_on          (LsTransfer         *self);
const char *const *ls_transfer_get_expected_images (LsTransfer        *self);
void             ls_transfer_set_expected_images  (LsTransfer         *self,
                                                   const char *const  *digests);
gint64           ls_transfer_get_waiting_until    (LsTransfer         *self);
LsImageSource   *ls_transfer_get_source           (LsTransfer         *self);
LsImageDestination *ls_transfer_get_destination   (LsTransfer         *self);
LsTransferState  ls_transfer_get_state            (LsTransfer         *self);
gint64           ls_transfer_get_bytes_done       (LsTransfer         *self);
gint64           ls_transfer_get_bytes_total      (LsTransfer         *self);
double           ls_transfer_get_fraction         (LsTransfer         *self);
gint64           ls_transfer_get_bytes_per_second (LsTransfer         *self);
gint64           ls_transfer_get_seconds_left     (LsTransfer         *self);
const char      *ls_transfer_get_digest           (LsTransfer         *self);
gint64           ls_transfer_get_manifest_size    (LsTransfer         *self);
gboolean         ls_transfer_get_up_to_date       (LsTransfer         *self);
const GError    *ls_transfer_get_error            (LsTransfer         *self);
GListModel      *ls_transfer_get_layers           (LsTransfer         *self);
gboolean         ls_transfer_is_finished          (LsTransfer         *self);

/* What the user says. One that is at work needs a moment to stop. */
void             ls_transfer_cancel               (LsTransfer         *self);
void             ls_transfer_pause                (LsTransfer         *self);
gboolean         ls_transfer_wait                 (LsTransfer         *self,
                                                   gint64              until);
void             ls_transfer_resume               (LsTransfer         *self);

/* For its queue, which starts it. */
void             ls_transfer_join_queue           (LsTransfer         *self,
                                                   GNetworkMonitor    *monitor);
void             ls_transfer_start                (LsTransfer         *self);
void             ls_transfer_reset                (LsTransfer         *self);
void             ls_transfer_interrupt            (LsTransfer         *self,
                                                   gboolean            goes_on);
void             ls_transfer_interrupt_failed     (LsTransfer         *self,
                                                   const GError       *failure);
void             ls_transfer_set_goes_on          (LsTransfer         *self,
                                                   gboolean            goes_on);
void             ls_transfer_tick                 (LsTransfer         *self,
                                                   gint64              now);
void             ls_transfer_abandon              (LsTransfer         *self);
void             ls_transfer_hurry                (LsTransfer         *self,
                                                   gint64              latest);

G_END_DECLS
