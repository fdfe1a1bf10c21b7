/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-retry.h"

#include "ls-error.h"
#include "ls-http-retry.h"

/* Seconds: the longest first pause, which doubles with each attempt that moved
 * nothing, and the longest that it becomes. */
#define FIRST_PAUSE 5
#define LONGEST_PAUSE (15 * 60)

/* A server that asks for more than that is not waited for. */
#define LONGEST_ASKED_PAUSE (7 * 60 * 60)

/**
 * ls_transfer_retry_needs_network:
 * @error: why a transfer was cut
 *
 * Returns: whether another state of the network may mend it at once
 */
gboolean
ls_transfer_retry_needs_network (const GError *error)
{
  return g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE)
         || g_error_matches (error, LS_ERROR, LS_ERROR_TIMED_OUT);
}

/**
 * ls_transfer_retry_is_worth:
 * @error: why a transfer was cut
 * @reached: whether the transfer had found its image before, at this attempt or
 *   an earlier one
 * @online: whether this computer has a network at all
 *
 * A failure passes by itself when the server says so, or says that the trouble
 * is its own. A host that cannot be reached comes back when it was there before,
 * or when it is this computer that is offline; otherwise its name is wrong, or a
 * proxy is missing, and the user should know now.
 *
 * Returns: whether the transfer should go on by itself later
 */
gboolean
ls_transfer_retry_is_worth (const GError *error, gboolean reached, gboolean online)
{
  if (g_error_matches (error, LS_ERROR, LS_ERROR_RATE_LIMITED))
    return ls_error_get_retry_at (error) > 0;

  return ls_http_retry_is_transient (error)
         && (!ls_transfer_retry_needs_network (error) || reached || !online);
}

/**
 * ls_transfer_retry_get_time:
 * @error: why a transfer was cut
 * @fruitless: how many attempts in a row have got no further
 * @random: from 0 to 1, so that not everybody comes back at the same moment
 * @now: seconds of Unix time
 *
 * The pause is twice as long after each attempt without progress, at most a
 * quarter of an hour, and never shorter than the server asks for.
 *
 * Returns: when to try again, in seconds of Unix time
 */
gint64
ls_transfer_retry_get_time (const GError *error, guint fruitless, double random, gint64 now)
{
  gint64 longest = MIN ((gint64) FIRST_PAUSE << MIN (fruitless, 16), LONGEST_PAUSE);
  gint64 pause = MAX (1, (gint64) ((double) longest * (0.5 + random / 2)));
  gint64 asked = MIN (ls_error_get_retry_at (error), now + LONGEST_ASKED_PAUSE);

  return MAX (now + pause, asked);
}
