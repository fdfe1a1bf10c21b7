/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is at work, who waits for a turn, and what the user says of it. */

#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-transfer.h"

#define N_TRANSFERS 5

typedef struct
{
  LsTestPlace *source;
  LsTestPlace *destination; /* nothing gets through while it blocks */
  LsTransferQueue *queue;
  LsTransfer *transfers[N_TRANSFERS]; /* oldest first */
} Fixture;

static const char *const one_layer[] = { "a layer", NULL };

static LsTransfer *
add (Fixture *fixture, const char *name)
{
  LsTransfer *transfer =
      ls_test_transfer_new (LS_TRANSFER_PUSH, name, fixture->source, fixture->destination);

  ls_transfer_queue_add (fixture->queue, transfer);

  return transfer;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->source = ls_test_place_new_source (one_layer);
  fixture->destination = ls_test_place_new ();
  fixture->destination->block = TRUE;
  fixture->queue = ls_transfer_queue_new ();

  for (guint i = 0; i < N_TRANSFERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("me/app:%u", i);

      fixture->transfers[i] = add (fixture, name);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ls_test_transfer_cancel_all (fixture->queue);
  for (guint i = 0; i < N_TRANSFERS; i++)
    {
      while (!ls_transfer_is_finished (fixture->transfers[i]))
        g_main_context_iteration (NULL, TRUE);
      g_object_unref (fixture->transfers[i]);
    }
  g_object_unref (fixture->queue);
  g_object_unref (fixture->source);
  g_object_unref (fixture->destination);
}

/* One letter a transfer, in the order of the list from below, which is the one
 * in which they start: running, queued, paused, waiting, succeeded, failed,
 * cancelled. */
static void
assert_states (Fixture *fixture, const char *expected)
{
  static const char letters[] = {
    [LS_TRANSFER_QUEUED] = 'q',    [LS_TRANSFER_RUNNING] = 'r',   [LS_TRANSFER_WAITING] = 'w',
    [LS_TRANSFER_PAUSED] = 'p',    [LS_TRANSFER_SUCCEEDED] = 's', [LS_TRANSFER_FAILED] = 'f',
    [LS_TRANSFER_CANCELLED] = 'c',
  };
  g_autoptr (GString) states = g_string_new (NULL);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)); i > 0; i--)
    {
      g_autoptr (LsTransfer) transfer =
          g_list_model_get_item (G_LIST_MODEL (fixture->queue), i - 1);

      g_string_append_c (states, letters[ls_transfer_get_state (transfer)]);
    }
  g_assert_cmpstr (states->str, ==, expected);
}

/* The tags in the order in which they start. */
static void
assert_order (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) order = g_string_new (NULL);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)); i > 0; i--)
    {
      g_autoptr (LsTransfer) transfer =
          g_list_model_get_item (G_LIST_MODEL (fixture->queue), i - 1);

      g_string_append (order, ls_reference_get_tag (ls_transfer_get_name (transfer)));
    }
  g_assert_cmpstr (order->str, ==, expected);
}

static void
assert_counts (Fixture *fixture, const char *expected)
{
  static const char *const names[] = { "n-active", "n-queued",    "n-running", "n-waiting",
                                       "n-paused", "n-succeeded", "n-failed",  "n-cancelled" };
  g_autoptr (GString) counts = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      guint count;

      g_object_get (fixture->queue, names[i], &count, NULL);
      g_string_append_printf (counts, "%s%u", i > 0 ? " " : "", count);
    }
  g_assert_cmpstr (counts->str, ==, expected);
}

static void
on_finished (LsTransferQueue *queue, LsTransfer *transfer, guint *n)
{
  (*n)++;
}

static void
test_takes_turns (Fixture *fixture, gconstpointer data)
{
  guint n_finished = 0;

  g_signal_connect (fixture->queue, "finished", G_CALLBACK (on_finished), &n_finished);
  assert_states (fixture, "rrrqq");
  assert_order (fixture, "01234");
  assert_counts (fixture, "5 2 3 0 0 0 0 0");

  /* One that ends makes room for the oldest that is queued. */
  ls_transfer_cancel (fixture->transfers[1]);
  ls_test_transfer_await (fixture->transfers[1], LS_TRANSFER_CANCELLED);
  assert_states (fixture, "rcrrq");
  assert_counts (fixture, "4 1 3 0 0 0 0 1");

  ls_test_transfer_cancel_all (fixture->queue);
  for (guint i = 0; i < N_TRANSFERS; i++)
    ls_test_transfer_await (fixture->transfers[i], LS_TRANSFER_CANCELLED);
  g_assert_cmpuint (n_finished, ==, N_TRANSFERS);
  assert_counts (fixture, "0 0 0 0 0 0 0 5");

  ls_transfer_queue_clear_finished (fixture->queue);
  assert_counts (fixture, "0 0 0 0 0 0 0 0");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 0);
}

