/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-crowd.h"

#include <string.h>

/* A case that takes longer hangs. */
#define PATIENCE (300 * G_USEC_PER_SEC)

typedef struct
{
  LsFaultCase *one;
  char *failure; /* nullable */
  gint64 began;
  gint64 ended;
} Member;

typedef struct
{
  LsFaultCaseFunc func;
  gpointer user_data;
  GPtrArray *members;

  GMutex mutex; /* guards what follows, and the members */
  GCond ended;
  guint n_left;
} Crowd;

static void
member_free (Member *self)
{
  g_free (self->failure);
  g_free (self);
}

static void
run_member (gpointer data, gpointer user_data)
{
  Member *self = data;
  Crowd *crowd = user_data;
  char *failure;

  g_mutex_lock (&crowd->mutex);
  self->began = g_get_monotonic_time ();
  g_mutex_unlock (&crowd->mutex);

  failure = crowd->func (self->one, crowd->user_data);

  g_mutex_lock (&crowd->mutex);
  self->failure = failure;
  self->ended = g_get_monotonic_time ();
  crowd->n_left--;
  g_cond_signal (&crowd->ended);
  g_mutex_unlock (&crowd->mutex);
}

/* Ends the program where a case does not end by itself. */
static void
watch (Crowd *crowd)
{
  g_mutex_lock (&crowd->mutex);
  while (crowd->n_left > 0)
    {
      gint64 now = g_get_monotonic_time ();

      for (guint i = 0; i < crowd->members->len; i++)
        {
          Member *member = crowd->members->pdata[i];

          if (member->began != 0 && member->ended == 0 && now - member->began > PATIENCE)
            g_error ("%s: it hangs", member->one->title);
        }
      g_cond_wait_until (&crowd->ended, &crowd->mutex, now + G_USEC_PER_SEC);
    }
  g_mutex_unlock (&crowd->mutex);
}

static void
report (const char *name, GPtrArray *members, gint64 began)
{
  guint n_failed = 0;
  Member *slowest = NULL;

  for (guint i = 0; i < members->len; i++)
    {
      Member *member = members->pdata[i];

      if (slowest == NULL || member->ended - member->began > slowest->ended - slowest->began)
        slowest = member;
      if (member->failure == NULL)
        continue;
      g_test_message ("%s: %s", member->one->title, member->failure);
      n_failed++;
    }

  g_test_message ("%s: %u cases", name, members->len);
  if (slowest != NULL)
    g_test_message ("%.1f s in all; %.1f s for: %s", (g_get_monotonic_time () - began) / 1e6,
                    (slowest->ended - slowest->began) / 1e6, slowest->one->title);
  if (n_failed > 0)
    g_test_fail_printf ("%s: %u of %u cases", name, n_failed, members->len);
}

static gboolean
may_end (const char *thread_name)
{
  return g_str_has_prefix (thread_name, "pool-") || g_str_has_prefix (thread_name, "longshore-");
}

static gboolean
has_late_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  while ((id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
      g_autofree char *name = NULL;

      /* One that ends meanwhile has no name any more. */
      if (g_file_get_contents (path, &name, NULL, NULL) && may_end (name))
        return TRUE;
    }

  return FALSE;
}

/* The leak check knows threads by the numbers that the system gives them. So many were there
 * that a number may have come again; then it takes the thread for the one that has ended, and
 * what is its own for lost. So those that could be left by then have to go. */
static void
end_late_threads (void)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  while (has_late_threads () && g_get_monotonic_time () < deadline)
    {
      g_thread_pool_stop_unused_threads ();
      g_usleep (G_USEC_PER_SEC / 100);
    }
}

/**
 * ls_fault_crowd_run:
 * @name: what to call them in the report
 * @cases: (element-type LsFaultCase): the cases
 * @n_parallel: how many of them run at the same time
 * @func: runs one
 * @user_data: given to @func
 */
void
ls_fault_crowd_run (const char *name, GPtrArray *cases, guint n_parallel, LsFaultCaseFunc func,
                    gpointer user_data)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func ((GDestroyNotify) member_free);
  const char *only = g_getenv ("LS_FAULT_ONLY");
  gint64 began = g_get_monotonic_time ();
  Crowd crowd = { .func = func, .user_data = user_data, .members = members };
  GThreadPool *pool;

  for (guint i = 0; i < cases->len; i++)
    {
      LsFaultCase *one = cases->pdata[i];
      Member *member;

      if (only != NULL && strstr (one->title, only) == NULL)
        continue;
      member = g_new0 (Member, 1);
      member->one = one;
      g_ptr_array_add (members, member);
    }

  crowd.n_left = members->len;
  g_mutex_init (&crowd.mutex);
  g_cond_init (&crowd.ended);
  pool = g_thread_pool_new (run_member, &crowd, (int) n_parallel, FALSE, NULL);
  for (guint i = 0; i < members->len; i++)
    g_thread_pool_push (pool, members->pdata[i], NULL);
  watch (&crowd);
  g_thread_pool_free (pool, FALSE, TRUE);
  end_late_threads ();
  g_mutex_clear (&crowd.mutex);
  g_cond_clear (&crowd.ended);

  report (name, members, began);
}
