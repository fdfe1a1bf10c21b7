/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-images-view.h"

#include "ls-image-cell.h"
#include "ls-settings.h"
#include "test-workspace.h"

typedef struct
{
  TestWorkspace workspace;
  LsImagesView *view;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSettings) settings = ls_settings_new ();

  if (settings != NULL)
    {
      g_settings_reset (settings, "images-sort-column");
      g_settings_reset (settings, "images-sort-descending");
    }

  test_workspace_set_up (&fixture->workspace, data);
  test_workspace_add_image (&fixture->workspace, "ubuntu:9.10", 3);
  test_workspace_add_image (&fixture->workspace, "ubuntu:24.04", 1);
  test_workspace_add_image (&fixture->workspace, "nginx:1.27", 2);
  test_workspace_load (&fixture->workspace);

  fixture->view = LS_IMAGES_VIEW (ls_images_view_new ());
  ls_images_view_set_images (fixture->view, G_LIST_MODEL (fixture->workspace.images));
  test_workspace_show (&fixture->workspace, GTK_WIDGET (fixture->view));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer view = fixture->view;

  g_object_add_weak_pointer (view, &view);
  test_workspace_tear_down (&fixture->workspace, data);
  g_assert_null (view);
}

static GtkColumnView *
get_column_view (Fixture *fixture)
{
  return GTK_COLUMN_VIEW (test_find (fixture->view, "column_view"));
}

/* The names in the order of the rows. */
static char *
list_names (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (gtk_column_view_get_model (get_column_view (fixture)));
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (LsImage) image = g_list_model_get_item (model, i);
      g_autofree char *name = ls_reference_to_string (ls_image_get_name (image));

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", name);
    }

  return g_string_free (names, FALSE);
}

static void
assert_names (Fixture *fixture, const char *expected)
{
  g_autofree char *names = list_names (fixture);

  g_assert_cmpstr (names, ==, expected);
}

static GtkColumnViewColumn *
get_column (Fixture *fixture, const char *title)
{
  GListModel *columns = gtk_column_view_get_columns (get_column_view (fixture));

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_title (column), title) == 0)
        return column;
    }

  g_assert_not_reached ();
}

static void
sort_by (Fixture *fixture, const char *title, GtkSortType direction)
{
  gtk_column_view_sort_by_column (get_column_view (fixture), get_column (fixture, title),
                                  direction);
}

static void
test_sort (Fixture *fixture, gconstpointer data)
{
  sort_by (fixture, "Repository", GTK_SORT_ASCENDING);
  assert_names (fixture, "nginx:1.27 ubuntu:9.10 ubuntu:24.04");
  sort_by (fixture, "Tag", GTK_SORT_ASCENDING);
  assert_names (fixture, "nginx:1.27 ubuntu:9.10 ubuntu:24.04");
  sort_by (fixture, "Tag", GTK_SORT_DESCENDING);
  assert_names (fixture, "ubuntu:24.04 ubuntu:9.10 nginx:1.27");
  sort_by (fixture, "Size", GTK_SORT_ASCENDING);
  assert_names (fixture, "ubuntu:24.04 nginx:1.27 ubuntu:9.10");
  sort_by (fixture, "Size", GTK_SORT_DESCENDING);
  assert_names (fixture, "ubuntu:9.10 nginx:1.27 ubuntu:24.04");
}

