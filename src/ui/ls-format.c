/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-format.h"

#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#define MINUTE (G_GINT64_CONSTANT (60))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/**
 * ls_format_size:
 * @bytes: a size in bytes
 *
 * Returns: (transfer full): the size in decimal units, as registries count ("29.7 MB")
 */
char *
ls_format_size (guint64 bytes)
{
  return g_format_size (bytes);
}

/**
 * ls_format_speed:
 * @bytes_per_second: a speed; less than 0 counts as 0
 *
 * Returns: (transfer full): the speed ("12.0 MB/s")
 */
char *
ls_format_speed (gint64 bytes_per_second)
{
  g_autofree char *size = g_format_size (MAX (bytes_per_second, 0));
  /* Translators: a speed; %s is a size such as "12.0 MB". */
  g_autofree char *speed = g_strdup_printf (C_ ("speed", "%s/s"), size);
  g_auto (GStrv) parts = g_strsplit (speed, "/", -1);

  /* A word joiner, or else the line may end after the slash. */
  return g_strjoinv ("/\u2060", parts);
}

/**
 * ls_format_duration:
 * @seconds: a time span in seconds; less than 0 counts as 0
 *
 * Says how long something takes, in one or two units: more would change too
 * often for a person to read.
 *
 * Returns: (transfer full): the time span ("8 s", "3 min", "1 h 20 min")
 */
char *
ls_format_duration (gint64 seconds)
{
  g_autofree char *hours_text = NULL;
  g_autofree char *minutes_text = NULL;
  gint64 minutes;
  int hours;

  seconds = MAX (seconds, 0);

  if (seconds < MINUTE)
    /* Translators: a time span in seconds; the space is U+00A0, which does not break. */
    return g_strdup_printf (ngettext ("%d s", "%d s", (gulong) seconds), (int) seconds);

  if (seconds >= 2 * DAY)
    {
      int days = (int) MIN (seconds / DAY, G_MAXINT);

      /* Translators: a time span in days; the space is U+00A0. */
      return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), days);
    }

  minutes = (seconds + MINUTE / 2) / MINUTE;
  hours = (int) (minutes / 60);
  minutes %= 60;

  /* Translators: a time span in minutes; the space is U+00A0. */
  minutes_text = g_strdup_printf (ngettext ("%d min", "%d min", (gulong) minutes), (int) minutes);
  if (hours == 0)
    return g_steal_pointer (&minutes_text);

  /* Translators: a time span in hours; the space is U+00A0. */
  hours_text = g_strdup_printf (ngettext ("%d h", "%d h", (gulong) hours), hours);
  if (minutes == 0)
    return g_steal_pointer (&hours_text);

  /* Translators: a time span: hours, then minutes, as in "1 h 20 min". */
  return g_strdup_printf (C_ ("duration", "%1$s %2$s"), hours_text, minutes_text);
}

static guint64
count_grouping (void)
{
  /* Translators: how large numbers are grouped in your language: 1000 when
   * people count in thousands, millions, billions; 10000 when they count in ten
   * thousands (万), hundred millions (亿) and so on. Only these two work. */
  const char *translated = C_ ("number grouping", "1000");

  return g_str_equal (translated, "10000") ? 10000 : 1000;
}

static char *
format_count_step (guint step, const char *number)
{
  switch (step)
    {
    case 0:
      return g_strdup (number);
    case 1:
      /* Translators: a count in thousands, or in ten thousands (万) when your
       * grouping is 10000; %s is a number such as "1.2". */
      return g_strdup_printf (C_ ("number in the first group", "%sK"), number);
    case 2:
      /* Translators: a count in millions, or in hundred millions (亿) when your
       * grouping is 10000. */
      return g_strdup_printf (C_ ("number in the second group", "%sM"), number);
    default:
      /* Translators: a count in billions (thousand millions), or in millions of
       * millions (万亿) when your grouping is 10000. */
      return g_strdup_printf (C_ ("number in the third group", "%sB"), number);
    }
}

/* Three digits say enough: one decimal place below 100, none from there on. */
static double
round_for_count (double value)
{
  return value >= 100 ? round (value) : round (value * 10) / 10;
}

/**
 * ls_format_count:
 * @count: how many; less than 0 is not known
 *
 * Shortens a large count for a label, in the groups that the language counts in.
 *
 * Returns: (transfer full): the count ("757", "1.2M", "3,4 B", "120万")
 */
