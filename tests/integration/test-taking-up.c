/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transfers that outlive the process they were begun in. This program runs itself
 * as the one that ends too early. */

#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-restart.h"
#include "ls-test-transfer.h"

#include <string.h>

/* Slow enough to be in the middle of it. */
#define SLOW ((gint64) 4 * 1000 * 1000)

static gboolean
is_paused (gpointer data)
{
  return ls_transfer_get_state (data) == LS_TRANSFER_PAUSED;
}

/* A layer is through besides the config, and others are not. */
static gboolean
is_halfway (gpointer data)
{
  return ls_test_transfer_count_layers (data, LS_LAYER_COMPLETE, NULL) > 1
         && ls_transfer_get_state (data) == LS_TRANSFER_RUNNING
         && ls_transfer_get_bytes_done (data) < ls_transfer_get_bytes_total (data);
}

static gboolean
knows_total (gpointer data)
{
  return ls_transfer_get_bytes_total (data) > 0;
}

/* What runs in the process that is killed: says when it is in the middle, how many
 * bytes are safe then, and of how many. */
static int
run_until_killed (const char *kind, const char *config, const char *data, const char *text)
{
  LsContext *context = ls_test_restart_open_at_speed (config, data, SLOW);
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);
  LsTransfer *transfer;
  gint64 n_bytes;

  if (g_str_equal (kind, "pull"))
    transfer = ls_test_restart_pull (context, name);
  else
    transfer = ls_test_restart_push (context, name);

  /* Nothing moves once it is so far. */
  ls_test_await_until (is_halfway, transfer);
  ls_http_set_bandwidth_limit (ls_context_get_http (context), 1000);
  ls_test_transfer_count_layers (transfer, LS_LAYER_COMPLETE, &n_bytes);
  g_print ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", n_bytes,
           ls_transfer_get_bytes_total (transfer));
  for (;;)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}

typedef struct
{
  gint64 done; /* layers that are through */
  gint64 total;
} Figures;

static Figures
begin_and_kill (LsTestRestart *fixture, const char *kind)
{
  g_autoptr (GSubprocess) process = ls_test_restart_spawn (fixture, kind);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  Figures figures;
  char *rest;

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (process));

  figures.done = g_ascii_strtoll (line, &rest, 10);
  figures.total = g_ascii_strtoll (rest, NULL, 10);

  return figures;
}

/* Who saw that half of it was done does not see it begin anew, nor that there is less
 * to do. */
static void
assert_goes_on_at (LsTransfer *transfer, Figures figures)
{
  ls_test_await_until (knows_total, transfer);
  g_assert_cmpint (ls_transfer_get_bytes_total (transfer), ==, figures.total);
  g_assert_cmpint (ls_transfer_get_bytes_done (transfer), >=, figures.done);
}

/* The image is at the registry, and no longer here. */
static void
move_to_registry (LsTestRestart *fixture)
{
  LsContext *context = ls_test_restart_open (fixture->config, fixture->data);
  g_autoptr (LsTransfer) transfer = ls_test_restart_push (context, fixture->name);
  g_autoptr (LsStore) store = ls_test_restart_open_store (fixture->data);

  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_clear_object (&transfer);
  ls_test_restart_close (context);
  g_assert_true (ls_store_remove (store, fixture->name, NULL, NULL));
  g_assert_true (ls_store_collect_garbage (store, NULL, NULL, NULL));
}

static void
test_killed_pull (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context;
  g_autoptr (LsTransfer) transfer = NULL;
  gint64 sent_before;
  Figures figures;
  gint64 sent;

  move_to_registry (fixture);
  figures = begin_and_kill (fixture, "pull");

  ls_test_registry_stop (fixture->registry);
  sent_before = ls_test_registry_count_blob_bytes (fixture->registry);
  ls_test_registry_start (fixture->registry);

  context = ls_test_restart_open (fixture->config, fixture->data);
  transfer = ls_test_restart_await_transfer (context);
  g_assert_cmpint (ls_transfer_get_kind (transfer), ==, LS_TRANSFER_PULL);
  assert_goes_on_at (transfer, figures);
  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_assert_cmpuint (ls_test_transfer_count_layers (transfer, LS_LAYER_EXISTS, NULL), >, 1);

  ls_test_registry_stop (fixture->registry);
  sent = ls_test_registry_count_blob_bytes (fixture->registry) - sent_before;
  ls_test_registry_start (fixture->registry);
  g_test_message ("%d of %d bytes in the second run", (int) sent, (int) fixture->size);
  g_assert_cmpint (sent, >, 0);
  g_assert_cmpint (sent, <=, fixture->size - (gint64) LS_TEST_LAYER_SIZE);

  g_clear_object (&transfer);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);
}

