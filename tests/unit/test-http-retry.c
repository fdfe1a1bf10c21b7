/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-http-retry.h"

#define NOW G_GINT64_CONSTANT (1700000000) /* Tue, 14 Nov 2023 22:13:20 GMT */
#define DELAY 1000                         /* milliseconds */
#define BACK_OFF -1

static LsHttpReply *
make_reply (guint status, const char *headers)
{
  g_autoptr (GUri) uri = g_uri_parse ("https://registry.example/v2/", G_URI_FLAGS_NONE, NULL);
  SoupMessageHeaders *fields = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_auto (GStrv) lines = g_strsplit (headers, "\n", -1);
  LsHttpReply *reply;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ": ", 2);

      soup_message_headers_append (fields, parts[0], parts[1]);
    }
  reply = ls_http_reply_new (status, fields, uri);
  soup_message_headers_unref (fields);

  return reply;
}

/* What is done about the first failure of a request that may be repeated. */
static const struct
{
  LsHttpPatience patience;
  guint status;
  const char *headers;
  gboolean again;
  int delay; /* seconds, or BACK_OFF */
  gboolean pauses;
} cases[] = {
  /* Busy or broken: soon again, and nobody else has to wait. */
  { LS_HTTP_FOR_PERSON, 500, "", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_PERSON, 502, "", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 503, "", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 504, "", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 408, "", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 500, "X-RateLimit-Reset: 1700000500", TRUE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 500, "Retry-After: 7", TRUE, 7, FALSE },

  /* Too many requests are everybody's. */
  { LS_HTTP_FOR_TRANSFER, 429, "", TRUE, BACK_OFF, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: 0", TRUE, 0, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: 30", TRUE, 30, TRUE },
  { LS_HTTP_FOR_TRANSFER, 503, "Retry-After: 30", TRUE, 30, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: Tue, 14 Nov 2023 22:14:20 GMT", TRUE, 60, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: Tue, 14 Nov 2023 21:00:00 GMT", TRUE, 0, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "X-Retry-After: 1700000060", TRUE, 60, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "X-RateLimit-Reset: 1700000060", TRUE, 60, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: soon", TRUE, BACK_OFF, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: -5", TRUE, BACK_OFF, TRUE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: 900", TRUE, 900, TRUE },

  /* Longer than that is for the user to decide. */
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: 901", FALSE, 901, FALSE },
  { LS_HTTP_FOR_TRANSFER, 429, "Retry-After: 99999999999999999999", TRUE, BACK_OFF, TRUE },
  { LS_HTTP_FOR_PERSON, 429, "Retry-After: 20", TRUE, 20, TRUE },
  { LS_HTTP_FOR_PERSON, 429, "Retry-After: 21", FALSE, 21, TRUE },
  { LS_HTTP_FOR_PERSON, 429, "Retry-After: 3600", FALSE, 3600, FALSE },

  /* No pull is left: waiting a little is in vain. */
  { LS_HTTP_FOR_TRANSFER, 429, "RateLimit-Remaining: 0;w=21600", FALSE, BACK_OFF, FALSE },
  { LS_HTTP_FOR_TRANSFER, 429, "RateLimit-Remaining: 1;w=21600", TRUE, BACK_OFF, TRUE },

  /* The answer would be the same. */
  { LS_HTTP_FOR_TRANSFER, 400, "Retry-After: 1", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 401, "", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 403, "", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 404, "", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 413, "Retry-After: 1", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 416, "", FALSE, 0, FALSE },
  { LS_HTTP_FOR_TRANSFER, 501, "", FALSE, 0, FALSE },
};

static void
test_replies (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsHttpReply) reply = make_reply (cases[i].status, cases[i].headers);
      LsHttpRetry retry = { cases[i].patience, TRUE, DELAY, 0 };
      LsHttpVerdict verdict = ls_http_retry_judge_reply (&retry, reply, NOW * G_USEC_PER_SEC);

      g_test_message ("%u %s", cases[i].status, cases[i].headers);
      g_assert_cmpint (verdict.again, ==, cases[i].again);
      if (cases[i].delay != BACK_OFF)
        g_assert_cmpint (verdict.delay, ==, cases[i].delay * (gint64) G_USEC_PER_SEC);
      else
        {
          g_assert_cmpint (verdict.delay, >, 0);
          g_assert_cmpint (verdict.delay, <=, 11 * DELAY * 100);
        }
      g_assert_cmpint (verdict.pause_until, ==,
                       cases[i].pauses ? NOW * G_USEC_PER_SEC + verdict.delay : 0);
    }
}

