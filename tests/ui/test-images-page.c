/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-images-page.h"

#include "ls-image-details.h"
#include "ls-image-variant-row.h"
#include "ls-images-view.h"
#include "ls-test-image.h"
#include "test-workspace.h"

#include <glib/gstdio.h>

typedef struct
{
  TestWorkspace workspace;
  LsImagesPage *page;
  GtkWidget *toast_overlay;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_workspace_set_up (&fixture->workspace, data);
  fixture->page = LS_IMAGES_PAGE (ls_images_page_new (fixture->workspace.context));
  fixture->toast_overlay = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (fixture->toast_overlay),
                               GTK_WIDGET (fixture->page));
  test_workspace_show (&fixture->workspace, fixture->toast_overlay);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer page = fixture->page;

  g_object_add_weak_pointer (page, &page);
  test_workspace_tear_down (&fixture->workspace, data);
  g_assert_null (page);
}

static const char *
get_state (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (test_find (fixture->page, "stack")));
}

static LsImagesView *
get_view (Fixture *fixture)
{
  return LS_IMAGES_VIEW (test_find (fixture->page, "view"));
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_state (fixture), ==, "loading");
  test_workspace_load (&fixture->workspace);
  g_assert_cmpstr (get_state (fixture), ==, "empty");

  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_get_image (&fixture->workspace, "ubuntu:24.04");
  wait_until (g_strcmp0 (get_state (fixture), "content") == 0);
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  GtkWidget *entry = test_find (fixture->page, "search_entry");

  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_load (&fixture->workspace);
  g_assert_cmpstr (get_state (fixture), ==, "content");

  ls_images_page_start_search (fixture->page);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nginx");
  wait_until (g_strcmp0 (get_state (fixture), "no-match") == 0);
  gtk_editable_set_text (GTK_EDITABLE (entry), "ubu");
  wait_until (g_strcmp0 (get_state (fixture), "content") == 0);

  gtk_editable_set_text (GTK_EDITABLE (entry), "nginx");
  wait_until (g_strcmp0 (get_state (fixture), "no-match") == 0);
  ls_images_page_show_image (fixture->page,
                             test_workspace_get_image (&fixture->workspace, "ubuntu:24.04"));
  wait_until (g_strcmp0 (get_state (fixture), "content") == 0);
  g_assert_nonnull (ls_images_view_get_selected_image (get_view (fixture)));
}

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  g_autofree char *store = ls_test_dir_build (fixture->workspace.dir, "store");
  g_autofree char *aside = ls_test_dir_build (fixture->workspace.dir, "aside");
  AdwStatusPage *error_page = ADW_STATUS_PAGE (test_find (fixture->page, "error_page"));

  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);

  /* A file is in the way. */
  g_assert_cmpint (g_rename (store, aside), ==, 0);
  g_assert_true (g_file_set_contents (store, "", 0, NULL));
  test_workspace_load (&fixture->workspace);
  g_assert_cmpstr (get_state (fixture), ==, "error");
  g_assert_nonnull (adw_status_page_get_description (error_page));

  g_assert_cmpint (g_unlink (store), ==, 0);
  g_assert_cmpint (g_rename (aside, store), ==, 0);
  test_click (error_page, "retry_button");
  wait_until (g_strcmp0 (get_state (fixture), "content") == 0);
}

static gboolean
activate (Fixture *fixture, const char *action)
{
  return gtk_widget_activate_action (GTK_WIDGET (fixture->page), action, NULL);
}

static void
test_actions_need_an_image (Fixture *fixture, gconstpointer data)
{
  GtkRevealer *bar = GTK_REVEALER (test_find (fixture->page, "action_revealer"));
  LsImage *image;
  g_autofree char *copied = NULL;
  g_autofree char *digest = NULL;

  test_workspace_add_image (&fixture->workspace, "me/ubuntu:24.04", 1);
  test_workspace_load (&fixture->workspace);
  activate (fixture, "image.copy-reference");
  g_assert_null (test_shell_take (fixture->workspace.shell, "win.copy"));
  g_assert_false (gtk_revealer_get_reveal_child (bar));

  image = test_workspace_get_image (&fixture->workspace, "me/ubuntu:24.04");
  ls_images_page_show_image (fixture->page, image);
  g_assert_true (gtk_revealer_get_reveal_child (bar));
  g_assert_cmpstr (test_get_label (fixture->page, "selected_label"), ==, "me/ubuntu:24.04");

  g_assert_true (activate (fixture, "image.copy-reference"));
  copied = test_shell_take (fixture->workspace.shell, "win.copy");
  g_assert_cmpstr (copied, ==, "me/ubuntu:24.04");

  g_assert_true (activate (fixture, "image.copy-digest"));
  digest = test_shell_take (fixture->workspace.shell, "win.copy");
  g_assert_cmpstr (digest, ==, ls_image_get_digest (image));
}

