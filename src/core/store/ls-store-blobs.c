/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-private.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-ingest-private.h"
#include "ls-size.h"
#include "ls-store-files.h"

#include <gio/gunixinputstream.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_blob_error (GError **error, LsError code, LsDescriptor *blob, const char *what)
{
  ls_store_files_set_content_error (error, code, ls_descriptor_get_digest (blob), what);
}

/**
 * ls_store_has_blob:
 * @self: a store
 * @blob: what to look for
 *
 * Whether a blob is there, in its full size. Its content is not read.
 *
 * Returns: whether it is there
 */
gboolean
ls_store_has_blob (LsStore *self, LsDescriptor *blob)
{
  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (blob != NULL, FALSE);

  return ls_store_files_has_blob (ls_store_get_path (self), blob);
}

/**
 * ls_store_get_part_size:
 * @self: a store
 * @blob: what to look for
 *
 * How much of a blob an interrupted transfer left, where ls_store_ingest() would
 * go on.
 *
 * Returns: number of bytes
 */
gint64
ls_store_get_part_size (LsStore *self, LsDescriptor *blob)
{
  g_auto (LsFileLock) fd = -1;
  g_autofree char *path = NULL;
  g_autoptr (LsRangePlan) ranges = NULL;
  struct stat status;

  g_return_val_if_fail (LS_IS_STORE (self), 0);
  g_return_val_if_fail (blob != NULL, 0);

  path = ls_store_files_part_path (ls_store_get_path (self), ls_descriptor_get_digest (blob));
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    return 0;
  if (status.st_size <= ls_descriptor_get_size (blob))
    return status.st_size;

  ranges = ls_store_files_read_ranges (fd, ls_descriptor_get_size (blob), status.st_size);

  return ranges != NULL ? ls_range_plan_get_done (ranges) : 0;
}

/**
 * ls_store_read_blob:
 * @self: a store
 * @blob: what to read
 * @max_size: largest number of bytes that are read
 * @error: return location for an error
 *
 * Reads a small blob and checks it against its digest.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_TOO_LARGE, %LS_ERROR_DIGEST_MISMATCH, all
 * with the digest as subject; %LS_ERROR_STORE.
 *
 * Returns: (transfer full) (nullable): its content
 */
GBytes *
ls_store_read_blob (LsStore *self, LsDescriptor *blob, gsize max_size, GError **error)
{
  LsDigest *digest;
  g_autoptr (GBytes) bytes = NULL;
  int fd;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (blob != NULL, NULL);

  if ((guint64) ls_descriptor_get_size (blob) > max_size)
    {
      set_blob_error (error, LS_ERROR_TOO_LARGE, blob, "is larger than what is read into memory");
      return NULL;
    }

  fd = ls_store_files_open_blob (ls_store_get_path (self), blob, error);
  if (fd < 0)
    return NULL;
  digest = ls_descriptor_get_digest (blob);
  bytes = ls_file_read_fd (fd, ls_digest_to_string (digest), max_size, error);
  close (fd);
  if (bytes == NULL)
    return NULL;

  if (!ls_digest_matches (digest, bytes))
    {
      set_blob_error (error, LS_ERROR_DIGEST_MISMATCH, blob, "is damaged in the store");
      return NULL;
    }

  return g_steal_pointer (&bytes);
}

/**
 * ls_store_read_manifest:
 * @self: a store
 * @manifest: a manifest or an index
 * @error: return location for an error
 *
 * Reads, checks and parses a manifest.
 *
 * Errors: those of ls_store_read_blob() and ls_manifest_parse().
 *
 * Returns: (transfer full) (nullable): the manifest
 */
LsManifest *
ls_store_read_manifest (LsStore *self, LsDescriptor *manifest, GError **error)
{
  g_autoptr (GBytes) bytes = ls_store_read_blob (self, manifest, LS_MANIFEST_MAX_SIZE, error);

  if (bytes == NULL)
    return NULL;

  return ls_manifest_parse (bytes, ls_descriptor_get_media_type (manifest), error);
}

/**
 * ls_store_find_manifest:
 * @self: a store
 * @digest: names a manifest or an index
 * @media_type: (nullable): its media type, if that is known
 * @error: return location for an error
 *
 * Reads, checks and parses a manifest of which little more than the digest is known.
 *
 * Errors: those of ls_store_read_manifest().
 *
 * Returns: (transfer full) (nullable): the manifest
 */
LsManifest *
ls_store_find_manifest (LsStore *self, LsDigest *digest, const char *media_type, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (LsDescriptor) descriptor = NULL;
  g_autoptr (GBytes) bytes = NULL;
  struct stat status;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (digest != NULL, NULL);

  path = ls_store_files_blob_path (ls_store_get_path (self), digest);
  if (lstat (path, &status) < 0)
    status.st_size = 0;
  descriptor = ls_descriptor_new (media_type != NULL ? media_type : "application/json", digest,
                                  (gint64) status.st_size);
  bytes = ls_store_read_blob (self, descriptor, LS_MANIFEST_MAX_SIZE, error);
  if (bytes == NULL)
    return NULL;

  return ls_manifest_parse (bytes, media_type, error);
}

