/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-buffer-pool.h"
#include "ls-digest.h"

G_BEGIN_DECLS

/* Hashes a blob in a thread of its own while it comes, so that the line, the disk
 * and the processor work at the same time: from the buffers that go by, or from
 * its file where it was written out of order or by a former run. Private to the
 * store. */

typedef struct _LsHashPipe LsHashPipe;

LsHashPipe *ls_hash_pipe_new         (const char    *algorithm,
                                      int            fd);
void        ls_hash_pipe_free        (LsHashPipe    *self);
void        ls_hash_pipe_give        (LsHashPipe    *self,
                                      LsBuffer      *buffer,
                                      gboolean       is_last);
void        ls_hash_pipe_give_extent (LsHashPipe    *self,
                                      gint64         offset,
                                      gint64         length);
LsDigest   *ls_hash_pipe_finish      (LsHashPipe    *self,
                                      GCancellable  *cancellable,
                                      GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHashPipe, ls_hash_pipe_free)

G_END_DECLS
