/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-name-dialog.h"

#include "ls-dialogs.h"
#include "ls-drop-popover.h"
#include "ls-test-image.h"
#include "test-workspace.h"

#include <glib/gstdio.h>

typedef struct
{
  TestWorkspace workspace;
  LsImage *image;
  GtkWidget *dialog;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_workspace_set_up (&fixture->workspace, data);
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "nginx:1.27", 2);
  test_workspace_load (&fixture->workspace);
  fixture->image = test_workspace_get_image (&fixture->workspace, "ubuntu:24.04");
  test_workspace_show (&fixture->workspace, gtk_label_new ("Behind"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  wait_until (fixture->dialog == NULL);
  test_workspace_tear_down (&fixture->workspace, data);
}

static void
open_dialog (Fixture *fixture, LsNameDialogMode mode)
{
  fixture->dialog = ls_name_dialog_new (fixture->workspace.context, fixture->image, mode);
  gtk_window_set_transient_for (GTK_WINDOW (fixture->dialog),
                                GTK_WINDOW (fixture->workspace.shell));
  gtk_window_present (GTK_WINDOW (fixture->dialog));
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  wait_until (gtk_widget_get_mapped (fixture->dialog));
}

static const char *
get_text (gpointer root, const char *id)
{
  return gtk_editable_get_text (GTK_EDITABLE (test_find (root, id)));
}

static void
type (gpointer root, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (root, id)), text);
}

static gboolean
can_confirm (gpointer root, const char *id)
{
  return gtk_widget_is_sensitive (test_find (root, id));
}

static const char *
get_button_label (gpointer root, const char *id)
{
  return gtk_button_get_label (GTK_BUTTON (test_find (root, id)));
}

static void
test_tag (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shown = NULL;

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  open_dialog (fixture, LS_NAME_DIALOG_TAG);

  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "testuser/ubuntu:24.04");
  g_assert_true (can_confirm (fixture->dialog, "confirm_button"));
  g_assert_false (test_is_shown (fixture->dialog, "account_row"));

  type (fixture->dialog, "name_row", "ubuntu:24.04");
  g_assert_false (can_confirm (fixture->dialog, "confirm_button"));
  g_assert_cmpstr (test_get_label (fixture->dialog, "message_label"), ==,
                   "The image has this name already.");

  type (fixture->dialog, "name_row", "UPPER");
  g_assert_false (can_confirm (fixture->dialog, "confirm_button"));

  type (fixture->dialog, "name_row", "nginx:1.27");
  g_assert_true (can_confirm (fixture->dialog, "confirm_button"));
  g_assert_nonnull (strstr (test_get_label (fixture->dialog, "message_label"), "nginx:1.27"));

  type (fixture->dialog, "name_row", "me/copy");
  test_click (fixture->dialog, "confirm_button");
  wait_until (fixture->dialog == NULL);
  g_assert_nonnull (test_workspace_get_image (&fixture->workspace, "me/copy:latest"));
  g_assert_nonnull (test_workspace_get_image (&fixture->workspace, "ubuntu:24.04"));
  shown = test_shell_take (fixture->workspace.shell, "win.show-image");
  g_assert_cmpstr (shown, ==, "docker.io/me/copy:latest");
}

static void
test_tag_signed_out (Fixture *fixture, gconstpointer data)
{
  open_dialog (fixture, LS_NAME_DIALOG_TAG);
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "ubuntu:24.04");
  g_assert_false (can_confirm (fixture->dialog, "confirm_button"));
}

static void
test_push_chooses_account (Fixture *fixture, gconstpointer data)
{
  GtkWidget *account_row;

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  test_workspace_sign_in (&fixture->workspace, "registry.example", "bob");
  open_dialog (fixture, LS_NAME_DIALOG_PUSH);
  account_row = test_find (fixture->dialog, "account_row");

  g_assert_true (gtk_widget_get_mapped (account_row));
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "testuser/ubuntu:24.04");
  g_assert_cmpstr (test_get_label (fixture->dialog, "destination_label"), ==,
                   "Goes to Docker Hub as testuser.");

  adw_combo_row_set_selected (ADW_COMBO_ROW (account_row), 1);
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "registry.example/bob/ubuntu:24.04");
  g_assert_cmpstr (test_get_label (fixture->dialog, "destination_label"), ==,
                   "Goes to registry.example as bob.");
  g_assert_cmpstr (get_button_label (fixture->dialog, "confirm_button"), ==, "_Push");

  /* The name decides where it goes, and typing one is never lost. */
  type (fixture->dialog, "name_row", "elsewhere.example/x:1");
  g_assert_cmpstr (get_button_label (fixture->dialog, "confirm_button"), ==, "_Sign In and Push…");
  adw_combo_row_set_selected (ADW_COMBO_ROW (account_row), 0);
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "elsewhere.example/x:1");

  type (fixture->dialog, "name_row", "ubuntu:24.04");
  g_assert_nonnull (
      strstr (test_get_label (fixture->dialog, "destination_label"), "official images"));
}

