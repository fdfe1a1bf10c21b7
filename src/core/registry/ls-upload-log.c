/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-log.h"

#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-upload-log-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than anybody sends at a time. */
#define MAX_UPLOADS 256
#define NAME_LENGTH 64

#define LOCK_NAME "lock"

struct _LsUploadLog
{
  GMutex mutex;
  char *folder; /* NULL: not open, and nothing is remembered */
  LsFileLock lock;
  GHashTable *entries; /* the name of the file -> LsUploadEntry */
};

/**
 * ls_upload_log_new:
 *
 * Returns: (transfer full): a log that is not open: it keeps nothing
 */
LsUploadLog *
ls_upload_log_new (void)
{
  LsUploadLog *self = g_atomic_rc_box_new0 (LsUploadLog);

  g_mutex_init (&self->mutex);
  self->lock = -1;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) ls_upload_entry_free);

  return self;
}

/**
 * ls_upload_log_ref:
 * @log: a log
 *
 * Returns: (transfer full): the same log
 */
LsUploadLog *
ls_upload_log_ref (LsUploadLog *log)
{
  return g_atomic_rc_box_acquire (log);
}

static void
log_clear (gpointer data)
{
  LsUploadLog *self = data;

  ls_upload_log_close (self);
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->mutex);
}

/**
 * ls_upload_log_unref:
 * @log: (transfer full): a log
 */
void
ls_upload_log_unref (LsUploadLog *log)
{
  g_atomic_rc_box_release_full (log, log_clear);
}

/* A folder of ours that nobody else may enter. */
static gboolean
secure_folder (const char *folder, GError **error)
{
  struct stat info;

  if (!ls_file_make_directory (folder, 0700, error))
    return FALSE;

  if (g_lstat (folder, &info) != 0)
    ls_file_set_error (error, errno, folder, "open");
  else if (!S_ISDIR (info.st_mode) || info.st_uid != geteuid ())
    ls_file_set_error (error, EPERM, folder, "use");
  else if ((info.st_mode & 077) != 0 && g_chmod (folder, 0700) != 0)
    ls_file_set_error (error, errno, folder, "close to others");
  else
    return TRUE;

  return FALSE;
}

static int
lock_folder (const char *folder, GError **error)
{
  g_auto (LsFileLock) lock = ls_file_lock_open (folder, LOCK_NAME, error);

  if (lock >= 0 && !ls_file_lock_try_fd (lock, LS_FILE_LOCK_EXCLUSIVE))
    {
      ls_file_set_error (error, errno, folder, "lock");
      return -1;
    }

  return g_steal_fd (&lock);
}

static void
delete_file (LsUploadLog *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  if (g_unlink (path) != 0 && errno != ENOENT)
    g_debug ("An upload cannot be forgotten: %s", g_strerror (errno));
}

/* The folder is ours: what is of no use in it goes. */
static void
read_folder (LsUploadLog *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      LsUploadEntry *entry = NULL;

      if (g_str_equal (name, LOCK_NAME))
        continue;

      if (strlen (name) == NAME_LENGTH && g_hash_table_size (self->entries) < MAX_UPLOADS)
        entry = ls_upload_entry_read (path, name);
      if (entry != NULL)
        g_hash_table_insert (self->entries, g_strdup (name), entry);
      else
        delete_file (self, name);
    }
}

/**
 * ls_upload_log_open:
 * @log: a log; nothing happens to one that is open
 * @folder: the path of a folder of its own, which need not exist
 * @error: return location for an error
 *
 * Recalls what an earlier run has left there, and keeps there what is under way from
 * now on. What cannot be understood, may have been read or written by somebody
 * else, or is older than a day is deleted. Blocks on the disk.
 *
 * Errors: %LS_ERROR_STORE, also when another process has the folder; %LS_ERROR_NO_SPACE.
 *
 * Returns: whether it is open; otherwise nothing is remembered
 */
gboolean
ls_upload_log_open (LsUploadLog *log, const char *folder, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);

  if (log->folder != NULL)
    return TRUE;

  if (!secure_folder (folder, error))
    return FALSE;
  log->lock = lock_folder (folder, error);
  if (log->lock < 0)
    return FALSE;

  log->folder = g_strdup (folder);
  read_folder (log);

  return TRUE;
}

