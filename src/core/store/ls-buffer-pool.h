/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The large buffers that blobs go through on their way into the store. All
 * transfers of the process share them, so that memory stays bounded however many
 * blobs come at once; each of them has at least one, so that none waits for
 * ever. A buffer goes to several readers at a time (the disk, the hash) and comes
 * back with its last reference. Private to the store. */

#define LS_BUFFER_SIZE ((gsize) 1024 * 1024)
#define LS_BUFFER_ALIGNMENT 4096 /* what direct writes ask for */

typedef struct _LsBufferPool LsBufferPool;

typedef struct
{
  guint8 *data; /* LS_BUFFER_SIZE bytes */
  gsize used;   /* bytes that count */
  gint64 offset; /* where in the blob they belong */

  /*< private >*/
  LsBufferPool *pool;
  int references;
} LsBuffer;

LsBufferPool *ls_buffer_pool_new   (void);
void          ls_buffer_pool_unref (LsBufferPool  *self);
LsBuffer     *ls_buffer_pool_take  (LsBufferPool  *self,
                                    GCancellable  *cancellable,
                                    GError       **error);
LsBuffer     *ls_buffer_ref        (LsBuffer      *buffer);
void          ls_buffer_unref      (LsBuffer      *buffer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsBufferPool, ls_buffer_pool_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsBuffer, ls_buffer_unref)

G_END_DECLS
