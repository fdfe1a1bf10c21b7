/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pull-limit.h"

#include <string.h>

#define MAX_DIGITS 15
#define LONGEST_WINDOW (31 * 24 * 60 * 60)

/* "Few" in parts of the limit. */
#define LOW_PART 10

struct _LsPullLimit
{
  gint64 limit;
  gint64 remaining;
  gint64 window; /* seconds; 0: not known */
  gint64 read_at;
};

G_DEFINE_BOXED_TYPE (LsPullLimit, ls_pull_limit, ls_pull_limit_ref, ls_pull_limit_unref)

static gboolean
take_number (const char **cursor, gint64 *value)
{
  gsize n_digits = strspn (*cursor, "0123456789");

  if (n_digits == 0 || n_digits > MAX_DIGITS)
    return FALSE;

  *value = g_ascii_strtoll (*cursor, NULL, 10);
  *cursor += n_digits;

  return TRUE;
}

static const char *
skip_space (const char *text)
{
  return text + strspn (text, " \t");
}

/* Reads "100;w=21600", or "100" alone. Of several values, which the field may
 * have, the first one counts. */
static gboolean
parse_quota (const char *text, gint64 *count, gint64 *window)
{
  *window = 0;
  if (text == NULL)
    return FALSE;

  text = skip_space (text);
  if (!take_number (&text, count))
    return FALSE;

  while (*(text = skip_space (text)) == ';')
    {
      gboolean is_window;

      text = skip_space (text + 1);
      is_window = g_ascii_strncasecmp (text, "w=", 2) == 0;
      if (is_window)
        text += 2;
      if (is_window && !take_number (&text, window))
        return FALSE;
      if (!is_window)
        text += strcspn (text, ";,");
    }

  if (*window > LONGEST_WINDOW)
    *window = 0;

  return *text == '\0' || *text == ',';
}

/**
 * ls_pull_limit_parse:
 * @limit: (nullable): the value of RateLimit-Limit
 * @remaining: (nullable): the value of RateLimit-Remaining
 * @now: when these came, in seconds of Unix time
 *
 * Reads the fields that Docker Hub gives with a manifest, such as `100;w=21600`.
 *
 * Returns: (transfer full) (nullable): the limit; %NULL where there is none, or
 *   none that makes sense
 */
LsPullLimit *
ls_pull_limit_parse (const char *limit, const char *remaining, gint64 now)
{
  gint64 n_limit;
  gint64 n_remaining;
  gint64 window;
  gint64 other_window;
  LsPullLimit *self;

  if (!parse_quota (limit, &n_limit, &window)
      || !parse_quota (remaining, &n_remaining, &other_window) || n_limit == 0)
    return NULL;

  self = g_atomic_rc_box_new0 (LsPullLimit);
  self->limit = n_limit;
  self->remaining = MIN (n_remaining, n_limit);
  self->window = window > 0 ? window : other_window;
  self->read_at = now;

  return self;
}

/**
 * ls_pull_limit_ref:
 * @pull_limit: a limit
 *
 * Returns: (transfer full): the same limit
 */
LsPullLimit *
ls_pull_limit_ref (LsPullLimit *pull_limit)
{
  return g_atomic_rc_box_acquire (pull_limit);
}

/**
 * ls_pull_limit_unref:
 * @pull_limit: (transfer full): a limit
 */
void
ls_pull_limit_unref (LsPullLimit *pull_limit)
{
  g_atomic_rc_box_release (pull_limit);
}

/**
 * ls_pull_limit_get_limit:
 * @pull_limit: a limit
 *
 * Returns: how many pulls there are in one window
 */
gint64
ls_pull_limit_get_limit (const LsPullLimit *pull_limit)
{
  return pull_limit->limit;
}

/**
 * ls_pull_limit_get_remaining:
 * @pull_limit: a limit
 *
 * Returns: how many of them were left
 */
gint64
ls_pull_limit_get_remaining (const LsPullLimit *pull_limit)
{
  return pull_limit->remaining;
}

/**
 * ls_pull_limit_get_window:
 * @pull_limit: a limit
 *
 * Returns: the time in which the pulls are counted, in seconds; 0: not known
 */
gint64
ls_pull_limit_get_window (const LsPullLimit *pull_limit)
{
  return pull_limit->window;
}

/**
 * ls_pull_limit_get_more_at:
 * @pull_limit: a limit
 *
 * Docker Hub does not say when a window began: this is the latest time at which
 * pulls that are used up now count again.
 *
 * Returns: seconds of Unix time; 0 if none is used up, or the window is not known
 */
gint64
ls_pull_limit_get_more_at (const LsPullLimit *pull_limit)
{
  if (pull_limit->window == 0 || pull_limit->remaining == pull_limit->limit)
    return 0;

  return pull_limit->read_at + pull_limit->window;
}

/**
 * ls_pull_limit_is_low:
 * @pull_limit: a limit
 *
 * Returns: whether so few pulls are left (a tenth) that one should know
 */
gboolean
ls_pull_limit_is_low (const LsPullLimit *pull_limit)
{
  return pull_limit->remaining <= pull_limit->limit / LOW_PART;
}
