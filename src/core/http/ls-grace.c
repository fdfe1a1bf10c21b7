/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-grace.h"

#include "ls-deadline.h"

struct _LsGrace
{
  GCancellable *former; /* that is followed; or NULL */
  GCancellable *later;  /* that follows */
  gulong handler;
  guint seconds;

  GMutex mutex; /* guards what follows */
  gboolean has_begun;
  LsDeadline *deadline;
};

static void
on_cancelled (GCancellable *former, LsGrace *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->has_begun)
    {
      self->deadline = ls_deadline_new (self->seconds, self->later);
      return;
    }

  g_clear_pointer (&locker, g_mutex_locker_free);
  g_cancellable_cancel (self->later);
}

/**
 * ls_grace_new:
 * @cancellable: (nullable): what to follow
 * @seconds: how much later, once something can get lost
 *
 * Returns: (transfer full): a grace that has not begun
 */
LsGrace *
ls_grace_new (GCancellable *cancellable, guint seconds)
{
  LsGrace *self = g_new0 (LsGrace, 1);

  g_mutex_init (&self->mutex);
  self->seconds = seconds;
  self->later = g_cancellable_new ();
  g_set_object (&self->former, cancellable);
  if (cancellable != NULL)
    self->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);

  return self;
}

/**
 * ls_grace_free:
 * @grace: (transfer full): a grace
 *
 * Ends it; what followed does not follow any more.
 */
void
ls_grace_free (LsGrace *grace)
{
  g_cancellable_disconnect (grace->former, grace->handler);
  g_clear_pointer (&grace->deadline, ls_deadline_free);
  g_clear_object (&grace->former);
  g_object_unref (grace->later);
  g_mutex_clear (&grace->mutex);
  g_free (grace);
}

/**
 * ls_grace_get_cancellable:
 * @grace: a grace
 *
 * Returns: (transfer none): what follows
 */
GCancellable *
ls_grace_get_cancellable (LsGrace *grace)
{
  return grace->later;
}

/**
 * ls_grace_begin:
 * @grace: a grace
 * @error: return location for an error
 *
 * Says that from now on something can get lost.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is not too late
 */
gboolean
ls_grace_begin (LsGrace *grace, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&grace->mutex);

  if (g_cancellable_set_error_if_cancelled (grace->former, error))
    return FALSE;

  grace->has_begun = TRUE;

  return TRUE;
}
