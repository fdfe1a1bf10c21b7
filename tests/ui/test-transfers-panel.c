/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-layer-row.h"
#include "ls-transfer-row.h"
#include "ls-transfers-panel.h"

#include "fake-image.h"
#include "ls-test-transfer.h"
#include "test-shell.h"
#include "ui-test.h"

typedef struct
{
  LsTestDir *dir;
  LsContext *context;
  LsTransferQueue *queue;
  FakeImage *image;
  GtkWidget *panel;
  TestShell *shell;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = ls_test_dir_new ();
  fixture->context = test_context_new (fixture->dir, NULL);
  fixture->queue = ls_context_get_transfers (fixture->context);
  fixture->image = fake_image_new ("localhost:5000/me/app:1.0");
  fixture->panel = ls_transfers_panel_new (fixture->context);
  fixture->shell = test_shell_new (fixture->panel);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  fake_image_hold (fixture->image, FALSE);
  ls_test_transfer_cancel_all (fixture->queue);
  wait_until (ls_transfer_queue_get_n_active (fixture->queue) == 0);
  gtk_window_destroy (GTK_WINDOW (fixture->shell));
  g_object_unref (fixture->image);
  g_assert_finalize_object (fixture->context);
  ls_test_dir_free (fixture->dir);
}

static LsTransfer *
add_transfer (Fixture *fixture, LsTransferKind kind)
{
  g_autoptr (LsTransfer) transfer = fake_image_transfer (fixture->image, kind);

  ls_transfer_queue_add (fixture->queue, transfer);

  return transfer;
}

static GtkWidget *
get_row (Fixture *fixture, guint index)
{
  GtkWidget *row = test_find (fixture->panel, "list");

  row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (row), (int) index));
  g_assert_true (LS_IS_TRANSFER_ROW (row));

  return row;
}

/* The text of a layer's row: the last label in it. */
static char *
get_layer_texts (GtkWidget *row)
{
  GString *texts = g_string_new (NULL);
  GtkWidget *layer = gtk_widget_get_first_child (test_find (row, "layers"));

  for (; layer != NULL; layer = gtk_widget_get_next_sibling (layer))
    {
      GtkWidget *line =
          gtk_widget_get_first_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (layer)));
      GtkWidget *digest = gtk_widget_get_first_child (line);
      GtkWidget *state = gtk_widget_get_last_child (line);

      g_assert_true (LS_IS_LAYER_ROW (layer));
      g_string_append_printf (texts, "%.1s %s\n", gtk_label_get_text (GTK_LABEL (digest)),
                              gtk_label_get_text (GTK_LABEL (state)));
    }

  return g_string_free (texts, FALSE);
}

