/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-retry.h"

#include "ls-error.h"
#include "ls-http-headers.h"

#define MAX_FAILURES_FOR_PERSON 4
#define MAX_FAILURES_FOR_TRANSFER 6

/* A server that says nothing and lets us wait has cost a minute already. */
#define WEIGHT_OF_TIMEOUT 2

/* What an attempt has to bring: a server that takes or gives a few bytes each time is
 * never done. In the time that it is waited for, any line that works brings more. */
#define LEAST_PROGRESS (8 * 1024)

/* "I am busy", "I failed", "who is behind me failed": the same request may well
 * be served a little later. The last two are those of a well-known network in
 * front of registries. */
static gboolean
is_transient (guint status)
{
  switch (status)
    {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
    case 522:
    case 524:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * ls_http_retry_back_off:
 * @first_delay: the longest delay after the first failure, in milliseconds
 * @n_failures: how many there were before this one
 *
 * Full jitter: clients that failed together do not come back together.
 *
 * Returns: how long to wait, in microseconds; twice as long after each failure
 */
gint64
ls_http_retry_back_off (guint first_delay, guint n_failures)
{
  gint64 longest = (gint64) first_delay * 1000 << n_failures;

  return (gint64) (g_random_double () * (double) longest) + (gint64) first_delay * 100;
}

/* For how many failures one counts: where nothing comes, each attempt takes long. */
static guint
weigh (const GError *error)
{
  return g_error_matches (error, LS_ERROR, LS_ERROR_TIMED_OUT) ? WEIGHT_OF_TIMEOUT : 1;
}

/**
 * ls_http_retry_count:
 * @error: why an attempt to move something failed
 * @done: how far it came, in bytes
 * @furthest: (inout): how far the attempts before it had come
 * @n_fruitless: how many in a row had brought no more
 *
 * Counts attempts that go on where the one before ended. What takes long counts twice.
 *
 * Returns: how many in a row have brought no more now
 */
guint
ls_http_retry_count (const GError *error, gint64 done, gint64 *furthest, guint n_fruitless)
{
  if (done - *furthest < LEAST_PROGRESS)
    return n_fruitless + weigh (error);

  *furthest = done;

  return 0;
}

/* Whether another attempt may follow one that weighs @weight. */
static gboolean
count_failure (LsHttpRetry *self, guint weight)
{
  guint max =
      self->patience == LS_HTTP_FOR_TRANSFER ? MAX_FAILURES_FOR_TRANSFER : MAX_FAILURES_FOR_PERSON;

  self->n_failures += weight;

  return self->may_repeat && self->n_failures < max;
}

/* The pulls of this user, or of this address, are used up: asking again soon
 * would be in vain. */
static gboolean
is_used_up (LsHttpReply *reply)
{
  const char *remaining = ls_http_reply_get_header (reply, "RateLimit-Remaining");

  return remaining != NULL && g_regex_match_simple ("^\\s*0+\\s*(;|$)", remaining, 0, 0);
}

/**
 * ls_http_retry_is_transient:
 * @error: why something failed
 *
 * Returns: whether it was the line or the server, so that the same may well succeed a
 *   little later
 */
gboolean
ls_http_retry_is_transient (const GError *error)
{
  return g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE)
         || g_error_matches (error, LS_ERROR, LS_ERROR_TIMED_OUT)
         || g_error_matches (error, LS_ERROR, LS_ERROR_SERVER);
}

/**
 * ls_http_retry_judge_reply:
 * @retry: the request's attempts so far
 * @reply: what was answered
 * @now: the time now, in microseconds of Unix time
 *
 * Judges a reply. A server's wish for patience (Retry-After, RFC 9110, section
 * 10.2.3) is obeyed; where it is longer than the caller waits there is no other
 * attempt. A 429, and a 503 with such a wish, is about everybody who asks that
 * host, and not only about this request.
 *
 * Returns: what to do
 */
LsHttpVerdict
ls_http_retry_judge_reply (LsHttpRetry *retry, LsHttpReply *reply, gint64 now)
{
  guint status = ls_http_reply_get_status (reply);
  gint64 retry_at = ls_http_reply_get_retry_at (reply, now / G_USEC_PER_SEC) * G_USEC_PER_SEC;
  gint64 longest =
      retry->patience == LS_HTTP_FOR_TRANSFER ? LS_HTTP_LONGEST_WAIT : LS_HTTP_LONGEST_PERSON_WAIT;
  LsHttpVerdict verdict = { FALSE };

  if (!is_transient (status))
    return verdict;

  if (retry_at > 0)
    verdict.delay = MAX (retry_at - now, 0);
  else
    verdict.delay = ls_http_retry_back_off (retry->first_delay, retry->n_failures);

  if (retry_at == 0 && status == 429 && is_used_up (reply))
    return verdict;

  verdict.again = count_failure (retry, 1) && verdict.delay <= longest * G_USEC_PER_SEC;
  if ((status == 429 || (status == 503 && retry_at > 0))
      && verdict.delay <= LS_HTTP_LONGEST_WAIT * G_USEC_PER_SEC)
    verdict.pause_until = now + verdict.delay;

  return verdict;
}

/**
 * ls_http_retry_judge_error:
 * @retry: the request's attempts so far
 * @error: why there was no reply
 * @has_met: whether there ever was a connection to that host
 *
 * Judges a line that failed. A person is told at once; a transfer goes on when
 * the line is back. Where there never was one, the name of the host is wrong, or
 * a proxy is missing, and that is to be told at once, too.
 *
 * Returns: what to do
 */
LsHttpVerdict
ls_http_retry_judge_error (LsHttpRetry *retry, const GError *error, gboolean has_met)
{
  LsHttpVerdict verdict = { FALSE };

  if (retry->patience != LS_HTTP_FOR_TRANSFER || !has_met
      || (!g_error_matches (error, LS_ERROR, LS_ERROR_TIMED_OUT)
          && !g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE)))
    return verdict;

  verdict.delay = ls_http_retry_back_off (retry->first_delay, retry->n_failures);
  verdict.again = count_failure (retry, weigh (error));

  return verdict;
}
