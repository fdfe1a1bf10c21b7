/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"
#include "ls-hash-pipe.h"
#include "ls-ingest.h"
#include "ls-part-writer.h"
#include "ls-range-plan.h"
#include "ls-store.h"

G_BEGIN_DECLS

G_STATIC_ASSERT (LS_INGEST_CHUNK_SIZE == LS_RANGE_CHUNK_SIZE);
G_STATIC_ASSERT (LS_INGEST_CHUNK_SIZE <= LS_BUFFER_SIZE);

/* Between the files that make up LsIngest: how one begins (ls-ingest-open.c), a blob
 * that comes in one piece (ls-ingest.c), and one that comes in several
 * (ls-ingest-ranges.c). */

struct _LsIngest
{
  GObject parent_instance;

  LsStore *store;
  char *part_path;
  LsDescriptor *blob;
  LsBufferPool *buffers;
  GCancellable *cancellable; /* (nullable): ends every wait of the writer */

  int fd; /* the part file, locked; -1 when the blob is in the store */
  LsHashPipe *pipe;
  LsPartWriter *writer; /* (nullable): of a blob that comes in one piece */
  LsBuffer *buffer;     /* (nullable): what comes next */
  gint64 position;      /* where the buffer, or the next one, begins */

  GMutex mutex;      /* guards what follows, once several threads write */
  LsRangePlan *plan; /* (nullable): of a blob that comes in several pieces */
  gint64 hashed;     /* up to where they were given to the hash */
  GError *failure;   /* (nullable): after which nothing more can be done */
};

LsIngest *ls_ingest_open            (LsStore        *store,
                                     LsDescriptor   *blob,
                                     GCancellable   *cancellable,
                                     GError        **error);
gboolean  ls_ingest_fail_with_errno (LsIngest       *self,
                                     int             saved_errno,
                                     const char     *action,
                                     GError        **error);
gboolean  ls_ingest_check_usable    (LsIngest       *self,
                                     GError        **error);
gboolean  ls_ingest_settle          (LsIngest       *self,
                                     GCancellable   *cancellable,
                                     GError        **error);
void      ls_ingest_go_on_at        (LsIngest       *self,
                                     gint64          position);
gboolean  ls_ingest_find_ranges     (LsIngest       *self,
                                     gint64          file_size);
gboolean  ls_ingest_close_ranges    (LsIngest       *self,
                                     GError        **error);

G_END_DECLS
