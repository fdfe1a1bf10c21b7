/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-await.h"
#include "ls-worker.h"

#include <sched.h>

/* An object that notes in which thread it ends. */

#define LS_TYPE_TEST_OWNER (ls_test_owner_get_type ())
G_DECLARE_FINAL_TYPE (LsTestOwner, ls_test_owner, LS, TEST_OWNER, GObject)

struct _LsTestOwner
{
  GObject parent_instance;

  GThread **ended_in;
};

G_DEFINE_FINAL_TYPE (LsTestOwner, ls_test_owner, G_TYPE_OBJECT)

static void
ls_test_owner_finalize (GObject *object)
{
  g_atomic_pointer_set (LS_TEST_OWNER (object)->ended_in, g_thread_self ());

  G_OBJECT_CLASS (ls_test_owner_parent_class)->finalize (object);
}

static void
ls_test_owner_class_init (LsTestOwnerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_test_owner_finalize;
}

static void
ls_test_owner_init (LsTestOwner *self)
{
}

/* The worker returns its task early and comes back late. */
typedef struct
{
  GMutex mutex;
  GCond changed;
  gboolean may_end;
  int n_results;
} Script;

static void
return_and_linger (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Script *script = task_data;

  g_task_return_int (task, 42);

  g_mutex_lock (&script->mutex);
  while (!script->may_end)
    g_cond_wait (&script->changed, &script->mutex);
  g_mutex_unlock (&script->mutex);
}

static void
on_done (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Script *script = user_data;

  g_assert_cmpint (g_task_propagate_int (G_TASK (result), NULL), ==, 42);
  script->n_results++;
}

static gboolean
has_ended (gpointer data)
{
  return g_atomic_pointer_get ((GThread **) data) != NULL;
}

/* Who gets the result may drop the last reference to the object that worked,
 * while the worker is still on its way out. The object belongs to the thread
 * that uses it, and must end there. */
static void
test_ends_at_home (void)
{
  GThread *ended_in = NULL;
  LsTestOwner *owner = g_object_new (LS_TYPE_TEST_OWNER, NULL);
  Script script = { 0 };
  GTask *task;

  owner->ended_in = &ended_in;
  g_mutex_init (&script.mutex);
  g_cond_init (&script.changed);

  task = g_task_new (owner, NULL, on_done, &script);
  g_task_set_source_tag (task, test_ends_at_home);
  g_task_set_task_data (task, &script, NULL);
  ls_worker_run (task, return_and_linger);
  g_object_unref (task);
  g_object_unref (owner);

  while (script.n_results == 0)
    g_main_context_iteration (NULL, TRUE);

  g_mutex_lock (&script.mutex);
  script.may_end = TRUE;
  g_cond_signal (&script.changed);
  g_mutex_unlock (&script.mutex);

  /* The main context is woken for it, so that nobody has to poll. */
  ls_test_await_until (has_ended, &ended_in);
  g_assert_true (ended_in == g_thread_self ());
  g_assert_cmpint (script.n_results, ==, 1);

  g_mutex_clear (&script.mutex);
  g_cond_clear (&script.changed);
}

/* Counts the items, and fails at those that are said to. */
typedef struct
{
  gint n_done;
  guint fails_from;
  GCancellable *cancels;
} Work;

static gboolean
do_part (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  Work *work = user_data;

  if (GPOINTER_TO_UINT (item) >= work->fails_from)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u", GPOINTER_TO_UINT (item));
      return FALSE;
    }
  g_atomic_int_inc (&work->n_done);
  if (work->cancels != NULL)
    g_cancellable_cancel (work->cancels);

  return TRUE;
}

static void
test_for_each (void)
{
  static const guint threads[] = { 1, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new ();
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Work good = { .fails_from = 100 };
      Work bad = { .fails_from = 10 };
      Work cancelled = { .fails_from = 100, .cancels = cancellable };

      g_assert_true (ls_worker_for_each (items, threads[i], do_part, &good, NULL, &error));
      for (guint item = 1; item <= 50; item++)
        g_ptr_array_add (items, GUINT_TO_POINTER (item));

      g_assert_true (ls_worker_for_each (items, threads[i], do_part, &good, cancellable, &error));
      g_assert_no_error (error);
      g_assert_cmpint (good.n_done, ==, 50);

      /* After a failure nothing more is begun. */
      g_assert_false (ls_worker_for_each (items, threads[i], do_part, &bad, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
      g_assert_cmpint (bad.n_done, <, 10);
      g_clear_error (&error);

      g_assert_false (
          ls_worker_for_each (items, threads[i], do_part, &cancelled, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpint (cancelled.n_done, <=, (int) threads[i]);
    }
}

static gboolean
note_policy (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_atomic_int_set ((int *) user_data, sched_getscheduler (0));

  return TRUE;
}

/* What moves bytes must not make the window wait, nor anybody who comes after it. */
static void
test_gives_way (void)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int before = sched_getscheduler (0);
  int policy = -1;

  g_ptr_array_add (items, "item");
  g_assert_true (ls_worker_for_each (items, 1, note_policy, &policy, NULL, &error));
  g_assert_cmpint (policy, ==, SCHED_BATCH);
  g_assert_cmpint (sched_getscheduler (0), ==, before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/worker/ends-at-home", test_ends_at_home);
  g_test_add_func ("/worker/for-each", test_for_each);
  g_test_add_func ("/worker/gives-way", test_gives_way);

  return g_test_run ();
}
