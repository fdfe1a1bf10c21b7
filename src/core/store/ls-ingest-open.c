/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-ingest-private.h"

#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever had the lock before may have moved the file into the store, or
 * deleted it: then the lock is on a file that has another name now, or none. */
static gboolean
still_has_its_name (int fd, const char *path)
{
  struct stat opened;
  struct stat named;

  return fstat (fd, &opened) == 0 && lstat (path, &named) == 0 && opened.st_dev == named.st_dev
         && opened.st_ino == named.st_ino;
}

/* Opens and locks the part file. Sets fd to -1 if the blob turned up in the
 * store while this was waiting. */
static gboolean
open_part (LsIngest *self, GCancellable *cancellable, GError **error)
{
  for (;;)
    {
      g_auto (LsFileLock) fd =
          open (self->part_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);

      if (fd < 0)
        {
          ls_file_set_error (error, errno, self->part_path, "open");
          return FALSE;
        }
      if (!ls_file_lock_fd (fd, LS_FILE_LOCK_EXCLUSIVE, self->part_path, cancellable, error))
        return FALSE;
      if (!still_has_its_name (fd, self->part_path))
        continue;

      if (ls_store_has_blob (self->store, self->blob))
        unlink (self->part_path);
      else
        {
          self->fd = fd;
          fd = -1;
        }
      return TRUE;
    }
}

static gboolean
find_end (LsIngest *self, GError **error)
{
  struct stat status;

  if (fstat (self->fd, &status) < 0)
    {
      ls_file_set_error (error, errno, self->part_path, "open");
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      ls_file_set_error (error, EINVAL, self->part_path, "use");
      return FALSE;
    }

  /* Longer than the blob: its ranges are listed at the end, or it is no work of
   * ours and none of it is worth keeping. */
  if (status.st_size > ls_descriptor_get_size (self->blob))
    {
      if (ls_ingest_find_ranges (self, status.st_size))
        return TRUE;
      if (ftruncate (self->fd, 0) < 0)
        {
          ls_file_set_error (error, errno, self->part_path, "truncate");
          return FALSE;
        }
      status.st_size = 0;
    }
  ls_ingest_go_on_at (self, status.st_size);

  return TRUE;
}

/**
 * ls_ingest_open:
 * @store: a store
 * @blob: what is to come
 * @cancellable: (nullable): ends the wait for another writer, and those of
 *   ls_ingest_write()
 * @error: return location for an error
 *
 * See ls_store_ingest().
 *
 * Returns: (transfer full) (nullable): a new ingest
 */
LsIngest *
ls_ingest_open (LsStore *store, LsDescriptor *blob, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsIngest) self = g_object_new (LS_TYPE_INGEST, NULL);
  const char *root = ls_store_get_path (store);
  LsDigest *digest = ls_descriptor_get_digest (blob);
  g_autofree char *directory =
      ls_store_files_blob_directory (root, ls_digest_get_algorithm (digest));

  self->store = g_object_ref (store);
  self->part_path = ls_store_files_part_path (root, digest);
  self->blob = ls_descriptor_ref (blob);
  g_set_object (&self->cancellable, cancellable);

  if (ls_store_has_blob (store, blob))
    return g_steal_pointer (&self);

  if (access (directory, F_OK) != 0 && !ls_file_make_directory (directory, 0755, error))
    return NULL;
  if (!open_part (self, cancellable, error))
    return NULL;
  if (self->fd >= 0 && !find_end (self, error))
    return NULL;

  return g_steal_pointer (&self);
}