static void
test_killed_push (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context;
  g_autoptr (LsTransfer) transfer = NULL;
  Figures figures = begin_and_kill (fixture, "push");

  context = ls_test_restart_open (fixture->config, fixture->data);
  transfer = ls_test_restart_await_transfer (context);
  g_assert_cmpint (ls_transfer_get_kind (transfer), ==, LS_TRANSFER_PUSH);
  assert_goes_on_at (transfer, figures);
  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_assert_cmpuint (ls_test_transfer_count_layers (transfer, LS_LAYER_EXISTS, NULL), >, 1);
  g_assert_cmpuint (ls_test_transfer_count_layers (transfer, LS_LAYER_COMPLETE, NULL), >, 0);

  g_clear_object (&transfer);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);
}

/* Who quits in the middle finds it going on, and who paused it finds it paused. */
static void
test_quit (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context;
  g_autoptr (LsTransfer) transfer = NULL;

  move_to_registry (fixture);

  context = ls_test_restart_open_at_speed (fixture->config, fixture->data, SLOW);
  transfer = ls_test_restart_pull (context, fixture->name);
  ls_test_await_until (is_halfway, transfer);
  g_clear_object (&transfer);
  ls_test_restart_close (context);

  context = ls_test_restart_open_at_speed (fixture->config, fixture->data, SLOW);
  transfer = ls_test_restart_await_transfer (context);
  ls_transfer_queue_pause (ls_context_get_transfers (context), transfer);
  ls_test_await_until (is_paused, transfer);
  g_clear_object (&transfer);
  ls_test_restart_close (context);

  context = ls_test_restart_open (fixture->config, fixture->data);
  transfer = ls_test_restart_await_transfer (context);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_PAUSED);
  g_assert_true (ls_transfer_get_interrupted (transfer));
  g_assert_false (ls_transfer_get_goes_on (transfer));
  ls_transfer_queue_resume (ls_context_get_transfers (context), transfer);
  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_clear_object (&transfer);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);
}

static gboolean
has_failed (gpointer data)
{
  return ls_transfer_get_state (data) == LS_TRANSFER_FAILED;
}

/* A failure stays in the list until the user has seen to it. */
static void
test_failed (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context;
  g_autoptr (LsTransfer) transfer = NULL;
  g_autoptr (LsTransfer) push = NULL;
  LsTransferQueue *transfers;

  context = ls_test_restart_open (fixture->config, fixture->data);
  transfer = ls_test_restart_pull (context, fixture->name);
  ls_test_await_until (has_failed, transfer);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_NOT_FOUND);
  g_clear_object (&transfer);
  ls_test_restart_close (context);

  /* It does not start by itself, neither in this run nor in the next. */
  for (guint i = 0; i < 2; i++)
    {
      context = ls_test_restart_open (fixture->config, fixture->data);
      transfers = ls_context_get_transfers (context);
      transfer = ls_test_restart_await_transfer (context);
      g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_FAILED);
      g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_NOT_FOUND);
      ls_transfer_queue_resume_all (transfers);
      g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_FAILED);
      if (i == 0)
        {
          g_clear_object (&transfer);
          ls_test_restart_close (context);
        }
    }

  push = ls_test_restart_push (context, fixture->name);
  ls_test_await_until (ls_test_has_succeeded, push);
  ls_transfer_queue_retry (transfers, transfer);
  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_clear_object (&transfer);
  g_clear_object (&push);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);
}

/* Taken out of the list, it is forgotten; and so it is when the same was asked for again. */
static void
test_failed_and_seen_to (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context = ls_test_restart_open (fixture->config, fixture->data);
  g_autoptr (LsTransfer) failed = ls_test_restart_pull (context, fixture->name);
  g_autoptr (LsTransfer) again = NULL;
  g_autoptr (LsTransfer) push = NULL;

  ls_test_await_until (has_failed, failed);
  push = ls_test_restart_push (context, fixture->name);
  ls_test_await_until (ls_test_has_succeeded, push);
  again = ls_test_restart_pull (context, fixture->name);
  ls_test_await_until (ls_test_has_succeeded, again);
  g_clear_object (&failed);
  g_clear_object (&again);
  g_clear_object (&push);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);

  ls_reference_unref (fixture->name);
  fixture->name = ls_reference_parse ("localhost:1/nothing:1", NULL);
  context = ls_test_restart_open (fixture->config, fixture->data);
  failed = ls_test_restart_pull (context, fixture->name);
  ls_test_await_until (has_failed, failed);
  ls_transfer_queue_clear_finished (ls_context_get_transfers (context));
  g_clear_object (&failed);
  ls_test_restart_close (context);
  ls_test_restart_assert_forgotten (fixture);
}