static void
test_counts_outcomes (Fixture *fixture, gconstpointer data)
{
  ls_transfer_cancel (fixture->transfers[4]);
  fixture->destination->block = FALSE;
  for (guint i = 0; i < 4; i++)
    ls_test_transfer_await (fixture->transfers[i], LS_TRANSFER_SUCCEEDED);
  assert_counts (fixture, "0 0 0 0 0 4 0 1");

  /* A single one is taken out; the others stay. */
  ls_transfer_queue_remove (fixture->queue, fixture->transfers[4]);
  assert_counts (fixture, "0 0 0 0 0 4 0 0");
  assert_order (fixture, "0123");
}

static void
test_limit_changes (Fixture *fixture, gconstpointer data)
{
  ls_transfer_queue_set_max_running (fixture->queue, 4);
  assert_states (fixture, "rrrrq");

  /* Nobody is thrown out: the next one waits until there are few enough. */
  ls_transfer_queue_set_max_running (fixture->queue, 1);
  assert_states (fixture, "rrrrq");
  for (guint i = 0; i < 3; i++)
    {
      ls_transfer_cancel (fixture->transfers[i]);
      ls_test_transfer_await (fixture->transfers[i], LS_TRANSFER_CANCELLED);
    }
  assert_states (fixture, "cccrq");
  ls_transfer_cancel (fixture->transfers[3]);
  ls_test_transfer_await (fixture->transfers[3], LS_TRANSFER_CANCELLED);
  assert_states (fixture, "ccccr");

  g_object_set (fixture->queue, "max-running", LS_TRANSFER_QUEUE_MOST, NULL);
  g_assert_cmpuint (ls_transfer_queue_get_max_running (fixture->queue), ==, LS_TRANSFER_QUEUE_MOST);
  ls_transfer_queue_set_max_running (fixture->queue, 0);
  g_assert_cmpuint (ls_transfer_queue_get_max_running (fixture->queue), ==, 1);
}

static void
test_pauses (Fixture *fixture, gconstpointer data)
{
  /* A queued one at once, one that is at work when it has noticed. */
  ls_transfer_queue_pause (fixture->queue, fixture->transfers[3]);
  assert_states (fixture, "rrrpq");
  ls_transfer_queue_pause (fixture->queue, fixture->transfers[0]);
  ls_test_transfer_await (fixture->transfers[0], LS_TRANSFER_PAUSED);
  assert_states (fixture, "prrpr");
  assert_counts (fixture, "3 0 3 0 2 0 0 0");

  /* A paused one is queued again, at its old place. */
  ls_transfer_queue_resume (fixture->queue, fixture->transfers[3]);
  ls_transfer_queue_resume (fixture->queue, fixture->transfers[0]);
  assert_states (fixture, "qrrqr");
  ls_transfer_cancel (fixture->transfers[4]);
  ls_test_transfer_await (fixture->transfers[4], LS_TRANSFER_CANCELLED);
  assert_states (fixture, "rrrqc");

  fixture->destination->block = FALSE;
  for (guint i = 0; i < 4; i++)
    ls_test_transfer_await (fixture->transfers[i], LS_TRANSFER_SUCCEEDED);

  /* What is finished is neither paused nor resumed. */
  ls_transfer_queue_pause (fixture->queue, fixture->transfers[0]);
  ls_transfer_queue_resume (fixture->queue, fixture->transfers[4]);
  assert_states (fixture, "ssssc");
}

static void
test_pauses_all (Fixture *fixture, gconstpointer data)
{
  ls_transfer_queue_pause_all (fixture->queue);
  for (guint i = 0; i < N_TRANSFERS; i++)
    ls_test_transfer_await (fixture->transfers[i], LS_TRANSFER_PAUSED);
  assert_counts (fixture, "0 0 0 0 5 0 0 0");

  ls_transfer_queue_resume_all (fixture->queue);
  assert_states (fixture, "rrrqq");
}

static gboolean
has_begun_again (gpointer data)
{
  Fixture *fixture = data;

  return fixture->destination->n_begun > 3;
}