/* Those that move and those that do not: the list must not jump when that changes. */
static void
assert_layers_are_alike (GtkWidget *row)
{
  GtkWidget *first = gtk_widget_get_first_child (test_find (row, "layers"));
  int height;

  gtk_widget_measure (first, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
  for (GtkWidget *layer = first; layer != NULL; layer = gtk_widget_get_next_sibling (layer))
    {
      int other;

      gtk_widget_measure (layer, GTK_ORIENTATION_VERTICAL, -1, &other, NULL, NULL, NULL);
      g_assert_cmpint (other, ==, height);
    }
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  GtkStack *stack = GTK_STACK (test_find (fixture->panel, "stack"));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  g_assert_false (gtk_widget_get_sensitive (test_find (fixture->panel, "clear_button")));
}

static void
test_running (Fixture *fixture, gconstpointer data)
{
  GtkWidget *row;

  fake_image_hold (fixture->image, TRUE);
  add_transfer (fixture, LS_TRANSFER_PULL);
  row = get_row (fixture, 0);

  g_assert_cmpstr (test_get_label (row, "title"), ==, "localhost:5000/me/app:1.0");
  wait_until (g_str_has_prefix (test_get_label (row, "status"), "Downloading, 45.4\u00a0MB of "
                                                                "85.4\u00a0MB"));
  wait_until (test_is_shown (row, "cancel_button"));
  g_assert_false (gtk_widget_get_sensitive (test_find (fixture->panel, "clear_button")));

  /* The layers, each in its state; there are no rows for them before. */
  g_assert_null (gtk_widget_get_first_child (test_find (row, "layers")));
  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
  {
    g_autofree char *texts = get_layer_texts (row);

    g_assert_cmpstr (texts, ==,
                     "b Downloading 15.0\u00a0MB of 30.0\u00a0MB\n"
                     "c Already here\n"
                     "d Mounted from library/debian\n"
                     "e Downloading 25.0\u00a0MB of 50.0\u00a0MB\n"
                     "a Downloading 1.0\u00a0kB of 2.0\u00a0kB\n");
    assert_layers_are_alike (row);
  }
  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
  g_assert_null (gtk_widget_get_first_child (test_find (row, "layers")));
}

static void
test_succeeded (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfer = add_transfer (fixture, LS_TRANSFER_PUSH);
  GtkWidget *row = get_row (fixture, 0);
  const char *digest;
  g_autofree char *copied = NULL;
  g_autofree char *texts = NULL;

  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED);
  digest = ls_transfer_get_digest (transfer);

  g_assert_cmpstr (test_get_label (row, "status"), ==, "Pushed");
  g_assert_nonnull (digest);
  g_assert_cmpint (strlen (test_get_label (row, "digest")), ==, 12);
  g_assert_nonnull (strstr (digest, test_get_label (row, "digest")));

  wait_until (test_is_shown (row, "copy_button"));
  test_click (row, "copy_button");
  copied = test_shell_take (fixture->shell, "win.copy");
  g_assert_cmpstr (copied, ==, digest);

  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
  texts = get_layer_texts (row);
  g_assert_cmpstr (texts, ==,
                   "b Pushed\n"
                   "c Layer already exists\n"
                   "d Mounted from library/debian\n"
                   "e Pushed\n"
                   "a Pushed\n");

  g_assert_false (test_is_shown (row, "cancel_button"));
  g_assert_false (test_is_shown (row, "retry_button"));

  /* It stays until it is cleared. */
  test_click (fixture->panel, "clear_button");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 0);
  test_empty (fixture, NULL);
}

static GError *
make_error (LsError code, const char *subject)
{
  GError *error = g_error_new_literal (LS_ERROR, code, "technical");

  ls_error_set_subject (error, subject);

  return error;
}

static void
test_cancel_and_retry (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfer;
  GtkWidget *row;

  fake_image_hold (fixture->image, TRUE);
  transfer = add_transfer (fixture, LS_TRANSFER_PULL);
  row = get_row (fixture, 0);
  wait_until (g_str_has_prefix (test_get_label (row, "status"), "Downloading, 45.4"));
  wait_until (test_is_shown (row, "cancel_button"));

  test_click (row, "cancel_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_CANCELLED);
  g_assert_true (g_str_has_prefix (test_get_label (row, "status"), "Cancelled"));
  g_assert_false (gtk_widget_has_css_class (test_find (row, "status"), "error"));
  wait_until (test_is_shown (row, "retry_button"));

  /* No layer has failed; what was not done yet waits for the next attempt. */
  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
  {
    g_autofree char *texts = get_layer_texts (row);

    g_assert_cmpstr (texts, ==,
                     "b Waiting\n"
                     "c Already here\n"
                     "d Mounted from library/debian\n"
                     "e Waiting\n"
                     "a Waiting\n");
  }

  fake_image_hold (fixture->image, FALSE);
  test_click (row, "retry_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED);
  g_assert_cmpstr (test_get_label (row, "status"), ==, "Downloaded newer image");
}

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfer;
  GtkWidget *row;
  GError *error = make_error (LS_ERROR_FORBIDDEN, "localhost:5000/me/app");

  ls_error_set_server_text (error, "denied: <b>no</b>");
  fake_image_fail (fixture->image, error);
  transfer = add_transfer (fixture, LS_TRANSFER_PUSH);
  row = get_row (fixture, 0);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED);

  g_assert_true (g_str_has_prefix (test_get_label (row, "status"), "You may not push to"));
  g_assert_true (gtk_widget_has_css_class (test_find (row, "status"), "error"));
  g_assert_cmpstr (test_get_label (row, "details"), ==, "denied: <b>no</b>");
  wait_until (test_is_shown (row, "details") && test_is_shown (row, "retry_button"));
  g_assert_false (test_is_shown (row, "sign_in_button"));

  /* What failed goes away with the next attempt. */
  fake_image_fail (fixture->image, NULL);
  test_click (row, "retry_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED);
  wait_until (!test_is_shown (row, "details"));
  g_assert_false (gtk_widget_has_css_class (test_find (row, "status"), "error"));
}

static void
test_unauthorized (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfer;
  GtkWidget *row;
  g_autofree char *registry = NULL;

  fake_image_fail (fixture->image, make_error (LS_ERROR_UNAUTHORIZED, "localhost:5000"));
  transfer = add_transfer (fixture, LS_TRANSFER_PUSH);
  row = get_row (fixture, 0);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED);

  wait_until (test_is_shown (row, "sign_in_button"));
  test_click (row, "sign_in_button");
  registry = test_shell_take (fixture->shell, "win.sign-in");
  g_assert_cmpstr (registry, ==, "localhost:5000");
}

