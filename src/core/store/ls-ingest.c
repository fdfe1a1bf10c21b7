/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-ingest-private.h"

#include "ls-error.h"
#include "ls-file.h"
#include "ls-store-files.h"
#include "ls-store-private.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE (LsIngest, ls_ingest, G_TYPE_OBJECT)

static const char *
digest_of (LsIngest *self)
{
  return ls_digest_to_string (ls_descriptor_get_digest (self->blob));
}

/* Takes @failure, and hands a copy to the caller. */
static gboolean
fail (LsIngest *self, GError *failure, GError **error)
{
  g_propagate_error (error, g_error_copy (failure));

  g_mutex_lock (&self->mutex);
  g_clear_error (&self->failure);
  self->failure = failure;
  g_mutex_unlock (&self->mutex);

  return FALSE;
}

static gboolean
fail_with_mismatch (LsIngest *self, GError *failure, GError **error)
{
  ls_error_set_subject (failure, digest_of (self));
  /* What is in the file cannot be trusted, so the next attempt starts anew. */
  g_unlink (self->part_path);

  return fail (self, failure, error);
}

/* How many bytes have their place on the disk. */
static gint64
get_written (LsIngest *self)
{
  return self->writer != NULL ? ls_part_writer_get_end (self->writer) : ls_ingest_get_done (self);
}

/**
 * ls_ingest_fail_with_errno:
 * @self: an ingest
 * @saved_errno: an error number
 * @action: what failed
 * @error: return location for an error
 *
 * Fails for good. A full disk is told how much of the blob it still lacks.
 *
 * Returns: %FALSE
 */
gboolean
ls_ingest_fail_with_errno (LsIngest *self, int saved_errno, const char *action, GError **error)
{
  GError *failure = NULL;

  ls_file_set_error (&failure, saved_errno, self->part_path, action);
  if (g_error_matches (failure, LS_ERROR, LS_ERROR_NO_SPACE))
    {
      guint64 missing = (guint64) (ls_descriptor_get_size (self->blob) - get_written (self));
      guint64 shortage = ls_store_files_get_shortage (ls_store_get_path (self->store), missing);

      /* With a quota, the disk itself may have room enough. */
      ls_error_set_bytes_needed (failure, shortage > 0 ? shortage : missing);
    }

  return fail (self, failure, error);
}

/**
 * ls_ingest_go_on_at:
 * @self: an ingest with its part file
 * @position: how many bytes of the blob the file has
 *
 * Has the rest come in one piece; what is there is hashed first.
 */
void
ls_ingest_go_on_at (LsIngest *self, gint64 position)
{
  g_clear_pointer (&self->buffer, ls_buffer_unref);
  g_clear_pointer (&self->pipe, ls_hash_pipe_free);
  g_clear_pointer (&self->writer, ls_part_writer_free);

  self->position = position;
  self->pipe =
      ls_hash_pipe_new (ls_digest_get_algorithm (ls_descriptor_get_digest (self->blob)), self->fd);
  if (position > 0)
    ls_hash_pipe_give_extent (self->pipe, 0, position);
  self->writer =
      ls_part_writer_new (self->fd, self->part_path, position, ls_descriptor_get_size (self->blob));
}

static gboolean
check_writer (LsIngest *self, GError **error)
{
  int write_errno = ls_part_writer_get_errno (self->writer);

  return write_errno == 0 || ls_ingest_fail_with_errno (self, write_errno, "write", error);
}

static void
flush (LsIngest *self)
{
  LsBuffer *buffer = g_steal_pointer (&self->buffer);

  if (buffer == NULL)
    return;

  self->position += (gint64) buffer->used;
  ls_part_writer_give (self->writer, ls_buffer_ref (buffer));
  ls_hash_pipe_give (self->pipe, buffer, self->position == ls_descriptor_get_size (self->blob));
}

/**
 * ls_ingest_settle:
 * @self: an ingest whose blob comes in one piece
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Waits until all that came is in the file.
 *
 * Returns: whether it is
 */
gboolean
ls_ingest_settle (LsIngest *self, GCancellable *cancellable, GError **error)
{
  flush (self);

  return ls_part_writer_finish (self->writer, cancellable, error) && check_writer (self, error);
}

/* Room that was set aside beyond the end of the file is not waited for. */
static void
give_room_back (LsIngest *self)
{
  struct stat status;

  if (fstat (self->fd, &status) < 0 || ftruncate (self->fd, status.st_size) < 0)
    g_debug ("Cannot give room back: %s", g_strerror (errno));
}

