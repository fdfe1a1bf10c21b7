/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-sidebar.h"

#include "fake-image.h"
#include "ls-place-row.h"
#include "test-workspace.h"

typedef struct
{
  TestWorkspace workspace;
  LsSidebar *sidebar;
  GtkListBox *list;
  GString *journal; /* what the sidebar told */
} Fixture;

static void
note (Fixture *fixture, const char *what, LsPlace *place)
{
  g_autofree char *title = ls_place_dup_title (place);

  g_string_append_printf (fixture->journal, "%s %s;", what, title);
}

static void
place_selected_cb (Fixture *fixture, LsPlace *place)
{
  note (fixture, "selected", place);
}

static void
place_activated_cb (Fixture *fixture, LsPlace *place)
{
  note (fixture, "activated", place);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_workspace_set_up (&fixture->workspace, "[plain.example]\ninsecure=true\n");
  fixture->sidebar = LS_SIDEBAR (ls_sidebar_new (fixture->workspace.context));
  fixture->list = GTK_LIST_BOX (test_find (fixture->sidebar, "list"));
  fixture->journal = g_string_new (NULL);
  g_signal_connect_swapped (fixture->sidebar, "place-selected", G_CALLBACK (place_selected_cb),
                            fixture);
  g_signal_connect_swapped (fixture->sidebar, "place-activated", G_CALLBACK (place_activated_cb),
                            fixture);
  test_workspace_show (&fixture->workspace, GTK_WIDGET (fixture->sidebar));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer sidebar = fixture->sidebar;

  g_object_add_weak_pointer (sidebar, &sidebar);
  test_workspace_tear_down (&fixture->workspace, data);
  g_assert_null (sidebar);
  g_string_free (fixture->journal, TRUE);
}

static LsPlaceRow *
get_row (Fixture *fixture, int index)
{
  return LS_PLACE_ROW (gtk_list_box_get_row_at_index (fixture->list, index));
}

/* The titles from the top to the bottom, with the headers between them. */
static char *
list_titles (Fixture *fixture)
{
  GString *titles = g_string_new (NULL);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (fixture->list, i)) != NULL; i++)
    {
      GtkWidget *header = gtk_list_box_row_get_header (row);

      if (header != NULL)
        g_string_append_printf (titles, "[%s] ", gtk_label_get_text (GTK_LABEL (header)));
      g_string_append_printf (titles, "%s ", test_get_label (row, "title"));
    }

  return g_string_free (titles, FALSE);
}

static void
assert_titles (Fixture *fixture, const char *expected)
{
  g_autofree char *titles = list_titles (fixture);

  g_assert_cmpstr (titles, ==, expected);
}

static void
test_places (Fixture *fixture, gconstpointer data)
{
  assert_titles (fixture, "[This Computer] Images [Registries] Docker Hub plain.example ");
  g_assert_false (test_is_shown (get_row (fixture, 1), "insecure_mark"));
  g_assert_true (test_is_shown (get_row (fixture, 2), "insecure_mark"));

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  assert_titles (fixture, "[This Computer] Images [Registries] Docker Hub testuser plain.example ");
  g_assert_cmpstr (test_get_label (get_row (fixture, 2), "subtitle"), ==, "This session only");
}

static void
test_count (Fixture *fixture, gconstpointer data)
{
  g_assert_false (test_is_shown (get_row (fixture, 0), "count"));

  test_workspace_load (&fixture->workspace);
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "ubuntu:latest", 1);
  wait_until (g_strcmp0 (test_get_label (get_row (fixture, 0), "count"), "2") == 0);
}

static GtkWidget *
get_focus (Fixture *fixture)
{
  return gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (fixture->sidebar)));
}

