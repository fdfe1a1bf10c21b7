/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-lock.h"

#include "ls-store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define LONGEST_WAIT_MS 50

/**
 * ls_store_lock_try_fd:
 * @fd: an open file
 * @mode: shared with other holders, or alone
 *
 * Locks a file if nobody is in the way.
 *
 * Returns: whether it is locked now; otherwise errno says why not, and is
 *   `EWOULDBLOCK` when somebody else has it
 */
gboolean
ls_store_lock_try_fd (int fd, LsStoreLockMode mode)
{
  int operation = (mode == LS_STORE_LOCK_SHARED ? LOCK_SH : LOCK_EX) | LOCK_NB;
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
 * ls_store_lock_fd:
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
ls_store_lock_fd (int fd, LsStoreLockMode mode, const char *path, GCancellable *cancellable,
                  GError **error)
{
  int wait = 1;

  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (ls_store_lock_try_fd (fd, mode))
        return TRUE;
      if (errno != EWOULDBLOCK)
        {
          ls_store_files_set_error (error, errno, path, "lock");
          return FALSE;
        }
      wait_a_little (wait, cancellable);
      wait = MIN (wait * 2, LONGEST_WAIT_MS);
    }

  return FALSE;
}

/**
 * ls_store_lock_open:
 * @root: path of the layout
 * @name: name of a lock file in it
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
ls_store_lock_open (const char *root, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  /* For writing, because NFS wants that for an exclusive lock. */
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    ls_store_files_set_error (error, errno, path, "open");

  return fd;
}

/**
 * ls_store_lock_acquire:
 * @root: path of the layout
 * @name: name of a lock file in it
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
ls_store_lock_acquire (const char *root, const char *name, LsStoreLockMode mode,
                       GCancellable *cancellable, GError **error)
{
  int fd = ls_store_lock_open (root, name, error);

  if (fd >= 0 && !ls_store_lock_fd (fd, mode, name, cancellable, error))
    {
      close (fd);
      return -1;
    }

  return fd;
}

/**
 * ls_store_lock_release:
 * @fd: what ls_store_lock_acquire() returned
 *
 * Lets go of a lock.
 */
void
ls_store_lock_release (int fd)
{
  close (fd);
}

void
ls_store_lock_clear (LsStoreLock *lock)
{
  if (*lock >= 0)
    ls_store_lock_release (*lock);
  *lock = -1;
}
