/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-bandwidth.h"

/* A slice is what flows in this part of a second: small enough for many streams
 * to take turns and for a new limit to be felt soon, large enough not to count. */
#define SLICES_PER_SECOND 16
#define SMALLEST_SLICE 512
#define LARGEST_SLICE (256 * 1024)

/* What may be saved up while nothing flows. */
#define BURST_PER_SECOND 8

struct _LsBandwidth
{
  GMutex mutex;
  GCond changed;
  GQueue waiting;     /* of those in ls_bandwidth_take(), the first one's turn first */
  gint64 limit;       /* bytes per second; 0: none */
  gint64 left;        /* bytes that may flow now; less than 0 when more have */
  gint64 fraction;    /* of a byte, in millionths, that has come in besides */
  gint64 last_refill; /* when that was counted */
  LsBandwidthClock clock;
  gpointer user_data;
};

static gint64
get_monotonic_time (gpointer user_data)
{
  return g_get_monotonic_time ();
}

/**
 * ls_bandwidth_new_with_clock:
 * @clock: (nullable): where the time comes from; %NULL for that of the system
 * @user_data: given to the functions of @clock; must live as long
 *
 * Returns: (transfer full): a limit that does not limit anything yet
 */
LsBandwidth *
ls_bandwidth_new_with_clock (const LsBandwidthClock *clock, gpointer user_data)
{
  LsBandwidth *self = g_atomic_rc_box_new0 (LsBandwidth);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->waiting);
  if (clock != NULL)
    self->clock = *clock;
  else
    self->clock.get_time = get_monotonic_time;
  self->user_data = user_data;

  return self;
}

/**
 * ls_bandwidth_new:
 *
 * Returns: (transfer full): a limit that does not limit anything yet
 */
LsBandwidth *
ls_bandwidth_new (void)
{
  return ls_bandwidth_new_with_clock (NULL, NULL);
}

/**
 * ls_bandwidth_ref:
 * @bandwidth: a limit
 *
 * Returns: (transfer full): the same limit
 */
LsBandwidth *
ls_bandwidth_ref (LsBandwidth *bandwidth)
{
  return g_atomic_rc_box_acquire (bandwidth);
}

static void
bandwidth_clear (gpointer data)
{
  LsBandwidth *self = data;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
}

/**
 * ls_bandwidth_unref:
 * @bandwidth: (transfer full): a limit that nobody waits for
 */
void
ls_bandwidth_unref (LsBandwidth *bandwidth)
{
  g_atomic_rc_box_release_full (bandwidth, bandwidth_clear);
}

/* Counts what has come in since the last time. */
static void
refill (LsBandwidth *self)
{
  gint64 now = self->clock.get_time (self->user_data);
  gint64 elapsed = MIN (now - self->last_refill, G_MAXINT64 / 2 / self->limit);
  gint64 millionths = elapsed * self->limit + self->fraction;

  self->left = MIN (self->left + millionths / G_USEC_PER_SEC, self->limit / BURST_PER_SECOND + 1);
  self->fraction = millionths % G_USEC_PER_SEC;
  self->last_refill = now;
}

/**
 * ls_bandwidth_set_limit:
 * @bandwidth: a limit
 * @bytes_per_second: how much may flow, or 0 for as much as can
 *
 * Holds at once, for those who are waiting, too.
 */
void
ls_bandwidth_set_limit (LsBandwidth *bandwidth, gint64 bytes_per_second)
{
  g_return_if_fail (bytes_per_second >= 0);

  g_mutex_lock (&bandwidth->mutex);
  bandwidth->limit = MIN (bytes_per_second, G_MAXINT64 / (2 * G_USEC_PER_SEC));
  bandwidth->left = 0;
  bandwidth->fraction = 0;
  bandwidth->last_refill = bandwidth->clock.get_time (bandwidth->user_data);
  g_cond_broadcast (&bandwidth->changed);
  g_mutex_unlock (&bandwidth->mutex);
}

/**
 * ls_bandwidth_get_limit:
 * @bandwidth: a limit
 *
 * Returns: how many bytes a second may flow, or 0 for as many as can
 */