static void
test_sort_is_remembered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSettings) settings = ls_settings_new ();
  g_autofree char *column = NULL;
  GtkWidget *second;
  GtkColumnView *column_view;
  GListModel *model;
  g_autoptr (LsImage) first = NULL;

  if (settings == NULL)
    {
      g_test_skip ("the schema is not there");
      return;
    }

  sort_by (fixture, "Size", GTK_SORT_DESCENDING);
  column = g_settings_get_string (settings, "images-sort-column");
  g_assert_cmpstr (column, ==, "size");
  g_assert_true (g_settings_get_boolean (settings, "images-sort-descending"));

  sort_by (fixture, "Size", GTK_SORT_ASCENDING);
  g_assert_false (g_settings_get_boolean (settings, "images-sort-descending"));

  second = g_object_ref_sink (ls_images_view_new ());
  ls_images_view_set_images (LS_IMAGES_VIEW (second), G_LIST_MODEL (fixture->workspace.images));
  column_view = GTK_COLUMN_VIEW (test_find (second, "column_view"));
  model = G_LIST_MODEL (gtk_column_view_get_model (column_view));
  first = g_list_model_get_item (model, 0);
  g_assert_cmpstr (ls_image_get_tag (first), ==, "24.04");
  g_object_unref (second);
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  LsImage *image = test_workspace_get_image (&fixture->workspace, "nginx:1.27");
  g_autofree char *upper_case = g_ascii_strup ("NGINX", -1);
  const struct
  {
    const char *text;
    const char *names;
  } cases[] = {
    { "ubuntu", "ubuntu:9.10 ubuntu:24.04" },
    { upper_case, "nginx:1.27" },
    { "ubuntu:24", "ubuntu:24.04" },
    { "1.2", "nginx:1.27" },
    { ls_image_get_image_id (image), "nginx:1.27" },
    { ls_image_get_digest (image), "nginx:1.27" },
    { "alpine", "" },
    { "", "nginx:1.27 ubuntu:9.10 ubuntu:24.04" },
  };

  sort_by (fixture, "Repository", GTK_SORT_ASCENDING);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_object_set (fixture->view, "search-text", cases[i].text, NULL);
      assert_names (fixture, cases[i].names);
      g_assert_cmpuint (ls_images_view_get_n_shown (fixture->view) == 0, ==,
                        cases[i].names[0] == '\0');
    }
}

static void
test_follows_the_store (Fixture *fixture, gconstpointer data)
{
  LsImage *image = test_workspace_get_image (&fixture->workspace, "nginx:1.27");

  sort_by (fixture, "Repository", GTK_SORT_ASCENDING);
  ls_images_view_set_selected_image (fixture->view, image);
  g_assert_true (ls_images_view_get_selected_image (fixture->view) == image);

  test_workspace_add_image (&fixture->workspace, "alpine:3", 4);
  test_workspace_get_image (&fixture->workspace, "alpine:3");
  assert_names (fixture, "alpine:3 nginx:1.27 ubuntu:9.10 ubuntu:24.04");
  g_assert_true (ls_images_view_get_selected_image (fixture->view) == image);
}

static gboolean
shows_column (Fixture *fixture, const char *title)
{
  return gtk_column_view_column_get_visible (get_column (fixture, title));
}

static void
test_one_column_where_it_is_narrow (Fixture *fixture, gconstpointer data)
{
  GtkWindow *window = GTK_WINDOW (fixture->workspace.shell);

  gtk_window_set_default_size (window, 1000, 500);
  wait_until (!shows_column (fixture, "Image"));
  g_assert_true (shows_column (fixture, "Repository"));
  g_assert_true (shows_column (fixture, "Created"));

  gtk_window_set_default_size (window, 360, 500);
  wait_until (shows_column (fixture, "Image"));
  g_assert_false (shows_column (fixture, "Repository"));
  g_assert_false (shows_column (fixture, "Created"));
  g_assert_true (shows_column (fixture, "Size"));
}

static void
test_cells_know_their_image (Fixture *fixture, gconstpointer data)
{
  GtkWidget *cell;

  wait_until ((cell = test_find_type (fixture->view, LS_TYPE_IMAGE_CELL)) != NULL);
  wait_until (ls_image_cell_get_image (LS_IMAGE_CELL (cell)) != NULL);
}

#define add_test(path, function)                                                                   \
  g_test_add ("/images-view/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  add_test ("sort", test_sort);
  add_test ("sort-is-remembered", test_sort_is_remembered);
  add_test ("search", test_search);
  add_test ("follows-the-store", test_follows_the_store);
  add_test ("one-column-where-it-is-narrow", test_one_column_where_it_is_narrow);
  add_test ("cells-know-their-image", test_cells_know_their_image);

  return g_test_run ();
}