/* What the row shows and where the image goes are one. */
static void
test_push_account_follows_name (Fixture *fixture, gconstpointer data)
{
  AdwComboRow *account_row;

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  test_workspace_sign_in (&fixture->workspace, "registry.example", "bob");
  open_dialog (fixture, LS_NAME_DIALOG_PUSH);
  account_row = ADW_COMBO_ROW (test_find (fixture->dialog, "account_row"));
  g_assert_cmpuint (adw_combo_row_get_selected (account_row), ==, 0);

  type (fixture->dialog, "name_row", "registry.example/team/x:1");
  g_assert_cmpuint (adw_combo_row_get_selected (account_row), ==, 1);
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "registry.example/team/x:1");
  g_assert_cmpstr (test_get_label (fixture->dialog, "destination_label"), ==,
                   "Goes to registry.example as bob.");

  /* Nobody is signed in there. */
  type (fixture->dialog, "name_row", "elsewhere.example/x:1");
  g_assert_cmpuint (adw_combo_row_get_selected (account_row), ==, 1);

  type (fixture->dialog, "name_row", "testuser/x:1");
  g_assert_cmpuint (adw_combo_row_get_selected (account_row), ==, 0);
}

static void
count_cb (GtkPopover *popover, guint *n_closed)
{
  *n_closed += 1;
}

static GtkWidget *
find_popover (GtkWidget *above)
{
  for (GtkWidget *child = gtk_widget_get_first_child (above); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = GTK_IS_POPOVER (child) ? child : find_popover (child);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* GTK leaves the grab of a popover that goes with its window, and nothing hears the
 * mouse and the keyboard any more. */
static void
test_closes_its_popovers (Fixture *fixture, gconstpointer data)
{
  GtkWidget *popover;
  guint n_closed = 0;

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  test_workspace_sign_in (&fixture->workspace, "registry.example", "bob");
  fixture->dialog =
      ls_name_dialog_new (fixture->workspace.context, fixture->image, LS_NAME_DIALOG_PUSH);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  ls_present_dialog (GTK_WINDOW (fixture->dialog), GTK_WINDOW (fixture->workspace.shell));
  wait_until (gtk_widget_get_mapped (fixture->dialog));

  popover = find_popover (test_find (fixture->dialog, "account_row"));
  g_signal_connect (popover, "closed", G_CALLBACK (count_cb), &n_closed);
  gtk_popover_popup (GTK_POPOVER (popover));
  wait_until (gtk_widget_get_mapped (popover));

  gtk_window_close (GTK_WINDOW (fixture->dialog));
  g_assert_cmpuint (n_closed, ==, 1);
  wait_until (fixture->dialog == NULL);
}

static void
test_push_asks_to_sign_in (Fixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_windows;
  GtkWindow *sign_in = NULL;

  open_dialog (fixture, LS_NAME_DIALOG_PUSH);
  n_windows = g_list_model_get_n_items (windows);
  test_click (fixture->dialog, "confirm_button");
  wait_until (g_list_model_get_n_items (windows) == n_windows + 1);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (window) == GTK_WINDOW (fixture->dialog))
        sign_in = window;
    }
  g_assert_nonnull (sign_in);

  /* Closing it leaves the dialog as it was. */
  gtk_window_destroy (sign_in);
  wait_until (can_confirm (fixture->dialog, "confirm_button"));
  g_assert_false (test_is_shown (fixture->dialog, "message_label"));
  g_assert_cmpstr (get_text (fixture->dialog, "name_row"), ==, "ubuntu:24.04");
}

static const char *const both_platforms[] = { "linux/amd64", "linux/arm64", NULL };

static void
remove_manifest (LsStore *store, LsManifest *manifest)
{
  LsDigest *digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
  g_autofree char *path = g_build_filename (ls_store_get_path (store), "blobs", "sha256",
                                            ls_digest_get_hex (digest), NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static GtkWindow *
find_dialog_above (gpointer window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) above = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (above) == window)
        return above;
    }

  return NULL;
}

static gboolean
is_whole (Fixture *fixture)
{
  return ls_image_is_whole (test_workspace_get_image (&fixture->workspace, "part:1"));
}

