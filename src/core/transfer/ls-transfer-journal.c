/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-journal.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-worker.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* More processes on one folder get no journal. */
#define MAX_PROCESSES 16

struct _LsTransferJournal
{
  GObject parent_instance;

  char *folder;
  char *path;      /* set while it is open */
  LsFileLock lock; /* -1: not open */

  GMutex write_lock; /* held while the file is written */
  GMutex mutex;      /* guards what follows */
  GBytes *pending;   /* (nullable): what has to be written */
  GBytes *written;   /* (nullable): what the file has, or is just given */
};

G_DEFINE_FINAL_TYPE (LsTransferJournal, ls_transfer_journal, G_TYPE_OBJECT)

static void
ls_transfer_journal_finalize (GObject *object)
{
  LsTransferJournal *self = LS_TRANSFER_JOURNAL (object);

  ls_file_lock_clear (&self->lock);
  g_free (self->folder);
  g_free (self->path);
  g_clear_pointer (&self->pending, g_bytes_unref);
  g_clear_pointer (&self->written, g_bytes_unref);
  g_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ls_transfer_journal_parent_class)->finalize (object);
}

static void
ls_transfer_journal_class_init (LsTransferJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_transfer_journal_finalize;
}

static void
ls_transfer_journal_init (LsTransferJournal *self)
{
  self->lock = -1;
  g_mutex_init (&self->write_lock);
  g_mutex_init (&self->mutex);
}

/**
 * ls_transfer_journal_new:
 * @folder: where its files are, or will be
 *
 * Returns: (transfer full): a journal that is not open
 */
LsTransferJournal *
ls_transfer_journal_new (const char *folder)
{
  LsTransferJournal *self = g_object_new (LS_TYPE_TRANSFER_JOURNAL, NULL);

  self->folder = g_strdup (folder);

  return self;
}

static char *
build_name (guint number, const char *suffix)
{
  return number == 0 ? g_strdup_printf ("transfers.%s", suffix)
                     : g_strdup_printf ("transfers-%u.%s", number, suffix);
}

static char *
build_path (LsTransferJournal *self, guint number)
{
  g_autofree char *name = build_name (number, "ini");

  return g_build_filename (self->folder, name, NULL);
}

static int
try_lock (LsTransferJournal *self, guint number, GError **error)
{
  g_autofree char *name = build_name (number, "lock");
  g_auto (LsFileLock) lock = ls_file_lock_open (self->folder, name, error);

  if (lock < 0 || !ls_file_lock_try_fd (lock, LS_FILE_LOCK_EXCLUSIVE))
    return -1;

  return g_steal_fd (&lock);
}

/* What cannot be understood is put aside: it may be of a later version, to which
 * the user goes back. */
static void
put_aside (const char *path, const GError *reason)
{
  g_autofree char *aside = g_strconcat (path, ".unreadable", NULL);

  g_debug ("“%s” is put aside: %s", path, reason->message);
  if (g_rename (path, aside) < 0)
    g_debug ("Cannot rename “%s”: %s", path, g_strerror (errno));
}

static void
read_records (const char *path, GPtrArray *records)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;

  bytes = ls_file_read (path, LS_TRANSFER_RECORDS_MAX_SIZE, &error);
  if (bytes != NULL)
    found = ls_transfer_records_from_bytes (bytes, &error);
  if (found == NULL)
    put_aside (path, error);
  else
    g_ptr_array_extend_and_steal (records, g_steal_pointer (&found));
}

static gboolean
is_written (LsTransferJournal *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->pending == NULL && self->written != NULL;
}

/* What processes that are gone have left comes into our own file, and only then
 * goes from theirs: there is no moment at which it is nowhere. */
