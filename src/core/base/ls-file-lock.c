/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-file-lock.h"

#include "ls-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define LONGEST_WAIT_MS 50

/**
 * ls_file_lock_try_fd:
 * @fd: an open file
 * @mode: shared with other holders, or alone
 *
 * Locks a file if nobody is in the way.
 *
 * Returns: whether it is locked now; otherwise errno says why not, and is
 *   `EWOULDBLOCK` when somebody else has it
 */
gboolean
ls_file_lock_try_fd (int fd, LsFileLockMode mode)
{
  int operation = (mode == LS_FILE_LOCK_SHARED ? LOCK_SH : LOCK_EX) | LOCK_NB;
  int result;

  do
    result = flock (fd, operation);
  while (result < 0 && errno == EINTR);

  return result == 0;
}

/* Returns when the cancellable is cancelled, or some time later. */
static void
wait_a_little (int milliseconds, GCancellable *cancellable)
{
  GPollFD cancelled;

  if (g_cancellable_make_pollfd (cancellable, &cancelled))
    {
      g_poll (&cancelled, 1, milliseconds);
      g_cancellable_release_fd (cancellable);
    }
  else
    g_usleep ((gulong) milliseconds * 1000);
}

/**
 * ls_file_lock_fd:
 * @fd: an open file
 * @mode: shared with other holders, or alone
 * @path: the file's path, for the error
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Locks a file, waiting for other holders. It asks again and again, since a
 * thread that sleeps in flock() cannot be cancelled.
 *
 * Errors: %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is locked now
 */
gboolean
ls_file_lock_fd (int fd, LsFileLockMode mode, const char *path, GCancellable *cancellable,
                 GError **error)
{
  int wait = 1;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (ls_file_lock_try_fd (fd, mode))
        return TRUE;
      if (errno != EWOULDBLOCK)
        {
          ls_file_set_error (error, errno, path, "lock");
          return FALSE;
        }
      wait_a_little (wait, cancellable);
      wait = MIN (wait * 2, LONGEST_WAIT_MS);
    }

  return FALSE;
}

/**
 * ls_file_lock_open:
 * @folder: where it is
 * @name: the name of a file that serves as a lock
 * @error: return location for an error
 *
 * Opens a lock file, making it if it is missing. It is never deleted: a lock on
 * a deleted file would keep nobody out.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: a file descriptor, or -1
 */
int
ls_file_lock_open (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  /* For writing, because NFS wants that for an exclusive lock. */
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    ls_file_set_error (error, errno, path, "open");

  return fd;
}

/**
 * ls_file_lock_acquire:
 * @folder: where it is
 * @name: the name of a file that serves as a lock
 * @mode: shared with other holders, or alone
 * @cancellable: (nullable): ends the wait
 * @error: return location for an error
 *
 * Opens and locks a lock file, waiting for other holders.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: a file descriptor to release, or -1
 */
int
ls_file_lock_acquire (const char *folder, const char *name, LsFileLockMode mode,
                      GCancellable *cancellable, GError **error)
{
  int fd = ls_file_lock_open (folder, name, error);

  if (fd >= 0 && !ls_file_lock_fd (fd, mode, name, cancellable, error))
    {
      close (fd);
      return -1;
    }

  return fd;
}

/**
 * ls_file_lock_release:
 * @fd: what ls_file_lock_acquire() returned
 *
 * Lets go of a lock.
 */
void
ls_file_lock_release (int fd)
{
  close (fd);
}

/**
 * ls_file_lock_clear:
 * @lock: (inout): a lock, or -1
 *
 * Lets go of @lock, if there is one.
 */
void
ls_file_lock_clear (LsFileLock *lock)
{
  if (*lock >= 0)
    ls_file_lock_release (*lock);
  *lock = -1;
}
