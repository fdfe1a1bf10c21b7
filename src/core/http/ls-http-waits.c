/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-waits.h"

struct _LsHttpWaits
{
  GMutex mutex;
  GPtrArray *waits;
};

struct _LsHttpWait
{
  char *host;
  LsError reason;
  gint64 until; /* microseconds of Unix time */
};

static void
wait_free (gpointer data)
{
  LsHttpWait *wait = data;

  g_free (wait->host);
  g_free (wait);
}

/**
 * ls_http_waits_new:
 *
 * Returns: (transfer full): an account of waits, empty
 */
LsHttpWaits *
ls_http_waits_new (void)
{
  LsHttpWaits *self = g_new0 (LsHttpWaits, 1);

  g_mutex_init (&self->mutex);
  self->waits = g_ptr_array_new_with_free_func (wait_free);

  return self;
}

/**
 * ls_http_waits_free:
 * @waits: (transfer full): an account of waits
 *
 * Frees it.
 */
void
ls_http_waits_free (LsHttpWaits *waits)
{
  g_ptr_array_unref (waits->waits);
  g_mutex_clear (&waits->mutex);
  g_free (waits);
}

/**
 * ls_http_waits_begin:
 * @waits: an account of waits
 * @host: the host that is asked again then
 * @reason: why the last attempt failed
 * @until: when that is, in microseconds of Unix time
 *
 * Returns: (transfer none): the wait, to be given to ls_http_waits_end()
 */
LsHttpWait *
ls_http_waits_begin (LsHttpWaits *waits, const char *host, LsError reason, gint64 until)
{
  LsHttpWait *wait = g_new0 (LsHttpWait, 1);

  wait->host = g_strdup (host);
  wait->reason = reason;
  wait->until = until;

  g_mutex_lock (&waits->mutex);
  g_ptr_array_add (waits->waits, wait);
  g_mutex_unlock (&waits->mutex);

  return wait;
}

/**
 * ls_http_waits_end:
 * @waits: an account of waits
 * @wait: (transfer full): one that is over, however it ended
 */
void
ls_http_waits_end (LsHttpWaits *waits, LsHttpWait *wait)
{
  g_mutex_lock (&waits->mutex);
  g_ptr_array_remove_fast (waits->waits, wait);
  g_mutex_unlock (&waits->mutex);
}

/**
 * ls_http_waits_get:
 * @waits: an account of waits
 * @host: a host
 * @reason: (out): why it is waited for
 *
 * Returns: when @host is asked again, in seconds of Unix time; 0 if nothing waits
 *   for that, and then @reason is left alone
 */
gint64
ls_http_waits_get (LsHttpWaits *waits, const char *host, LsError *reason)
{
  gint64 first = G_MAXINT64;

  g_mutex_lock (&waits->mutex);
  for (guint i = 0; i < waits->waits->len; i++)
    {
      const LsHttpWait *wait = waits->waits->pdata[i];

      if (wait->until < first && g_str_equal (wait->host, host))
        {
          first = wait->until;
          *reason = wait->reason;
        }
    }
  g_mutex_unlock (&waits->mutex);

  return first < G_MAXINT64 ? (first + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 0;
}
