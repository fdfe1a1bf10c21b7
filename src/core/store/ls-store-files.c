/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-files.h"

#include "ls-error.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/**
 * ls_store_files_set_error:
 * @error: return location for an error
 * @saved_errno: the errno of what failed
 * @path: the file it is about
 * @action: what was tried, as in "read" or "create"
 *
 * Makes the error of a failed system call: %LS_ERROR_NO_SPACE when the disk or
 * the quota is full, otherwise %LS_ERROR_STORE. Its subject is @path.
 */
void
ls_store_files_set_error (GError **error, int saved_errno, const char *path, const char *action)
{
  gboolean full = saved_errno == ENOSPC || saved_errno == EDQUOT;

  g_set_error (error, LS_ERROR, full ? LS_ERROR_NO_SPACE : LS_ERROR_STORE, "Cannot %s “%s”: %s",
               action, path, g_strerror (saved_errno));
  if (error != NULL)
    ls_error_set_subject (*error, path);
}

/**
 * ls_store_files_blob_directory:
 * @root: path of the layout
 * @algorithm: the algorithm of a digest
 *
 * Returns: (transfer full): where blobs with such digests are (OCI image
 *   specification, image-layout.md, "Blobs")
 */
char *
ls_store_files_blob_directory (const char *root, const char *algorithm)
{
  return g_build_filename (root, "blobs", algorithm, NULL);
}

/**
 * ls_store_files_blob_path:
 * @root: path of the layout
 * @digest: names the blob; its type says that it was checked
 *
 * Returns: (transfer full): where the blob is
 */
char *
ls_store_files_blob_path (const char *root, const LsDigest *digest)
{
  return g_build_filename (root, "blobs", ls_digest_get_algorithm (digest),
                           ls_digest_get_hex (digest), NULL);
}

/**
 * ls_store_files_part_path:
 * @root: path of the layout
 * @digest: names the blob
 *
 * Returns: (transfer full): where the blob grows until it is whole
 */
char *
ls_store_files_part_path (const char *root, const LsDigest *digest)
{
  g_autofree char *name =
      g_strdup_printf ("%s-%s.part", ls_digest_get_algorithm (digest), ls_digest_get_hex (digest));

  return g_build_filename (root, "ingest", name, NULL);
}

/**
 * ls_store_files_has_blob:
 * @root: path of the layout
 * @blob: what to look for
 *
 * Returns: whether a regular file of the blob's name and size is there
 */
gboolean
ls_store_files_has_blob (const char *root, LsDescriptor *blob)
{
  g_autofree char *path = ls_store_files_blob_path (root, ls_descriptor_get_digest (blob));
  struct stat status;

  return lstat (path, &status) == 0 && S_ISREG (status.st_mode)
         && status.st_size == ls_descriptor_get_size (blob);
}

/**
 * ls_store_files_set_content_error:
 * @error: return location for an error
 * @code: what is wrong
 * @digest: the blob's digest, which becomes the subject
 * @what: the rest of the sentence, untranslated
 *
 * Says what is wrong with a blob.
 */
void
ls_store_files_set_content_error (GError **error, LsError code, LsDigest *digest, const char *what)
{
  g_set_error (error, LS_ERROR, code, "Blob %s %s", ls_digest_to_string (digest), what);
  if (error != NULL)
    ls_error_set_subject (*error, ls_digest_to_string (digest));
}

/**
 * ls_store_files_open_content:
 * @root: path of the layout
 * @digest: what to open
 * @status: (out): what the file is like
 * @error: return location for an error
 *
 * Opens a blob for reading, whatever its size.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH (no regular file), both
 * with the digest as subject; %LS_ERROR_STORE.
 *
 * Returns: a file descriptor, or -1
 */