static void
take_over (LsTransferJournal *self, guint own, GPtrArray *records)
{
  for (guint i = 0; i < MAX_PROCESSES; i++)
    {
      g_autofree char *path = build_path (self, i);
      g_auto (LsFileLock) lock = -1;
      guint n_before = records->len;

      if (i == own || !g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      lock = try_lock (self, i, NULL);
      if (lock < 0)
        continue;

      read_records (path, records);
      if (records->len > n_before)
        {
          ls_transfer_journal_save (self, records);
          ls_transfer_journal_flush (self);
          if (!is_written (self))
            continue;
        }
      if (g_unlink (path) < 0 && errno != ENOENT)
        g_debug ("Cannot delete “%s”: %s", path, g_strerror (errno));
    }
}

/**
 * ls_transfer_journal_open:
 * @self: a journal that is not open
 * @error: return location for an error
 *
 * Makes a file of the folder this process's own, and takes over what others left
 * that are gone. What is in files that cannot be read is lost, and they are kept
 * beside. Blocks on the disk.
 *
 * Errors: %LS_ERROR_STORE, %LS_ERROR_NO_SPACE; then nothing is remembered.
 *
 * Returns: (transfer full) (element-type LsTransferRecord): the transfers that
 *   were not finished, in order
 */
GPtrArray *
ls_transfer_journal_open (LsTransferJournal *self, GError **error)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_transfer_record_free);
  guint own;

  g_return_val_if_fail (self->lock < 0, NULL);

  if (!ls_file_make_directory (self->folder, 0700, error))
    return NULL;

  for (own = 0; own < MAX_PROCESSES && self->lock < 0; own++)
    {
      g_autoptr (GError) problem = NULL;

      self->lock = try_lock (self, own, &problem);
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
    }
  if (self->lock < 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_STORE, "Too many processes use “%s”", self->folder);
      return NULL;
    }
  own--;

  self->path = build_path (self, own);
  read_records (self->path, records);
  take_over (self, own, records);

  return g_steal_pointer (&records);
}

/**
 * ls_transfer_journal_is_open:
 * @self: a journal
 *
 * Returns: whether it has a file
 */
gboolean
ls_transfer_journal_is_open (LsTransferJournal *self)
{
  return self->lock >= 0;
}

static void
write_pending (LsTransferJournal *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->write_lock);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  /* What is saved from here on is compared with this, and not with what it replaces. */
  g_mutex_lock (&self->mutex);
  bytes = g_steal_pointer (&self->pending);
  if (bytes != NULL)
    {
      g_clear_pointer (&self->written, g_bytes_unref);
      self->written = g_bytes_ref (bytes);
    }
  g_mutex_unlock (&self->mutex);
  if (bytes == NULL || ls_file_replace (self->path, bytes, LS_FILE_DEFAULT, &error))
    return;

  g_debug ("Transfers may be forgotten: %s", error->message);
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->written, g_bytes_unref);
  g_mutex_unlock (&self->mutex);
}

static void
write_in_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  write_pending (LS_TRANSFER_JOURNAL (source));
  g_task_return_boolean (task, TRUE);
}

/**
 * ls_transfer_journal_save:
 * @self: a journal
 * @records: (element-type LsTransferRecord): all transfers that are not finished
 *
 * Has them written in a worker thread: the last word counts. Does nothing when
 * the journal is not open, or the file says the same already.
 */
void
ls_transfer_journal_save (LsTransferJournal *self, GPtrArray *records)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GTask) task = NULL;
  gboolean is_news;

  if (self->path == NULL)
    return;

  bytes = ls_transfer_records_to_bytes (records);
  g_mutex_lock (&self->mutex);
  is_news = self->pending != NULL || self->written == NULL || !g_bytes_equal (bytes, self->written);
  if (is_news)
    {
      g_clear_pointer (&self->pending, g_bytes_unref);
      self->pending = g_steal_pointer (&bytes);
    }
  g_mutex_unlock (&self->mutex);
  if (!is_news)
    return;

  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (task, ls_transfer_journal_save);
  ls_worker_run (task, write_in_worker);
}

/**
 * ls_transfer_journal_flush:
 * @self: a journal
 *
 * Blocks until the file says what was saved last.
 */
void
ls_transfer_journal_flush (LsTransferJournal *self)
{
  write_pending (self);
}

/**
 * ls_transfer_journal_close:
 * @self: a journal
 *
 * Blocks until the file says what was saved last, and leaves it to whoever opens
 * the journal next.
 */
void
ls_transfer_journal_close (LsTransferJournal *self)
{
  write_pending (self);
  g_clear_pointer (&self->path, g_free);
  ls_file_lock_clear (&self->lock);
}
