/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-check-dialog.h"

#include "test-workspace.h"

#include <glib/gstdio.h>

static const char *
get_state (GtkWidget *dialog)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (test_find (dialog, "stack")));
}

/* Changes a byte of the largest blob, which is the layer. */
static void
damage_layer (TestWorkspace *workspace)
{
  g_autofree char *folder = ls_test_dir_build (workspace->dir, "store/blobs/sha256");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *largest = NULL;
  gint64 largest_size = -1;
  const char *name;
  g_autofree char *contents = NULL;
  gsize length;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      g_assert_cmpint (g_stat (path, &info), ==, 0);
      if (info.st_size > largest_size)
        {
          g_free (largest);
          largest = g_steal_pointer (&path);
          largest_size = info.st_size;
        }
    }

  g_assert_true (g_file_get_contents (largest, &contents, &length, NULL));
  contents[length / 2] ^= 1;
  g_assert_cmpint (g_chmod (largest, 0644), ==, 0);
  g_assert_true (g_file_set_contents (largest, contents, (gssize) length, NULL));
}

static GtkWidget *
open_dialog (TestWorkspace *workspace)
{
  GtkWidget *dialog = ls_check_dialog_new (workspace->context);

  gtk_window_present (GTK_WINDOW (dialog));
  wait_until (!g_str_equal (get_state (dialog), "running"));

  return dialog;
}

static void
close_dialog (GtkWidget *dialog)
{
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_destroy (GTK_WINDOW (dialog));
  wait_until (dialog == NULL);
}

static void
test_check (TestWorkspace *workspace, gconstpointer data)
{
  GtkWidget *dialog;
  GtkListBoxRow *row;

  test_workspace_add_image (workspace, "ubuntu:24.04", 1);
  test_workspace_load (workspace);

  dialog = open_dialog (workspace);
  g_assert_cmpstr (get_state (dialog), ==, "sound");
  close_dialog (dialog);

  damage_layer (workspace);
  dialog = open_dialog (workspace);
  g_assert_cmpstr (get_state (dialog), ==, "problems");
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (test_find (dialog, "list")), 0);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "ubuntu:24.04");
  g_assert_true (
      g_str_has_prefix (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "Damaged: "));
  g_assert_null (gtk_list_box_get_row_at_index (GTK_LIST_BOX (test_find (dialog, "list")), 1));
  g_assert_true (gtk_widget_get_sensitive (test_find (dialog, "repair_button")));
  close_dialog (dialog);
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/check-dialog/check", TestWorkspace, NULL, test_workspace_set_up, test_check,
              test_workspace_tear_down);

  return g_test_run ();
}