gint64
ls_bandwidth_get_limit (LsBandwidth *bandwidth)
{
  gint64 limit;

  g_mutex_lock (&bandwidth->mutex);
  limit = bandwidth->limit;
  g_mutex_unlock (&bandwidth->mutex);

  return limit;
}

/**
 * ls_bandwidth_get_time:
 * @bandwidth: a limit
 *
 * Returns: the time by its clock, in microseconds
 */
gint64
ls_bandwidth_get_time (LsBandwidth *bandwidth)
{
  return bandwidth->clock.get_time (bandwidth->user_data);
}

static void
wake_waiters (GCancellable *cancellable, LsBandwidth *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/* Until there is something to give. */
static void
wait_for_bytes (LsBandwidth *self)
{
  gint64 missing = (1 - self->left) * G_USEC_PER_SEC - self->fraction;
  gint64 until = self->last_refill + (missing + self->limit - 1) / self->limit;

  if (self->clock.wait_until != NULL)
    self->clock.wait_until (until, self->user_data);
  else
    g_cond_wait_until (&self->changed, &self->mutex, until);
}

/* Waits for one's turn, and then for bytes. */
static gboolean
wait_for_turn (LsBandwidth *self, gpointer turn, GCancellable *cancellable, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      if (self->limit == 0)
        return TRUE;

      if (g_queue_peek_head (&self->waiting) != turn)
        {
          g_cond_wait (&self->changed, &self->mutex);
          continue;
        }

      refill (self);
      if (self->left > 0)
        return TRUE;
      wait_for_bytes (self);
    }

  return FALSE;
}

/**
 * ls_bandwidth_take:
 * @bandwidth: a limit
 * @wanted: how many bytes the caller would like to move
 * @granted: (out): how many it may move now; at least one if any were wanted
 * @cancellable: (nullable): ends the wait at once
 * @error: return location for an error
 *
 * Waits until it is the caller's turn to move some bytes. The slice may be more
 * than there is right now: the next one then waits the longer.
 *
 * Returns: whether @granted is set; %FALSE with @error (%G_IO_ERROR_CANCELLED) set
 */
gboolean
ls_bandwidth_take (LsBandwidth *bandwidth, gsize wanted, gsize *granted, GCancellable *cancellable,
                   GError **error)
{
  GList turn = { NULL };
  gulong link = 0;
  gboolean ok;

  *granted = wanted;
  g_mutex_lock (&bandwidth->mutex);
  if (bandwidth->limit == 0 || wanted == 0)
    {
      g_mutex_unlock (&bandwidth->mutex);
      return TRUE;
    }
  g_mutex_unlock (&bandwidth->mutex);

  if (cancellable != NULL)
    link = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), bandwidth, NULL);

  g_mutex_lock (&bandwidth->mutex);
  turn.data = &turn;
  g_queue_push_tail_link (&bandwidth->waiting, &turn);
  ok = wait_for_turn (bandwidth, &turn, cancellable, error);
  if (ok && bandwidth->limit > 0)
    {
      gint64 slice = CLAMP (bandwidth->limit / SLICES_PER_SECOND, SMALLEST_SLICE, LARGEST_SLICE);

      *granted = MIN (wanted, (gsize) slice);
      bandwidth->left -= (gint64) *granted;
    }
  g_queue_unlink (&bandwidth->waiting, &turn);
  g_cond_broadcast (&bandwidth->changed);
  g_mutex_unlock (&bandwidth->mutex);

  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, link);

  return ok;
}

/**
 * ls_bandwidth_give_back:
 * @bandwidth: a limit
 * @unused: how many of the granted bytes were not moved after all
 */
void
ls_bandwidth_give_back (LsBandwidth *bandwidth, gsize unused)
{
  if (unused == 0)
    return;

  g_mutex_lock (&bandwidth->mutex);
  if (bandwidth->limit > 0)
    {
      bandwidth->left += (gint64) unused;
      g_cond_broadcast (&bandwidth->changed);
    }
  g_mutex_unlock (&bandwidth->mutex);
}
