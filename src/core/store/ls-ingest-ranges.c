/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-ingest-private.h"

#include "ls-error.h"
#include "ls-store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The part file of a blob that comes in ranges is as long as the blob, with gaps,
 * and its map follows: so the two cannot be parted, and whoever has the lock
 * has both. A bit is set after the bytes that it speaks of were written. What a
 * crash of the computer makes of that order, the digest will tell. */

static gboolean
write_at (LsIngest *self, gconstpointer data, gsize size, gint64 offset, GError **error)
{
  const guint8 *position = data;

  while (size > 0)
    {
      ssize_t n = pwrite (self->fd, position, size, offset);

      if (n > 0)
        {
          position += n;
          offset += n;
          size -= (gsize) n;
        }
      else if (n == 0 || errno != EINTR)
        return ls_ingest_fail_with_errno (self, n == 0 ? EIO : errno, "write", error);
    }

  return TRUE;
}

/**
 * ls_ingest_find_ranges:
 * @self: an ingest that has just opened its part file
 * @file_size: the size of the file
 *
 * Goes on with the ranges that a former attempt left.
 *
 * Returns: whether it left any
 */
gboolean
ls_ingest_find_ranges (LsIngest *self, gint64 file_size)
{
  gint64 size = ls_descriptor_get_size (self->blob);
  gint64 front;

  self->plan = ls_store_files_read_ranges (self->fd, size, file_size);
  if (self->plan == NULL)
    return FALSE;

  self->pipe =
      ls_hash_pipe_new (ls_digest_get_algorithm (ls_descriptor_get_digest (self->blob)), self->fd);
  front = ls_range_plan_get_front (self->plan);
  if (front > 0)
    ls_hash_pipe_give_extent (self->pipe, 0, front);
  self->hashed = front;

  return TRUE;
}

/**
 * ls_ingest_has_ranges:
 * @self: an ingest
 *
 * Returns: whether the blob comes in ranges
 */
gboolean
ls_ingest_has_ranges (LsIngest *self)
{
  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);

  return self->plan != NULL;
}

/**
 * ls_ingest_get_done:
 * @self: an ingest
 *
 * Returns: how many bytes of the blob are there, with those beyond gaps
 */
gint64
ls_ingest_get_done (LsIngest *self)
{
  g_return_val_if_fail (LS_IS_INGEST (self), 0);

  if (self->plan != NULL)
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

      return ls_range_plan_get_done (self->plan);
    }

  return ls_ingest_get_offset (self);
}

/**
 * ls_ingest_may_begin_ranges:
 * @self: an ingest whose blob comes in one piece
 *
 * Returns: whether something is missing that could come in ranges
 */
gboolean
ls_ingest_may_begin_ranges (LsIngest *self)
{
  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);

  return self->fd >= 0 && self->plan == NULL
         && ls_ingest_get_offset (self) < ls_descriptor_get_size (self->blob)
         && ls_descriptor_get_size (self->blob) <= LS_RANGE_MAX_SIZE;
}

/* Reads what came of the chunk at the front back into a buffer, for whoever brings the
 * rest of it. */
static gboolean
read_begun (LsIngest *self, gint64 front, GError **error)
{
  gsize size = (gsize) (self->position - front);

  if (size == 0)
    return TRUE;

  self->buffer = ls_buffer_pool_take (self->buffers, self->cancellable, error);
  if (self->buffer == NULL)
    return FALSE;

  self->buffer->offset = front;
  while (self->buffer->used < size)
    {
      ssize_t n = pread (self->fd, self->buffer->data + self->buffer->used,
                         size - self->buffer->used, front + (gint64) self->buffer->used);

      if (n > 0)
        self->buffer->used += (gsize) n;
      else if (n == 0 || errno != EINTR)
        return ls_ingest_fail_with_errno (self, n == 0 ? EIO : errno, "read", error);
    }

  return TRUE;
}

/**
 * ls_ingest_begin_ranges:
 * @self: an ingest of which ls_ingest_may_begin_ranges() is true
 * @error: return location for an error
 *
 * Has the rest of the blob come in ranges. The first of them is that of the chunk
 * at ls_ingest_get_offset(), which may have come in part: whoever puts it goes on
 * where it ends.
 *
 * Errors: those of ls_ingest_write().
 *
 * Returns: whether that worked
 */