int
ls_store_files_open_content (const char *root, LsDigest *digest, struct stat *status,
                             GError **error)
{
  g_autofree char *path = ls_store_files_blob_path (root, digest);
  int fd;

  /* O_NONBLOCK: opening a planted FIFO must not wait for a writer. */
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && fstat (fd, status) == 0 && S_ISREG (status->st_mode))
    return fd;

  if (fd < 0 && errno == ENOENT)
    ls_store_files_set_content_error (error, LS_ERROR_NOT_FOUND, digest, "is not in the store");
  else if (fd >= 0 && !S_ISREG (status->st_mode))
    ls_store_files_set_content_error (error, LS_ERROR_DIGEST_MISMATCH, digest,
                                      "is no file in the store");
  else
    ls_store_files_set_error (error, errno, path, "open");
  if (fd >= 0)
    close (fd);

  return -1;
}

/**
 * ls_store_files_open_blob:
 * @root: path of the layout
 * @blob: what to open
 * @error: return location for an error
 *
 * Opens a blob for reading, if it is a regular file of the right size.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH (another size), both
 * with the digest as subject; %LS_ERROR_STORE.
 *
 * Returns: a file descriptor, or -1
 */
int
ls_store_files_open_blob (const char *root, LsDescriptor *blob, GError **error)
{
  struct stat status;
  int fd = ls_store_files_open_content (root, ls_descriptor_get_digest (blob), &status, error);
  g_autofree char *problem = NULL;

  if (fd < 0 || status.st_size == ls_descriptor_get_size (blob))
    return fd;

  problem =
      g_strdup_printf ("in the store has %" G_GINT64_FORMAT " bytes instead of %" G_GINT64_FORMAT,
                       (gint64) status.st_size, ls_descriptor_get_size (blob));
  ls_store_files_set_content_error (error, LS_ERROR_DIGEST_MISMATCH,
                                    ls_descriptor_get_digest (blob), problem);
  close (fd);

  return -1;
}

/**
 * ls_store_files_read_fd:
 * @fd: a regular file, open for reading
 * @path: its path, for the error
 * @max_size: largest number of bytes that are read
 * @error: return location for an error
 *
 * Reads a file from its start to its end. Does not believe the file's size: it
 * may grow meanwhile.
 *
 * Errors: %LS_ERROR_TOO_LARGE, %LS_ERROR_STORE; the subject is @path.
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *
ls_store_files_read_fd (int fd, const char *path, gsize max_size, GError **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  guint8 chunk[16384];

  while (content->len <= max_size)
    {
      ssize_t n = read (fd, chunk, sizeof chunk);

      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&content));
      if (n > 0)
        g_byte_array_append (content, chunk, (guint) n);
      else if (errno != EINTR)
        {
          ls_store_files_set_error (error, errno, path, "read");
          return NULL;
        }
    }

  g_set_error (error, LS_ERROR, LS_ERROR_TOO_LARGE, "“%s” is larger than %" G_GSIZE_FORMAT " bytes",
               path, max_size);
  if (error != NULL)
    ls_error_set_subject (*error, path);

  return NULL;
}

/**
 * ls_store_files_read:
 * @path: a file
 * @max_size: largest number of bytes that are read
 * @error: return location for an error
 *
 * Errors: %LS_ERROR_TOO_LARGE, %LS_ERROR_STORE; the subject is @path.
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *
ls_store_files_read (const char *path, gsize max_size, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    {
      ls_store_files_set_error (error, errno, path, "open");
      return NULL;
    }

  bytes = ls_store_files_read_fd (fd, path, max_size, error);
  close (fd);

  return g_steal_pointer (&bytes);
}

/**
 * ls_store_files_read_ranges:
 * @fd: a partial blob
 * @size: number of bytes of the whole blob
 * @file_size: the size of the file
 *
 * Reads the map that follows the bytes of a blob which comes in ranges.
 *
 * Returns: (transfer full) (nullable): which of its ranges are there; %NULL if there
 *   is no map
 */
