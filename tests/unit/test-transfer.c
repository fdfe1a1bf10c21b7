/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-place.h"
#include "ls-transfer-queue.h"

static const char *const two_layers[] = { "the longer layer", "short", NULL };

static LsTransfer *
transfer_new (LsTestPlace *source, LsTestPlace *destination)
{
  g_autoptr (LsReference) name = ls_reference_parse ("me/app:1", NULL);

  return ls_transfer_new (LS_TRANSFER_PUSH, name, LS_IMAGE_SOURCE (source),
                          LS_IMAGE_DESTINATION (destination));
}

static void
wait_for_state (LsTransfer *transfer, LsTransferState state)
{
  gint64 limit = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (ls_transfer_get_state (transfer) != state && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, state);
}

static void
test_transfer_publishes (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransfer) transfer = transfer_new (source, destination);
  g_autoptr (LsTransferLayer) layer = NULL;

  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_QUEUED);
  ls_transfer_start (transfer);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_RUNNING);
  wait_for_state (transfer, LS_TRANSFER_SUCCEEDED);

  g_assert_cmpuint (g_list_model_get_n_items (ls_transfer_get_layers (transfer)), ==, 3);
  layer = g_list_model_get_item (ls_transfer_get_layers (transfer), 0);
  g_assert_cmpint (ls_transfer_layer_get_state (layer), ==, LS_LAYER_COMPLETE);
  g_assert_cmpint (ls_transfer_layer_get_bytes_done (layer), ==, strlen ("the longer layer"));
  g_assert_cmpfloat (ls_transfer_get_fraction (transfer), ==, 1.0);
  g_assert_true (g_str_has_prefix (ls_transfer_get_digest (transfer), "sha256:"));
  g_assert_cmpint (ls_transfer_get_seconds_left (transfer), ==, -1);
}

static void
test_transfer_retries (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransfer) transfer = transfer_new (source, destination);
  g_autoptr (LsTransferQueue) queue = ls_transfer_queue_new ();
  g_autofree char *name = NULL;

  destination->failures = 100;
  destination->failure_code = LS_ERROR_FORBIDDEN;
  ls_transfer_queue_add (queue, transfer);
  wait_for_state (transfer, LS_TRANSFER_FAILED);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_FORBIDDEN);
  /* Access is given to an image, not to the blob that was asked for first. */
  name = ls_reference_to_string (ls_transfer_get_name (transfer));
  g_assert_cmpstr (ls_error_get_subject (ls_transfer_get_error (transfer)), ==, name);
  g_assert_cmpuint (ls_transfer_queue_get_n_active (queue), ==, 0);

  destination->failures = 0;
  ls_transfer_queue_retry (queue, transfer);
  wait_for_state (transfer, LS_TRANSFER_SUCCEEDED);
  g_assert_null (ls_transfer_get_error (transfer));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer/publishes", test_transfer_publishes);
  g_test_add_func ("/transfer/retries", test_transfer_retries);

  return g_test_run ();
}
