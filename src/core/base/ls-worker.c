/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-worker.h"

#include "ls-cancellable.h"

#include <sched.h>

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} Job;

static gboolean
come_home (gpointer task)
{
  return G_SOURCE_REMOVE;
}

/* The result may be back home before its worker is, and be all that the others
 * waited for: then this is the last reference to the task and to its source
 * object, which belongs to the thread of that context and must end there. */
static void
give_back (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_static_name (source, "LsWorker");
  g_source_set_callback (source, come_home, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;

  job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
             g_task_get_cancellable (job->task));

  give_back (job->task);
  g_free (job);
}

static GThreadPool *
get_pool (void)
{
  static gsize pool = 0;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool, (gsize) g_thread_pool_new (run_job, NULL, -1, FALSE, NULL));

  return (GThreadPool *) pool;
}

/**
 * ls_worker_run:
 * @task: a task that nobody has returned yet
 * @func: runs in a worker thread and must return @task exactly once
 *
 * Runs @func for @task in one of Longshore's worker threads. It may block for
 * as long as it likes. The task's callback runs in the context where the task
 * was made, as with every #GTask, and the task's last reference is given up there.
 */
void
ls_worker_run (GTask *task, GTaskThreadFunc func)
{
  Job *job;

  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  job = g_new (Job, 1);
  job->task = g_object_ref (task);
  job->func = func;
  g_thread_pool_push (get_pool (), job, NULL);
}

typedef struct
{
  GPtrArray *items;
  int next; /* atomic: the first item that nobody has taken */
  LsWorkerFunc func;
  gpointer user_data;
  GCancellable *cancellable; /* ends everyone: the caller's cancel, or the first error */
  GMutex lock;
  GError *first_error;
} Crew;

static void
do_part (Crew *crew, gpointer item)
{
  GError *error = NULL;

  if (g_cancellable_is_cancelled (crew->cancellable)
      || crew->func (item, crew->user_data, crew->cancellable, &error))
    return;

  /* The first failure is the one to tell; what the others then say is noise. */
  g_mutex_lock (&crew->lock);
  if (crew->first_error == NULL)
    crew->first_error = g_steal_pointer (&error);
  g_mutex_unlock (&crew->lock);
  g_clear_error (&error);

  g_cancellable_cancel (crew->cancellable);
}

static gpointer
do_parts (gpointer data)
{
  Crew *crew = data;
  guint i;

  /* On Linux that is this thread alone, and those that it makes. A lower priority would be
   * more, but from that GLib could not bring the threads of its pools back. */
  sched_setscheduler (0, SCHED_BATCH, &(struct sched_param){ 0 });

  while ((i = (guint) g_atomic_int_add (&crew->next, 1)) < crew->items->len)
    do_part (crew, crew->items->pdata[i]);

  return NULL;
}

/**
 * ls_worker_for_each:
 * @items: what to work on
 * @n_threads: how many threads work at once, at most
 * @func: (scope call): is called for each item, with a cancellable that is cancelled by
 *   the first failure too
 * @user_data: for @func
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Runs @func for each item in a few threads, in their order, and waits for all of them.
 * These threads interrupt no others when all cores are busy. After a failure no other
 * item is begun. Blocks.
 *
 * Errors: the first one that @func raised, or %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether all went well
 */
gboolean
ls_worker_for_each (GPtrArray *items, guint n_threads, LsWorkerFunc func, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  g_autofree GThread **threads = NULL;
  Crew crew = { .items = items, .func = func, .user_data = user_data, .cancellable = inner };
  gulong link = ls_cancellable_link (cancellable, inner);

  g_mutex_init (&crew.lock);

  /* No pool: others use its threads afterwards, for what somebody waits for. */
  n_threads = MIN (n_threads, items->len);
  threads = g_new (GThread *, n_threads);
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("longshore-mover", do_parts, &crew);
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);

  g_cancellable_disconnect (cancellable, link);
  g_mutex_clear (&crew.lock);

  if (crew.first_error != NULL)
    {
      g_propagate_error (error, crew.first_error);
      return FALSE;
    }

  return !g_cancellable_set_error_if_cancelled (inner, error);
}
