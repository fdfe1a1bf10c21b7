/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfers-panel.h"

#include "fake-image.h"
#include "ls-test-transfer.h"
#include "ls-transfer-row.h"
#include "test-shell.h"
#include "ui-test.h"

/* What a screen reader is told of transfers. */

typedef struct
{
  LsTestDir *dir;
  LsContext *context;
  FakeImage *image;
  TestShell *shell;
  GtkWidget *list;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *panel;

  fixture->dir = ls_test_dir_new ();
  fixture->context = test_context_new (fixture->dir, NULL);
  fixture->image = fake_image_new ("docker.io/library/ubuntu:24.04");
  panel = ls_transfers_panel_new (fixture->context);
  fixture->shell = test_shell_new (panel);
  fixture->list = test_find (panel, "list");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  LsTransferQueue *queue = ls_context_get_transfers (fixture->context);

  fake_image_hold (fixture->image, FALSE);
  ls_test_transfer_cancel_all (queue);
  wait_until (ls_transfer_queue_get_n_active (queue) == 0);
  gtk_window_destroy (GTK_WINDOW (fixture->shell));
  g_object_unref (fixture->image);
  g_assert_finalize_object (fixture->context);
  ls_test_dir_free (fixture->dir);
}

#define assert_property(widget, property, value)                                                   \
  g_assert_cmpstr (gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, value),  \
                   ==, NULL)

static void
test_transfer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsTransfer) transfer = fake_image_transfer (fixture->image, LS_TRANSFER_PULL);
  LsTransferQueue *queue = ls_context_get_transfers (fixture->context);
  GtkWidget *row;
  GtkWidget *layer;

  fake_image_hold (fixture->image, TRUE);
  ls_transfer_queue_add (queue, transfer);
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (fixture->list), 0));
  assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                   "Pull ubuntu:24.04, Docker Hub → This Computer");
  assert_property (test_find (row, "pause_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Pause");
  assert_property (test_find (row, "cancel_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Cancel");
  assert_property (test_find (row, "expander"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Show Layers");

  /* Half of the layers that have to be moved, and all of the others. */
  wait_until (ls_transfer_get_fraction (transfer) > 0.4);
  assert_property (test_find (row, "progress"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                   "Progress of the Transfer");
  wait_until (ls_transfer_get_bytes_done (transfer) >= 45400000);
  assert_property (test_find (row, "progress"), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "53\u00a0%");
  assert_property (test_find (row, "progress"), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                   ls_transfer_get_fraction (transfer));

  assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Downloading");

  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
  layer = gtk_widget_get_first_child (test_find (row, "layers"));
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (layer),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  assert_property (test_find (layer, "progress"), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "50\u00a0%");

  ls_transfer_queue_pause (queue, transfer);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_PAUSED);
  assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                   "Paused at 45.4\u00a0MB of 85.4\u00a0MB");
  assert_property (test_find (row, "pause_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Resume");
}

int
main (int argc, char **argv)
{
  /* The other tests do without. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/transfers-a11y/transfer", Fixture, NULL, set_up, test_transfer, tear_down);

  return g_test_run ();
}
