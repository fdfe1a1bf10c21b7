/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-gate.h"

#define LONG_PAUSE (45 * G_USEC_PER_SEC)

/* Those who waited for a host do not all come back in the same moment. */
#define MAX_SPREAD (G_USEC_PER_SEC / 2)

/* How long to sleep before looking at the clock again: a machine that slept
 * meanwhile, or whose clock was set, should not wait for a time that is past. */
#define CLOCK_CHECK (5 * G_USEC_PER_SEC)

/* In microseconds of Unix time, as servers speak of it. */
typedef struct
{
  gint64 since;
  gint64 until;       /* nothing goes to this host before */
  gint64 shown_until; /* nor to another one that it depends on */
} Pause;

struct _LsHttpGate
{
  GMutex mutex;
  GCond changed;
  GHashTable *counts; /* host -> how many are under way */
  GHashTable *guests; /* thread -> how many it has under way */
  GHashTable *pauses; /* host -> Pause */
  GHashTable *met;    /* host that a connection stood to -> microseconds there and back */
  guint total;
  guint max_total;
  guint max_per_host;
  gint64 last_leave; /* real time: the machine may have slept */
  LsHttpGateFunc after_pause;
  gpointer user_data;
};

struct _LsHttpLease
{
  LsHttpGate *gate;
  char *host;
  GThread *thread; /* only to be compared: it may be gone */
};

/**
 * ls_http_gate_new:
 * @max_total: how many requests may be under way in all
 * @max_per_host: and how many of them to one host
 * @after_pause: (nullable): called when the first request after a long pause passes
 * @user_data: given to @after_pause
 *
 * Returns: (transfer full): a gate
 */
LsHttpGate *
ls_http_gate_new (guint max_total, guint max_per_host, LsHttpGateFunc after_pause,
                  gpointer user_data)
{
  LsHttpGate *self = g_atomic_rc_box_new0 (LsHttpGate);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->guests = g_hash_table_new (NULL, NULL);
  self->pauses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->max_total = max_total;
  self->max_per_host = max_per_host;
  self->last_leave = g_get_real_time ();
  self->after_pause = after_pause;
  self->user_data = user_data;

  return self;
}

static void
gate_clear (gpointer data)
{
  LsHttpGate *self = data;

  g_hash_table_unref (self->counts);
  g_hash_table_unref (self->guests);
  g_hash_table_unref (self->pauses);
  g_hash_table_unref (self->met);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
}

/**
 * ls_http_gate_unref:
 * @gate: (transfer full): a gate
 *
 * Gives it up; leases keep it alive.
 */
void
ls_http_gate_unref (LsHttpGate *gate)
{
  g_atomic_rc_box_release_full (gate, gate_clear);
}

/**
 * ls_http_gate_set_limits:
 * @gate: a gate
 * @max_total: how many requests may be under way in all
 * @max_per_host: and how many of them to one host
 *
 * Sets other limits. What is under way goes on even if it is more than that.
 */
void
ls_http_gate_set_limits (LsHttpGate *gate, guint max_total, guint max_per_host)
{
  g_mutex_lock (&gate->mutex);
  gate->max_total = max_total;
  gate->max_per_host = max_per_host;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->mutex);
}

/* The pause of @host, if it has one that is not over. */
static Pause *
find_pause (LsHttpGate *self, const char *host)
{
  Pause *pause = g_hash_table_lookup (self->pauses, host);
  gint64 now = g_get_real_time ();

  /* A clock that was set back makes nonsense of what was said before. */
  if (pause != NULL && (pause->shown_until <= now || now < pause->since))
    {
      g_hash_table_remove (self->pauses, host);
      return NULL;
    }

  return pause;
}

static Pause *
get_pause (LsHttpGate *self, const char *host)
{
  Pause *pause = find_pause (self, host);

  if (pause == NULL)
    {
      pause = g_new0 (Pause, 1);
      pause->since = g_get_real_time ();
      g_hash_table_replace (self->pauses, g_strdup (host), pause);
    }

  return pause;
}

/**
 * ls_http_gate_pause_host:
 * @gate: a gate
 * @host: a host that wants to be left alone
 * @asked_for: the host on whose behalf it was asked; another one after a redirect
 * @until: how long, in microseconds of Unix time
 *
 * Holds up every patient request to @host that has not gone out yet. An earlier
 * end than the one that is set already changes nothing.
 */
void
ls_http_gate_pause_host (LsHttpGate *gate, const char *host, const char *asked_for, gint64 until)
{
  Pause *pause;

  g_mutex_lock (&gate->mutex);
  pause = get_pause (gate, asked_for);
  pause->shown_until = MAX (pause->shown_until, until);
  pause = get_pause (gate, host);
  pause->until = MAX (pause->until, until);
  pause->shown_until = MAX (pause->shown_until, until);
  g_mutex_unlock (&gate->mutex);
}

/**
 * ls_http_gate_get_pause:
 * @gate: a gate
 * @host: a host
 *
 * Returns: until when patient requests for @host are held up, in seconds of Unix
 *   time; 0 if they are not
 */
gint64
ls_http_gate_get_pause (LsHttpGate *gate, const char *host)
{
  gint64 until = 0;
  Pause *pause;

  g_mutex_lock (&gate->mutex);
  pause = find_pause (gate, host);
  if (pause != NULL)
    until = (pause->shown_until + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  g_mutex_unlock (&gate->mutex);

  return until;
}

/**
 * ls_http_gate_meet:
 * @gate: a gate
 * @host: a host that a connection was made to
 * @round_trip: how long a message takes there and back, in microseconds, as far as
 *   the connection told; 0 if it is an older one
 *
 * Remembers that there is such a host, and how far away it is.
 */
void
ls_http_gate_meet (LsHttpGate *gate, const char *host, gint64 round_trip)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate->mutex);
  gint64 *quickest = g_hash_table_lookup (gate->met, host);

  if (quickest == NULL)
    {
      quickest = g_new0 (gint64, 1);
      g_hash_table_insert (gate->met, g_strdup (host), quickest);
    }
  if (round_trip > 0 && (*quickest == 0 || round_trip < *quickest))
    *quickest = round_trip;
}