/* Of each platform, the layers and what is said about it. */
static void
test_layers (Fixture *fixture, gconstpointer data)
{
  static const char *const platforms[] = { "linux/amd64", "linux/arm64", NULL };
  g_autoptr (LsManifest) index = ls_test_index_write (fixture->workspace.store, platforms, 1);
  g_autoptr (LsManifest) image = NULL;
  g_autofree char *layer = NULL;
  GtkWidget *details;
  GtkWidget *row;

  image = ls_store_read_manifest (fixture->workspace.store,
                                  ls_manifest_get_children (index)->pdata[0], NULL);
  layer = ls_digest_dup_short (ls_descriptor_get_digest (ls_manifest_get_layers (image)->pdata[1]));
  ls_test_image_tag (fixture->workspace.store, "multi:1", index);
  test_workspace_load (&fixture->workspace);

  details = ls_image_details_new (fixture->workspace.context,
                                  test_workspace_get_image (&fixture->workspace, "multi:1"));
  gtk_window_present (GTK_WINDOW (details));
  wait_until (test_is_shown (details, "content_group"));
  row = test_find_type (details, LS_TYPE_IMAGE_VARIANT_ROW);
  g_assert_true (test_has_text (row, "linux/amd64"));
  g_assert_true (test_has_text (row, "2 layers"));
  g_assert_true (test_has_text (row, "1 attestation"));
  g_assert_false (test_has_text (row, layer));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  g_assert_true (test_has_text (row, layer));
  g_assert_true (test_has_text (row, "Attestation"));
  gtk_window_destroy (GTK_WINDOW (details));
}

static gboolean
is_in_list (Fixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (fixture->page)));

  return focus != NULL && gtk_widget_is_ancestor (focus, test_find (fixture->page, "column_view"));
}

/* However many images there are, what comes after them is one press away. */
static void
test_tab_passes_the_list (Fixture *fixture, gconstpointer data)
{
  GtkWidget *view = GTK_WIDGET (get_view (fixture));

  test_workspace_add_image (&fixture->workspace, "a:1", 1);
  test_workspace_add_image (&fixture->workspace, "b:1", 2);
  test_workspace_add_image (&fixture->workspace, "c:1", 3);
  test_workspace_load (&fixture->workspace);
  ls_images_page_show_image (fixture->page, test_workspace_get_image (&fixture->workspace, "b:1"));
  wait_until (is_in_list (fixture) || gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  g_assert_true (is_in_list (fixture));
  g_assert_false (gtk_widget_child_focus (view, GTK_DIR_TAB_FORWARD));
  /* What comes next may still be on its way to the screen. */
  wait_until (gtk_widget_child_focus (GTK_WIDGET (fixture->page), GTK_DIR_TAB_FORWARD));
  g_assert_false (is_in_list (fixture));

  /* And back: having been there once is not being there. */
  g_assert_true (gtk_widget_child_focus (view, GTK_DIR_TAB_BACKWARD));
  g_assert_true (is_in_list (fixture));
}

typedef gboolean (*Matches) (GtkWidget *widget, const char *text);

static GtkWidget *
search (GtkWidget *widget, Matches matches, const char *text)
{
  GtkWidget *found = matches (widget, text) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = search (child, matches, text);

  return found;
}

static gboolean
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

static gboolean
is_button (GtkWidget *widget, const char *label)
{
  return GTK_IS_BUTTON (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static gboolean
is_toast (GtkWidget *widget, const char *title)
{
  return g_strcmp0 (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget") == 0
         && search (widget, is_label, title) != NULL;
}

/* Two toasts are there while one gives way to the next. */
static GtkWidget *
find_undo (GtkWidget *root, const char *title)
{
  GtkWidget *toast = search (root, is_toast, title);

  return toast != NULL ? search (toast, is_button, "_Undo") : NULL;
}

static gboolean
has_image (Fixture *fixture, const char *name)
{
  g_autoptr (LsReference) reference = ls_test_reference (name);

  return ls_image_list_find (fixture->workspace.images, reference) != NULL;
}

static void
test_remove_and_undo (Fixture *fixture, gconstpointer data)
{
  GtkWidget *undo;

  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "nginx:1.27", 2);
  test_workspace_load (&fixture->workspace);

  ls_images_page_show_image (fixture->page,
                             test_workspace_get_image (&fixture->workspace, "ubuntu:24.04"));
  g_assert_true (activate (fixture, "image.remove"));
  wait_until (!has_image (fixture, "ubuntu:24.04"));
  wait_until (find_undo (fixture->toast_overlay, "Removed ubuntu:24.04") != NULL);

  /* A second removal leaves the blobs of the first one alone, whose toast it ends. */
  ls_images_page_show_image (fixture->page,
                             test_workspace_get_image (&fixture->workspace, "nginx:1.27"));
  g_assert_true (activate (fixture, "image.remove"));
  wait_until (!has_image (fixture, "nginx:1.27"));
  g_assert_cmpstr (get_state (fixture), ==, "empty");

  wait_until ((undo = find_undo (fixture->toast_overlay, "Removed nginx:1.27")) != NULL);
  g_signal_emit_by_name (undo, "clicked");
  wait_until (has_image (fixture, "nginx:1.27"));
  g_assert_false (has_image (fixture, "ubuntu:24.04"));
}

/* Keys go on to work: on the image after the removed one, or before it at the end. */
static void
test_remove_selects_the_next (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *removed;
    const char *selected;
  } cases[] = { { "b:1", "c:1" }, { "c:1", "a:1" }, { "a:1", NULL } };
  LsImagesView *view = get_view (fixture);
  GtkWidget *column_view = test_find (view, "column_view");
  g_autoptr (GtkColumnViewColumn) repository_column =
      g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (column_view)), 1);

  test_workspace_add_image (&fixture->workspace, "a:1", 1);
  test_workspace_add_image (&fixture->workspace, "b:1", 2);
  test_workspace_add_image (&fixture->workspace, "c:1", 3);
  test_workspace_load (&fixture->workspace);
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (column_view), repository_column,
                                  GTK_SORT_ASCENDING);
  ls_images_page_show_image (fixture->page, test_workspace_get_image (&fixture->workspace, "b:1"));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsImage *selected;

      g_assert_true (activate (fixture, "image.remove"));
      wait_until (!has_image (fixture, cases[i].removed));
      selected = ls_images_view_get_selected_image (view);
      if (cases[i].selected != NULL)
        g_assert_true (selected
                       == test_workspace_get_image (&fixture->workspace, cases[i].selected));
      else
        g_assert_null (selected);
    }
}