/* Finished transfers go, the others stay. */
static void
test_clear_finished (Fixture *fixture, gconstpointer data)
{
  LsTransfer *done = add_transfer (fixture, LS_TRANSFER_PULL);
  LsTransfer *running;

  wait_until (ls_transfer_is_finished (done));
  fake_image_hold (fixture->image, TRUE);
  running = add_transfer (fixture, LS_TRANSFER_PULL);
  wait_until (ls_transfer_get_state (running) == LS_TRANSFER_RUNNING);

  test_click (fixture->panel, "clear_button");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 1);
  g_assert_true (LS_IS_TRANSFER_ROW (get_row (fixture, 0)));
  g_assert_false (gtk_widget_get_sensitive (test_find (fixture->panel, "clear_button")));
}

/* However far the list is scrolled, what was just asked for comes in sight. */
static void
test_new_comes_in_sight (Fixture *fixture, gconstpointer data)
{
  GtkScrolledWindow *scrolled_window =
      GTK_SCROLLED_WINDOW (test_find (fixture->panel, "scrolled_window"));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scrolled_window);

  for (int i = 0; i < 30; i++)
    add_transfer (fixture, LS_TRANSFER_PULL);
  wait_until (gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);

  add_transfer (fixture, LS_TRANSFER_PULL);
  wait_until (gtk_adjustment_get_value (adjustment) == 0);
}

static void
test_pause_and_resume (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pause_all = test_find (fixture->panel, "pause_all_button");
  LsTransfer *transfer;
  GtkWidget *row;

  g_assert_false (gtk_widget_get_sensitive (pause_all));
  fake_image_hold (fixture->image, TRUE);
  transfer = add_transfer (fixture, LS_TRANSFER_PULL);
  row = get_row (fixture, 0);
  g_assert_cmpstr (test_get_label (row, "route"), ==, "localhost:5000 → This Computer");
  wait_until (g_str_has_prefix (test_get_label (row, "status"), "Downloading, 45.4"));

  test_click (row, "pause_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_PAUSED);
  g_assert_cmpstr (test_get_label (row, "status"), ==, "Paused at 45.4\u00a0MB of 85.4\u00a0MB");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (test_find (row, "pause_button")), ==, "Resume");
  /* How far it came is still to be seen. */
  g_assert_true (test_is_shown (row, "progress"));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (pause_all), ==, "Resume All");

  test_click (fixture->panel, "pause_all_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_RUNNING);
  test_click (fixture->panel, "pause_all_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_PAUSED);

  fake_image_hold (fixture->image, FALSE);
  test_click (row, "pause_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED);
  g_assert_false (test_is_shown (row, "pause_button"));
}

/* One that goes on by itself says when, and can be told to go on now. */
static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  GError *error = make_error (LS_ERROR_RATE_LIMITED, "localhost:5000");
  LsTransfer *transfer;
  GtkWidget *row;

  ls_error_set_retry_at (error, g_get_real_time () / G_USEC_PER_SEC + 175);
  fake_image_fail (fixture->image, error);
  transfer = add_transfer (fixture, LS_TRANSFER_PULL);
  row = get_row (fixture, 0);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_WAITING);
  g_assert_true (
      g_str_has_prefix (test_get_label (row, "status"), "localhost:5000 asked to wait until "));
  g_assert_true (g_str_has_suffix (test_get_label (row, "status"), " (in 3\u00a0min)"));
  g_assert_false (gtk_widget_has_css_class (test_find (row, "status"), "error"));

  fake_image_fail (fixture->image, NULL);
  wait_until (test_is_shown (row, "retry_button"));
  test_click (row, "retry_button");
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED);
}

