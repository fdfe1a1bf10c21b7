/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Docker Hub's RateLimit fields: limit and rest, one a line. */

#include "ls-fuzz.h"
#include "ls-pull-limit.h"

#define NOW G_GINT64_CONSTANT (1760000000)

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  guint n_lines = g_strv_length (lines);
  g_autoptr (LsPullLimit) limit =
      ls_pull_limit_parse (n_lines > 0 ? lines[0] : NULL, n_lines > 1 ? lines[1] : NULL, NOW);

  if (limit == NULL)
    return 0;

  g_assert_cmpint (ls_pull_limit_get_limit (limit), >, 0);
  g_assert_cmpint (ls_pull_limit_get_remaining (limit), >=, 0);
  g_assert_cmpint (ls_pull_limit_get_remaining (limit), <=, ls_pull_limit_get_limit (limit));
  g_assert_cmpint (ls_pull_limit_get_window (limit), >=, 0);
  g_assert_cmpint (ls_pull_limit_get_window (limit), <=, 31 * 24 * 60 * 60);
  g_assert_cmpint (ls_pull_limit_get_more_at (limit), >=, 0);
  g_assert_cmpint (ls_pull_limit_get_more_at (limit), <=, NOW + 31 * 24 * 60 * 60);

  return 0;
}
