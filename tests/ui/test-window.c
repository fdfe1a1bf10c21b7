/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-window.h"

#include "fake-image.h"
#include "ls-account-page.h"
#include "ls-images-page.h"
#include "ls-images-view.h"
#include "ls-place-row.h"
#include "ls-registry-page.h"
#include "ls-search-page.h"
#include "ls-split.h"
#include "ls-transfers-panel.h"
#include "test-workspace.h"

typedef struct
{
  TestWorkspace workspace;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_workspace_set_up (&fixture->workspace, "[plain.example]\ninsecure=true\n");
  fixture->window = ls_window_new (NULL, fixture->workspace.context);
  gtk_window_present (GTK_WINDOW (fixture->window));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  wait_until (gtk_widget_get_mapped (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->window != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->window));
  wait_until (fixture->window == NULL);
  test_workspace_tear_down (&fixture->workspace, data);
}

static void
activate (Fixture *fixture, const char *action, const char *text)
{
  g_assert_true (text != NULL ? gtk_widget_activate_action (fixture->window, action, "s", text)
                              : gtk_widget_activate_action (fixture->window, action, NULL));
}

static GType
get_page_type (Fixture *fixture)
{
  GtkStack *stack = GTK_STACK (test_find (fixture->window, "stack"));

  return G_OBJECT_TYPE (gtk_stack_get_visible_child (stack));
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  LsWindow *window = LS_WINDOW (fixture->window);

  g_assert_true (get_page_type (fixture) == LS_TYPE_IMAGES_PAGE);
  activate (fixture, "win.search-hub", NULL);
  g_assert_true (get_page_type (fixture) == LS_TYPE_SEARCH_PAGE);
  activate (fixture, "win.show-transfers", NULL);
  g_assert_true (get_page_type (fixture) == LS_TYPE_TRANSFERS_PANEL);
  activate (fixture, "win.show-images", NULL);
  g_assert_true (get_page_type (fixture) == LS_TYPE_IMAGES_PAGE);
  ls_window_show_registry (window, "plain.example");
  g_assert_true (get_page_type (fixture) == LS_TYPE_REGISTRY_PAGE);

  /* A search where there is nothing to search is one of the images. */
  activate (fixture, "win.search", NULL);
  g_assert_true (get_page_type (fixture) == LS_TYPE_IMAGES_PAGE);
}

static void
test_show_image (Fixture *fixture, gconstpointer data)
{
  LsImagesView *view = LS_IMAGES_VIEW (test_find (fixture->window, "view"));
  LsImage *image;

  test_workspace_load (&fixture->workspace);
  activate (fixture, "win.show-transfers", NULL);
  activate (fixture, "win.show-image", "docker.io/library/ubuntu:24.04");
  g_assert_true (get_page_type (fixture) == LS_TYPE_IMAGES_PAGE);
  g_assert_null (ls_images_view_get_selected_image (view));

  /* It is selected as soon as it is there. */
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  image = test_workspace_get_image (&fixture->workspace, "ubuntu:24.04");
  wait_until (ls_images_view_get_selected_image (view) == image);
}

/* The window that is transient for the main one, or NULL. */
static GtkWindow *
find_dialog (Fixture *fixture)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == GTK_WINDOW (fixture->window))
        return window;
    }

  return NULL;
}

static void
test_dialogs (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *action;
    const char *text;
    const char *type;
  } cases[] = {
    { "win.sign-in", "", "LsSignInDialog" },
    { "win.sign-in", "plain.example", "LsSignInDialog" },
    { "win.pull", "", "LsPullDialog" },
    { "win.pull", "not A name", "LsPullDialog" },
    { "win.ask-pull", "plain.example/", "LsPullDialog" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWindow *dialog;

      activate (fixture, cases[i].action, cases[i].text);
      wait_until ((dialog = find_dialog (fixture)) != NULL);
      g_assert_cmpstr (G_OBJECT_TYPE_NAME (dialog), ==, cases[i].type);
      gtk_window_destroy (dialog);
      wait_until (find_dialog (fixture) == NULL);
    }
}

/* The target that the primary menu gives to an action, anywhere in it. */
static GVariant *
find_target (GMenuModel *menu, const char *action)
{
  GVariant *target = NULL;

  for (int i = 0; i < g_menu_model_get_n_items (menu) && target == NULL; i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autofree char *name = NULL;

      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &name);
      if (g_strcmp0 (name, action) == 0)
        target = g_menu_model_get_item_attribute_value (menu, i, G_MENU_ATTRIBUTE_TARGET, NULL);
      else if (section != NULL)
        target = find_target (section, action);
    }

  return target;
}

/* It opens the same empty dialog as the shortcut, which shows only where both are one. */
static void
test_menu_pulls_nothing_yet (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = test_find_type (fixture->window, GTK_TYPE_MENU_BUTTON);
  GMenuModel *menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (button));
  g_autoptr (GVariant) target = find_target (menu, "win.ask-pull");

  g_assert_nonnull (target);
  g_assert_cmpstr (g_variant_get_string (target, NULL), ==, "");
}

/* Going back in a narrow window leads to where one came from. */
static void
test_back_to_the_place (Fixture *fixture, gconstpointer data)
{
  LsSplit *split = LS_SPLIT (test_find (fixture->window, "split"));
  GtkWidget *focus;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  wait_until (ls_split_get_collapsed (split));
  ls_window_show_registry (LS_WINDOW (fixture->window), "plain.example");
  ls_split_set_show_content (split, TRUE);
  gtk_widget_child_focus (test_find (fixture->window, "stack"), GTK_DIR_TAB_FORWARD);

  ls_split_set_show_content (split, FALSE);
  focus = gtk_root_get_focus (GTK_ROOT (fixture->window));
  g_assert_true (LS_IS_PLACE_ROW (focus));
  g_assert_true (gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (focus)));
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_until (fixture->window == NULL);
}

/* As if its button was clicked. */
static void
respond (GtkWindow *dialog, const char *response)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (dialog);
}

static void
test_close_asks_while_transfers_run (Fixture *fixture, gconstpointer data)
{
  LsTransferQueue *queue = ls_context_get_transfers (fixture->workspace.context);
  g_autoptr (FakeImage) image = fake_image_new ("docker.io/library/ubuntu:24.04");
  g_autoptr (LsTransfer) transfer = fake_image_transfer (image, LS_TRANSFER_PULL);
  GtkWindow *dialog;

  fake_image_hold (image, TRUE);
  ls_transfer_queue_add (queue, transfer);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_RUNNING);

  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_until ((dialog = find_dialog (fixture)) != NULL);
  respond (dialog, "cancel");
  wait_until (find_dialog (fixture) == NULL);
  g_assert_nonnull (fixture->window);
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_RUNNING);

  gtk_window_close (GTK_WINDOW (fixture->window));
  wait_until ((dialog = find_dialog (fixture)) != NULL);
  respond (dialog, "confirm");
  wait_until (fixture->window == NULL);
  /* What the application does then; the next run goes on with it. */
  ls_context_stop (fixture->workspace.context);
  wait_until (ls_transfer_get_state (transfer) == LS_TRANSFER_PAUSED);
}

#define add_test(path, function)                                                                   \
  g_test_add ("/window/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  add_test ("pages", test_pages);
  add_test ("show-image", test_show_image);
  add_test ("dialogs", test_dialogs);
  add_test ("menu-pulls-nothing-yet", test_menu_pulls_nothing_yet);
  add_test ("back-to-the-place", test_back_to_the_place);
  add_test ("close", test_close);
  add_test ("close-asks-while-transfers-run", test_close_asks_while_transfers_run);

  return g_test_run ();
}
