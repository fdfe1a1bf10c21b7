/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is preloaded into a program, and makes its work on files go wrong. What counts is
 * below the directory LS_FAULT_ROOT:
 *
 *   LS_FAULT_LOG=FILE        gets a line for each operation, as "write index.json.new"
 *   LS_FAULT_FILES="NTH ERRNO MODE OPERATION"
 *
 * The NTH operation of that name fails with that error number: MODE "once", "half"
 * (after half of its bytes) or "full"; after these two nothing that needs room succeeds
 * any more, as on a full disk. With MODE "kill" it is the last thing that is tried. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static int log_fd = -1;
static int nth;
static int error_number;
static char mode[8];
static char operation[PATH_MAX];
static int is_full;

#define REAL(name) ((__typeof__ (&name)) real (#name))

static void *
real (const char *name)
{
  return dlsym (RTLD_NEXT, name);
}

__attribute__ ((constructor)) static void
set_up (void)
{
  const char *text = getenv ("LS_FAULT_FILES");
  const char *path = getenv ("LS_FAULT_LOG");

  root = getenv ("LS_FAULT_ROOT");
  if (path != NULL)
    log_fd = REAL (open) (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (text != NULL
      && sscanf (text, "%d %d %7s %4095[^\n]", &nth, &error_number, mode, operation) != 4)
    abort ();
}

typedef enum
{
  GOES,
  FAILS,
  GOES_HALF,
} Fate;

/* @needs_room: whether a full disk has a say in it. */
static Fate
decide (const char *verb, const char *path, int needs_room)
{
  char line[PATH_MAX + 32];
  int length;
  Fate fate = GOES;

  if (root == NULL || strncmp (path, root, strlen (root)) != 0)
    return GOES;

  path += strlen (root);
  length = snprintf (line, sizeof line, "%s %s\n", verb, *path == '/' ? path + 1 : ".");

  pthread_mutex_lock (&lock);
  if (log_fd >= 0 && REAL (write) (log_fd, line, (size_t) length) != length)
    abort ();
  line[length - 1] = '\0';
  if (nth > 0 && strcmp (line, operation) == 0 && --nth == 0)
    {
      if (strcmp (mode, "kill") == 0)
        kill (getpid (), SIGKILL);
      fate = strcmp (mode, "half") == 0 ? GOES_HALF : FAILS;
      is_full = strcmp (mode, "once") != 0;
    }
  else if (is_full && needs_room)
    {
      fate = FAILS;
    }
  pthread_mutex_unlock (&lock);

  if (fate == FAILS)
    errno = error_number;

  return fate;
}

static Fate
decide_for_fd (const char *verb, int fd, int needs_room)
{
  char link[64];
  char path[PATH_MAX];
  ssize_t length;

  if (root == NULL)
    return GOES;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  if (length < 0)
    return GOES;
  path[length] = '\0';

  return decide (verb, path, needs_room);
}

static Fate
decide_for_name (const char *verb, const char *path, int needs_room)
{
  char whole[PATH_MAX];

  if (root == NULL || *path == '/')
    return decide (verb, path, needs_room);
  if (getcwd (whole, sizeof whole) == NULL)
    return GOES;
  strncat (whole, "/", sizeof whole - strlen (whole) - 1);
  strncat (whole, path, sizeof whole - strlen (whole) - 1);

  return decide (verb, whole, needs_room);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  switch (decide_for_fd ("write", fd, 1))
    {
    case FAILS:
      return -1;
    case GOES_HALF:
      return REAL (write) (fd, data, size / 2);
    default:
      return REAL (write) (fd, data, size);
    }
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t offset)
{
  switch (decide_for_fd ("write", fd, 1))
    {
    case FAILS:
      return -1;
    case GOES_HALF:
      return REAL (pwrite64) (fd, data, size / 2, offset);
    default:
      return REAL (pwrite64) (fd, data, size, offset);
    }
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return pwrite64 (fd, data, size, offset);
}

int
fallocate64 (int fd, int flags, off64_t offset, off64_t length)
{
  return decide_for_fd ("allocate", fd, 1) == GOES ? REAL (fallocate64) (fd, flags, offset, length)
                                                   : -1;
}

int
fallocate (int fd, int flags, off_t offset, off_t length)
{
  return fallocate64 (fd, flags, offset, length);
}

int
ftruncate64 (int fd, off64_t length)
{
  return decide_for_fd ("truncate", fd, 0) == GOES ? REAL (ftruncate64) (fd, length) : -1;
}

int
ftruncate (int fd, off_t length)
{
  return ftruncate64 (fd, length);
}

int
fsync (int fd)
{
  return decide_for_fd ("sync", fd, 0) == GOES ? REAL (fsync) (fd) : -1;
}

int
fdatasync (int fd)
{
  return decide_for_fd ("sync", fd, 0) == GOES ? REAL (fdatasync) (fd) : -1;
}

int
syncfs (int fd)
{
  return decide_for_fd ("sync", fd, 0) == GOES ? REAL (syncfs) (fd) : -1;
}

int
rename (const char *from, const char *to)
{
  return decide_for_name ("rename", to, 0) == GOES ? REAL (rename) (from, to) : -1;
}

int
mkdir (const char *path, mode_t permissions)
{
  return decide_for_name ("mkdir", path, 1) == GOES ? REAL (mkdir) (path, permissions) : -1;
}

int
open64 (const char *path, int flags, ...)
{
  mode_t permissions = 0;

  if (flags & (O_CREAT | O_TMPFILE))
    {
      va_list arguments;

      va_start (arguments, flags);
      permissions = va_arg (arguments, mode_t);
      va_end (arguments);
    }
  if ((flags & O_CREAT) && REAL (access) (path, F_OK) < 0
      && decide_for_name ("create", path, 1) != GOES)
    return -1;

  return REAL (open64) (path, flags, permissions);
}

__typeof__ (open64) open __attribute__ ((alias ("open64")));
