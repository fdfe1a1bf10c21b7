/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-buffer-pool.h"

G_BEGIN_DECLS

/* Writes a partial blob in a thread of its own: past the page cache where the
 * file system can do that, since a blob is larger than what is worth keeping in
 * memory and has to reach the disk anyway. Private to the store. */

typedef struct _LsPartWriter LsPartWriter;

LsPartWriter *ls_part_writer_new       (int              fd,
                                        const char      *path,
                                        gint64           start,
                                        gint64           size);
void          ls_part_writer_free      (LsPartWriter    *self);
void          ls_part_writer_give      (LsPartWriter    *self,
                                        LsBuffer        *buffer);
gboolean      ls_part_writer_finish    (LsPartWriter    *self,
                                        GCancellable    *cancellable,
                                        GError         **error);
int           ls_part_writer_get_errno (LsPartWriter    *self);
gint64        ls_part_writer_get_end   (LsPartWriter    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPartWriter, ls_part_writer_free)

G_END_DECLS