static LsTransfer *
get_transfer (Fixture *fixture, guint index)
{
  return ls_transfer_row_get_transfer (LS_TRANSFER_ROW (get_row (fixture, index)));
}

static const char *
get_status_of (Fixture *fixture, LsTransfer *transfer, guint expected_index)
{
  wait_until (get_transfer (fixture, expected_index) == transfer);

  return test_get_label (get_row (fixture, expected_index), "status");
}

/* Those that wait can change places, and the keyboard stays with the one that was moved. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  LsTransfer *transfers[4];
  GtkWidget *focus;

  g_object_set (fixture->queue, "max-running", 1, NULL);
  fake_image_hold (fixture->image, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++)
    transfers[i] = add_transfer (fixture, LS_TRANSFER_PULL);
  wait_until (ls_transfer_get_state (transfers[0]) == LS_TRANSFER_RUNNING);

  g_assert_cmpstr (get_status_of (fixture, transfers[1], 2), ==, "Waiting; starts next");
  g_assert_cmpstr (get_status_of (fixture, transfers[2], 1), ==,
                   "Waiting; 1 other starts before it");
  g_assert_cmpstr (get_status_of (fixture, transfers[3], 0), ==,
                   "Waiting; 2 others start before it");

  gtk_widget_grab_focus (get_row (fixture, 0));
  gtk_widget_activate_action (get_row (fixture, 0), "transfer.start-sooner", NULL);
  g_assert_cmpstr (get_status_of (fixture, transfers[3], 1), ==,
                   "Waiting; 1 other starts before it");
  focus = gtk_root_get_focus (GTK_ROOT (fixture->shell));
  g_assert_true (focus == get_row (fixture, 1));

  gtk_widget_activate_action (focus, "transfer.start-sooner", NULL);
  g_assert_cmpstr (get_status_of (fixture, transfers[3], 2), ==, "Waiting; starts next");
  /* What is at work already stays the first. */
  gtk_widget_activate_action (get_row (fixture, 2), "transfer.start-sooner", NULL);
  g_assert_cmpstr (get_status_of (fixture, transfers[3], 2), ==, "Waiting; starts next");

  gtk_widget_activate_action (get_row (fixture, 2), "transfer.start-later", NULL);
  g_assert_cmpstr (get_status_of (fixture, transfers[3], 1), ==,
                   "Waiting; 1 other starts before it");
  ls_test_transfer_cancel_all (fixture->queue);
}

static GtkPopoverMenu *
open_menu (Fixture *fixture, guint index)
{
  GtkWidget *row = get_row (fixture, index);

  ls_transfer_row_open_menu (LS_TRANSFER_ROW (row), 1, 1);
  wait_until (test_find_type (row, GTK_TYPE_POPOVER_MENU) != NULL);

  return GTK_POPOVER_MENU (test_find_type (row, GTK_TYPE_POPOVER_MENU));
}