/**
 * ls_http_gate_get_round_trip:
 * @gate: a gate
 * @host: a host
 *
 * Returns: how long a message takes there and back at its quickest, in microseconds;
 *   0 if that is not known
 */
gint64
ls_http_gate_get_round_trip (LsHttpGate *gate, const char *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate->mutex);
  gint64 *quickest = g_hash_table_lookup (gate->met, host);

  return quickest != NULL ? *quickest : 0;
}

/**
 * ls_http_gate_has_met:
 * @gate: a gate
 * @host: a host
 *
 * Returns: whether a connection to it was ever made
 */
gboolean
ls_http_gate_has_met (LsHttpGate *gate, const char *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate->mutex);

  return g_hash_table_contains (gate->met, host);
}

static guint
get_count (GHashTable *counts, gconstpointer key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));
}

static void
count_host (LsHttpGate *self, const char *host, int change)
{
  guint count = get_count (self->counts, host) + (guint) change;

  if (count > 0)
    g_hash_table_replace (self->counts, g_strdup (host), GUINT_TO_POINTER (count));
  else
    g_hash_table_remove (self->counts, host);
}

static void
count_guest (LsHttpGate *self, GThread *thread, int change)
{
  guint count = get_count (self->guests, thread) + (guint) change;

  if (count > 0)
    g_hash_table_replace (self->guests, thread, GUINT_TO_POINTER (count));
  else
    g_hash_table_remove (self->guests, thread);
}

static void
wake_waiters (GCancellable *cancellable, LsHttpGate *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/* Called with the lock held, when nothing is in the way. */
static LsHttpLease *
let_pass (LsHttpGate *self, const char *host)
{
  LsHttpLease *lease = g_new (LsHttpLease, 1);
  /* The clock may have been set back: then we do not know, either. */
  gint64 pause = g_get_real_time () - self->last_leave;

  if (self->after_pause != NULL && self->total == 0 && (pause > LONG_PAUSE || pause < 0))
    self->after_pause (self->user_data);

  lease->gate = g_atomic_rc_box_acquire (self);
  lease->host = g_strdup (host);
  lease->thread = g_thread_self ();
  self->total++;
  count_host (self, host, 1);
  count_guest (self, lease->thread, 1);

  return lease;
}

/* How long @host is to be left alone, in microseconds; nothing is sent in the
 * moment when its pause is over, but in some moment (@spread, of 1) soon after. */
static gint64
get_wait (LsHttpGate *self, const char *host, double spread)
{
  Pause *pause = find_pause (self, host);
  gint64 wait = pause != NULL ? pause->until - g_get_real_time () : 0;

  if (wait <= 0)
    return 0;

  return wait + (gint64) (spread * (double) MIN (MAX_SPREAD, (pause->until - pause->since) / 4));
}

/* Whether a request has to wait for others to come back. */
static gboolean
is_crowded (LsHttpGate *self, const char *host, LsHttpGateFlags flags)
{
  if ((flags & LS_HTTP_GATE_IS_AWAITED) || get_count (self->guests, g_thread_self ()) > 0)
    return FALSE;

  return self->total >= self->max_total || get_count (self->counts, host) >= self->max_per_host;
}

/**
 * ls_http_gate_enter:
 * @gate: a gate
 * @host: the host that is asked
 * @flags: how to pass
 * @cancellable: (nullable): ends the wait at once
 * @error: return location for an error
 *
 * Waits until a request may go out.
 *
 * Returns: (transfer full): to be freed when the reply is read; %NULL with
 *   @error (%G_IO_ERROR_CANCELLED) set
 */
LsHttpLease *
ls_http_gate_enter (LsHttpGate *gate, const char *host, LsHttpGateFlags flags,
                    GCancellable *cancellable, GError **error)
{
  double spread = g_random_double ();
  LsHttpLease *lease = NULL;
  gulong link = 0;

  if (cancellable != NULL)
    link = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), gate, NULL);

  g_mutex_lock (&gate->mutex);
  while (lease == NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      gint64 wait = (flags & LS_HTTP_GATE_IS_PATIENT) ? get_wait (gate, host, spread) : 0;

      if (wait > 0)
        g_cond_wait_until (&gate->changed, &gate->mutex,
                           g_get_monotonic_time () + MIN (wait, CLOCK_CHECK));
      else if (is_crowded (gate, host, flags))
        g_cond_wait (&gate->changed, &gate->mutex);
      else
        lease = let_pass (gate, host);
    }
  g_mutex_unlock (&gate->mutex);

  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, link);

  return lease;
}

/**
 * ls_http_lease_free:
 * @lease: (transfer full): a lease
 *
 * Lets the next request pass.
 */
void
ls_http_lease_free (LsHttpLease *lease)
{
  LsHttpGate *gate = lease->gate;

  g_mutex_lock (&gate->mutex);
  gate->total--;
  gate->last_leave = g_get_real_time ();
  count_host (gate, lease->host, -1);
  count_guest (gate, lease->thread, -1);
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->mutex);

  ls_http_gate_unref (gate);
  g_free (lease->host);
  g_free (lease);
}
