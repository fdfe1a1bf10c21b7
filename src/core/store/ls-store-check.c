/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-check.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-file.h"
#include "ls-store-content.h"
#include "ls-store-files.h"
#include "ls-store-private.h"
#include "ls-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* One thread hashes while the other waits for the disk; more would only make the disk
 * seek. */
#define PARALLEL_FILES 2

/* How often progress reaches the views. */
#define PUBLISH_INTERVAL_MS 100

struct _LsStoreCheck
{
  GObject parent_instance;

  LsStore *store;
  gboolean running;
  guint publish_id;
  gint64 bytes_done;
  gint64 bytes_total;
  GListStore *problems;

  GMutex lock; /* guards what the workers found, until it is published */
  gint64 found_done;
  gint64 found_total;
  GPtrArray *found; /* of LsStoreProblem */
};

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_BYTES_DONE,
  PROP_BYTES_TOTAL,
  PROP_FRACTION,
  PROP_PROBLEMS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsStoreCheck, ls_store_check, G_TYPE_OBJECT)

static void
ls_store_check_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsStoreCheck *self = LS_STORE_CHECK (object);

  switch (prop_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    case PROP_BYTES_DONE:
      g_value_set_int64 (value, self->bytes_done);
      break;
    case PROP_BYTES_TOTAL:
      g_value_set_int64 (value, self->bytes_total);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, ls_store_check_get_fraction (self));
      break;
    case PROP_PROBLEMS:
      g_value_set_object (value, self->problems);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_store_check_finalize (GObject *object)
{
  LsStoreCheck *self = LS_STORE_CHECK (object);

  g_clear_handle_id (&self->publish_id, g_source_remove);
  g_clear_object (&self->store);
  g_clear_object (&self->problems);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ls_store_check_parent_class)->finalize (object);
}

static void
ls_store_check_class_init (LsStoreCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ls_store_check_get_property;
  object_class->finalize = ls_store_check_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_BYTES_DONE] =
      g_param_spec_int64 ("bytes-done", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_BYTES_TOTAL] =
      g_param_spec_int64 ("bytes-total", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_PROBLEMS] =
      g_param_spec_object ("problems", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_store_check_init (LsStoreCheck *self)
{
  g_mutex_init (&self->lock);
  self->problems = g_list_store_new (LS_TYPE_STORE_PROBLEM);
  self->found = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
publish (LsStoreCheck *self)
{
  g_autoptr (GPtrArray) found = NULL;
  gint64 done, total;

  g_mutex_lock (&self->lock);
  done = self->found_done;
  total = self->found_total;
  if (self->found->len > 0)
    {
      found = g_steal_pointer (&self->found);
      self->found = g_ptr_array_new_with_free_func (g_object_unref);
    }
  g_mutex_unlock (&self->lock);

  if (found != NULL)
    g_list_store_splice (self->problems, g_list_model_get_n_items (G_LIST_MODEL (self->problems)),
                         0, found->pdata, found->len);
  if (done == self->bytes_done && total == self->bytes_total)
    return;

  self->bytes_done = done;
  self->bytes_total = total;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_DONE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_TOTAL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

static gboolean
on_publish (gpointer user_data)
{
  publish (user_data);

  return G_SOURCE_CONTINUE;
}

typedef struct
{
  LsStoreCheck *check;
  gint64 left; /* of the file, as its image says */
} Progress;

/* A file may be longer than it should be. */
static void
add_done (gsize n_bytes, gpointer user_data)
{
  Progress *progress = user_data;
  gint64 bytes = MIN ((gint64) n_bytes, progress->left);

  progress->left -= bytes;
  g_mutex_lock (&progress->check->lock);
  progress->check->found_done += bytes;
  g_mutex_unlock (&progress->check->lock);
}

static gboolean
check_blob (LsStoreCheck *self, LsDescriptor *blob, Progress *progress, GCancellable *cancellable,
            GError **error)
{
  LsDigest *digest = ls_descriptor_get_digest (blob);
  g_auto (LsFileLock) fd = ls_store_files_open_blob (ls_store_get_path (self->store), blob, error);
  g_autoptr (LsDigest) found = NULL;
  struct stat status;

  if (fd < 0)
    return FALSE;
  if (fstat (fd, &status) < 0)
    {
      ls_file_set_error (error, errno, ls_digest_to_string (digest), "read");
      return FALSE;
    }
  found = ls_store_files_hash (fd, digest, add_done, progress, cancellable, error);
  if (found == NULL)
    return FALSE;

  if (!ls_digest_equal (found, digest))
    {
      ls_blob_marks_forget (ls_store_get_marks (self->store), digest, fd);
      g_set_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH, "Blob %s is damaged in the store",
                   ls_digest_to_string (digest));
      return FALSE;
    }
  ls_blob_marks_add_old (ls_store_get_marks (self->store), digest, fd, &status);

  return TRUE;
}

static LsStoreProblemKind
kind_of (const GError *error)
{
  if (g_error_matches (error, LS_ERROR, LS_ERROR_NOT_FOUND))
    return LS_STORE_PROBLEM_MISSING;
  if (g_error_matches (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH))
    return LS_STORE_PROBLEM_DAMAGED;

  return LS_STORE_PROBLEM_UNREADABLE;
}

static gboolean
check_content (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  LsStoreContent *content = item;
  LsStoreCheck *self = user_data;
  Progress progress = { self, ls_descriptor_get_size (content->blob) };
  g_autoptr (GError) reason = NULL;

  if (!check_blob (self, content->blob, &progress, cancellable, &reason))
    {
      if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      g_debug ("The check of the store found: %s", reason->message);
      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->found, ls_store_problem_new (kind_of (reason), content->blob,
                                                          content->owner, content->names));
      g_mutex_unlock (&self->lock);
    }
  add_done ((gsize) progress.left, &progress);

  return TRUE;
}

static gboolean
check_everything (LsStoreCheck *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) contents = ls_store_content_list (self->store, cancellable, error);
  gint64 total = 0;

  if (contents == NULL)
    return FALSE;

  for (guint i = 0; i < contents->len; i++)
    {
      LsStoreContent *content = contents->pdata[i];
      gint64 size = ls_descriptor_get_size (content->blob);

      total = MIN (total, G_MAXINT64 - size) + size;
    }
  g_mutex_lock (&self->lock);
  self->found_total = total;
  g_mutex_unlock (&self->lock);

  return ls_worker_for_each (contents, PARALLEL_FILES, check_content, self, cancellable, error);
}

