/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-conveyor.h"

#include <sys/resource.h>

/* "nice": hashing and writing take what the window and other programs leave. */
#define NICENESS 10

/* A condition cannot wait for a cancellable. */
#define WAKE_UP_AFTER (50 * 1000)

struct _LsConveyor
{
  const char *name;
  LsConveyorFunc handle;
  GDestroyNotify drop;
  gpointer user_data;
  GThread *thread; /* NULL until there is enough to do */

  GMutex mutex;
  GCond changed; /* any of the fields below */
  GQueue items;
  gboolean busy; /* with an item that is not in the queue any more */
  gboolean at_end;
  int stopped; /* atomic: what is left is not wanted any more */
};

/**
 * ls_conveyor_new:
 * @name: (transfer none): of the thread; must outlive it
 * @handle: called for one item at a time
 * @drop: frees an item that is not handled any more
 * @user_data: for @handle
 *
 * Returns: (transfer full): a conveyor with nothing to do
 */
LsConveyor *
ls_conveyor_new (const char *name, LsConveyorFunc handle, GDestroyNotify drop, gpointer user_data)
{
  LsConveyor *self = g_new0 (LsConveyor, 1);

  self->name = name;
  self->handle = handle;
  self->drop = drop;
  self->user_data = user_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->items);

  return self;
}

static gpointer
run (gpointer data)
{
  LsConveyor *self = data;

  /* On Linux that is this thread alone. Only for threads that never let GLib make another:
   * it would try to bring that one back to where its pool began, and must not. */
  setpriority (PRIO_PROCESS, 0, MAX (getpriority (PRIO_PROCESS, 0), NICENESS));

  g_mutex_lock (&self->mutex);
  while (TRUE)
    {
      gpointer item = g_queue_pop_head (&self->items);

      if (item == NULL && self->at_end)
        break;
      if (item == NULL)
        {
          g_cond_wait (&self->changed, &self->mutex);
          continue;
        }

      self->busy = TRUE;
      g_mutex_unlock (&self->mutex);
      self->handle (item, self->user_data);
      g_mutex_lock (&self->mutex);
      self->busy = FALSE;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/**
 * ls_conveyor_push:
 * @self: a conveyor
 * @item: (transfer full): what to handle, after all that was pushed before
 * @needs_thread: whether it is too much to be handled in the thread that waits
 */
void
ls_conveyor_push (LsConveyor *self, gpointer item, gboolean needs_thread)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->items, item);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (needs_thread && self->thread == NULL)
    self->thread = g_thread_new (self->name, run, self);
}

/**
 * ls_conveyor_wait:
 * @self: a conveyor
 * @cancellable: (nullable): ends the wait; then this may be called again
 * @error: return location for an error
 *
 * Waits until everything is handled.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is
 */
gboolean
ls_conveyor_wait (LsConveyor *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gpointer item;

  if (self->thread == NULL)
    while ((item = g_queue_pop_head (&self->items)) != NULL)
      self->handle (item, self->user_data);

  locker = g_mutex_locker_new (&self->mutex);
  while (self->busy || !g_queue_is_empty (&self->items))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + WAKE_UP_AFTER);
    }

  return TRUE;
}

/**
 * ls_conveyor_is_stopped:
 * @self: a conveyor
 *
 * Returns: whether a long item may be left unfinished
 */
gboolean
ls_conveyor_is_stopped (LsConveyor *self)
{
  return g_atomic_int_get (&self->stopped);
}

/**
 * ls_conveyor_free:
 * @self: (transfer full): a conveyor
 *
 * Drops what is not handled yet, and ends the thread.
 */
void
ls_conveyor_free (LsConveyor *self)
{
  g_mutex_lock (&self->mutex);
  g_atomic_int_set (&self->stopped, TRUE);
  self->at_end = TRUE;
  g_queue_clear_full (&self->items, self->drop);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (self->thread != NULL)
    g_thread_join (self->thread);

  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