/* Whoever changes their mind before the worker has noticed gets the last word. */
static void
test_changes_its_mind (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfer = fixture->transfers[0];

  ls_transfer_queue_pause (fixture->queue, transfer);
  ls_transfer_queue_resume (fixture->queue, transfer);
  ls_test_await_until (has_begun_again, fixture);
  assert_states (fixture, "rrrqq");

  ls_transfer_queue_pause (fixture->queue, transfer);
  ls_transfer_cancel (transfer);
  ls_transfer_queue_pause (fixture->queue, transfer);
  ls_test_transfer_await (transfer, LS_TRANSFER_CANCELLED);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, int *length)
{
  *length += (int) added - (int) removed;
  g_assert_cmpint (g_list_model_get_n_items (model), ==, *length);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  LsTransfer **t = fixture->transfers;
  int length = N_TRANSFERS;

  g_signal_connect (fixture->queue, "items-changed", G_CALLBACK (on_items_changed), &length);

  ls_transfer_queue_move_before (fixture->queue, t[4], t[3]);
  assert_order (fixture, "01243");
  ls_transfer_queue_move_after (fixture->queue, t[4], t[3]);
  assert_order (fixture, "01234");
  ls_transfer_queue_move_after (fixture->queue, t[0], t[2]);
  assert_order (fixture, "12034");
  ls_transfer_queue_move_before (fixture->queue, t[0], t[1]);
  assert_order (fixture, "01234");
  ls_transfer_queue_move_before (fixture->queue, t[2], t[2]);
  assert_order (fixture, "01234");

  ls_transfer_queue_move_before (fixture->queue, t[4], t[3]);
  assert_order (fixture, "01243");
  assert_states (fixture, "rrrqq");

  /* It is the order in which they start. */
  ls_transfer_cancel (t[0]);
  ls_test_transfer_await (t[0], LS_TRANSFER_CANCELLED);
  g_assert_cmpint (ls_transfer_get_state (t[4]), ==, LS_TRANSFER_RUNNING);
  g_assert_cmpint (ls_transfer_get_state (t[3]), ==, LS_TRANSFER_QUEUED);
}

/* Two that write the same name: the second one has the last word, so it begins
 * when the first one is done. */
static void
test_one_at_a_time_for_a_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTransfer) again = NULL;
  g_autoptr (LsTransfer) pull = NULL;

  ls_transfer_queue_set_max_running (fixture->queue, 10);
  again = add (fixture, "me/app:1");
  assert_states (fixture, "rrrrrq");
  g_assert_true (
      ls_transfer_queue_find (fixture->queue, LS_TRANSFER_PUSH, ls_transfer_get_name (again))
      == again);

  /* The other direction is another matter. */
  g_assert_null (
      ls_transfer_queue_find (fixture->queue, LS_TRANSFER_PULL, ls_transfer_get_name (again)));
  pull = ls_test_transfer_new (LS_TRANSFER_PULL, "me/app:1", fixture->source, fixture->destination);
  ls_transfer_queue_add (fixture->queue, pull);
  g_assert_cmpint (ls_transfer_get_state (pull), ==, LS_TRANSFER_RUNNING);

  ls_transfer_cancel (fixture->transfers[1]);
  ls_test_transfer_await (fixture->transfers[1], LS_TRANSFER_CANCELLED);
  g_assert_cmpint (ls_transfer_get_state (again), ==, LS_TRANSFER_RUNNING);

  fixture->destination->block = FALSE;
  ls_test_transfer_await (again, LS_TRANSFER_SUCCEEDED);
  ls_test_transfer_await (pull, LS_TRANSFER_SUCCEEDED);
  g_assert_null (
      ls_transfer_queue_find (fixture->queue, LS_TRANSFER_PUSH, ls_transfer_get_name (again)));
}

/* An image as large as one that can be described in a manifest of a few kilobytes. */
static LsTestPlace *
make_huge_source (void)
{
  LsTestPlace *place = ls_test_place_new ();
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\"schemaVersion\":2,\"config\":{\"mediaType\":"
                          "\"application/vnd.oci.image.config.v1+json\","
                          "\"digest\":\"sha256:%064x\",\"size\":2},\"layers\":[",
                          0);
  for (guint i = 1; i <= 600; i++)
    g_string_append_printf (json,
                            "%s{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
                            "\"digest\":\"sha256:%064x\",\"size\":9007199254740992}",
                            i > 1 ? "," : "", i);
  g_string_append (json, "]}");
  place->root = ls_test_place_parse (json->str, "application/vnd.oci.image.manifest.v1+json");

  return place;
}

static gboolean
has_total (gpointer transfer)
{
  return ls_transfer_get_bytes_total (transfer) > 0;
}

