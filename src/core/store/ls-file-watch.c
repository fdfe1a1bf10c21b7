/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-file-watch.h"

#include "ls-error.h"

#define SHORTEST_INTERVAL (G_USEC_PER_SEC / 10)

struct _LsFileWatch
{
  GObject parent_instance;

  GFileMonitor *monitor;
  GSource *source; /* sleeps until there is something to tell */

  GMutex mutex;
  gboolean pending;
  gint64 last_time; /* monotonic */
};

G_DEFINE_FINAL_TYPE (LsFileWatch, ls_file_watch, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);

  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static gboolean
tell (gpointer user_data)
{
  g_autoptr (LsFileWatch) self = g_weak_ref_get (user_data);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&self->mutex);
  self->pending = FALSE;
  self->last_time = g_get_monotonic_time ();
  g_mutex_unlock (&self->mutex);

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_CONTINUE;
}

static void
ls_file_watch_dispose (GObject *object)
{
  LsFileWatch *self = LS_FILE_WATCH (object);

  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);

  G_OBJECT_CLASS (ls_file_watch_parent_class)->dispose (object);
}

static void
ls_file_watch_finalize (GObject *object)
{
  LsFileWatch *self = LS_FILE_WATCH (object);

  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (ls_file_watch_parent_class)->finalize (object);
}

static void
ls_file_watch_class_init (LsFileWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ls_file_watch_dispose;
  object_class->finalize = ls_file_watch_finalize;

  /**
   * LsFileWatch::changed:
   *
   * The file was replaced, made or deleted, perhaps several times.
   */
  signals[CHANGED] = g_signal_new ("changed", LS_TYPE_FILE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
ls_file_watch_init (LsFileWatch *self)
{
  GWeakRef *target = g_new0 (GWeakRef, 1);

  g_mutex_init (&self->mutex);
  self->last_time = g_get_monotonic_time () - SHORTEST_INTERVAL;

  g_weak_ref_init (target, self);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "LsFileWatch");
  g_source_set_callback (self->source, tell, target, weak_ref_free);
}

/**
 * ls_file_watch_new:
 * @path: a file, which need not exist
 * @error: return location for an error
 *
 * Watches a file from now on, in the thread-default main context.
 *
 * Errors: %LS_ERROR_STORE.
 *
 * Returns: (transfer full) (nullable): a watch
 */
LsFileWatch *
ls_file_watch_new (const char *path, GError **error)
{
  g_autoptr (LsFileWatch) self = g_object_new (LS_TYPE_FILE_WATCH, NULL);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) reason = NULL;

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &reason);
  if (self->monitor == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_STORE, "Cannot watch “%s”: %s", path, reason->message);
      if (error != NULL)
        ls_error_set_subject (*error, path);
      return NULL;
    }

  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (ls_file_watch_notify), self,
                           G_CONNECT_SWAPPED);
  g_source_attach (self->source, context);

  return g_steal_pointer (&self);
}

/**
 * ls_file_watch_notify:
 * @self: a watch
 *
 * Says that this process has changed the file, in case the system's watch does
 * not work; a change that is told from both sides is told once. May be called
 * from any thread.
 */
void
ls_file_watch_notify (LsFileWatch *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->pending || self->source == NULL)
    return;

  self->pending = TRUE;
  g_source_set_ready_time (self->source,
                           MAX (g_get_monotonic_time (), self->last_time + SHORTEST_INTERVAL));
}
