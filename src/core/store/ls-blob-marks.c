/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-blob-marks.h"

#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ATTRIBUTE "user.longshore.intact"

/* More than that are synced all at once, together with whatever else the disk has
 * to write; fewer are not worth that. */
#define MAX_SYNCED_ALONE 4

/* The kernel writes what is older by itself, after half a minute. */
#define SURELY_WRITTEN_AFTER (5 * 60)

/* What takes longer to read once more than to make sure that it is written. */
#define LARGE_SIZE (1024 * 1024)

#define STAMP_SIZE 64

struct _LsBlobMarks
{
  char *root;
  GMutex sync_mutex; /* who has nothing to sync still waits for whoever does it */

  GMutex mutex;         /* guards what follows */
  GHashTable *stamps;   /* LsDigest: char *; see make_stamp() */
  GHashTable *unsynced; /* LsDigest: intact, but the disk may not have it yet */
};

/* As long as this is the same, so is the content. */
static void
make_stamp (const struct stat *status, char stamp[STAMP_SIZE])
{
  g_snprintf (stamp, STAMP_SIZE, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
              (guint64) status->st_ino, (gint64) status->st_mtim.tv_sec,
              (long) status->st_mtim.tv_nsec);
}

/**
 * ls_blob_marks_new:
 * @root: path of the layout
 *
 * Returns: (transfer full): what is known of its blobs
 */
LsBlobMarks *
ls_blob_marks_new (const char *root)
{
  LsBlobMarks *marks = g_new0 (LsBlobMarks, 1);

  marks->root = g_strdup (root);
  g_mutex_init (&marks->sync_mutex);
  g_mutex_init (&marks->mutex);
  marks->stamps = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                         (GDestroyNotify) ls_digest_unref, g_free);
  marks->unsynced = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                           (GDestroyNotify) ls_digest_unref, NULL);

  return marks;
}

/**
 * ls_blob_marks_free:
 * @marks: (transfer full): marks
 */
void
ls_blob_marks_free (LsBlobMarks *marks)
{
  g_hash_table_unref (marks->stamps);
  g_hash_table_unref (marks->unsynced);
  g_mutex_clear (&marks->sync_mutex);
  g_mutex_clear (&marks->mutex);
  g_free (marks->root);
  g_free (marks);
}

static gboolean
is_marked (int fd, const char *stamp)
{
  char found[STAMP_SIZE];
  ssize_t size = fgetxattr (fd, ATTRIBUTE, found, sizeof found);

  return size > 0 && (gsize) size == strlen (stamp) && memcmp (found, stamp, (gsize) size) == 0;
}

/* Where the file system has no such attributes, the next run reads it again. */
static void
mark (int fd, const char *stamp)
{
  if (fsetxattr (fd, ATTRIBUTE, stamp, strlen (stamp), 0) < 0)
    g_debug ("Cannot mark a blob as intact: %s", g_strerror (errno));
}

/**
 * ls_blob_marks_is_intact:
 * @marks: marks
 * @digest: names a blob
 * @fd: its file
 * @status: the file's status
 *
 * Returns: whether that very file was found to be intact before
 */
gboolean
ls_blob_marks_is_intact (LsBlobMarks *marks, LsDigest *digest, int fd, const struct stat *status)
{
  char stamp[STAMP_SIZE];
  gboolean is_known;

  make_stamp (status, stamp);

  g_mutex_lock (&marks->mutex);
  is_known = g_strcmp0 (g_hash_table_lookup (marks->stamps, digest), stamp) == 0;
  g_mutex_unlock (&marks->mutex);

  return is_known || is_marked (fd, stamp);
}

/**
 * ls_blob_marks_add_new:
 * @marks: marks
 * @digest: names a blob
 * @status: the status of its file
 *
 * Remembers that a file which was just written is intact; beyond this run only once
 * ls_blob_marks_sync() has made sure that the disk has it.
 */
void
ls_blob_marks_add_new (LsBlobMarks *marks, LsDigest *digest, const struct stat *status)
{
  char stamp[STAMP_SIZE];

  make_stamp (status, stamp);

  g_mutex_lock (&marks->mutex);
  g_hash_table_replace (marks->stamps, ls_digest_ref (digest), g_strdup (stamp));
  g_hash_table_add (marks->unsynced, ls_digest_ref (digest));
  g_mutex_unlock (&marks->mutex);
}

static gboolean
is_surely_written (int fd, const struct stat *status)
{
  gint64 age = g_get_real_time () / G_USEC_PER_SEC - (gint64) status->st_mtim.tv_sec;

  return age > SURELY_WRITTEN_AFTER || (status->st_size >= LARGE_SIZE && fdatasync (fd) == 0);
}