char *
ls_format_count (gint64 count)
{
  g_autofree char *number = NULL;
  double grouping = (double) count_grouping ();
  double value = (double) count;
  guint step = 0;

  if (count < 0)
    /* Translators: a count that is not known */
    return g_strdup (C_ ("count", "Unknown"));

  if (count < grouping)
    {
      number = g_strdup_printf ("%d", (int) count);
      return format_count_step (0, number);
    }

  /* Compare what would be shown: 999 960 is "1M" and not "1000K". */
  while (step < 3 && round_for_count (value) >= grouping)
    {
      value /= grouping;
      step++;
    }

  value = round_for_count (value);
  if (value == floor (value))
    number = g_strdup_printf ("%.0f", value);
  else
    number = g_strdup_printf ("%.1f", value);

  return format_count_step (step, number);
}

/**
 * ls_format_percent:
 * @fraction: 0 to 1; what is outside is cut
 *
 * Rounds down, so that 100 % means done.
 *
 * Returns: (transfer full): the percentage ("54 %")
 */
char *
ls_format_percent (double fraction)
{
  double clamped = isnan (fraction) ? 0 : CLAMP (fraction, 0, 1);

  /* A whole percentage must not become one less by the binary fraction. */
  int percent = (int) floor (clamped * 100 + 1e-6);

  if (percent >= 100 && clamped < 1)
    percent = 99;

  /* Translators: a percentage, such as "54 %"; the space is U+00A0, and %% is
   * the percent sign. */
  return g_strdup_printf (C_ ("percentage", "%d %%"), percent);
}

/* Images made reproducibly carry the start of an epoch, and Go writes a missing
 * time as the year 1: neither tells when anything was made. */
static gboolean
is_known (GDateTime *when)
{
  return when != NULL && g_date_time_get_year (when) > 1970;
}

/**
 * ls_format_relative_time:
 * @when: (nullable): a time
 * @now: (nullable): the present; %NULL asks the clock
 *
 * A time in the future, as a wrong clock makes it, counts as now.
 *
 * Returns: (transfer full): how long ago that was ("10 days ago"), or "Unknown"
 */
char *
ls_format_relative_time (GDateTime *when, GDateTime *now)
{
  g_autoptr (GDateTime) clock = NULL;
  gint64 seconds;
  int n;

  if (!is_known (when))
    return g_strdup (C_ ("time", "Unknown"));

  if (now == NULL)
    now = clock = g_date_time_new_now_utc ();

  seconds = g_date_time_difference (now, when) / G_TIME_SPAN_SECOND;

  if (seconds < MINUTE)
    return g_strdup (_ ("Just now"));

  if (seconds < HOUR)
    {
      n = (int) (seconds / MINUTE);
      return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (gulong) n), n);
    }

  if (seconds < DAY)
    {
      n = (int) (seconds / HOUR);
      return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", (gulong) n), n);
    }

  if (seconds < 14 * DAY)
    {
      n = (int) (seconds / DAY);
      return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong) n), n);
    }

  if (seconds < 60 * DAY)
    {
      n = (int) (seconds / (7 * DAY));
      return g_strdup_printf (ngettext ("%d week ago", "%d weeks ago", (gulong) n), n);
    }

  if (seconds < 2 * 365 * DAY)
    {
      n = (int) (seconds / (30 * DAY));
      return g_strdup_printf (ngettext ("%d month ago", "%d months ago", (gulong) n), n);
    }

  n = (int) (seconds / (365 * DAY));
  return g_strdup_printf (ngettext ("%d year ago", "%d years ago", (gulong) n), n);
}

/**
 * ls_format_exact_time:
 * @when: (nullable): a time
 *
 * Returns: (transfer full): date and time in the user's time zone and customs, or "Unknown"
 */
char *
ls_format_exact_time (GDateTime *when)
{
  g_autoptr (GDateTime) local = NULL;

  if (!is_known (when))
    return g_strdup (C_ ("time", "Unknown"));

  local = g_date_time_to_local (when);

  /* Translators: date and time of day, in the format of g_date_time_format(): "24 November
   * 2026, 14:05". */
  return g_date_time_format (local, C_ ("exact time", "%-d %B %Y, %H:%M"));
}

/**
 * ls_format_clock_time:
 * @unix_seconds: a time near the present, in seconds of Unix time
 * @now: (nullable): the present; %NULL asks the clock
 *
 * Returns: (transfer full): the time of day ("14:05"), with the date when it is not today
 */
char *
ls_format_clock_time (gint64 unix_seconds, GDateTime *now)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (unix_seconds);
  g_autoptr (GDateTime) today = NULL;

  if (when == NULL)
    return g_strdup (C_ ("time", "Unknown"));

  today = now != NULL ? g_date_time_to_local (now) : g_date_time_new_now_local ();

  if (g_date_time_get_year (when) == g_date_time_get_year (today)
      && g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (today))
    /* Translators: a time of day, in the format of g_date_time_format(). */
    return g_date_time_format (when, C_ ("time of day", "%H:%M"));

  /* Translators: date and time of day, in the format of g_date_time_format(). */
  return g_date_time_format (when, C_ ("date and time of day", "%x %H:%M"));
}
