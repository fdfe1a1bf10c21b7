/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"

G_BEGIN_DECLS

/* A blob on its way into the store: a file in the layout's ingest folder,
 * locked against other writers of the same blob, kept when the transfer is
 * cut so that the next one goes on from ls_ingest_get_offset(). Made by
 * ls_store_ingest(). Used by one thread at a time; writing and hashing run in
 * threads of their own. Dropping the last reference without a commit keeps what
 * was written.
 *
 * Once ls_ingest_begin_ranges() was called, the blob comes in ranges instead, from
 * several threads at once: each claims a range, puts it chunk by chunk, and
 * claims another. */

#define LS_TYPE_INGEST (ls_ingest_get_type ())
G_DECLARE_FINAL_TYPE (LsIngest, ls_ingest, LS, INGEST, GObject)

/* What is put at a time, and how much of a blob a kill may cost; its last chunk may be
 * shorter. */
#define LS_INGEST_CHUNK_SIZE ((gint64) 128 * 1024)

/* Told how many bytes came, by the thread that brings them. */
typedef void (*LsIngestFunc) (gsize     n_bytes,
                              gpointer  user_data);

gint64   ls_ingest_get_offset (LsIngest       *self);
gint64   ls_ingest_get_done   (LsIngest       *self);
gboolean ls_ingest_write      (LsIngest       *self,
                               gconstpointer   data,
                               gsize           size,
                               GError        **error);
gssize   ls_ingest_fill       (LsIngest       *self,
                               GInputStream   *stream,
                               GCancellable   *cancellable,
                               GError        **error);
gboolean ls_ingest_restart    (LsIngest       *self,
                               GError        **error);
gboolean ls_ingest_commit     (LsIngest       *self,
                               GCancellable   *cancellable,
                               GError        **error);

/* In ranges. */
gboolean ls_ingest_has_ranges   (LsIngest      *self);
gboolean ls_ingest_may_begin_ranges (LsIngest  *self);
gboolean ls_ingest_begin_ranges (LsIngest      *self,
                                 GError       **error);
gboolean ls_ingest_end_ranges   (LsIngest      *self,
                                 GError       **error);
gboolean ls_ingest_claim        (LsIngest      *self,
                                 guint          n_workers,
                                 gint64        *offset,
                                 gint64        *length);
gint64   ls_ingest_get_unclaimed (LsIngest     *self);
gboolean ls_ingest_claim_at     (LsIngest      *self,
                                 gint64         offset);
void     ls_ingest_release      (LsIngest      *self,
                                 gint64         offset,
                                 gint64         length);
gssize   ls_ingest_put_chunk    (LsIngest      *self,
                                 gint64         offset,
                                 GInputStream  *stream,
                                 LsIngestFunc   moved,
                                 gpointer       user_data,
                                 GCancellable  *cancellable,
                                 GError       **error);

G_END_DECLS
