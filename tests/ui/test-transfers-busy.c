/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-row.h"
#include "ls-transfers-button.h"
#include "ls-transfers-panel.h"

#include "fake-server.h"
#include "test-shell.h"
#include "ui-test.h"

static void
answer (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  fake_server_reply (message, 503, "text/plain", "");
}

static void
pulled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsTransfer **transfer = user_data;
  g_autoptr (GError) error = NULL;

  *transfer = ls_context_pull_finish (LS_CONTEXT (object), result, &error);
  g_assert_no_error (error);
}

static LsTransfer *
pull (LsContext *context, const char *registry)
{
  g_autofree char *text = g_strconcat (registry, "/app:1", NULL);
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);
  LsTransfer *transfer = NULL;

  ls_context_pull_async (context, name, pulled_cb, &transfer);
  wait_until (transfer != NULL);

  return transfer;
}

/* A registry that only says 503 is asked a few times more before a transfer gives up:
 * the user sees what nothing comes of. */
static void
test_busy (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  SoupServer *server = fake_server_new (answer, NULL);
  g_autofree char *registry = fake_server_dup_name (server);
  g_autofree char *settings = g_strdup_printf ("[%1$s]\nlocation=http://%1$s\n", registry);
  LsContext *context = test_context_new (dir, settings);
  LsTransferQueue *queue = ls_context_get_transfers (context);
  GtkWidget *panel = ls_transfers_panel_new (context);
  GtkWidget *button = g_object_ref_sink (g_object_new (LS_TYPE_TRANSFERS_BUTTON, NULL));
  TestShell *shell = test_shell_new (panel);
  g_autofree char *expected = g_strdup_printf ("%s is busy; trying again in ", registry);
  g_autoptr (LsTransfer) transfer = NULL;
  GtkListBox *list = GTK_LIST_BOX (test_find (panel, "list"));
  GtkWidget *row;

  ls_transfers_button_set_queue (LS_TRANSFERS_BUTTON (button), queue);
  transfer = pull (context, registry);
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0));

  wait_until (g_str_has_prefix (test_get_label (row, "status"), expected));
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_RUNNING);
  wait_until (g_str_equal (test_get_label (button, "detail"), "Waiting"));

  ls_transfer_cancel (transfer);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_CANCELLED);
  g_assert_cmpstr (test_get_label (button, "detail"), ==, "1 cancelled");

  g_object_unref (button);
  gtk_window_destroy (GTK_WINDOW (shell));
  g_clear_object (&transfer);
  g_object_unref (context);
  fake_server_free (server);
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add_func ("/transfers-busy/busy", test_busy);

  return g_test_run ();
}
