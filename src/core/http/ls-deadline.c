/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-deadline.h"

/* Longer than a server may be silent a small reply may take only while it brings bytes. */
#define SLOWEST_BYTES_PER_SECOND 1024

struct _LsDeadline
{
  GCancellable *cancellable;
  GSource *source;
  int passed;
};

static gpointer
run_clock (gpointer data)
{
  GMainContext *context = data;

  while (TRUE)
    g_main_context_iteration (context, TRUE);

  return NULL;
}

/* All deadlines share one thread, which lives as long as the program. */
static GMainContext *
get_clock (void)
{
  static gsize clock = 0;

  if (g_once_init_enter (&clock))
    {
      GMainContext *context = g_main_context_new ();

      g_thread_unref (g_thread_new ("deadlines", run_clock, context));
      g_once_init_leave (&clock, (gsize) context);
    }

  return (GMainContext *) clock;
}

static void
deadline_clear (gpointer data)
{
  LsDeadline *self = data;

  g_object_unref (self->cancellable);
}

static void
deadline_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, deadline_clear);
}

static gboolean
on_time_up (gpointer data)
{
  LsDeadline *self = data;

  g_atomic_int_set (&self->passed, TRUE);
  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

/**
 * ls_deadline_for_reply:
 * @patience: how long a server may take that brings next to nothing, in seconds
 * @n_bytes: how many bytes it has brought
 *
 * Returns: how long it may have taken for them, in microseconds
 */
gint64
ls_deadline_for_reply (guint patience, gsize n_bytes)
{
  return (gint64) patience * G_USEC_PER_SEC
         + (gint64) n_bytes * G_USEC_PER_SEC / SLOWEST_BYTES_PER_SECOND;
}

/**
 * ls_deadline_new:
 * @seconds: how long to wait
 * @cancellable: what to cancel then
 *
 * Returns: (transfer full): a deadline that runs until it is freed
 */
LsDeadline *
ls_deadline_new (guint seconds, GCancellable *cancellable)
{
  LsDeadline *self = g_atomic_rc_box_new0 (LsDeadline);

  self->cancellable = g_object_ref (cancellable);
  self->source = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (self->source, on_time_up, g_atomic_rc_box_acquire (self), deadline_unref);
  g_source_attach (self->source, get_clock ());

  return self;
}

/**
 * ls_deadline_move:
 * @deadline: a deadline
 * @time: when it shall be up now, in microseconds of monotonic time
 *
 * Changes nothing about a deadline that has passed.
 */
void
ls_deadline_move (LsDeadline *deadline, gint64 time)
{
  g_source_set_ready_time (deadline->source, time);
}

/**
 * ls_deadline_passed:
 * @deadline: a deadline
 *
 * Returns: whether the time is up
 */
gboolean
ls_deadline_passed (LsDeadline *deadline)
{
  return g_atomic_int_get (&deadline->passed);
}

/**
 * ls_deadline_free:
 * @deadline: (transfer full): a deadline
 *
 * Stops it. A thread that is just cancelling may still do so.
 */
void
ls_deadline_free (LsDeadline *deadline)
{
  GSource *source = g_steal_pointer (&deadline->source);

  g_source_destroy (source);
  g_source_unref (source);
  deadline_unref (deadline);
}