/* Tab enters at the place that is selected, and goes on without changing the page. */
static void
test_tab_leaves_the_places (Fixture *fixture, gconstpointer data)
{
  GtkWidget *sidebar = GTK_WIDGET (fixture->sidebar);
  LsPlace *hub = ls_sidebar_find_place (fixture->sidebar, "docker.io");

  /* The order is one of positions. */
  wait_until (gtk_widget_get_height (sidebar) > 0);
  ls_sidebar_select (fixture->sidebar, hub);
  g_assert_true (gtk_widget_grab_focus (sidebar));
  g_assert_true (get_focus (fixture) == GTK_WIDGET (get_row (fixture, 1)));
  g_string_truncate (fixture->journal, 0);

  g_assert_true (gtk_widget_child_focus (sidebar, GTK_DIR_TAB_FORWARD));
  g_assert_true (get_focus (fixture) == test_find (sidebar, "sign_in_button"));
  g_assert_true (gtk_widget_child_focus (sidebar, GTK_DIR_TAB_BACKWARD));
  g_assert_true (get_focus (fixture) == GTK_WIDGET (get_row (fixture, 1)));
  g_assert_true (gtk_widget_child_focus (sidebar, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_widget_is_ancestor (get_focus (fixture), test_find (sidebar, "header_bar")));
  g_assert_true (gtk_widget_child_focus (sidebar, GTK_DIR_TAB_FORWARD));
  g_assert_true (get_focus (fixture) == GTK_WIDGET (get_row (fixture, 1)));
  g_assert_cmpstr (fixture->journal->str, ==, "");
}

static void
test_selection (Fixture *fixture, gconstpointer data)
{
  LsPlace *images = ls_sidebar_find_place (fixture->sidebar, NULL);
  LsPlace *plain = ls_sidebar_find_place (fixture->sidebar, "plain.example");

  g_assert_null (ls_sidebar_find_place (fixture->sidebar, "nowhere.example"));
  ls_sidebar_select (fixture->sidebar, images);
  ls_sidebar_select (fixture->sidebar, images);
  g_assert_cmpstr (fixture->journal->str, ==, "selected Images;");

  /* What comes and goes around it leaves the selection alone. */
  g_string_truncate (fixture->journal, 0);
  ls_sidebar_select (fixture->sidebar, plain);
  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  g_assert_cmpstr (fixture->journal->str, ==, "selected plain.example;");
  g_assert_true (ls_sidebar_get_selected (fixture->sidebar) == plain);

  g_string_truncate (fixture->journal, 0);
  ls_sidebar_select (fixture->sidebar, NULL);
  g_assert_null (ls_sidebar_get_selected (fixture->sidebar));
  g_signal_emit_by_name (get_row (fixture, 1), "activate");
  g_assert_cmpstr (fixture->journal->str, ==, "selected Docker Hub;activated Docker Hub;");
}

static void
test_signing_out_leads_elsewhere (Fixture *fixture, gconstpointer data)
{
  LsAccountList *accounts = ls_context_get_accounts (fixture->workspace.context);
  LsAccount *account = test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");

  ls_sidebar_select (fixture->sidebar, LS_PLACE (account));
  g_string_truncate (fixture->journal, 0);
  ls_account_list_sign_out_async (accounts, account, NULL, NULL);
  wait_until (g_list_model_get_n_items (G_LIST_MODEL (accounts)) == 0);
  wait_until (fixture->journal->len > 0);
  g_assert_cmpstr (fixture->journal->str, ==, "selected Images;");
}

static void
test_keyring_notice (Fixture *fixture, gconstpointer data)
{
  g_assert_false (test_is_shown (fixture->sidebar, "keyring_notice"));

  test_workspace_load (&fixture->workspace);
  wait_until (test_is_shown (fixture->sidebar, "keyring_notice"));
  g_assert_cmpstr (test_get_label (fixture->sidebar, "keyring_label"), !=, "");
}

static void
test_transfers (Fixture *fixture, gconstpointer data)
{
  GtkRevealer *revealer = GTK_REVEALER (test_find (fixture->sidebar, "transfers_revealer"));
  GtkWidget *button = test_find (fixture->sidebar, "transfers_button");
  LsTransferQueue *queue = ls_context_get_transfers (fixture->workspace.context);
  g_autoptr (FakeImage) image = fake_image_new ("docker.io/library/ubuntu:24.04");
  g_autoptr (LsTransfer) transfer = fake_image_transfer (image, LS_TRANSFER_PULL);

  g_assert_false (gtk_revealer_get_reveal_child (revealer));

  fake_image_hold (image, TRUE);
  ls_transfer_queue_add (queue, transfer);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  wait_until (ls_transfer_get_fraction (transfer) > 0);
  g_assert_cmpstr (test_get_label (button, "title"), ==, "1 transfer");

  fake_image_hold (image, FALSE);
  wait_until (ls_transfer_is_finished (transfer));
  wait_until (g_strcmp0 (test_get_label (button, "detail"), "All done") == 0);
  g_assert_cmpstr (test_get_label (button, "title"), ==, "Transfers");

  ls_transfer_queue_clear_finished (queue);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
}

static void
test_hints (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int row;
    const char *image;
    const char *hint;
    gboolean accepted;
  } cases[] = {
    { 0, "ubuntu:24.04", "Already on this computer", FALSE },
    /* Docker Hub itself stands for the account there. */
    { 1, "ubuntu:24.04", "Push as testuser/ubuntu:24.04", TRUE },
    { 2, "ubuntu:24.04", "Push as testuser/ubuntu:24.04", TRUE },
    { 2, "localhost:5000/alice/app:1", "Push as testuser/app:1", TRUE },
    { 3, "ubuntu:24.04", "Sign in to push here", TRUE },
    { 4, "ubuntu:24.04", "Push as bob/ubuntu:24.04", TRUE },
    { 5, "ubuntu:24.04", "Push as bob/ubuntu:24.04", TRUE },
  };

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  test_workspace_sign_in (&fixture->workspace, "registry.example", "bob");
  assert_titles (fixture, "[This Computer] Images [Registries] Docker Hub testuser plain.example "
                          "registry.example bob ");
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "localhost:5000/alice/app:1", 1);
  test_workspace_load (&fixture->workspace);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsImage *image = test_workspace_get_image (&fixture->workspace, cases[i].image);
      gboolean accepted = !cases[i].accepted;
      g_autofree char *hint =
          ls_place_row_dup_hint (get_row (fixture, cases[i].row), image, &accepted);

      g_assert_cmpstr (hint, ==, cases[i].hint);
      g_assert_cmpint (accepted, ==, cases[i].accepted);
    }
}

#define add_test(path, function)                                                                   \
  g_test_add ("/sidebar/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  add_test ("places", test_places);
  add_test ("count", test_count);
  add_test ("tab-leaves-the-places", test_tab_leaves_the_places);
  add_test ("selection", test_selection);
  add_test ("signing-out-leads-elsewhere", test_signing_out_leads_elsewhere);
  add_test ("keyring-notice", test_keyring_notice);
  add_test ("transfers", test_transfers);
  add_test ("hints", test_hints);

  return g_test_run ();
}
