/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-back-button.h"
#include "ls-split.h"
#include "ui-test.h"

#include <adwaita.h>

typedef struct
{
  GtkWidget *window;
  LsSplit *split;
  GtkWidget *sidebar;
  GtkWidget *content;
} Fixture;

static GtkWidget *
create_pane (const char *label)
{
  GtkWidget *pane = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (pane), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (pane), gtk_button_new_with_label (label));

  return pane;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->split = LS_SPLIT (ls_split_new ());
  fixture->sidebar = create_pane ("Sidebar");
  fixture->content = create_pane ("Content");
  ls_split_set_content (fixture->split, fixture->content);
  ls_split_set_sidebar (fixture->split, fixture->sidebar);

  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->split));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static void
present (Fixture *fixture, int width)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, 400);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (gtk_widget_get_width (GTK_WIDGET (fixture->split)) > 0);
}

static double
get_x (Fixture *fixture, GtkWidget *pane)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (pane, GTK_WIDGET (fixture->split), &bounds));
  return bounds.origin.x;
}

static void
test_wide (Fixture *fixture, gconstpointer data)
{
  present (fixture, 900);

  g_assert_false (ls_split_get_collapsed (fixture->split));
  g_assert_true (gtk_widget_get_mapped (fixture->sidebar));
  g_assert_true (gtk_widget_get_mapped (fixture->content));
  g_assert_cmpfloat (get_x (fixture, fixture->sidebar), <, get_x (fixture, fixture->content));
  g_assert_cmpint (gtk_widget_get_width (fixture->sidebar), >=, 230);
  g_assert_cmpint (gtk_widget_get_width (fixture->content), >=, 360);
}

static void
test_wide_right_to_left (Fixture *fixture, gconstpointer data)
{
  gtk_widget_set_direction (GTK_WIDGET (fixture->split), GTK_TEXT_DIR_RTL);
  present (fixture, 900);

  g_assert_cmpfloat (get_x (fixture, fixture->content), <, get_x (fixture, fixture->sidebar));
}

static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = gtk_widget_get_last_child (fixture->sidebar);

  present (fixture, 360);
  wait_until (ls_split_get_collapsed (fixture->split));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->split)), <=, 400);

  g_assert_true (gtk_widget_get_mapped (fixture->sidebar));
  g_assert_false (gtk_widget_get_mapped (fixture->content));

  gtk_widget_grab_focus (button);
  ls_split_set_show_content (fixture->split, TRUE);
  wait_until (!gtk_widget_get_mapped (fixture->sidebar));
  g_assert_true (gtk_widget_get_mapped (fixture->content));
  g_assert_cmpfloat (get_x (fixture, fixture->content), ==, 0);
  g_assert_false (
      gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (fixture->window)), fixture->sidebar));

  g_assert_true (gtk_widget_activate_action (fixture->content, "split.show-sidebar", NULL));
  wait_until (!gtk_widget_get_mapped (fixture->content));
  g_assert_true (gtk_widget_get_mapped (fixture->sidebar));
}

static void
test_back_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *header_bar = gtk_widget_get_first_child (fixture->content);
  GtkWidget *button = g_object_new (LS_TYPE_BACK_BUTTON, NULL);

  adw_header_bar_pack_start (ADW_HEADER_BAR (header_bar), button);
  ls_split_set_show_content (fixture->split, TRUE);
  present (fixture, 900);
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_false (adw_header_bar_get_show_start_title_buttons (ADW_HEADER_BAR (header_bar)));

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 400);
  wait_until (gtk_widget_get_visible (button));
  g_assert_true (adw_header_bar_get_show_start_title_buttons (ADW_HEADER_BAR (header_bar)));
}

static void
test_leaves_nothing_behind (void)
{
  GtkWidget *split = g_object_ref_sink (ls_split_new ());
  GtkWidget *pane = create_pane ("Pane");

  g_object_add_weak_pointer (G_OBJECT (split), (gpointer *) &split);
  g_object_add_weak_pointer (G_OBJECT (pane), (gpointer *) &pane);
  ls_split_set_sidebar (LS_SPLIT (split), pane);
  g_object_unref (split);

  g_assert_null (split);
  g_assert_null (pane);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/split/wide", Fixture, NULL, set_up, test_wide, tear_down);
  g_test_add ("/split/wide-right-to-left", Fixture, NULL, set_up, test_wide_right_to_left,
              tear_down);
  g_test_add ("/split/narrow", Fixture, NULL, set_up, test_narrow, tear_down);
  g_test_add ("/split/back-button", Fixture, NULL, set_up, test_back_button, tear_down);
  g_test_add_func ("/split/leaves-nothing-behind", test_leaves_nothing_behind);

  return g_test_run ();
}
