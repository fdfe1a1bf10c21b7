/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-range-crew.h"

/* As many connections as one host is asked for at a time: more would only wait. */
#define MAX_STREAMS 16

/* What makes another connection worth its while. */
#define BYTES_PER_HELPER ((gint64) 128 * 1024)

struct _LsRangeTask
{
  LsRangeFunc bring;
  LsRangeMissingFunc missing;
  gpointer user_data;
  guint max_helpers; /* fewer, after one has failed */
  guint n_helpers;
};

static GMutex mutex; /* guards what follows, and the tasks */
static GCond one_is_done;
static GQueue tasks = G_QUEUE_INIT;
static guint n_blobs;
static guint n_helpers;

/* The task that most is missing of, by those who work on it. */
static LsRangeTask *
choose (void)
{
  LsRangeTask *neediest = NULL;
  gint64 most = 0;

  for (GList *l = tasks.head; l != NULL; l = l->next)
    {
      LsRangeTask *task = l->data;
      gint64 missing = task->n_helpers < task->max_helpers ? task->missing (task->user_data) : 0;

      if (missing >= BYTES_PER_HELPER && missing / (1 + task->n_helpers) > most)
        {
          neediest = task;
          most = missing / (1 + task->n_helpers);
        }
    }

  return neediest;
}

static gpointer
help (gpointer data)
{
  LsRangeTask *task = data;

  g_mutex_lock (&mutex);
  while (task != NULL)
    {
      gboolean ok;

      g_mutex_unlock (&mutex);
      ok = task->bring (task->user_data);
      g_mutex_lock (&mutex);

      task->n_helpers--;
      /* As many as there are bring something; one more does not. */
      if (!ok)
        task->max_helpers = MIN (task->max_helpers, task->n_helpers);
      g_cond_broadcast (&one_is_done);

      task = n_blobs + n_helpers <= MAX_STREAMS ? choose () : NULL;
      if (task != NULL)
        task->n_helpers++;
    }
  n_helpers--;
  g_mutex_unlock (&mutex);

  return NULL;
}

/* Call it with the mutex held. Whoever comes here moves bytes, and a thread that it makes
 * gives way to others as it does itself; one of a pool might not. */
static void
call_helpers (void)
{
  LsRangeTask *task;

  while (n_blobs + n_helpers < MAX_STREAMS && (task = choose ()) != NULL)
    {
      task->n_helpers++;
      n_helpers++;
      g_thread_unref (g_thread_new ("longshore-range", help, task));
    }
}

/**
 * ls_range_crew_enter:
 *
 * Says that a blob is about to come, for which nobody has to help elsewhere.
 */
void
ls_range_crew_enter (void)
{
  g_mutex_lock (&mutex);
  n_blobs++;
  g_mutex_unlock (&mutex);
}

/**
 * ls_range_crew_leave:
 *
 * Says that a blob does not come any more: somebody may help with another one.
 */
void
ls_range_crew_leave (void)
{
  g_mutex_lock (&mutex);
  n_blobs--;
  call_helpers ();
  g_mutex_unlock (&mutex);
}

/**
 * ls_range_crew_open:
 * @bring: brings one range
 * @missing: says how much nobody brings yet
 * @user_data: for both
 * @max_helpers: how many may help at a time
 *
 * Asks for help with a blob that comes already. The caller brings ranges as well.
 *
 * Returns: (transfer full): the task, for ls_range_crew_close()
 */
LsRangeTask *
ls_range_crew_open (LsRangeFunc bring, LsRangeMissingFunc missing, gpointer user_data,
                    guint max_helpers)
{
  LsRangeTask *task = g_new0 (LsRangeTask, 1);

  task->bring = bring;
  task->missing = missing;
  task->user_data = user_data;
  task->max_helpers = max_helpers;

  g_mutex_lock (&mutex);
  g_queue_push_tail (&tasks, task);
  call_helpers ();
  g_mutex_unlock (&mutex);

  return task;
}

/**
 * ls_range_crew_get_share:
 * @max_helpers: how many may help with a blob
 *
 * Returns: how many will bring ranges of it at a time, its own thread with them, if all
 *   blobs that come now are alike
 */
guint
ls_range_crew_get_share (guint max_helpers)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  return CLAMP (MAX_STREAMS / MAX (n_blobs, 1), 1, 1 + max_helpers);
}

/**
 * ls_range_crew_wait:
 * @task: a task
 *
 * Waits until nobody helps with it any more. Nobody begins to, from now on.
 */
void
ls_range_crew_wait (LsRangeTask *task)
{
  g_mutex_lock (&mutex);
  task->max_helpers = 0;
  while (task->n_helpers > 0)
    g_cond_wait (&one_is_done, &mutex);
  g_mutex_unlock (&mutex);
}

/**
 * ls_range_crew_close:
 * @task: (transfer full): a task that was waited for
 */
void
ls_range_crew_close (LsRangeTask *task)
{
  g_mutex_lock (&mutex);
  g_queue_remove (&tasks, task);
  g_mutex_unlock (&mutex);

  g_free (task);
}