static void
check_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  LsStoreCheck *self = source;
  GError *error = NULL;
  gboolean done = FALSE;
  int use;

  /* What is being looked at is not collected as garbage meanwhile. */
  use = ls_store_begin_use (self->store, cancellable, &error);
  if (use >= 0)
    {
      done = check_everything (self, cancellable, &error);
      ls_store_end_use (self->store, use);
      ls_store_forget_images (self->store);
    }

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_checked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsStoreCheck *self = LS_STORE_CHECK (object);
  g_autoptr (GTask) outer = user_data;
  GError *error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_handle_id (&self->publish_id, g_source_remove);
  publish (self);
  self->running = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);

  if (done)
    g_task_return_boolean (outer, TRUE);
  else
    g_task_return_error (outer, error);
}

/**
 * ls_store_check_new:
 * @store: a store
 *
 * Returns: (transfer full): a check that was not run yet
 */
LsStoreCheck *
ls_store_check_new (LsStore *store)
{
  LsStoreCheck *self = g_object_new (LS_TYPE_STORE_CHECK, NULL);

  self->store = g_object_ref (store);

  return self;
}

/**
 * ls_store_check_run_async:
 * @self: a check that was not run yet
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads every blob that a name leads to and compares it with its digest and size. What
 * is wrong is in the list of problems then; that is no error. Of an index only those
 * images are looked at that are here.
 *
 * Errors: %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED; what was found until then stays.
 */
void
ls_store_check_run_async (LsStoreCheck *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GTask *outer;

  g_return_if_fail (LS_IS_STORE_CHECK (self));
  g_return_if_fail (!self->running);

  outer = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (outer, ls_store_check_run_async);
  g_task_set_check_cancellable (outer, FALSE);

  self->running = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  self->publish_id = g_timeout_add (PUBLISH_INTERVAL_MS, on_publish, self);

  task = g_task_new (self, cancellable, on_checked, outer);
  g_task_set_source_tag (task, ls_store_check_run_async);
  g_task_set_check_cancellable (task, FALSE);
  ls_worker_run (task, check_in_thread);
}

/**
 * ls_store_check_run_finish:
 * @self: a check
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: whether everything was looked at
 */
gboolean
ls_store_check_run_finish (LsStoreCheck *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_store_check_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * ls_store_check_is_running:
 * @self: a check
 *
 * Returns: whether it is at work
 */
gboolean
ls_store_check_is_running (LsStoreCheck *self)
{
  return self->running;
}

/**
 * ls_store_check_get_bytes_done:
 * @self: a check
 *
 * Returns: how many bytes were looked at
 */
gint64
ls_store_check_get_bytes_done (LsStoreCheck *self)
{
  return self->bytes_done;
}

/**
 * ls_store_check_get_bytes_total:
 * @self: a check
 *
 * Returns: how many bytes there are to look at; 0 until that is known
 */
gint64
ls_store_check_get_bytes_total (LsStoreCheck *self)
{
  return self->bytes_total;
}

/**
 * ls_store_check_get_fraction:
 * @self: a check
 *
 * Returns: how much is done, from 0 to 1
 */
double
ls_store_check_get_fraction (LsStoreCheck *self)
{
  return self->bytes_total > 0 ? MIN (1.0, self->bytes_done / (double) self->bytes_total) : 0.0;
}

/**
 * ls_store_check_get_problems:
 * @self: a check
 *
 * Returns: (transfer none): what is wrong, as #LsStoreProblem
 */
GListModel *
ls_store_check_get_problems (LsStoreCheck *self)
{
  return G_LIST_MODEL (self->problems);
}