static void
ls_ingest_finalize (GObject *object)
{
  LsIngest *self = LS_INGEST (object);

  if (self->fd >= 0 && self->failure == NULL && self->writer != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (!ls_ingest_settle (self, NULL, &error))
        g_debug ("The end of a partial blob is lost: %s", error->message);
    }

  g_clear_pointer (&self->buffer, ls_buffer_unref);
  g_clear_pointer (&self->pipe, ls_hash_pipe_free);
  g_clear_pointer (&self->writer, ls_part_writer_free);
  g_clear_pointer (&self->plan, ls_range_plan_free);
  g_clear_pointer (&self->buffers, ls_buffer_pool_unref);
  if (self->fd >= 0)
    {
      give_room_back (self);
      close (self->fd);
    }
  g_clear_error (&self->failure);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->blob, ls_descriptor_unref);
  g_clear_object (&self->store);
  g_free (self->part_path);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ls_ingest_parent_class)->finalize (object);
}

static void
ls_ingest_class_init (LsIngestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_ingest_finalize;
}

static void
ls_ingest_init (LsIngest *self)
{
  self->fd = -1;
  self->buffers = ls_buffer_pool_new ();
  g_mutex_init (&self->mutex);
}

/**
 * ls_ingest_get_offset:
 * @self: an ingest
 *
 * Where the blob goes on: what came before is there already. It is the size of
 * the blob when nothing is missing, be it that a former attempt ended right
 * before its commit, or that the blob is in the store. Of a blob that comes in
 * ranges it is where the first gap begins.
 *
 * Returns: number of bytes
 */
gint64
ls_ingest_get_offset (LsIngest *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (LS_IS_INGEST (self), 0);

  if (self->fd < 0)
    return ls_descriptor_get_size (self->blob);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->plan != NULL)
    return ls_range_plan_get_front (self->plan);

  return self->position + (self->buffer != NULL ? (gint64) self->buffer->used : 0);
}

/**
 * ls_ingest_check_usable:
 * @self: an ingest
 * @error: return location for an error
 *
 * Returns: whether nothing has failed for good
 */
gboolean
ls_ingest_check_usable (LsIngest *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->failure == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->failure));

  return FALSE;
}

static gboolean
fail_with_too_much (LsIngest *self, GError **error)
{
  return fail_with_mismatch (self,
                             g_error_new (LS_ERROR, LS_ERROR_DIGEST_MISMATCH,
                                          "Blob %s has more than its %" G_GINT64_FORMAT " bytes",
                                          digest_of (self), ls_descriptor_get_size (self->blob)),
                             error);
}

/* Makes sure that there is a buffer with room. Buffers end where chunks do, so
 * that most writes are whole ones. Gives how many bytes fit. */
static gboolean
prepare_buffer (LsIngest *self, gsize *room, GError **error)
{
  if (self->buffer == NULL)
    {
      self->buffer = ls_buffer_pool_take (self->buffers, self->cancellable, error);
      if (self->buffer == NULL)
        return FALSE;
      self->buffer->offset = self->position;
    }
  *room = LS_BUFFER_SIZE - (gsize) (self->position % (gint64) LS_BUFFER_SIZE) - self->buffer->used;

  return check_writer (self, error);
}

static void
take_bytes (LsIngest *self, gsize n, gsize room)
{
  self->buffer->used += n;
  if (n == room)
    flush (self);
}

/**
 * ls_ingest_write:
 * @self: an ingest
 * @data: the bytes at ls_ingest_get_offset()
 * @size: number of bytes in @data
 * @error: return location for an error
 *
 * Adds bytes to the blob. May wait for the disk or for the thread that hashes.
 * After an error the ingest is of no more use; another one can go on where it
 * ended.
 *
 * Errors: %LS_ERROR_DIGEST_MISMATCH (more bytes than the blob has; the subject is
 * its digest), %LS_ERROR_NO_SPACE (with the bytes that are needed), %LS_ERROR_STORE,
 * %G_IO_ERROR_CANCELLED by the cancellable of ls_store_ingest().
 *
 * Returns: whether the bytes were taken
 */
gboolean
ls_ingest_write (LsIngest *self, gconstpointer data, gsize size, GError **error)
{
  const guint8 *position = data;

  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (!ls_ingest_check_usable (self, error))
    return FALSE;
  if (size > (guint64) (ls_descriptor_get_size (self->blob) - ls_ingest_get_offset (self)))
    return fail_with_too_much (self, error);

  while (size > 0)
    {
      gsize room;
      gsize n;

      if (!prepare_buffer (self, &room, error))
        return FALSE;

      n = MIN (size, room);
      memcpy (self->buffer->data + self->buffer->used, position, n);
      position += n;
      size -= n;
      take_bytes (self, n, room);
    }

  return TRUE;
}

/**
 * ls_ingest_fill:
 * @self: an ingest
 * @stream: gives the bytes at ls_ingest_get_offset()
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Adds bytes to the blob as ls_ingest_write() does, straight from a stream: as
 * many as one read brings. When the stream fails the ingest stays usable.
 *
 * Errors: those of ls_ingest_write() and of @stream.
 *
 * Returns: number of bytes; 0 at the end of the stream, -1 with @error set
 */
