/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-hash-pipe.h"

#include "ls-conveyor.h"
#include "ls-error.h"

#include <errno.h>
#include <unistd.h>

#define CHUNK_SIZE (256 * 1024) /* stays in the processor's cache between read and hash */

struct _LsHashPipe
{
  LsHasher *hasher;
  int fd;
  LsConveyor *conveyor;
  int read_errno; /* of the conveyor's thread until it is done */
};

typedef struct
{
  LsBuffer *buffer; /* NULL: it is to be read from the file */
  gint64 offset;
  gint64 length;
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  if (item->buffer != NULL)
    ls_buffer_unref (item->buffer);
  g_free (item);
}

/* Returns: 0, or an error number */
static int
hash_extent (LsHashPipe *self, gint64 offset, gint64 length)
{
  g_autofree guint8 *chunk = g_malloc ((gsize) MIN (length, CHUNK_SIZE));

  while (length > 0 && !ls_conveyor_is_stopped (self->conveyor))
    {
      ssize_t n = pread (self->fd, chunk, (gsize) MIN (length, CHUNK_SIZE), offset);

      if (n > 0)
        {
          ls_hasher_update (self->hasher, chunk, (gsize) n);
          offset += n;
          length -= n;
        }
      else if (n == 0)
        return EIO;
      else if (errno != EINTR)
        return errno;
    }

  return 0;
}

static void
hash_item (gpointer data, gpointer user_data)
{
  LsHashPipe *self = user_data;
  Item *item = data;

  if (item->buffer != NULL)
    ls_hasher_update (self->hasher, item->buffer->data, item->buffer->used);
  else if (self->read_errno == 0)
    self->read_errno = hash_extent (self, item->offset, item->length);
  item_free (item);
}

/**
 * ls_hash_pipe_new:
 * @algorithm: the algorithm of a digest
 * @fd: the file of the blob; stays open for as long as the pipe lives
 *
 * Returns: (transfer full): a pipe that has hashed nothing yet
 */
LsHashPipe *
ls_hash_pipe_new (const char *algorithm, int fd)
{
  LsHashPipe *self = g_new0 (LsHashPipe, 1);

  self->hasher = ls_hasher_new (algorithm);
  self->fd = fd;
  self->conveyor = ls_conveyor_new ("longshore-hash", hash_item, item_free, self);

  return self;
}

/**
 * ls_hash_pipe_give:
 * @self: a pipe
 * @buffer: (transfer full): the next bytes
 * @is_last: whether no more will come
 *
 * Hashes bytes, sooner or later; few of them only in ls_hash_pipe_finish() when they
 * are the last ones.
 */
void
ls_hash_pipe_give (LsHashPipe *self, LsBuffer *buffer, gboolean is_last)
{
  Item *item = g_new0 (Item, 1);

  item->buffer = buffer;
  ls_conveyor_push (self->conveyor, item, !is_last || buffer->used == LS_BUFFER_SIZE);
}

/**
 * ls_hash_pipe_give_extent:
 * @self: a pipe
 * @offset: where in the file the next bytes are
 * @length: how many of them
 *
 * Hashes bytes that are in the file already, sooner or later.
 */
void
ls_hash_pipe_give_extent (LsHashPipe *self, gint64 offset, gint64 length)
{
  Item *item = g_new0 (Item, 1);

  item->offset = offset;
  item->length = length;
  ls_conveyor_push (self->conveyor, item, length >= CHUNK_SIZE);
}

/**
 * ls_hash_pipe_finish:
 * @self: a pipe to which everything was given
 * @cancellable: (nullable): ends the wait; then this may be called again
 * @error: return location for an error
 *
 * Waits until everything is hashed. Once it returned a digest, the pipe is of
 * no more use.
 *
 * Errors: %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the digest of all bytes
 */
LsDigest *
ls_hash_pipe_finish (LsHashPipe *self, GCancellable *cancellable, GError **error)
{
  if (!ls_conveyor_wait (self->conveyor, cancellable, error))
    return NULL;

  if (self->read_errno != 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_STORE, "Cannot read back a partial blob: %s",
                   g_strerror (self->read_errno));
      return NULL;
    }

  return ls_hasher_finish (self->hasher);
}

/**
 * ls_hash_pipe_free:
 * @self: (transfer full): a pipe
 *
 * Stops the thread and frees everything; what is not hashed yet never is.
 */
void
ls_hash_pipe_free (LsHashPipe *self)
{
  ls_conveyor_free (self->conveyor);
  ls_hasher_free (self->hasher);
  g_free (self);
}