/**
 * ls_store_open_blob:
 * @self: a store
 * @blob: what to open
 * @offset: number of bytes to skip, at most the blob's size
 * @error: return location for an error
 *
 * Opens a blob to read it in pieces. What comes is not checked against the
 * digest: whoever takes it in does that.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH (another size), both
 * with the digest as subject; %LS_ERROR_STORE.
 *
 * Returns: (transfer full) (nullable): a stream, to be used with blocking calls
 */
GInputStream *
ls_store_open_blob (LsStore *self, LsDescriptor *blob, gint64 offset, GError **error)
{
  int fd;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (blob != NULL, NULL);
  g_return_val_if_fail (offset >= 0 && offset <= ls_descriptor_get_size (blob), NULL);

  fd = ls_store_files_open_blob (ls_store_get_path (self), blob, error);
  if (fd < 0)
    return NULL;

  if (lseek (fd, offset, SEEK_SET) < 0)
    {
      ls_file_set_error (error, errno, ls_digest_to_string (ls_descriptor_get_digest (blob)),
                         "seek in");
      close (fd);
      return NULL;
    }

  return g_unix_input_stream_new (fd, TRUE);
}

/* Whoever names a blob may be wrong about its size, by design too: the blob is no worse for it,
 * and may be another image's. */
static gboolean
has_size (LsDescriptor *blob, const struct stat *status, GError **error)
{
  g_autofree char *problem = NULL;

  if (status->st_size == ls_descriptor_get_size (blob))
    return TRUE;

  problem = g_strdup_printf ("has %" G_GINT64_FORMAT " bytes, and not %" G_GINT64_FORMAT
                             " as the image says",
                             (gint64) status->st_size, ls_descriptor_get_size (blob));
  set_blob_error (error, LS_ERROR_PROTOCOL, blob, problem);

  return FALSE;
}

/**
 * ls_store_verify_blob:
 * @self: a store
 * @blob: what to check
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads a blob of any size and checks it against its digest, so that a damaged
 * disk is noticed before the blob is used. What was found to be intact before, in
 * this run or another, is not read again unless its file was written to since.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH if it is damaged,
 * %LS_ERROR_PROTOCOL if it is intact and @blob is wrong about its size, all with the
 * digest as subject; %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the blob is intact
 */
gboolean
ls_store_verify_blob (LsStore *self, LsDescriptor *blob, GCancellable *cancellable, GError **error)
{
  LsDigest *digest;
  g_autoptr (LsDigest) found = NULL;
  g_auto (LsFileLock) fd = -1;
  struct stat status;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (blob != NULL, FALSE);

  digest = ls_descriptor_get_digest (blob);
  fd = ls_store_files_open_content (ls_store_get_path (self), digest, &status, error);
  if (fd < 0)
    return FALSE;
  if (ls_blob_marks_is_intact (ls_store_get_marks (self), digest, fd, &status))
    return has_size (blob, &status, error);

  found = ls_store_files_hash (fd, digest, NULL, NULL, cancellable, error);
  if (found == NULL)
    return FALSE;
  if (!ls_digest_equal (found, digest))
    {
      set_blob_error (error, LS_ERROR_DIGEST_MISMATCH, blob, "is damaged in the store");
      return FALSE;
    }
  ls_blob_marks_add_old (ls_store_get_marks (self), digest, fd, &status);

  return has_size (blob, &status, error);
}

/**
 * ls_store_discard_blob:
 * @self: a store
 * @blob: a blob that is damaged
 *
 * Takes a blob out of the store, so that it can be fetched again. Images that
 * need it are not listed until then.
 */
void
ls_store_discard_blob (LsStore *self, LsDescriptor *blob)
{
  g_autofree char *path = NULL;

  g_return_if_fail (LS_IS_STORE (self));
  g_return_if_fail (blob != NULL);

  path = ls_store_files_blob_path (ls_store_get_path (self), ls_descriptor_get_digest (blob));
  if (unlink (path) < 0 && errno != ENOENT)
    g_debug ("Cannot delete “%s”: %s", path, g_strerror (errno));
  ls_store_forget_images (self);
}

/* A blob of the right size may still be a damaged one; small ones are cheap to
 * look into, and writing them is the chance to mend them. */
static gboolean
has_intact_blob (LsStore *self, LsDescriptor *blob)
{
  g_autoptr (GError) error = NULL;

  if (ls_store_verify_blob (self, blob, NULL, &error))
    return TRUE;
  if (g_error_matches (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH))
    ls_store_discard_blob (self, blob);

  return FALSE;
}