static void
assert_items (GtkPopoverMenu *menu, const char *expected)
{
  GMenuModel *model = gtk_popover_menu_get_menu_model (menu);
  g_autoptr (GString) labels = g_string_new (NULL);

  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);

      for (int j = 0; j < g_menu_model_get_n_items (section); j++)
        {
          g_autofree char *label = NULL;

          g_menu_model_get_item_attribute (section, j, G_MENU_ATTRIBUTE_LABEL, "s", &label);
          g_string_append_printf (labels, "%s%s", labels->len > 0 ? ", " : "", label);
        }
    }

  g_assert_cmpstr (labels->str, ==, expected);
  gtk_popover_popdown (GTK_POPOVER (menu));
}

/* The menu has what can be done, and keeps it while it is open. */
static void
test_menu (Fixture *fixture, gconstpointer data)
{
  LsTransfer *running;
  GtkPopoverMenu *menu;
  GtkWidget *item;

  ls_transfer_queue_set_max_running (fixture->queue, 1);
  fake_image_hold (fixture->image, TRUE);
  running = add_transfer (fixture, LS_TRANSFER_PULL);
  add_transfer (fixture, LS_TRANSFER_PULL);
  add_transfer (fixture, LS_TRANSFER_PULL);
  wait_until (ls_transfer_get_state (running) == LS_TRANSFER_RUNNING);

  assert_items (open_menu (fixture, 0), "_Pause, Start _Sooner, _Cancel");
  assert_items (open_menu (fixture, 1), "_Pause, Start _Later, _Cancel");

  menu = open_menu (fixture, 2);
  item = test_find_type (menu, g_type_from_name ("GtkModelButton"));
  g_assert_true (gtk_widget_is_sensitive (item));
  ls_transfer_cancel (running);
  wait_until (ls_transfer_get_state (running) == LS_TRANSFER_CANCELLED);
  g_assert_true (gtk_widget_get_mapped (item));
  g_assert_false (gtk_widget_is_sensitive (item));
  assert_items (menu, "_Pause, _Cancel");
  assert_items (open_menu (fixture, 2), "_Try Again, _Remove from the List");
}

static void
test_dismiss (Fixture *fixture, gconstpointer data)
{
  LsTransfer *kept = add_transfer (fixture, LS_TRANSFER_PULL);
  LsTransfer *dismissed = add_transfer (fixture, LS_TRANSFER_PULL);

  wait_until (ls_transfer_is_finished (kept) && ls_transfer_is_finished (dismissed));
  gtk_widget_grab_focus (get_row (fixture, 0));
  wait_until (test_is_shown (get_row (fixture, 0), "dismiss_button"));
  test_click (get_row (fixture, 0), "dismiss_button");
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)) == 1);
  g_assert_true (get_transfer (fixture, 0) == kept);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->shell)) == get_row (fixture, 0));
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/transfers-panel/empty", Fixture, NULL, set_up, test_empty, tear_down);
  g_test_add ("/transfers-panel/running", Fixture, NULL, set_up, test_running, tear_down);
  g_test_add ("/transfers-panel/succeeded", Fixture, NULL, set_up, test_succeeded, tear_down);
  g_test_add ("/transfers-panel/cancel-and-retry", Fixture, NULL, set_up, test_cancel_and_retry,
              tear_down);
  g_test_add ("/transfers-panel/denied", Fixture, NULL, set_up, test_denied, tear_down);
  g_test_add ("/transfers-panel/unauthorized", Fixture, NULL, set_up, test_unauthorized, tear_down);
  g_test_add ("/transfers-panel/clear-finished", Fixture, NULL, set_up, test_clear_finished,
              tear_down);
  g_test_add ("/transfers-panel/new-comes-in-sight", Fixture, NULL, set_up, test_new_comes_in_sight,
              tear_down);
  g_test_add ("/transfers-panel/pause-and-resume", Fixture, NULL, set_up, test_pause_and_resume,
              tear_down);
  g_test_add ("/transfers-panel/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
  g_test_add ("/transfers-panel/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/transfers-panel/menu", Fixture, NULL, set_up, test_menu, tear_down);
  g_test_add ("/transfers-panel/dismiss", Fixture, NULL, set_up, test_dismiss, tear_down);

  return g_test_run ();
}
