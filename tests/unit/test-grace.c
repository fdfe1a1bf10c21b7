/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-grace.h"

#define FOR_EVER 3600 /* seconds */

static void
test_nothing_to_lose (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsGrace) grace = ls_grace_new (cancellable, FOR_EVER);
  g_autoptr (GError) error = NULL;

  g_assert_false (g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)));
  g_cancellable_cancel (cancellable);
  g_assert_true (g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)));

  g_assert_false (ls_grace_begin (grace, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_too_late (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsGrace) grace = NULL;

  g_cancellable_cancel (cancellable);
  grace = ls_grace_new (cancellable, FOR_EVER);
  g_assert_true (g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)));
}

static void
test_keeps_its_time (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsGrace) grace = ls_grace_new (cancellable, FOR_EVER);
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_grace_begin (grace, &error));
  g_assert_true (ls_grace_begin (grace, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)));
}

static void
test_ends (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsGrace) grace = ls_grace_new (cancellable, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_grace_begin (grace, &error));
  g_cancellable_cancel (cancellable);
  while (!g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)))
    g_usleep (1000);
}

static void
test_follows_nothing (void)
{
  g_autoptr (LsGrace) grace = ls_grace_new (NULL, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_grace_begin (grace, &error));
  g_assert_false (g_cancellable_is_cancelled (ls_grace_get_cancellable (grace)));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/grace/nothing-to-lose", test_nothing_to_lose);
  g_test_add_func ("/grace/too-late", test_too_late);
  g_test_add_func ("/grace/keeps-its-time", test_keeps_its_time);
  g_test_add_func ("/grace/ends", test_ends);
  g_test_add_func ("/grace/follows-nothing", test_follows_nothing);

  return g_test_run ();
}