/**
 * ls_store_write_blob:
 * @self: a store
 * @blob: describes @bytes
 * @bytes: the content
 * @error: return location for an error
 *
 * Puts a small blob into the store, such as a manifest or a config. One that is
 * there and damaged is replaced.
 *
 * Errors: %LS_ERROR_DIGEST_MISMATCH if @bytes are not what @blob says,
 * %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether the blob is in the store
 */
gboolean
ls_store_write_blob (LsStore *self, LsDescriptor *blob, GBytes *bytes, GError **error)
{
  g_autoptr (LsIngest) ingest = NULL;
  const guint8 *data;
  gsize size;
  gsize offset;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (blob != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  data = g_bytes_get_data (bytes, &size);
  if ((guint64) ls_descriptor_get_size (blob) != size
      || !ls_digest_matches (ls_descriptor_get_digest (blob), bytes))
    {
      set_blob_error (error, LS_ERROR_DIGEST_MISMATCH, blob, "is something else than what came");
      return FALSE;
    }
  if (has_intact_blob (self, blob))
    return TRUE;

  ingest = ls_store_ingest (self, blob, NULL, error);
  if (ingest == NULL)
    return FALSE;

  /* All is at hand: what an interrupted attempt left is not worth a thought. But
   * the blob may be in the store by now, and then there is nothing to write. */
  if (!ls_ingest_restart (ingest, error))
    return FALSE;
  offset = (gsize) ls_ingest_get_offset (ingest);

  return ls_ingest_write (ingest, data + offset, size - offset, error)
         && ls_ingest_commit (ingest, NULL, error);
}

/**
 * ls_store_ingest:
 * @self: a store
 * @blob: what is to come
 * @cancellable: (nullable): ends the wait for another writer, and those of
 *   ls_ingest_write()
 * @error: return location for an error
 *
 * Begins to write a blob, or goes on where a former attempt was cut: see
 * ls_ingest_get_offset(). Waits while another thread or process writes the same
 * blob. When that succeeds, or when the blob is in the store from the start, the
 * ingest that is returned lacks nothing: its offset is the blob's size, and its
 * commit succeeds. Until the blob is tagged the caller holds a use of the store
 * (ls_store_begin_use()).
 *
 * A commit that fails with %LS_ERROR_DIGEST_MISMATCH after the ingest began at
 * another offset than 0 may be due to what the former attempt left: it is worth
 * one more try, which begins at 0.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): an ingest
 */
LsIngest *
ls_store_ingest (LsStore *self, LsDescriptor *blob, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (blob != NULL, NULL);

  return ls_ingest_open (self, blob, cancellable, error);
}

static gint64
add_up (LsStore *self, GPtrArray *blobs)
{
  gint64 bytes = 0;

  for (guint i = 0; i < blobs->len; i++)
    {
      LsDescriptor *blob = blobs->pdata[i];
      gint64 size = ls_descriptor_get_size (blob);

      if (!ls_store_has_blob (self, blob))
        bytes = ls_size_add (bytes, size - MIN (size, ls_store_get_part_size (self, blob)));
    }

  return bytes;
}

/**
 * ls_store_reserve:
 * @self: a store
 * @owner: who is going to write, until ls_store_stop_reserving(); only compared
 * @blobs: (element-type LsDescriptor): what is to be written, in the place of what @owner
 *   reserved before; what is there already needs no room
 * @error: return location for an error
 *
 * Checks that the disk has room for @blobs, for what others in this process are still going to
 * write, and a small reserve. Nothing is reserved after an error.
 *
 * Errors: %LS_ERROR_NO_SPACE, with the number of bytes that must become free and
 * the store's path as subject.
 *
 * Returns: whether there is room
 */
gboolean
ls_store_reserve (LsStore *self, gconstpointer owner, GPtrArray *blobs, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;
  gint64 bytes;
  guint64 shortage;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (owner != NULL, FALSE);
  g_return_val_if_fail (blobs != NULL, FALSE);

  ls_store_room_claim (ls_store_get_room (self), owner, blobs);
  all = ls_store_room_list (ls_store_get_room (self));
  bytes = add_up (self, all);
  shortage = ls_store_files_get_shortage (ls_store_get_path (self), (guint64) bytes);
  if (shortage == 0 || add_up (self, blobs) == 0)
    return TRUE;

  ls_store_stop_reserving (self, owner);
  g_set_error (error, LS_ERROR, LS_ERROR_NO_SPACE,
               "The disk lacks %" G_GUINT64_FORMAT " bytes for %" G_GINT64_FORMAT " more", shortage,
               bytes);
  if (error != NULL)
    {
      ls_error_set_subject (*error, ls_store_get_path (self));
      ls_error_set_bytes_needed (*error, shortage);
    }

  return FALSE;
}

/**
 * ls_store_stop_reserving:
 * @self: a store
 * @owner: who has written, or does not any more
 *
 * Leaves the room to others.
 */
void
ls_store_stop_reserving (LsStore *self, gconstpointer owner)
{
  g_return_if_fail (LS_IS_STORE (self));

  ls_store_room_leave (ls_store_get_room (self), owner);
}
