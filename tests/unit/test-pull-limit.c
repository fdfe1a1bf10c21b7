/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pull-limit.h"

#define NOW 1700000000

static const struct
{
  const char *limit;
  const char *remaining;
  gint64 n_limit; /* -1: no limit */
  gint64 n_remaining;
  gint64 window;
  gint64 more_at;
  gboolean is_low;
} cases[] = {
  { "100;w=21600", "76;w=21600", 100, 76, 21600, NOW + 21600, FALSE },
  { "200;w=21600", "200;w=21600", 200, 200, 21600, 0, FALSE },
  { "100;w=21600", "10;w=21600", 100, 10, 21600, NOW + 21600, TRUE },
  { "100;w=21600", "11;w=21600", 100, 11, 21600, NOW + 21600, FALSE },
  { "100;w=21600", "0;w=21600", 100, 0, 21600, NOW + 21600, TRUE },
  { " 100 ; w=21600 ", "3 ;w=21600", 100, 3, 21600, NOW + 21600, TRUE },
  { "100;W=60", "3", 100, 3, 60, NOW + 60, TRUE },
  { "100", "3;w=60", 100, 3, 60, NOW + 60, TRUE },
  { "100", "3", 100, 3, 0, 0, TRUE },
  { "100;comment=\"a\";w=60", "3", 100, 3, 60, NOW + 60, TRUE },
  { "100;w=21600, 1000;w=86400", "3;w=21600, 900;w=86400", 100, 3, 21600, NOW + 21600, TRUE },

  /* More left than there are. */
  { "100;w=21600", "101;w=21600", 100, 100, 21600, 0, FALSE },

  /* No limit, or none that could be. */
  { NULL, NULL, -1 },
  { "100;w=21600", NULL, -1 },
  { NULL, "3;w=21600", -1 },
  { "0;w=21600", "0;w=21600", -1 },
  { "-1;w=21600", "3", -1 },
  { "100;w=21600", "-1", -1 },
  { "", "", -1 },
  { "many", "few", -1 },
  { "100 per hour", "3", -1 },
  { "100;w=", "3", -1 },
  { "100;w=soon", "3", -1 },
  { "99999999999999999999", "3", -1 },
  { "1e3", "3", -1 },

  /* A window of years says nothing to anybody. */
  { "100;w=999999999", "3", 100, 3, 0, 0, TRUE },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsPullLimit) limit = ls_pull_limit_parse (cases[i].limit, cases[i].remaining, NOW);

      g_test_message ("%s, %s", cases[i].limit != NULL ? cases[i].limit : "(none)",
                      cases[i].remaining != NULL ? cases[i].remaining : "(none)");
      if (cases[i].n_limit == -1)
        {
          g_assert_null (limit);
          continue;
        }

      g_assert_nonnull (limit);
      g_assert_cmpint (ls_pull_limit_get_limit (limit), ==, cases[i].n_limit);
      g_assert_cmpint (ls_pull_limit_get_remaining (limit), ==, cases[i].n_remaining);
      g_assert_cmpint (ls_pull_limit_get_window (limit), ==, cases[i].window);
      g_assert_cmpint (ls_pull_limit_get_more_at (limit), ==, cases[i].more_at);
      g_assert_cmpint (ls_pull_limit_is_low (limit), ==, cases[i].is_low);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pull-limit/cases", test_cases);

  return g_test_run ();
}
