/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-http-reply.h"
#include "ls-http-request.h"

G_BEGIN_DECLS

/* The one place that says whether a request that failed is sent again, and
 * when. A policy without I/O and without a clock of its own. */

/* The longest that a transfer waits for a server that asks for patience, and
 * the longest that a person does, in seconds. */
#define LS_HTTP_LONGEST_WAIT (15 * 60)
#define LS_HTTP_LONGEST_PERSON_WAIT 20

typedef struct
{
  LsHttpPatience patience;
  gboolean may_repeat;
  guint first_delay; /* milliseconds; doubled with each attempt */
  guint n_failures;  /* so far; what took long counts twice */
} LsHttpRetry;

typedef struct
{
  gboolean again;
  gint64 delay;       /* microseconds before the next attempt */
  gint64 pause_until; /* microseconds of Unix time: the host wants nobody to ask until then; or 0 */
} LsHttpVerdict;

gint64        ls_http_retry_back_off    (guint         first_delay,
                                         guint         n_failures);
guint         ls_http_retry_count       (const GError *error,
                                         gint64        done,
                                         gint64       *furthest,
                                         guint         n_fruitless);
gboolean      ls_http_retry_is_transient (const GError *error);
LsHttpVerdict ls_http_retry_judge_reply (LsHttpRetry  *retry,
                                         LsHttpReply  *reply,
                                         gint64        now);
LsHttpVerdict ls_http_retry_judge_error (LsHttpRetry  *retry,
                                         const GError *error,
                                         gboolean      has_met);

G_END_DECLS
