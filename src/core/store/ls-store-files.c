/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-files.h"

#include "ls-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HASH_CHUNK_SIZE (1024 * 1024)

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
    ls_file_set_error (error, errno, path, "open");
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
 * ls_store_files_hash:
 * @fd: a file, open for reading
 * @expected: the digest that it should have
 * @hashed: (nullable) (scope call): told of each piece
 * @user_data: for @hashed
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads a file of any size to its end.
 *
 * Errors: %LS_ERROR_STORE, with @expected as subject; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the digest that it has, by the algorithm of @expected
 */
LsDigest *
ls_store_files_hash (int fd, const LsDigest *expected, LsHashedFunc hashed, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHasher) hasher = ls_hasher_new (ls_digest_get_algorithm (expected));
  g_autofree guint8 *chunk = g_malloc (HASH_CHUNK_SIZE);

  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      ssize_t n = read (fd, chunk, HASH_CHUNK_SIZE);

      if (n == 0)
        return ls_hasher_finish (hasher);
      if (n > 0)
        {
          ls_hasher_update (hasher, chunk, (gsize) n);
          if (hashed != NULL)
            hashed ((gsize) n, user_data);
        }
      else if (errno != EINTR)
        {
          ls_file_set_error (error, errno, ls_digest_to_string (expected), "read");
          return NULL;
        }
    }

  return NULL;
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