gssize
ls_ingest_fill (LsIngest *self, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  guint64 missing;
  gsize room;
  gssize n;

  g_return_val_if_fail (LS_IS_INGEST (self), -1);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), -1);

  if (!ls_ingest_check_usable (self, error))
    return -1;

  missing = (guint64) (ls_descriptor_get_size (self->blob) - ls_ingest_get_offset (self));
  if (missing == 0)
    {
      guint8 byte;

      n = g_input_stream_read (stream, &byte, 1, cancellable, error);
      if (n > 0)
        fail_with_too_much (self, error);
      return n > 0 ? -1 : n;
    }

  if (!prepare_buffer (self, &room, error))
    return -1;
  n = g_input_stream_read (stream, self->buffer->data + self->buffer->used,
                           (gsize) MIN (room, missing), cancellable, error);
  if (n > 0)
    take_bytes (self, (gsize) n, room);

  return n;
}

/**
 * ls_ingest_restart:
 * @self: an ingest
 * @error: return location for an error
 *
 * Forgets what was written, for a server that only sends the whole blob. A blob
 * that is in the store stays there, and its offset stays at its end.
 *
 * Errors: %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_ingest_restart (LsIngest *self, GError **error)
{
  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);

  if (!ls_ingest_check_usable (self, error))
    return FALSE;
  if (self->fd < 0)
    return TRUE;

  /* What is on its way to the file must not arrive in the new one. */
  g_clear_pointer (&self->buffer, ls_buffer_unref);
  g_clear_pointer (&self->writer, ls_part_writer_free);
  g_clear_pointer (&self->plan, ls_range_plan_free);
  if (ftruncate (self->fd, 0) < 0)
    return ls_ingest_fail_with_errno (self, errno, "truncate", error);
  ls_ingest_go_on_at (self, 0);

  return TRUE;
}

static gboolean
move_into_place (LsIngest *self, GError **error)
{
  LsDigest *digest = ls_descriptor_get_digest (self->blob);
  g_autofree char *path = ls_store_files_blob_path (ls_store_get_path (self->store), digest);
  struct stat status;

  if (g_rename (self->part_path, path) < 0)
    return ls_ingest_fail_with_errno (self, errno, "rename", error);
  if (fstat (self->fd, &status) == 0)
    ls_blob_marks_add_new (ls_store_get_marks (self->store), digest, &status);

  g_clear_pointer (&self->pipe, ls_hash_pipe_free);
  g_clear_pointer (&self->writer, ls_part_writer_free);
  g_clear_pointer (&self->plan, ls_range_plan_free);
  close (self->fd);
  self->fd = -1;

  return TRUE;
}

/**
 * ls_ingest_commit:
 * @self: an ingest
 * @cancellable: (nullable): ends the wait for the hash
 * @error: return location for an error
 *
 * Checks the blob against its digest and moves it into the store. The disk has it
 * as soon as an image that needs it was tagged: all blobs of one are synced at
 * once. Does nothing if the blob is in the store already.
 *
 * Errors: %LS_ERROR_DIGEST_MISMATCH, with the digest as subject: what was
 * written is deleted when it is wrong, and kept when it is only too short.
 * %LS_ERROR_NO_SPACE, %LS_ERROR_STORE. %G_IO_ERROR_CANCELLED, after which it may be
 * called again.
 *
 * Returns: whether the blob is in the store
 */
gboolean
ls_ingest_commit (LsIngest *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsDigest) digest = NULL;

  g_return_val_if_fail (LS_IS_INGEST (self), FALSE);

  if (!ls_ingest_check_usable (self, error))
    return FALSE;
  if (self->fd < 0)
    return TRUE;

  if (ls_ingest_get_offset (self) != ls_descriptor_get_size (self->blob))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH,
                   "Blob %s ended after %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes",
                   digest_of (self), ls_ingest_get_offset (self),
                   ls_descriptor_get_size (self->blob));
      if (error != NULL)
        ls_error_set_subject (*error, digest_of (self));
      return FALSE;
    }

  if (self->plan != NULL ? !ls_ingest_close_ranges (self, error)
                         : !ls_ingest_settle (self, cancellable, error))
    return FALSE;
  digest = ls_hash_pipe_finish (self->pipe, cancellable, error);
  if (digest == NULL)
    return FALSE;

  if (!ls_digest_equal (digest, ls_descriptor_get_digest (self->blob)))
    return fail_with_mismatch (self,
                               g_error_new (LS_ERROR, LS_ERROR_DIGEST_MISMATCH,
                                            "Blob %s has the digest %s", digest_of (self),
                                            ls_digest_to_string (digest)),
                               error);

  return move_into_place (self, error);
}
