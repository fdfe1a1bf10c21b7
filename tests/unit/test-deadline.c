/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-deadline.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static const struct
{
  guint patience;
  gsize n_bytes;
  gint64 allowed;
} cases[] = {
  { 120, 0, 120 * SECOND },
  { 120, 1024, 121 * SECOND },
  { 7200, 0, 7200 * SECOND },

  /* As many microseconds as do not go into 32 bits any more. */
  { 120, 4 * 1024, 124 * SECOND },
  { 120, 5 * 1024, 125 * SECOND },
  { 120, 4 * 1024 * 1024, (120 + 4096) * SECOND },
};

static void
test_for_reply (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ls_deadline_for_reply (cases[i].patience, cases[i].n_bytes), ==,
                     cases[i].allowed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/deadline/for-reply", test_for_reply);

  return g_test_run ();
}
