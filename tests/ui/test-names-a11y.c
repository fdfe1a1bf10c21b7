/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-window.h"

#include "ls-preferences-window.h"
#include "ls-pull-dialog.h"
#include "ls-sign-in-dialog.h"
#include "test-workspace.h"

/* Whatever the keyboard reaches has a name: a screen reader would otherwise say the name
 * of its class, or nothing. */

static gboolean
wants_name (GtkWidget *widget)
{
  /* The row of titles: its cells have them. */
  if (GTK_IS_COLUMN_VIEW (gtk_widget_get_parent (widget)))
    return FALSE;

  switch (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)))
    {
    case GTK_ACCESSIBLE_ROLE_BUTTON:
    case GTK_ACCESSIBLE_ROLE_CHECKBOX:
    case GTK_ACCESSIBLE_ROLE_LIST_ITEM:
    case GTK_ACCESSIBLE_ROLE_PROGRESS_BAR:
    case GTK_ACCESSIBLE_ROLE_ROW:
    case GTK_ACCESSIBLE_ROLE_SEARCH_BOX:
    case GTK_ACCESSIBLE_ROLE_SPIN_BUTTON:
    case GTK_ACCESSIBLE_ROLE_SWITCH:
      return gtk_widget_get_mapped (widget);
    default:
      return FALSE;
    }
}

/* What is inside of these is theirs, and their names stand for it. */
static gboolean
is_closed (GtkWidget *widget)
{
  return GTK_IS_MENU_BUTTON (widget) || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_SEARCH_ENTRY (widget)
         || GTK_IS_WINDOW_CONTROLS (widget) || ADW_IS_ENTRY_ROW (widget);
}

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static void
describe (GtkWidget *widget, GString *text)
{
  const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget));

  g_string_append_printf (text, " %s#%s", G_OBJECT_TYPE_NAME (widget), id != NULL ? id : "");
}

static void
list_unnamed (GtkWidget *widget, GString *unnamed)
{
  if (wants_name (widget) && !has_name (widget))
    describe (widget, unnamed);
  if (is_closed (widget))
    return;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    list_unnamed (child, unnamed);
}

static void
assert_named (gpointer root)
{
  g_autoptr (GString) unnamed = g_string_new (NULL);

  list_unnamed (GTK_WIDGET (root), unnamed);
  g_assert_cmpstr (unnamed->str, ==, "");
}

static void
test_window (void)
{
  static const char *const pages[] = { "win.show-images", "win.search-hub", "win.show-transfers" };
  TestWorkspace workspace;
  GtkWidget *window;

  test_workspace_set_up (&workspace, NULL);
  test_workspace_add_image (&workspace, "docker.io/library/ubuntu:24.04", 1);
  test_workspace_load (&workspace);
  window = ls_window_new (NULL, workspace.context);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (GTK_WINDOW (window));
  wait_until (test_has_text (window, "24.04"));

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_assert_true (gtk_widget_activate_action (window, pages[i], NULL));
      assert_named (window);
    }

  gtk_window_destroy (GTK_WINDOW (window));
  wait_until (window == NULL);
  test_workspace_tear_down (&workspace, NULL);
}

static void
show (gpointer dialog)
{
  gtk_window_present (GTK_WINDOW (dialog));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (dialog)));
  assert_named (dialog);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_dialogs (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  LsContext *context = test_context_new (dir, "[docker.io]\nlocation=http://127.0.0.1:9\n");
  gpointer weak_context = context;

  show (ls_pull_dialog_new (context, "localhost:5000/me/app:1.0"));
  show (ls_sign_in_dialog_new (context, NULL));
  show (ls_preferences_window_new ());

  g_object_add_weak_pointer (weak_context, &weak_context);
  g_object_unref (context);
  wait_until (weak_context == NULL);
}

int
main (int argc, char **argv)
{
  /* The other tests do without. */
  g_setenv ("GTK_A11Y", "test", TRUE);
  test_shell_init_toolkit (&argc, &argv);

  g_test_add_func ("/names-a11y/window", test_window);
  g_test_add_func ("/names-a11y/dialogs", test_dialogs);

  return g_test_run ();
}
