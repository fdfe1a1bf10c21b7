/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-buffer-pool.h"

/* What one blob and what all of them together may have on their way. */
#define MAX_PER_POOL 6
#define MAX_IN_ALL 24

/* What is kept for the next blobs when none is on its way. */
#define MAX_UNUSED 4

/* A condition cannot wait for a cancellable. */
#define WAKE_UP_AFTER (50 * 1000)

struct _LsBufferPool
{
  int references;
  guint n_taken; /* guarded by mutex, as are the variables below */
};

static GMutex mutex;
static GCond given_back;
static GQueue unused = G_QUEUE_INIT; /* LsBuffer */
static guint n_taken;

/**
 * ls_buffer_pool_new:
 *
 * Returns: (transfer full): one blob's share in the buffers of the process
 */
LsBufferPool *
ls_buffer_pool_new (void)
{
  LsBufferPool *self = g_new0 (LsBufferPool, 1);

  self->references = 1;

  return self;
}

/**
 * ls_buffer_pool_unref:
 * @self: (transfer full): a pool
 *
 * Buffers that are still on their way keep it alive.
 */
void
ls_buffer_pool_unref (LsBufferPool *self)
{
  if (g_atomic_int_dec_and_test (&self->references))
    g_free (self);
}

static LsBuffer *
buffer_new (void)
{
  LsBuffer *buffer = g_new0 (LsBuffer, 1);

  buffer->data = g_aligned_alloc (1, LS_BUFFER_SIZE, LS_BUFFER_ALIGNMENT);

  return buffer;
}

static void
buffer_free (LsBuffer *buffer)
{
  g_aligned_free (buffer->data);
  g_free (buffer);
}

/**
 * ls_buffer_pool_take:
 * @self: a pool
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Waits for an empty buffer.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): a buffer
 */
LsBuffer *
ls_buffer_pool_take (LsBufferPool *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (self->n_taken == 0 || (self->n_taken < MAX_PER_POOL && n_taken < MAX_IN_ALL))
        {
          LsBuffer *buffer = g_queue_pop_head (&unused);

          if (buffer == NULL)
            buffer = buffer_new ();
          buffer->used = 0;
          buffer->offset = 0;
          buffer->references = 1;
          buffer->pool = self;
          g_atomic_int_inc (&self->references);
          self->n_taken++;
          n_taken++;

          return buffer;
        }
      g_cond_wait_until (&given_back, &mutex, g_get_monotonic_time () + WAKE_UP_AFTER);
    }

  return NULL;
}

/**
 * ls_buffer_ref:
 * @buffer: a buffer
 *
 * Returns: (transfer full): the same buffer
 */
LsBuffer *
ls_buffer_ref (LsBuffer *buffer)
{
  g_atomic_int_inc (&buffer->references);

  return buffer;
}

/**
 * ls_buffer_unref:
 * @buffer: (transfer full): a buffer
 *
 * With its last reference a buffer is empty again. When none is in use any more,
 * the memory of most of them is given back.
 */
void
ls_buffer_unref (LsBuffer *buffer)
{
  LsBufferPool *pool = buffer->pool;

  if (!g_atomic_int_dec_and_test (&buffer->references))
    return;

  g_mutex_lock (&mutex);
  pool->n_taken--;
  n_taken--;
  g_queue_push_head (&unused, buffer);
  while (n_taken == 0 && unused.length > MAX_UNUSED)
    buffer_free (g_queue_pop_tail (&unused));
  g_cond_broadcast (&given_back);
  g_mutex_unlock (&mutex);

  ls_buffer_pool_unref (pool);
}
