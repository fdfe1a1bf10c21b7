/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-part-writer.h"

#include "ls-conveyor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Smaller ones are in the page cache for a moment only, and are synced together. */
#define LARGE_SIZE ((gint64) 8 * 1024 * 1024)

/* Room is set aside in pieces of this size: a file that is written in few pieces is
 * read fast, but the size of a blob is only what somebody says. */
#define ROOM_SIZE ((gint64) 64 * 1024 * 1024)

struct _LsPartWriter
{
  int fd;
  int direct_fd; /* the same file, written past the page cache; -1: not possible */
  gboolean is_large;
  gint64 size;
  gint64 room_end; /* up to where room is set aside */
  LsConveyor *conveyor;

  GMutex mutex;
  int write_errno; /* why nothing is written any more */
  gint64 end;      /* all before it is in the file */
};

static int
open_direct (const char *path)
{
  return open (path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_DIRECT);
}

/* Returns: 0, or an error number */
static int
write_fully (int fd, const guint8 *data, gsize size, gint64 offset, gsize *written)
{
  while (*written < size)
    {
      ssize_t n = pwrite (fd, data + *written, size - *written, offset + (gint64) *written);

      if (n > 0)
        *written += (gsize) n;
      else if (n == 0)
        return EIO;
      else if (errno != EINTR)
        return errno;
    }

  return 0;
}

static gboolean
is_aligned (LsBuffer *buffer)
{
  return buffer->used % LS_BUFFER_ALIGNMENT == 0 && buffer->offset % LS_BUFFER_ALIGNMENT == 0;
}

/* When that is refused, the write that does not fit will say so. */
static void
set_room_aside (LsPartWriter *self, LsBuffer *buffer)
{
  gint64 length = MIN (ROOM_SIZE, self->size - self->room_end);

  if (!self->is_large || buffer->offset + (gint64) buffer->used <= self->room_end || length <= 0)
    return;

  if (fallocate (self->fd, FALLOC_FL_KEEP_SIZE, self->room_end, length) < 0)
    g_debug ("No room is set aside for a blob: %s", g_strerror (errno));
  self->room_end += length;
}

static int
write_buffer (LsPartWriter *self, LsBuffer *buffer, gsize *written)
{
  int result;

  set_room_aside (self, buffer);

  if (self->direct_fd >= 0 && is_aligned (buffer))
    {
      result = write_fully (self->direct_fd, buffer->data, buffer->used, buffer->offset, written);
      if (result != EINVAL)
        return result;

      /* The file system only said so now, or wants larger blocks. */
      close (self->direct_fd);
      self->direct_fd = -1;
    }

  result = write_fully (self->fd, buffer->data, buffer->used, buffer->offset, written);
  /* Has it written now, so that there is little to wait for at the end. */
  if (result == 0 && self->is_large)
    sync_file_range (self->fd, buffer->offset, (off_t) buffer->used, SYNC_FILE_RANGE_WRITE);

  return result;
}

static void
write_item (gpointer data, gpointer user_data)
{
  LsPartWriter *self = user_data;
  LsBuffer *buffer = data;

  if (ls_part_writer_get_errno (self) == 0)
    {
      gsize written = 0;
      int result = write_buffer (self, buffer, &written);

      g_mutex_lock (&self->mutex);
      self->write_errno = result;
      self->end = buffer->offset + (gint64) written;
      g_mutex_unlock (&self->mutex);
    }
  ls_buffer_unref (buffer);
}

/**
 * ls_part_writer_new:
 * @fd: a file to write to; stays open for as long as the writer lives
 * @path: where it is
 * @start: how many bytes of the blob it has
 * @size: how many bytes it will have
 *
 * Returns: (transfer full): a writer
 */
LsPartWriter *
ls_part_writer_new (int fd, const char *path, gint64 start, gint64 size)
{
  LsPartWriter *self = g_new0 (LsPartWriter, 1);

  self->fd = fd;
  self->is_large = size >= LARGE_SIZE;
  self->direct_fd = self->is_large ? open_direct (path) : -1;
  self->size = size;
  self->room_end = start;
  self->end = start;
  g_mutex_init (&self->mutex);
  self->conveyor =
      ls_conveyor_new ("longshore-write", write_item, (GDestroyNotify) ls_buffer_unref, self);

  return self;
}

/**
 * ls_part_writer_give:
 * @self: a writer
 * @buffer: (transfer full): what comes next
 *
 * Writes a buffer, sooner or later. After an error nothing more is written.
 */
void
ls_part_writer_give (LsPartWriter *self, LsBuffer *buffer)
{
  gboolean is_last = buffer->offset + (gint64) buffer->used == self->size;

  /* What is not the end must not keep its buffer until more comes: there may be none
   * left for that. */
  ls_conveyor_push (self->conveyor, buffer, !is_last || buffer->used == LS_BUFFER_SIZE);
}

/**
 * ls_part_writer_finish:
 * @self: a writer
 * @cancellable: (nullable): ends the wait; then this may be called again
 * @error: return location for an error
 *
 * Waits until all is written that can be written: see ls_part_writer_get_errno().
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is
 */
gboolean
ls_part_writer_finish (LsPartWriter *self, GCancellable *cancellable, GError **error)
{
  return ls_conveyor_wait (self->conveyor, cancellable, error);
}

/**
 * ls_part_writer_get_errno:
 * @self: a writer
 *
 * Returns: why writing has failed; 0 when it has not
 */
int
ls_part_writer_get_errno (LsPartWriter *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->write_errno;
}

/**
 * ls_part_writer_get_end:
 * @self: a writer
 *
 * Returns: how many bytes of the blob are in the file
 */
gint64
ls_part_writer_get_end (LsPartWriter *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->end;
}

/**
 * ls_part_writer_free:
 * @self: (transfer full): a writer
 *
 * What is not written yet never is.
 */
void
ls_part_writer_free (LsPartWriter *self)
{
  ls_conveyor_free (self->conveyor);
  if (self->direct_fd >= 0)
    close (self->direct_fd);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