LsRangePlan *
ls_store_files_read_ranges (int fd, gint64 size, gint64 file_size)
{
  g_autofree guint8 *map = NULL;
  gsize map_size;

  if (size <= 0 || size > LS_RANGE_MAX_SIZE)
    return NULL;

  map_size = ls_range_plan_map_size (size);
  if (file_size - size != (gint64) map_size)
    return NULL;

  map = g_malloc (map_size);
  if (pread (fd, map, map_size, size) != (ssize_t) map_size)
    return NULL;

  return ls_range_plan_new_from_map (size, map, map_size);
}

/**
 * ls_store_files_write_all:
 * @fd: a file, open for writing
 * @data: what to write
 * @size: number of bytes in @data
 * @written: (out): number of bytes written, also when that is not all
 *
 * Returns: whether all was written; otherwise errno says why not
 */
gboolean
ls_store_files_write_all (int fd, gconstpointer data, gsize size, gsize *written)
{
  *written = 0;
  while (*written < size)
    {
      ssize_t n = write (fd, (const char *) data + *written, size - *written);

      if (n > 0)
        *written += (gsize) n;
      else if (n < 0 && errno != EINTR)
        return FALSE;
    }

  return TRUE;
}

/**
 * ls_store_files_replace:
 * @path: a file; the caller holds a lock against other writers
 * @bytes: its new content
 * @error: return location for an error
 *
 * Replaces a file so that a reader, and the disk after a crash, have either the
 * old content or the new.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_store_files_replace (const char *path, GBytes *bytes, GError **error)
{
  /* One name, not a random one: what a killed process leaves is used again. */
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  gsize written;
  gboolean done;
  int fd;

  g_unlink (temporary);
  fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0)
    {
      ls_store_files_set_error (error, errno, temporary, "create");
      return FALSE;
    }

  done = ls_store_files_write_all (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                   &written)
         && fsync (fd) == 0;
  if (!done)
    ls_store_files_set_error (error, errno, temporary, "write");
  /* After fsync, close has nothing left to fail with. */
  close (fd);

  if (done && g_rename (temporary, path) < 0)
    {
      ls_store_files_set_error (error, errno, path, "replace");
      done = FALSE;
    }
  if (!done)
    {
      g_unlink (temporary);
      return FALSE;
    }

  return ls_store_files_sync_directory (directory, error);
}

/**
 * ls_store_files_make_directory:
 * @path: a directory
 * @mode: permissions, if it is made
 * @error: return location for an error
 *
 * Makes sure that a directory and its parents exist.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether it exists
 */
gboolean
ls_store_files_make_directory (const char *path, int mode, GError **error)
{
  if (g_mkdir_with_parents (path, mode) == 0)
    return TRUE;

  ls_store_files_set_error (error, errno, path, "create the folder");
  return FALSE;
}

/**
 * ls_store_files_sync_directory:
 * @path: a directory
 * @error: return location for an error
 *
 * Waits until the names in a directory are on the disk. One that does not exist
 * has none.
 *
 * Errors: %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_store_files_sync_directory (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done;

  if (fd < 0 && errno == ENOENT)
    return TRUE;

  /* Some network file systems do not know how to sync a directory. */
  done = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);
  if (!done)
    ls_store_files_set_error (error, errno, path, "sync");
  if (fd >= 0)
    close (fd);

  return done;
}

/**
 * ls_store_files_get_shortage:
 * @root: path of the layout
 * @bytes: number of bytes that are to be written
 *
 * How much room the disk lacks for @bytes and a small reserve, so that the rest
 * of the desktop goes on working.
 *
 * Returns: number of bytes; 0 if there is room, or if nobody can tell
 */
guint64
ls_store_files_get_shortage (const char *root, guint64 bytes)
{
  struct statvfs status;
  guint64 available;
  guint64 reserve;

  if (statvfs (root, &status) < 0 || status.f_frsize == 0)
    return 0;

  available = (guint64) status.f_bavail * status.f_frsize;
  reserve = MIN ((guint64) LS_STORE_RESERVE_MAX, (guint64) status.f_blocks * status.f_frsize / 100);

  return bytes > available || available - bytes < reserve ? bytes + reserve - available : 0;
}
