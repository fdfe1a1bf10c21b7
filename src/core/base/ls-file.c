/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-file.h"

#include "ls-error.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/**
 * ls_file_set_error:
 * @error: return location for an error
 * @saved_errno: the errno of what failed
 * @path: the file it is about
 * @action: what was tried, as in "read" or "create"
 *
 * Makes the error of a failed system call: %LS_ERROR_NO_SPACE when the disk or
 * the quota is full, otherwise %LS_ERROR_STORE. Its subject is @path.
 */
void
ls_file_set_error (GError **error, int saved_errno, const char *path, const char *action)
{
  gboolean full = saved_errno == ENOSPC || saved_errno == EDQUOT;

  g_set_error (error, LS_ERROR, full ? LS_ERROR_NO_SPACE : LS_ERROR_STORE, "Cannot %s “%s”: %s",
               action, path, g_strerror (saved_errno));
  if (error != NULL)
    ls_error_set_subject (*error, path);
}

/**
 * ls_file_read_fd:
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
ls_file_read_fd (int fd, const char *path, gsize max_size, GError **error)
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
          ls_file_set_error (error, errno, path, "read");
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
 * ls_file_read:
 * @path: a file
 * @max_size: largest number of bytes that are read
 * @error: return location for an error
 *
 * Errors: %LS_ERROR_TOO_LARGE, %LS_ERROR_STORE; the subject is @path.
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *
ls_file_read (const char *path, gsize max_size, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    {
      ls_file_set_error (error, errno, path, "open");
      return NULL;
    }

  bytes = ls_file_read_fd (fd, path, max_size, error);
  close (fd);

  return g_steal_pointer (&bytes);
}

/**
 * ls_file_write_all:
 * @fd: a file, open for writing
 * @data: what to write
 * @size: number of bytes in @data
 * @written: (out): number of bytes written, also when that is not all
 *
 * Returns: whether all was written; otherwise errno says why not
 */
gboolean
ls_file_write_all (int fd, gconstpointer data, gsize size, gsize *written)
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
 * ls_file_sync_directory:
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
ls_file_sync_directory (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done;

  if (fd < 0 && errno == ENOENT)
    return TRUE;

  /* Some network file systems do not know how to sync a directory. */
  done = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);
  if (!done)
    ls_file_set_error (error, errno, path, "sync");
  if (fd >= 0)
    close (fd);

  return done;
}

/**
 * ls_file_replace:
 * @path: a file, which need not exist; the caller holds a lock against other writers
 * @bytes: its new content
 * @flags: who may read it, and how much is done for it
 * @error: return location for an error
 *
 * Replaces a file so that a reader has either the old content or the new; and so that the
 * disk has, after a crash of the computer, unless %LS_FILE_QUICK is among @flags. A link in
 * the place of the file is replaced, and not followed.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether that worked; otherwise the old content is still there, unless it was the
 *   folder that could not be synced
 */
gboolean
ls_file_replace (const char *path, GBytes *bytes, LsFileFlags flags, GError **error)
{
  /* One name, not a random one: what a killed process leaves is used again. */
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  int mode = (flags & LS_FILE_PRIVATE) != 0 ? 0600 : 0644;
  gboolean is_quick = (flags & LS_FILE_QUICK) != 0;
  gsize written;
  gboolean done;
  int fd;

  g_unlink (temporary);
  fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0)
    {
      ls_file_set_error (error, errno, temporary, "create");
      return FALSE;
    }

  done = ls_file_write_all (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &written)
         && (is_quick || fsync (fd) == 0);
  if (!done)
    ls_file_set_error (error, errno, temporary, "write");
  /* After fsync, close has nothing left to fail with. */
  close (fd);

  if (done && g_rename (temporary, path) < 0)
    {
      ls_file_set_error (error, errno, path, "replace");
      done = FALSE;
    }
  if (!done)
    {
      g_unlink (temporary);
      return FALSE;
    }

  return is_quick || ls_file_sync_directory (directory, error);
}

/**
 * ls_file_make_directory:
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
ls_file_make_directory (const char *path, int mode, GError **error)
{
  if (g_mkdir_with_parents (path, mode) == 0)
    return TRUE;

  ls_file_set_error (error, errno, path, "create the folder");
  return FALSE;
}