/**
 * ls_blob_marks_add_old:
 * @marks: marks
 * @digest: names a blob
 * @fd: its file
 * @status: the file's status
 *
 * Remembers that a file which somebody has written before was found to be intact.
 */
void
ls_blob_marks_add_old (LsBlobMarks *marks, LsDigest *digest, int fd, const struct stat *status)
{
  char stamp[STAMP_SIZE];

  if (!is_surely_written (fd, status))
    {
      ls_blob_marks_add_new (marks, digest, status);
      return;
    }

  make_stamp (status, stamp);
  mark (fd, stamp);

  g_mutex_lock (&marks->mutex);
  g_hash_table_replace (marks->stamps, ls_digest_ref (digest), g_strdup (stamp));
  g_mutex_unlock (&marks->mutex);
}

/**
 * ls_blob_marks_forget:
 * @marks: marks
 * @digest: names a blob
 * @fd: its file
 *
 * Takes the mark away from a file that was found to be damaged after all, although
 * nobody wrote to it.
 */
void
ls_blob_marks_forget (LsBlobMarks *marks, LsDigest *digest, int fd)
{
  fremovexattr (fd, ATTRIBUTE);

  g_mutex_lock (&marks->mutex);
  g_hash_table_remove (marks->stamps, digest);
  g_mutex_unlock (&marks->mutex);
}

/* Returns: -1 for one that was deleted meanwhile, which then needs nothing */
static int
open_blob (LsBlobMarks *marks, LsDigest *digest)
{
  g_autofree char *path = ls_store_files_blob_path (marks->root, digest);

  return open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static gboolean
sync_each (LsBlobMarks *marks, GHashTable *digests, GError **error)
{
  g_autofree char *sha256 = ls_store_files_blob_directory (marks->root, "sha256");
  g_autofree char *sha512 = ls_store_files_blob_directory (marks->root, "sha512");
  GHashTableIter iter;
  gpointer digest;

  g_hash_table_iter_init (&iter, digests);
  while (g_hash_table_iter_next (&iter, &digest, NULL))
    {
      g_auto (LsFileLock) fd = open_blob (marks, digest);

      if (fd >= 0 && fdatasync (fd) < 0)
        {
          ls_file_set_error (error, errno, ls_digest_to_string (digest), "sync");
          return FALSE;
        }
    }

  return ls_file_sync_directory (sha256, error) && ls_file_sync_directory (sha512, error);
}

static gboolean
sync_all (LsBlobMarks *marks, GError **error)
{
  g_auto (LsFileLock) fd = open (marks->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && syncfs (fd) == 0)
    return TRUE;

  ls_file_set_error (error, errno, marks->root, "sync");

  return FALSE;
}

static void
mark_all (LsBlobMarks *marks, GHashTable *digests)
{
  GHashTableIter iter;
  gpointer digest;

  g_hash_table_iter_init (&iter, digests);
  while (g_hash_table_iter_next (&iter, &digest, NULL))
    {
      g_auto (LsFileLock) fd = open_blob (marks, digest);
      g_autofree char *stamp = NULL;
      char now[STAMP_SIZE];
      struct stat status;

      g_mutex_lock (&marks->mutex);
      stamp = g_strdup (g_hash_table_lookup (marks->stamps, digest));
      g_mutex_unlock (&marks->mutex);

      if (fd < 0 || fstat (fd, &status) < 0)
        continue;
      make_stamp (&status, now);
      if (g_strcmp0 (now, stamp) == 0)
        mark (fd, stamp);
    }
}

static void
keep_for_later (LsBlobMarks *marks, GHashTable *digests)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&marks->mutex);
  GHashTableIter iter;
  gpointer digest;

  g_hash_table_iter_init (&iter, digests);
  while (g_hash_table_iter_next (&iter, &digest, NULL))
    g_hash_table_add (marks->unsynced, ls_digest_ref (digest));
}

/**
 * ls_blob_marks_sync:
 * @marks: marks
 * @error: return location for an error
 *
 * Waits until the disk has all blobs that came since this was called last, and
 * their names: before an index may lead to them.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether it has
 */
gboolean
ls_blob_marks_sync (LsBlobMarks *marks, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&marks->sync_mutex);
  g_autoptr (GHashTable) digests = NULL;
  gboolean done = TRUE;

  g_mutex_lock (&marks->mutex);
  digests = g_steal_pointer (&marks->unsynced);
  marks->unsynced = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                           (GDestroyNotify) ls_digest_unref, NULL);
  g_mutex_unlock (&marks->mutex);

  if (g_hash_table_size (digests) > MAX_SYNCED_ALONE)
    done = sync_all (marks, error);
  else if (g_hash_table_size (digests) > 0)
    done = sync_each (marks, digests, error);

  if (done)
    mark_all (marks, digests);
  else
    keep_for_later (marks, digests);

  return done;
}