gboolean
ls_ingest_begin_ranges (LsIngest *self, GError **error)
{
  gint64 size;
  gint64 front;
  g_autoptr (LsRangePlan) plan = NULL;

  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);
  g_return_val_if_fail (ls_ingest_may_begin_ranges (self), FALSE);

  if (!ls_ingest_check_usable (self, error) || !ls_ingest_settle (self, self->cancellable, error))
    return FALSE;

  size = ls_descriptor_get_size (self->blob);
  front = self->position - self->position % LS_RANGE_CHUNK_SIZE;
  plan = ls_range_plan_new (size);
  ls_range_plan_set_front (plan, front);
  if (!read_begun (self, front, error)
      || !write_at (self, ls_range_plan_get_map (plan), ls_range_plan_map_size (size), size, error))
    return FALSE;

  g_clear_pointer (&self->writer, ls_part_writer_free);
  self->plan = g_steal_pointer (&plan);
  self->hashed = self->position;

  return TRUE;
}

/**
 * ls_ingest_end_ranges:
 * @self: an ingest whose blob comes in ranges, and no one else brings any
 * @error: return location for an error
 *
 * Forgets what is beyond the first gap, for a server that does not know ranges.
 * The rest comes in one piece again.
 *
 * Errors: %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_ingest_end_ranges (LsIngest *self, GError **error)
{
  gint64 front;

  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);
  g_return_val_if_fail (self->plan != NULL, FALSE);

  if (!ls_ingest_check_usable (self, error))
    return FALSE;

  front = ls_range_plan_get_front (self->plan);
  if (ftruncate (self->fd, front) < 0)
    return ls_ingest_fail_with_errno (self, errno, "truncate", error);
  g_clear_pointer (&self->plan, ls_range_plan_free);
  ls_ingest_go_on_at (self, front);

  return TRUE;
}

/**
 * ls_ingest_close_ranges:
 * @self: an ingest whose ranges are all there
 * @error: return location for an error
 *
 * Cuts the map off.
 *
 * Returns: whether that worked
 */
gboolean
ls_ingest_close_ranges (LsIngest *self, GError **error)
{
  if (ftruncate (self->fd, ls_descriptor_get_size (self->blob)) < 0)
    return ls_ingest_fail_with_errno (self, errno, "truncate", error);

  return TRUE;
}

/**
 * ls_ingest_claim:
 * @self: an ingest whose blob comes in ranges
 * @n_workers: how many threads bring them
 * @offset: (out): where to begin
 * @length: (out): how many bytes
 *
 * Hands out the first range that is missing and that nobody brings.
 *
 * Returns: whether there is one
 */
gboolean
ls_ingest_claim (LsIngest *self, guint n_workers, gint64 *offset, gint64 *length)
{
  gboolean found;

  g_return_val_if_fail (LS_IS_INGEST (self) && self->plan != NULL, FALSE);

  g_mutex_lock (&self->mutex);
  found = ls_range_plan_claim (self->plan, n_workers, offset, length);
  g_mutex_unlock (&self->mutex);

  /* In one piece on the disk as well. A refusal shows when it is written. */
  if (found && fallocate (self->fd, FALLOC_FL_KEEP_SIZE, *offset, *length) < 0)
    g_debug ("No room is set aside for “%s”: %s", self->part_path, g_strerror (errno));

  return found;
}

/**
 * ls_ingest_get_unclaimed:
 * @self: an ingest whose blob comes in ranges
 *
 * Returns: about how many bytes are missing that nobody brings
 */
gint64
ls_ingest_get_unclaimed (LsIngest *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (LS_IS_INGEST (self) && self->plan != NULL, 0);

  locker = g_mutex_locker_new (&self->mutex);

  return ls_range_plan_get_unclaimed (self->plan);
}

/**
 * ls_ingest_claim_at:
 * @self: an ingest whose blob comes in ranges
 * @offset: where a chunk begins
 *
 * Hands out the chunk that a connection brings next anyway.
 *
 * Returns: whether it is missing, and nobody else brings it
 */
