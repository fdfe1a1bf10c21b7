/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-range-plan.h"

#include <string.h>

#define CHUNK LS_RANGE_CHUNK_SIZE

static void
do_claim (LsRangePlan *plan, gint64 offset, gint64 length)
{
  for (gint64 at = offset; at < offset + length; at += CHUNK)
    ls_range_plan_set_done (plan, at);
}

/* Whatever the size and however many there are: each byte is handed out once, in
 * order, and nothing is left. */
static void
test_everything_once (void)
{
  const gint64 sizes[] = {
    1, CHUNK - 1, CHUNK, CHUNK + 1, 9 * CHUNK, 100 * CHUNK + 77, 3000 * CHUNK
  };
  const guint workers[] = { 0, 1, 3, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (workers); j++)
      {
        g_autoptr (LsRangePlan) plan = ls_range_plan_new (sizes[i]);
        gint64 end = 0;
        gint64 offset;
        gint64 length;

        while (ls_range_plan_claim (plan, workers[j], &offset, &length))
          {
            g_assert_cmpint (offset, ==, end);
            g_assert_cmpint (length, >, 0);
            g_assert_cmpint (length, <=, 256 * CHUNK);
            do_claim (plan, offset, length);
            end = offset + length;
            g_assert_cmpint (ls_range_plan_get_front (plan), ==, end);
            g_assert_cmpint (ls_range_plan_get_done (plan), ==, end);
          }
        g_assert_cmpint (end, ==, sizes[i]);
      }
}

/* The first ones are long, and the last ones short. */
static void
test_claims_become_shorter (void)
{
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (200 * CHUNK);
  gint64 offset;
  gint64 length;
  gint64 former = G_MAXINT64;

  while (ls_range_plan_claim (plan, 4, &offset, &length))
    {
      g_assert_cmpint (length, <=, former);
      former = length;
    }
  g_assert_cmpint (former, <=, 4 * CHUNK);
}

static void
test_front_waits_for_the_gap (void)
{
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (64 * CHUNK + 5);
  gint64 first;
  gint64 second;
  gint64 first_length;
  gint64 second_length;

  g_assert_true (ls_range_plan_claim (plan, 4, &first, &first_length));
  g_assert_true (ls_range_plan_claim (plan, 4, &second, &second_length));
  g_assert_cmpint (second, ==, first + first_length);

  do_claim (plan, second, second_length);
  g_assert_cmpint (ls_range_plan_get_front (plan), ==, 0);
  g_assert_cmpint (ls_range_plan_get_done (plan), ==, second_length);
  ls_range_plan_set_done (plan, first);
  g_assert_cmpint (ls_range_plan_get_front (plan), ==, CHUNK);
  do_claim (plan, first, first_length);
  g_assert_cmpint (ls_range_plan_get_front (plan), ==, first_length + second_length);
}

/* What a connection did not bring goes to the next one that asks; what it did bring
 * does not. */
static void
test_release (void)
{
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (64 * CHUNK);
  gint64 offset;
  gint64 length;
  gint64 again;
  gint64 other;

  g_assert_true (ls_range_plan_claim (plan, 4, &offset, &length));
  g_assert_true (ls_range_plan_claim (plan, 4, &other, &again));
  do_claim (plan, offset, 2 * CHUNK);
  ls_range_plan_release (plan, offset, length);

  g_assert_true (ls_range_plan_claim (plan, 4, &other, &again));
  g_assert_cmpint (other, ==, offset + 2 * CHUNK);
  g_assert_cmpint (again, ==, length - 2 * CHUNK);
}

/* Somebody whose connection brings the next bytes anyway goes on, up to where
 * others have begun. */
static void
test_claim_at (void)
{
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (16 * CHUNK + 1);
  gint64 offset;
  gint64 length;

  ls_range_plan_set_front (plan, 2 * CHUNK);
  g_assert_false (ls_range_plan_claim_at (plan, CHUNK));
  g_assert_true (ls_range_plan_claim_at (plan, 2 * CHUNK));
  g_assert_false (ls_range_plan_claim_at (plan, 2 * CHUNK));
  g_assert_true (ls_range_plan_claim (plan, 8, &offset, &length));
  g_assert_cmpint (offset, ==, 3 * CHUNK);
  g_assert_false (ls_range_plan_claim_at (plan, offset));
  g_assert_true (ls_range_plan_claim_at (plan, offset + length));
  g_assert_true (ls_range_plan_claim_at (plan, 16 * CHUNK));
  g_assert_cmpint (ls_range_plan_chunk_length (plan, 16 * CHUNK), ==, 1);
  g_assert_cmpint (ls_range_plan_chunk_length (plan, 15 * CHUNK), ==, CHUNK);
  g_assert_false (ls_range_plan_claim_at (plan, 17 * CHUNK));
}

static void
test_map (void)
{
  const gint64 size = 21 * CHUNK + 3;
  gsize map_size = ls_range_plan_map_size (size);
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (size);
  g_autoptr (LsRangePlan) found = NULL;
  g_autofree guint8 *kept = g_memdup2 (ls_range_plan_get_map (plan), map_size);
  gint64 offset;
  gint64 length;
  const gint64 done[] = { 0, CHUNK, 5 * CHUNK, 21 * CHUNK };

  /* As it is kept: one byte at a time. */
  for (guint i = 0; i < G_N_ELEMENTS (done); i++)
    {
      gsize at = ls_range_plan_find_in_map (plan, done[i]);

      ls_range_plan_set_done (plan, done[i]);
      g_assert_cmpuint (at, <, map_size);
      kept[at] = ls_range_plan_get_map (plan)[at];
    }
  g_assert_cmpmem (kept, map_size, ls_range_plan_get_map (plan), map_size);

  found = ls_range_plan_new_from_map (size, kept, map_size);
  g_assert_nonnull (found);
  g_assert_cmpint (ls_range_plan_get_front (found), ==, 2 * CHUNK);
  g_assert_cmpint (ls_range_plan_get_done (found), ==, 3 * CHUNK + 3);
  g_assert_true (ls_range_plan_claim (found, 1, &offset, &length));
  g_assert_cmpint (offset, ==, 2 * CHUNK);
  g_assert_cmpint (length, ==, 3 * CHUNK);
}

static void
test_other_maps (void)
{
  const gint64 size = 21 * CHUNK;
  gsize map_size = ls_range_plan_map_size (size);
  g_autoptr (LsRangePlan) plan = ls_range_plan_new (size);
  g_autofree guint8 *map = g_memdup2 (ls_range_plan_get_map (plan), map_size);

  g_assert_null (ls_range_plan_new_from_map (size, map, map_size - 1));
  g_assert_null (ls_range_plan_new_from_map (size + 8 * CHUNK, map, map_size));
  g_assert_null (ls_range_plan_new_from_map (0, map, map_size));
  g_assert_null (ls_range_plan_new_from_map (-1, map, map_size));
  g_assert_null (ls_range_plan_new_from_map (G_MAXINT64, map, map_size));
  map[0] ^= 1;
  g_assert_null (ls_range_plan_new_from_map (size, map, map_size));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/range-plan/everything-once", test_everything_once);
  g_test_add_func ("/range-plan/shorter", test_claims_become_shorter);
  g_test_add_func ("/range-plan/front", test_front_waits_for_the_gap);
  g_test_add_func ("/range-plan/release", test_release);
  g_test_add_func ("/range-plan/claim-at", test_claim_at);
  g_test_add_func ("/range-plan/map", test_map);
  g_test_add_func ("/range-plan/other-maps", test_other_maps);

  return g_test_run ();
}