/* Nothing stays behind when the window closes under the toast. */
static void
test_close_without_undo (Fixture *fixture, gconstpointer data)
{
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_load (&fixture->workspace);

  ls_images_page_show_image (fixture->page,
                             test_workspace_get_image (&fixture->workspace, "ubuntu:24.04"));
  g_assert_true (activate (fixture, "image.remove"));
  wait_until (find_undo (fixture->toast_overlay, "Removed ubuntu:24.04") != NULL);
}

#define add_test(path, function)                                                                   \
  g_test_add ("/images-page/" path, Fixture, NULL, set_up, function, tear_down)

static GtkWidget *
find_details (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (LS_IS_IMAGE_DETAILS (toplevel))
        return toplevel;
    }

  return NULL;
}

/* Activating a row tells what is known of the image, all of its names too. */
static void
test_details (Fixture *fixture, gconstpointer data)
{
  LsImage *image;
  GtkWidget *details;

  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "me/ubuntu:24.04", 1);
  test_workspace_load (&fixture->workspace);
  image = test_workspace_get_image (&fixture->workspace, "ubuntu:24.04");
  ls_images_view_set_selected_image (get_view (fixture), image);
  g_signal_emit_by_name (test_find (fixture->page, "column_view"), "activate", 0);

  details = find_details ();
  g_assert_nonnull (details);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (test_find (details, "names_row"))),
                   ==, "ubuntu:24.04\nme/ubuntu:24.04");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (test_find (details, "digest_row"))),
                   ==, ls_image_get_digest (image));
  gtk_window_destroy (GTK_WINDOW (details));
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  add_test ("empty", test_empty);
  add_test ("search", test_search);
  add_test ("details", test_details);
  add_test ("failure", test_failure);
  add_test ("actions-need-an-image", test_actions_need_an_image);
  add_test ("layers", test_layers);
  add_test ("tab-passes-the-list", test_tab_passes_the_list);
  add_test ("remove-and-undo", test_remove_and_undo);
  add_test ("remove-selects-the-next", test_remove_selects_the_next);
  add_test ("close-without-undo", test_close_without_undo);

  return g_test_run ();
}