static guint
count_attempts (LsHttpPatience patience, gboolean may_repeat)
{
  LsHttpRetry retry = { patience, may_repeat, DELAY, 0 };
  guint n = 1;

  while (TRUE)
    {
      g_autoptr (LsHttpReply) reply = make_reply (500, "");
      LsHttpVerdict verdict = ls_http_retry_judge_reply (&retry, reply, NOW * G_USEC_PER_SEC);

      if (!verdict.again)
        return n;
      /* Each pause may be twice as long as the one before. */
      g_assert_cmpint (verdict.delay, <=, ((gint64) DELAY * 1000 << (n - 1)) + DELAY * 100);
      n++;
    }
}

static void
test_number_of_attempts (void)
{
  g_assert_cmpuint (count_attempts (LS_HTTP_FOR_PERSON, TRUE), ==, 4);
  g_assert_cmpuint (count_attempts (LS_HTTP_FOR_TRANSFER, TRUE), ==, 6);
  g_assert_cmpuint (count_attempts (LS_HTTP_FOR_TRANSFER, FALSE), ==, 1);
}

static void
test_lines (void)
{
  static const struct
  {
    LsHttpPatience patience;
    gboolean may_repeat;
    LsError code;
    guint attempts;
    gboolean is_stranger;
  } lines[] = {
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_OFFLINE, 6 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_TIMED_OUT, 3 },
    { LS_HTTP_FOR_TRANSFER, FALSE, LS_ERROR_OFFLINE, 1 },
    { LS_HTTP_FOR_PERSON, TRUE, LS_ERROR_OFFLINE, 1 },
    { LS_HTTP_FOR_PERSON, TRUE, LS_ERROR_TIMED_OUT, 1 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_TLS, 1 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_INSECURE, 1 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_PROTOCOL, 1 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_TOO_LARGE, 1 },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_OFFLINE, 1, TRUE },
    { LS_HTTP_FOR_TRANSFER, TRUE, LS_ERROR_TIMED_OUT, 1, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (LS_ERROR, (int) lines[i].code, "");
      LsHttpRetry retry = { lines[i].patience, lines[i].may_repeat, DELAY, 0 };
      guint attempts = 1;

      while (ls_http_retry_judge_error (&retry, error, !lines[i].is_stranger).again)
        attempts++;
      g_assert_cmpuint (attempts, ==, lines[i].attempts);
    }
}

/* An attempt that goes further makes good for those before it, a few bytes do not. */
static void
test_progress (void)
{
  static const struct
  {
    LsError code;
    gint64 done;
    guint n_fruitless; /* afterwards */
  } attempts[] = {
    { LS_ERROR_OFFLINE, 0, 1 },         { LS_ERROR_TIMED_OUT, 1, 3 },
    { LS_ERROR_OFFLINE, 2, 4 },         { LS_ERROR_OFFLINE, 100000, 0 },
    { LS_ERROR_OFFLINE, 100001, 1 },    { LS_ERROR_SERVER, 50000, 2 },
    { LS_ERROR_TIMED_OUT, 107000, 4 },  { LS_ERROR_TIMED_OUT, 109000, 0 },
    { LS_ERROR_TIMED_OUT, 1000000, 0 },
  };
  gint64 furthest = 0;
  guint n_fruitless = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (LS_ERROR, (int) attempts[i].code, "");

      n_fruitless = ls_http_retry_count (error, attempts[i].done, &furthest, n_fruitless);
      g_test_message ("%d", (int) i);
      g_assert_cmpuint (n_fruitless, ==, attempts[i].n_fruitless);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  LsHttpRetry retry = { LS_HTTP_FOR_TRANSFER, TRUE, DELAY, 0 };

  g_assert_false (ls_http_retry_judge_error (&retry, error, TRUE).again);
}

static void
test_transient (void)
{
  static const struct
  {
    LsError code;
    gboolean is_transient;
  } errors[] = {
    { LS_ERROR_OFFLINE, TRUE },    { LS_ERROR_TIMED_OUT, TRUE },
    { LS_ERROR_SERVER, TRUE },     { LS_ERROR_RATE_LIMITED, FALSE },
    { LS_ERROR_NOT_FOUND, FALSE }, { LS_ERROR_DIGEST_MISMATCH, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (LS_ERROR, (int) errors[i].code, "It broke");

      g_assert_cmpint (ls_http_retry_is_transient (error), ==, errors[i].is_transient);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/retry/replies", test_replies);
  g_test_add_func ("/http/retry/number-of-attempts", test_number_of_attempts);
  g_test_add_func ("/http/retry/lines", test_lines);
  g_test_add_func ("/http/retry/progress", test_progress);
  g_test_add_func ("/http/retry/cancelled", test_cancelled);
  g_test_add_func ("/http/retry/transient", test_transient);

  return g_test_run ();
}
