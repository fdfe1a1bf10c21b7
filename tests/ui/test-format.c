/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-format.h"

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

static void
test_size (void)
{
  static const struct
  {
    guint64 bytes;
    const char *expected;
  } cases[] = {
    { 0, "0 bytes" },
    { 1, "1 byte" },
    { 999, "999 bytes" },
    { 29700000, "29.7\u00a0MB" },
    { 1000, "1.0\u00a0kB" },
    { 40200000, "40.2\u00a0MB" },
    { G_MAXUINT64, "18.4\u00a0EB" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_format_size (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_speed (void)
{
  g_autofree char *fast = ls_format_speed (12000000);
  g_autofree char *still = ls_format_speed (0);
  g_autofree char *backwards = ls_format_speed (-1);

  g_assert_cmpstr (fast, ==, "12.0\u00a0MB/\u2060s");
  g_assert_cmpstr (still, ==, "0 bytes/\u2060s");
  g_assert_cmpstr (backwards, ==, still);
}

static void
test_duration (void)
{
  static const struct
  {
    gint64 seconds;
    const char *expected;
  } cases[] = {
    { -5, "0\u00a0s" },        { 0, "0\u00a0s" },
    { 8, "8\u00a0s" },         { 59, "59\u00a0s" },
    { 60, "1\u00a0min" },      { 89, "1\u00a0min" },
    { 90, "2\u00a0min" },      { 180, "3\u00a0min" },
    { 3569, "59\u00a0min" },   { 3570, "1\u00a0h" },
    { 3600, "1\u00a0h" },      { 4800, "1\u00a0h\u00a020\u00a0min" },
    { 7199, "2\u00a0h" },      { 86400, "24\u00a0h" },
    { 172800, "2\u00a0days" }, { G_MAXINT64, "2147483647\u00a0days" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_format_duration (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_count (void)
{
  static const struct
  {
    gint64 count;
    const char *expected;
  } cases[] = {
    { -1, "Unknown" },
    { 0, "0" },
    { 757, "757" },
    { 999, "999" },
    { 1000, "1K" },
    { 1234, "1.2K" },
    { 12345, "12.3K" },
    { 123456, "123K" },
    { 99949, "99.9K" },
    { 99950, "100K" },
    { 999499, "999K" },
    { 999500, "1M" },
    { 1200000, "1.2M" },
    { 130737682, "131M" },
    { 3282532963, "3.3B" },
    { G_GINT64_CONSTANT (4500000000000), "4500B" },
    { G_MAXINT64, "9223372037B" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_format_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* Chinese counts in ten thousands, which its translation says. */
static void
test_count_in_chinese (void)
{
  static const struct
  {
    gint64 count;
    const char *expected;
  } cases[] = {
    { 9999, "9999" },         { 10000, "1万" },
    { 17234, "1.7万" },       { 1200000, "120万" },
    { 99996000, "1亿" },      { 130737682, "1.3亿" },
    { 3282532963, "32.8亿" }, { 4500000000000, "4.5万亿" },
  };
  g_autofree char *catalogues = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);
  g_autofree char *language = g_strdup (g_getenv ("LANGUAGE"));

  if (g_getenv ("TEST_LOCALES") != NULL)
    g_setenv ("LOCPATH", g_getenv ("TEST_LOCALES"), TRUE);
  if (setlocale (LC_ALL, "zh_CN.UTF-8") == NULL)
    {
      g_test_skip ("the locale zh_CN.UTF-8 is not installed");
      return;
    }

  g_setenv ("LANGUAGE", "zh_CN", TRUE);
  bindtextdomain (GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_format_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }

  if (language != NULL)
    g_setenv ("LANGUAGE", language, TRUE);
  else
    g_unsetenv ("LANGUAGE");
  setlocale (LC_ALL, "C");
}

static void
test_percent (void)
{
  static const struct
  {
    double fraction;
    const char *expected;
  } cases[] = {
    { -1, "0\u00a0%" },    { 0, "0\u00a0%" },     { 0.54, "54\u00a0%" },
    { 0.29, "29\u00a0%" }, { 0.57, "57\u00a0%" }, { 0.9999999999, "99\u00a0%" },
    { 1, "100\u00a0%" },   { 7, "100\u00a0%" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ls_format_percent (cases[i].fraction);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_relative_time (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-11-24T12:00:00Z", utc);
  static const struct
  {
    const char *when;
    const char *expected;
  } cases[] = {
    { "2026-11-24T12:00:00Z", "Just now" },
    { "2026-11-24T11:59:01Z", "Just now" },
    { "2026-11-24T11:59:00Z", "1 minute ago" },
    { "2026-11-24T11:15:00Z", "45 minutes ago" },
    { "2026-11-24T11:00:00Z", "1 hour ago" },
    { "2026-11-23T12:30:00Z", "23 hours ago" },
    { "2026-11-23T12:00:00Z", "1 day ago" },
    { "2026-11-14T12:00:00Z", "10 days ago" },
    { "2026-11-10T12:00:00Z", "2 weeks ago" },
    { "2026-09-29T12:00:00Z", "8 weeks ago" },
    { "2026-09-25T12:00:00Z", "2 months ago" },
    { "2025-11-24T12:00:00Z", "12 months ago" },
    { "2024-11-20T12:00:00Z", "2 years ago" },
    { "1980-01-01T00:00:00Z", "46 years ago" },
    /* A clock that is wrong. */
    { "2026-11-24T12:00:30Z", "Just now" },
    { "2031-01-01T00:00:00Z", "Just now" },
    /* Times that mean that there is none. */
    { "1970-01-01T00:00:00Z", "Unknown" },
    { "1970-01-01T00:00:01Z", "Unknown" },
    { "0001-01-01T00:00:00Z", "Unknown" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (cases[i].when, utc);
      g_autofree char *text = ls_format_relative_time (when, now);

      g_assert_nonnull (when);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_no_time (void)
{
  g_autofree char *relative = ls_format_relative_time (NULL, NULL);
  g_autofree char *exact = ls_format_exact_time (NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *present = ls_format_relative_time (now, NULL);

  g_assert_cmpstr (relative, ==, "Unknown");
  g_assert_cmpstr (exact, ==, "Unknown");
  g_assert_cmpstr (present, ==, "Just now");
}

static void
test_exact_time (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 ("2026-11-24T12:34:56Z", utc);
  g_autoptr (GDateTime) zero = g_date_time_new_from_iso8601 ("0001-01-01T00:00:00Z", utc);
  g_autofree char *text = ls_format_exact_time (when);
  g_autofree char *unknown = ls_format_exact_time (zero);

  g_assert_nonnull (strstr (text, "2026"));
  g_assert_nonnull (strstr (text, "November"));
  g_assert_nonnull (strstr (text, ":34"));
  g_assert_cmpstr (unknown, ==, "Unknown");
}

static void
test_clock_time (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 11, 24, 13, 30, 0);
  g_autoptr (GDateTime) soon = g_date_time_new_local (2026, 11, 24, 14, 5, 0);
  g_autoptr (GDateTime) tomorrow = g_date_time_new_local (2026, 11, 25, 1, 5, 0);
  g_autofree char *today_text = ls_format_clock_time (g_date_time_to_unix (soon), now);
  g_autofree char *tomorrow_text = ls_format_clock_time (g_date_time_to_unix (tomorrow), now);
  g_autofree char *impossible = ls_format_clock_time (G_MAXINT64, now);

  g_assert_cmpstr (today_text, ==, "14:05");
  g_assert_cmpstr (tomorrow_text, ==, "11/25/26 01:05");
  g_assert_cmpstr (impossible, ==, "Unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/format/size", test_size);
  g_test_add_func ("/format/speed", test_speed);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/count", test_count);
  g_test_add_func ("/format/percent", test_percent);
  g_test_add_func ("/format/relative-time", test_relative_time);
  g_test_add_func ("/format/no-time", test_no_time);
  g_test_add_func ("/format/exact-time", test_exact_time);
  g_test_add_func ("/format/clock-time", test_clock_time);

  g_test_add_func ("/format/count-in-chinese", test_count_in_chinese);

  return g_test_run ();
}