/**
 * ls_upload_log_close:
 * @log: a log
 *
 * Leaves what is under way to whoever opens the folder next.
 */
void
ls_upload_log_close (LsUploadLog *log)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);

  g_hash_table_remove_all (log->entries);
  g_clear_pointer (&log->folder, g_free);
  ls_file_lock_clear (&log->lock);
}

/**
 * ls_upload_log_note:
 * @log: a log
 * @key: whose upload of what
 * @location: its address, at the registry itself
 *
 * Remembers an upload that somebody is at, in place of a former one of the same.
 */
void
ls_upload_log_note (LsUploadLog *log, const LsUploadKey *key, GUri *location)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (LsUploadEntry) entry = NULL;
  g_autoptr (GError) error = NULL;

  if (log->folder == NULL)
    return;

  name = ls_upload_entry_name (key);
  if (g_hash_table_size (log->entries) >= MAX_UPLOADS
      && !g_hash_table_contains (log->entries, name))
    return;

  entry = ls_upload_entry_new (key, location);
  path = g_build_filename (log->folder, name, NULL);
  if (ls_upload_entry_write (entry, path, &error))
    g_hash_table_replace (log->entries, g_steal_pointer (&name), g_steal_pointer (&entry));
  else
    g_debug ("An upload may have to begin anew: %s", error->message);
}

/* Called with the lock held. */
static void
forget (LsUploadLog *self, const char *name)
{
  if (g_hash_table_remove (self->entries, name))
    delete_file (self, name);
}

/**
 * ls_upload_log_take:
 * @log: a log
 * @key: whose upload of what
 *
 * Gives an upload that rests to one user only. It stays written down.
 *
 * Returns: (transfer full) (nullable): its address; %NULL where there is none, or
 *   somebody is at it
 */
GUri *
ls_upload_log_take (LsUploadLog *log, const LsUploadKey *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);
  g_autofree char *name = NULL;
  LsUploadEntry *entry;

  if (g_hash_table_size (log->entries) == 0)
    return NULL;

  name = ls_upload_entry_name (key);
  entry = g_hash_table_lookup (log->entries, name);
  if (entry == NULL || entry->is_busy)
    return NULL;
  if (!ls_upload_entry_is_fresh (entry))
    {
      forget (log, name);
      return NULL;
    }

  entry->is_busy = TRUE;

  return g_uri_ref (entry->location);
}

/**
 * ls_upload_log_rest:
 * @log: a log
 * @key: whose upload of what
 *
 * Says that nobody is at the upload for now.
 */
void
ls_upload_log_rest (LsUploadLog *log, const LsUploadKey *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);
  g_autofree char *name = ls_upload_entry_name (key);
  LsUploadEntry *entry = g_hash_table_lookup (log->entries, name);

  if (entry != NULL)
    entry->is_busy = FALSE;
}

/**
 * ls_upload_log_drop:
 * @log: a log
 * @key: whose upload of what
 *
 * Forgets an upload that is at its end.
 */
void
ls_upload_log_drop (LsUploadLog *log, const LsUploadKey *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);
  g_autofree char *name = NULL;

  if (g_hash_table_size (log->entries) == 0)
    return;

  name = ls_upload_entry_name (key);
  forget (log, name);
}

/**
 * ls_upload_log_drop_repository:
 * @log: a log
 * @registry: the name of a registry
 * @username: (nullable): who asks there
 * @repository: the name of a repository
 *
 * Forgets all uploads to a repository that rest, whose ever they are: nobody goes on
 * with them.
 *
 * Returns: (transfer full) (element-type GUri): the addresses of those that are
 *   @username's, who may tell the registry
 */
GPtrArray *
ls_upload_log_drop_repository (LsUploadLog *log, const char *registry, const char *username,
                               const char *repository)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->mutex);
  GPtrArray *locations = g_ptr_array_new_with_free_func ((GDestroyNotify) g_uri_unref);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, log->entries);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      LsUploadEntry *entry = value;

      if (entry->is_busy || !g_str_equal (entry->registry, registry)
          || !g_str_equal (entry->repository, repository))
        continue;

      if (g_strcmp0 (entry->username, username) == 0)
        g_ptr_array_add (locations, g_uri_ref (entry->location));
      delete_file (log, name);
      g_hash_table_iter_remove (&iter);
    }

  return locations;
}