/* An index of which one image is not here. */
static LsManifest *
add_part (Fixture *fixture)
{
  LsStore *store = fixture->workspace.store;
  LsManifest *index = ls_test_index_write (store, both_platforms, 7);
  g_autoptr (LsManifest) child =
      ls_store_read_manifest (store, ls_manifest_get_children (index)->pdata[1], NULL);

  test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  remove_manifest (store, child);
  ls_test_image_tag (store, "part:1", index);
  fixture->image = test_workspace_get_image (&fixture->workspace, "part:1");
  g_assert_false (ls_image_is_whole (fixture->image));

  return index;
}

/* The push follows when the rest is here, and there is no more to say in the dialog. */
static void
test_push_pulls_the_rest (Fixture *fixture, gconstpointer data)
{
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (fixture->workspace.context));
  g_autoptr (LsManifest) index = add_part (fixture);
  g_autoptr (LsTransfer) pull = NULL;
  GtkWindow *question;

  open_dialog (fixture, LS_NAME_DIALOG_PUSH);
  test_click (fixture->dialog, "confirm_button");
  wait_until (find_dialog_above (fixture->dialog) != NULL);
  question = find_dialog_above (fixture->dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "pull");
  gtk_window_destroy (question);
  wait_until (fixture->dialog == NULL);

  g_assert_cmpuint (g_list_model_get_n_items (transfers), ==, 1);
  pull = g_list_model_get_item (transfers, 0);
  g_assert_cmpint (ls_transfer_get_kind (pull), ==, LS_TRANSFER_PULL);
}

/* What was pulled while the dialog was open is pushed with the others. */
static void
test_push_after_the_rest (Fixture *fixture, gconstpointer data)
{
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (fixture->workspace.context));
  g_autoptr (LsManifest) index = add_part (fixture);
  g_autoptr (LsManifest) again = NULL;
  g_autoptr (LsTransfer) push = NULL;

  open_dialog (fixture, LS_NAME_DIALOG_PUSH);
  again = ls_test_index_write (fixture->workspace.store, both_platforms, 7);
  ls_image_list_load (fixture->workspace.images);
  wait_until (is_whole (fixture));

  test_click (fixture->dialog, "confirm_button");
  wait_until (fixture->dialog == NULL);
  g_assert_cmpuint (g_list_model_get_n_items (transfers), ==, 1);
  push = g_list_model_get_item (transfers, 0);
  g_assert_cmpint (ls_transfer_get_kind (push), ==, LS_TRANSFER_PUSH);
}

static void
test_drop_popover (Fixture *fixture, gconstpointer data)
{
  LsAccount *account = test_workspace_sign_in (&fixture->workspace, "docker.io", "testuser");
  GtkWidget *behind = gtk_window_get_child (GTK_WINDOW (fixture->workspace.shell));
  GtkWidget *popover = ls_drop_popover_new (fixture->workspace.context, fixture->image, account);

  gtk_widget_set_parent (popover, behind);
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  gtk_popover_popup (GTK_POPOVER (popover));
  wait_until (gtk_widget_get_mapped (popover));

  g_assert_cmpstr (get_text (popover, "name_entry"), ==, "testuser/ubuntu:24.04");
  g_assert_true (can_confirm (popover, "push_button"));

  type (popover, "name_entry", "testuser/Ubuntu");
  g_assert_false (can_confirm (popover, "push_button"));
  g_assert_true (gtk_widget_has_css_class (test_find (popover, "name_entry"), "error"));

  type (popover, "name_entry", "elsewhere.example/x:1");
  g_assert_true (can_confirm (popover, "push_button"));
  g_assert_cmpstr (get_button_label (popover, "push_button"), ==, "_Sign In and Push…");

  type (popover, "name_entry", "testuser/other:1");
  g_assert_cmpstr (get_button_label (popover, "push_button"), ==, "_Push");

  gtk_popover_popdown (GTK_POPOVER (popover));
  wait_until (popover == NULL);
}

#define add_test(path, function)                                                                   \
  g_test_add ("/name-dialog/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  add_test ("tag", test_tag);
  add_test ("tag-signed-out", test_tag_signed_out);
  add_test ("push-chooses-account", test_push_chooses_account);
  add_test ("push-account-follows-name", test_push_account_follows_name);
  add_test ("closes-its-popovers", test_closes_its_popovers);
  add_test ("push-asks-to-sign-in", test_push_asks_to_sign_in);
  add_test ("push-pulls-the-rest", test_push_pulls_the_rest);
  add_test ("push-after-the-rest", test_push_after_the_rest);
  add_test ("drop-popover", test_drop_popover);

  return g_test_run ();
}
