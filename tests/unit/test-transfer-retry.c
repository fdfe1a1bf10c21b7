/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-transfer-retry.h"

#define NOW G_GINT64_CONSTANT (1800000000)

static GError *
make_error (int code, gint64 retry_at)
{
  GError *error = g_error_new (LS_ERROR, code, "As the test says");

  ls_error_set_retry_at (error, retry_at);

  return error;
}

static void
test_is_worth (void)
{
  static const struct
  {
    int code;
    gint64 retry_at;
    gboolean reached;
    gboolean online;
    gboolean worth;
  } cases[] = {
    /* The network went away, and comes back. */
    { LS_ERROR_OFFLINE, 0, TRUE, TRUE, TRUE },
    { LS_ERROR_OFFLINE, 0, TRUE, FALSE, TRUE },
    { LS_ERROR_OFFLINE, 0, FALSE, FALSE, TRUE },
    { LS_ERROR_TIMED_OUT, 0, TRUE, TRUE, TRUE },
    /* There is a network, but never was such a host. */
    { LS_ERROR_OFFLINE, 0, FALSE, TRUE, FALSE },
    { LS_ERROR_TIMED_OUT, 0, FALSE, TRUE, FALSE },
    /* The server says that it is its own fault. */
    { LS_ERROR_SERVER, 0, FALSE, TRUE, TRUE },
    { LS_ERROR_SERVER, 0, TRUE, TRUE, TRUE },
    /* A limit passes when the server says when. */
    { LS_ERROR_RATE_LIMITED, NOW + 60, FALSE, TRUE, TRUE },
    { LS_ERROR_RATE_LIMITED, 0, TRUE, TRUE, FALSE },
    /* No time mends these. */
    { LS_ERROR_UNAUTHORIZED, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_FORBIDDEN, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_NOT_FOUND, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_DIGEST_MISMATCH, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_NO_SPACE, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_TLS, 0, TRUE, TRUE, FALSE },
    { LS_ERROR_KEYRING_LOCKED, 0, TRUE, FALSE, FALSE },
    { LS_ERROR_STORE, 0, TRUE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = make_error (cases[i].code, cases[i].retry_at);

      g_test_message ("case %u", i);
      g_assert_cmpint (ls_transfer_retry_is_worth (error, cases[i].reached, cases[i].online), ==,
                       cases[i].worth);
    }
}

static void
test_time (void)
{
  static const struct
  {
    guint fruitless;
    double random;
    gint64 asked; /* seconds from now; 0: not asked */
    gint64 pause;
  } cases[] = {
    { 0, 0.0, 0, 2 },
    { 0, 1.0, 0, 5 },
    { 1, 1.0, 0, 10 },
    { 4, 1.0, 0, 80 },
    { 4, 0.0, 0, 40 },
    { 8, 1.0, 0, 900 },
    { 1000000, 1.0, 0, 900 },
    /* The server's wish is a minimum, not a maximum. */
    { 0, 1.0, 3, 5 },
    { 0, 0.0, 3600, 3600 },
    { 0, 0.0, -3600, 2 },
    { 0, 0.0, G_GINT64_CONSTANT (1) << 60, 7 * 3600 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 asked = cases[i].asked != 0 ? NOW + cases[i].asked : 0;
      g_autoptr (GError) error = make_error (LS_ERROR_SERVER, asked);

      g_test_message ("case %u", i);
      g_assert_cmpint (ls_transfer_retry_get_time (error, cases[i].fruitless, cases[i].random, NOW),
                       ==, NOW + cases[i].pause);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer-retry/is-worth", test_is_worth);
  g_test_add_func ("/transfer-retry/time", test_time);

  return g_test_run ();
}
