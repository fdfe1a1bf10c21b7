/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transfers that were cut, and go on by themselves. */

#include "ls-error.h"
#include "ls-test-transfer.h"

static const char *const one_layer[] = { "a layer", NULL };

typedef struct
{
  LsTestPlace *source;
  LsTestPlace *destination;
  GNetworkMonitor *network;
  LsTransferQueue *queue;
  LsTransfer *transfer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->source = ls_test_place_new_source (one_layer);
  fixture->destination = ls_test_place_new ();
  fixture->network = ls_test_network_new ();
  fixture->queue = ls_transfer_queue_new_with_monitor (fixture->network);
  fixture->transfer =
      ls_test_transfer_new (LS_TRANSFER_PULL, "me/app:1", fixture->source, fixture->destination);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ls_test_transfer_cancel_all (fixture->queue);
  g_object_unref (fixture->queue);
  while (!ls_transfer_is_finished (fixture->transfer))
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (fixture->transfer);
  g_object_unref (fixture->network);
  g_object_unref (fixture->source);
  g_object_unref (fixture->destination);
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static int
get_reason (LsTransfer *transfer)
{
  int reason;

  g_object_get (transfer, "waiting-reason", &reason, NULL);

  return reason;
}

/* Fails once the layers are known. */
static void
be_cut (Fixture *fixture, int code)
{
  fixture->destination->reserve_code = code;
  ls_transfer_queue_add (fixture->queue, fixture->transfer);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
  g_assert_error (ls_transfer_get_error (fixture->transfer), LS_ERROR, code);
}

static void
test_goes_on_in_time (Fixture *fixture, gconstpointer data)
{
  gint64 until;
  guint n_waiting;

  be_cut (fixture, LS_ERROR_OFFLINE);
  until = ls_transfer_get_waiting_until (fixture->transfer);
  g_assert_cmpint (until, >, now () - 1);
  g_object_get (fixture->queue, "n-waiting", &n_waiting, NULL);
  g_assert_cmpuint (n_waiting, ==, 1);
  g_assert_cmpuint (ls_transfer_queue_get_n_active (fixture->queue), ==, 1);

  ls_transfer_queue_tick (fixture->queue, until - 1);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_WAITING);

  /* A clock that is far ahead, as after a night's sleep, is as good. */
  fixture->destination->reserve_code = 0;
  ls_transfer_queue_tick (fixture->queue, until + 30000);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_RUNNING);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), ==, 0);
  g_assert_no_error (ls_transfer_get_error (fixture->transfer));
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_SUCCEEDED);
}

/* Without progress the pauses become longer, and it never gives up. */
static void
test_waits_longer (Fixture *fixture, gconstpointer data)
{
  gint64 last = 0;

  be_cut (fixture, LS_ERROR_SERVER);
  for (guint i = 0; i < 12; i++)
    {
      ls_transfer_queue_retry (fixture->queue, fixture->transfer);
      g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_RUNNING);
      ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
      last = ls_transfer_get_waiting_until (fixture->transfer) - now ();
    }
  g_assert_cmpint (last, >=, 400);
  g_assert_cmpint (last, <=, 900);
}

/* What moves each time and gets no further is no progress. */
static void
test_same_place (Fixture *fixture, gconstpointer data)
{
  gint64 last = 0;

  fixture->destination->failures = G_MAXUINT;
  fixture->destination->failure_code = LS_ERROR_RATE_LIMITED;
  fixture->destination->retry_at = now ();
  fixture->destination->failure_offset = 3;
  ls_transfer_queue_add (fixture->queue, fixture->transfer);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), <=, now () + 5);

  /* The layer and the configuration move at the same time, and the first to fail may stop
   * the other before it has begun: an attempt gets to one of two places. */
  for (guint i = 0; i < 24 && last < 400; i++)
    {
      ls_transfer_queue_retry (fixture->queue, fixture->transfer);
      ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
      last = ls_transfer_get_waiting_until (fixture->transfer) - now ();
    }
  g_assert_cmpint (last, >=, 400);
}

static void
test_network_comes_back (Fixture *fixture, gconstpointer data)
{
  be_cut (fixture, LS_ERROR_OFFLINE);

  ls_test_network_set_available (fixture->network, FALSE);
  ls_transfer_queue_tick (fixture->queue, ls_transfer_get_waiting_until (fixture->transfer));
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
  fixture->destination->reserve_code = 0;

  ls_test_network_set_available (fixture->network, TRUE);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), <=, now () + 4);
  ls_transfer_queue_tick (fixture->queue, now () + 4);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_SUCCEEDED);
}

/* A server that is ill does not get well by another network. */
static void
test_network_is_no_cure (Fixture *fixture, gconstpointer data)
{
  gint64 until;

  fixture->destination->retry_at = now () + 3600;
  be_cut (fixture, LS_ERROR_SERVER);
  until = ls_transfer_get_waiting_until (fixture->transfer);
  g_assert_cmpint (until, ==, fixture->destination->retry_at);
  ls_test_network_set_available (fixture->network, TRUE);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), ==, until);
}

