/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-preferences-window.h"
#include "ls-settings.h"

#include "test-shell.h"
#include "ui-test.h"

/* What is set counts at once, and is shown when somebody else sets it. */
static void
test_bound (void)
{
  GtkWidget *window = ls_preferences_window_new ();
  g_autoptr (GSettings) settings = ls_settings_new ();
  GtkSpinButton *transfers = GTK_SPIN_BUTTON (test_find (window, "transfers_spin"));
  AdwExpanderRow *limit_row = ADW_EXPANDER_ROW (test_find (window, "limit_row"));

  g_assert_nonnull (settings);
  gtk_window_present (GTK_WINDOW (window));

  gtk_spin_button_set_value (transfers, 5);
  g_assert_cmpuint (g_settings_get_uint (settings, "max-transfers"), ==, 5);
  g_settings_set_uint (settings, "max-transfers", 2);
  wait_until (gtk_spin_button_get_value_as_int (transfers) == 2);

  g_assert_false (adw_expander_row_get_enable_expansion (limit_row));
  adw_expander_row_set_enable_expansion (limit_row, TRUE);
  g_assert_true (g_settings_get_boolean (settings, "limit-bandwidth"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (test_find (window, "limit_spin")), 2500);
  g_assert_cmpuint (g_settings_get_uint (settings, "bandwidth-limit"), ==, 2500);

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add_func ("/preferences/bound", test_bound);

  return g_test_run ();
}