/* Who asks twice for the same gets it once; a paused one goes on. */
static void
test_asked_twice (LsTestRestart *fixture, gconstpointer data)
{
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();
  LsContext *context;
  LsTransferQueue *transfers;
  g_autoptr (LsTransfer) first = NULL;
  g_autoptr (LsTransfer) second = NULL;
  g_autoptr (LsTransfer) third = NULL;
  g_autoptr (LsTransfer) other = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  move_to_registry (fixture);
  context = ls_test_restart_open_at_speed (fixture->config, fixture->data, SLOW);
  transfers = ls_context_get_transfers (context);

  first = ls_test_restart_pull (context, fixture->name);
  second = ls_test_restart_pull (context, fixture->name);
  g_assert_true (second == first);

  ls_transfer_queue_pause (transfers, first);
  ls_test_await_until (is_paused, first);
  third = ls_test_restart_pull (context, fixture->name);
  g_assert_true (third == first);
  g_assert_cmpint (ls_transfer_get_state (first), ==, LS_TRANSFER_RUNNING);

  /* Other platforms are something else, and have their turn afterwards. */
  ls_context_pull_platforms_async (context, fixture->name, all, ls_test_keep_result, &result);
  ls_test_await (&result);
  other = ls_context_pull_finish (context, result, NULL);
  g_assert_true (other != first);
  g_assert_cmpint (ls_transfer_get_state (other), ==, LS_TRANSFER_QUEUED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transfers)), ==, 2);

  ls_http_set_bandwidth_limit (ls_context_get_http (context), 0);
  ls_test_await_until (ls_test_has_succeeded, first);
  ls_test_await_until (ls_test_has_succeeded, other);
  g_clear_object (&first);
  g_clear_object (&second);
  g_clear_object (&third);
  g_clear_object (&other);
  g_clear_object (&result);
  ls_test_restart_close (context);
}

static gboolean
has_two_transfers (gpointer context)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ls_context_get_transfers (context))) == 2;
}

/* What differs in no more than its platforms is something else. */
static void
test_same_name (LsTestRestart *fixture, gconstpointer data)
{
  static const char *const cases[] = { "paused=true", "failure=not-found" };
  g_autofree char *journal = g_build_filename (fixture->data, "transfers.ini", NULL);
  g_autofree char *name = ls_reference_to_canonical (fixture->name);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "[journal]\nversion=1\n[transfer 1]\nkind=pull\nname=%1$s\nplatforms=all\n%2$s\n"
          "[transfer 2]\nkind=pull\nname=%1$s\n%2$s\n",
          name, cases[i]);
      g_autoptr (GError) error = NULL;

      g_file_set_contents (journal, text, -1, &error);
      g_assert_no_error (error);

      /* In the next run, and in the one after that. */
      for (guint run = 0; run < 2; run++)
        {
          LsContext *context = ls_test_restart_open (fixture->config, fixture->data);

          ls_test_await_until (has_two_transfers, context);
          ls_test_restart_close (context);
        }
    }
}

static void
add_test (const char *path, void (*test) (LsTestRestart *, gconstpointer))
{
  g_test_add (path, LsTestRestart, NULL, ls_test_restart_set_up, test, ls_test_restart_tear_down);
}

int
main (int argc, char *argv[])
{
  if (argc == 6 && g_str_equal (argv[1], "--run"))
    return run_until_killed (argv[2], argv[3], argv[4], argv[5]);

  g_test_init (&argc, &argv, NULL);

  add_test ("/taking-up/killed-pull", test_killed_pull);
  add_test ("/taking-up/killed-push", test_killed_push);
  add_test ("/taking-up/quit", test_quit);
  add_test ("/taking-up/failed", test_failed);
  add_test ("/taking-up/failed-and-seen-to", test_failed_and_seen_to);
  add_test ("/taking-up/same-name", test_same_name);
  add_test ("/taking-up/asked-twice", test_asked_twice);

  return g_test_run ();
}