static void
test_never_reached (Fixture *fixture, gconstpointer data)
{
  /* A host that was never there, while there is a network: the user should know. */
  fixture->destination->begin_code = LS_ERROR_OFFLINE;
  ls_transfer_queue_add (fixture->queue, fixture->transfer);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_FAILED);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), ==, 0);

  /* In the train, there is no need to say more than that it goes on later. */
  ls_test_network_set_available (fixture->network, FALSE);
  ls_transfer_queue_retry (fixture->queue, fixture->transfer);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
}

static void
test_permanent (Fixture *fixture, gconstpointer data)
{
  static const int codes[] = { LS_ERROR_FORBIDDEN, LS_ERROR_NOT_FOUND, LS_ERROR_DIGEST_MISMATCH,
                               LS_ERROR_NO_SPACE, LS_ERROR_RATE_LIMITED };

  fixture->destination->reserve_code = codes[0];
  ls_transfer_queue_add (fixture->queue, fixture->transfer);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      ls_test_transfer_await (fixture->transfer, LS_TRANSFER_FAILED);
      g_assert_error (ls_transfer_get_error (fixture->transfer), LS_ERROR, codes[i]);
      if (i + 1 < G_N_ELEMENTS (codes))
        {
          fixture->destination->reserve_code = codes[i + 1];
          ls_transfer_queue_retry (fixture->queue, fixture->transfer);
        }
    }
}

/* The attempt goes on, but one blob of it waits: the user sees why nothing moves. */
static void
test_waits_within_attempt (Fixture *fixture, gconstpointer data)
{
  fixture->destination->failures = 4;
  fixture->destination->failure_code = LS_ERROR_SERVER;
  ls_transfer_queue_add (fixture->queue, fixture->transfer);
  while (ls_transfer_get_waiting_until (fixture->transfer) == 0)
    {
      g_assert_false (ls_transfer_is_finished (fixture->transfer));
      g_main_context_iteration (NULL, TRUE);
    }

  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_RUNNING);
  g_assert_cmpint (get_reason (fixture->transfer), ==, LS_ERROR_SERVER);
  fixture->destination->failures = 0;
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_SUCCEEDED);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), ==, 0);
}

/* One that waits leaves its place to the next, can be cancelled, and paused. */
static void
test_is_no_burden (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) other_place = ls_test_place_new ();
  g_autoptr (LsTransfer) other =
      ls_test_transfer_new (LS_TRANSFER_PULL, "me/app:2", fixture->source, other_place);

  ls_transfer_queue_set_max_running (fixture->queue, 1);
  be_cut (fixture, LS_ERROR_OFFLINE);
  ls_transfer_queue_add (fixture->queue, other);
  ls_test_transfer_await (other, LS_TRANSFER_SUCCEEDED);

  ls_transfer_queue_pause (fixture->queue, fixture->transfer);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_PAUSED);
  g_assert_cmpint (ls_transfer_get_waiting_until (fixture->transfer), ==, 0);
  g_assert_null (ls_transfer_get_error (fixture->transfer));
  ls_transfer_queue_tick (fixture->queue, G_MAXINT64);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_PAUSED);

  ls_transfer_queue_resume (fixture->queue, fixture->transfer);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_WAITING);
  ls_transfer_cancel (fixture->transfer);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_CANCELLED);
  ls_transfer_queue_tick (fixture->queue, G_MAXINT64);
  g_assert_cmpint (ls_transfer_get_state (fixture->transfer), ==, LS_TRANSFER_CANCELLED);
}

/* The clock on the wall does it without a test that helps. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  be_cut (fixture, LS_ERROR_OFFLINE);
  fixture->destination->reserve_code = 0;
  ls_test_network_set_available (fixture->network, TRUE);
  ls_test_transfer_await (fixture->transfer, LS_TRANSFER_SUCCEEDED);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/transfer-waiting/goes-on-in-time", test_goes_on_in_time);
  add_test ("/transfer-waiting/waits-longer", test_waits_longer);
  add_test ("/transfer-waiting/same-place", test_same_place);
  add_test ("/transfer-waiting/network-comes-back", test_network_comes_back);
  add_test ("/transfer-waiting/network-is-no-cure", test_network_is_no_cure);
  add_test ("/transfer-waiting/never-reached", test_never_reached);
  add_test ("/transfer-waiting/permanent", test_permanent);
  add_test ("/transfer-waiting/within-attempt", test_waits_within_attempt);
  add_test ("/transfer-waiting/is-no-burden", test_is_no_burden);
  add_test ("/transfer-waiting/clock", test_clock);

  return g_test_run ();
}