gboolean
ls_ingest_claim_at (LsIngest *self, gint64 offset)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (LS_IS_INGEST (self) && self->plan != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);

  return ls_range_plan_claim_at (self->plan, offset);
}

/**
 * ls_ingest_release:
 * @self: an ingest whose blob comes in ranges
 * @offset: where the rest of a claim begins
 * @length: how many bytes it has
 *
 * Gives back what was claimed and did not come.
 */
void
ls_ingest_release (LsIngest *self, gint64 offset, gint64 length)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (LS_IS_INGEST (self) && self->plan != NULL);

  locker = g_mutex_locker_new (&self->mutex);
  ls_range_plan_release (self->plan, offset, length);
}

/* What had come of a chunk before the others joined. */
static LsBuffer *
take_begun (LsIngest *self, gint64 offset)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->buffer != NULL && self->buffer->offset == offset ? g_steal_pointer (&self->buffer)
                                                                : NULL;
}

static gboolean
read_chunk (LsBuffer *buffer, gsize length, GInputStream *stream, LsIngestFunc moved,
            gpointer user_data, GCancellable *cancellable, GError **error)
{
  while (buffer->used < length)
    {
      gssize n = g_input_stream_read (stream, buffer->data + buffer->used, length - buffer->used,
                                      cancellable, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        {
          g_set_error_literal (error, LS_ERROR, LS_ERROR_OFFLINE, "The download ended early");
          return FALSE;
        }
      buffer->used += (gsize) n;
      moved ((gsize) n, user_data);
    }

  return TRUE;
}

/* Tells the map, and the hash if that was the gap at the front. */
static void
note_chunk (LsIngest *self, gint64 offset)
{
  gsize in_map;
  guint8 byte;
  gint64 front;

  g_mutex_lock (&self->mutex);
  ls_range_plan_set_done (self->plan, offset);
  front = ls_range_plan_get_front (self->plan);
  if (front > self->hashed)
    {
      ls_hash_pipe_give_extent (self->pipe, self->hashed, front - self->hashed);
      self->hashed = front;
    }

  /* Within the lock: another chunk may have its bit in the same byte. */
  in_map = ls_range_plan_find_in_map (self->plan, offset);
  byte = ls_range_plan_get_map (self->plan)[in_map];
  if (pwrite (self->fd, &byte, 1, ls_descriptor_get_size (self->blob) + (gint64) in_map) < 0)
    g_debug ("Cannot note a range of “%s”: %s", self->part_path, g_strerror (errno));
  g_mutex_unlock (&self->mutex);
}

/**
 * ls_ingest_put_chunk:
 * @self: an ingest whose blob comes in ranges
 * @offset: where a chunk begins that the caller has claimed
 * @stream: gives the bytes from there on
 * @moved: (scope call): told of bytes as they come
 * @user_data: for @moved
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Brings one chunk. When the stream fails in the middle of it, none of it came. Of the
 * chunk that had come in part before ls_ingest_begin_ranges() it reads the rest only.
 *
 * Errors: %LS_ERROR_OFFLINE when the stream ends early, those of @stream, and those
 * of ls_ingest_write().
 *
 * Returns: number of bytes; -1 with @error set
 */
gssize
ls_ingest_put_chunk (LsIngest *self, gint64 offset, GInputStream *stream, LsIngestFunc moved,
                     gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsBufferPool) pool = NULL;
  g_autoptr (LsBuffer) buffer = NULL;
  gsize length;

  g_return_val_if_fail (LS_IS_INGEST (self) && self->plan != NULL, -1);

  if (!ls_ingest_check_usable (self, error))
    return -1;

  buffer = take_begun (self, offset);
  if (buffer == NULL)
    {
      /* A share of its own: a thread that brings a range never waits for another. */
      pool = ls_buffer_pool_new ();
      buffer = ls_buffer_pool_take (pool, cancellable, error);
    }
  if (buffer == NULL)
    return -1;

  length = (gsize) ls_range_plan_chunk_length (self->plan, offset);
  if (!read_chunk (buffer, length, stream, moved, user_data, cancellable, error)
      || !write_at (self, buffer->data, length, offset, error))
    return -1;
  note_chunk (self, offset);

  return (gssize) length;
}
