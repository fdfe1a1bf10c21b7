/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-speed-meter.h"

#define SECOND G_USEC_PER_SEC

static void
test_steady (void)
{
  LsSpeedMeter meter = { 0 };

  g_assert_cmpint (ls_speed_meter_get_seconds (&meter, 1000), ==, -1);
  for (guint i = 1; i <= 20; i++)
    ls_speed_meter_update (&meter, i * 100, i * SECOND / 10);
  g_assert_cmpfloat_with_epsilon (ls_speed_meter_get (&meter), 1000, 1);
  g_assert_cmpint (ls_speed_meter_get_seconds (&meter, 2500), ==, 3);
}

static void
test_follows_slowly (void)
{
  LsSpeedMeter meter = { 0 };

  ls_speed_meter_update (&meter, 0, SECOND);
  ls_speed_meter_update (&meter, 1000, 2 * SECOND);
  ls_speed_meter_update (&meter, 1000, 2 * SECOND + SECOND / 10);
  g_assert_cmpfloat (ls_speed_meter_get (&meter), >, 900);
  ls_speed_meter_update (&meter, 1000, 12 * SECOND);
  g_assert_cmpfloat (ls_speed_meter_get (&meter), <, 1);
}

static void
test_starts_over (void)
{
  LsSpeedMeter meter = { 0 };

  ls_speed_meter_update (&meter, 1000, SECOND);
  ls_speed_meter_update (&meter, 0, 2 * SECOND);
  ls_speed_meter_update (&meter, 500, 3 * SECOND);
  g_assert_cmpfloat_with_epsilon (ls_speed_meter_get (&meter), 500, 1);

  ls_speed_meter_reset (&meter);
  g_assert_cmpfloat (ls_speed_meter_get (&meter), ==, 0);
}

static void
test_far_away (void)
{
  LsSpeedMeter meter = { 0 };

  ls_speed_meter_update (&meter, 1, SECOND);
  ls_speed_meter_update (&meter, 3, 2 * SECOND);
  g_assert_cmpint (ls_speed_meter_get_seconds (&meter, G_MAXINT64), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/speed-meter/steady", test_steady);
  g_test_add_func ("/speed-meter/follows-slowly", test_follows_slowly);
  g_test_add_func ("/speed-meter/starts-over", test_starts_over);
  g_test_add_func ("/speed-meter/far-away", test_far_away);

  return g_test_run ();
}