/* Whoever makes up sizes does not get the figures to turn around. */
static void
test_huge (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) source = make_huge_source ();
  LsTransfer *transfers[2];
  gint64 seconds_left;
  double fraction;

  ls_transfer_queue_set_max_running (fixture->queue, 10);
  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++)
    {
      g_autofree char *name = g_strdup_printf ("me/huge:%u", i);

      transfers[i] = ls_test_transfer_new (LS_TRANSFER_PUSH, name, source, fixture->destination);
      ls_transfer_queue_add (fixture->queue, transfers[i]);
      ls_test_await_until (has_total, transfers[i]);
    }
  g_object_get (fixture->queue, "fraction", &fraction, "seconds-left", &seconds_left, NULL);
  g_assert_cmpfloat (fraction, ==, 0);
  g_assert_cmpint (seconds_left, ==, -1);

  ls_test_transfer_cancel_all (fixture->queue);
  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++)
    {
      ls_test_transfer_await (transfers[i], LS_TRANSFER_CANCELLED);
      g_object_unref (transfers[i]);
    }
}

static gboolean
on_resuming (LsTransferQueue *queue, LsTransfer *transfer, guint *n)
{
  (*n)++;

  return TRUE;
}

/* One that is left over from another run needs its account first. */
static void
test_interrupted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTransfer) transfer =
      ls_test_transfer_new (LS_TRANSFER_PULL, "me/app:1", fixture->source, fixture->destination);
  guint n_asked = 0;
  gulong handler;

  ls_test_transfer_cancel_all (fixture->queue);
  ls_transfer_interrupt (transfer, TRUE);
  ls_transfer_queue_add (fixture->queue, transfer);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_PAUSED);
  g_assert_true (ls_transfer_get_interrupted (transfer));

  handler = g_signal_connect (fixture->queue, "resuming", G_CALLBACK (on_resuming), &n_asked);
  ls_transfer_queue_resume (fixture->queue, transfer);
  g_assert_cmpuint (n_asked, ==, 1);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_PAUSED);
  g_signal_handler_disconnect (fixture->queue, handler);

  fixture->destination->block = FALSE;
  ls_transfer_queue_resume (fixture->queue, transfer);
  g_assert_false (ls_transfer_get_interrupted (transfer));
  ls_test_transfer_await (transfer, LS_TRANSFER_SUCCEEDED);
}

/* One that had failed is not asked by anybody but the user. */
static void
test_failed_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTransfer) transfer =
      ls_test_transfer_new (LS_TRANSFER_PULL, "me/app:1", fixture->source, fixture->destination);
  g_autoptr (GError) failure = g_error_new_literal (LS_ERROR, LS_ERROR_OFFLINE, "down");
  guint n_asked = 0;
  gulong handler;

  ls_test_transfer_cancel_all (fixture->queue);
  ls_transfer_interrupt_failed (transfer, failure);
  ls_transfer_queue_add (fixture->queue, transfer);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_FAILED);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_false (ls_transfer_get_goes_on (transfer));
  ls_transfer_queue_resume_all (fixture->queue);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_FAILED);

  handler = g_signal_connect (fixture->queue, "resuming", G_CALLBACK (on_resuming), &n_asked);
  ls_transfer_queue_retry (fixture->queue, transfer);
  g_assert_cmpuint (n_asked, ==, 1);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_PAUSED);
  g_assert_true (ls_transfer_get_goes_on (transfer));
  g_assert_no_error (ls_transfer_get_error (transfer));
  g_signal_handler_disconnect (fixture->queue, handler);

  fixture->destination->block = FALSE;
  ls_transfer_queue_resume (fixture->queue, transfer);
  ls_test_transfer_await (transfer, LS_TRANSFER_SUCCEEDED);
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

  add_test ("/transfer-queue/takes-turns", test_takes_turns);
  add_test ("/transfer-queue/counts-outcomes", test_counts_outcomes);
  add_test ("/transfer-queue/limit-changes", test_limit_changes);
  add_test ("/transfer-queue/pauses", test_pauses);
  add_test ("/transfer-queue/pauses-all", test_pauses_all);
  add_test ("/transfer-queue/changes-its-mind", test_changes_its_mind);
  add_test ("/transfer-queue/order", test_order);
  add_test ("/transfer-queue/one-at-a-time-for-a-name", test_one_at_a_time_for_a_name);
  add_test ("/transfer-queue/huge", test_huge);
  add_test ("/transfer-queue/interrupted", test_interrupted);
  add_test ("/transfer-queue/failed-before", test_failed_before);

  return g_test_run ();
}
