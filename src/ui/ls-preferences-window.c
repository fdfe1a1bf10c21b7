/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-preferences-window.h"

#include "ls-settings.h"

struct _LsPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GSettings *settings; /* (nullable) */

  GtkWidget *page;
  GtkAdjustment *transfers;
  GtkAdjustment *connections;
  GtkAdjustment *connections_per_host;
  AdwExpanderRow *limit_row;
  GtkAdjustment *limit;
};

G_DEFINE_FINAL_TYPE (LsPreferencesWindow, ls_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
ls_preferences_window_dispose (GObject *object)
{
  LsPreferencesWindow *self = LS_PREFERENCES_WINDOW (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ls_preferences_window_parent_class)->dispose (object);
}

static void
ls_preferences_window_class_init (LsPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_preferences_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, page);
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, transfers);
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, connections);
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, connections_per_host);
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, limit_row);
  gtk_widget_class_bind_template_child (widget_class, LsPreferencesWindow, limit);
}

/* Its own switch, to which libadwaita gives no name. */
static void
name_switch (GtkWidget *widget, const char *name)
{
  if (GTK_IS_SWITCH (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_switch (child, name);
}

static void
ls_preferences_window_init (LsPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_switch (GTK_WIDGET (self->limit_row),
               adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->limit_row)));

  self->settings = ls_settings_new ();
  gtk_widget_set_sensitive (self->page, self->settings != NULL);
  if (self->settings == NULL)
    return;

  g_settings_bind (self->settings, "max-transfers", self->transfers, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "max-connections", self->connections, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "max-connections-per-host", self->connections_per_host, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "bandwidth-limit", self->limit, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "limit-bandwidth", self->limit_row, "enable-expansion",
                   G_SETTINGS_BIND_DEFAULT);
}

/**
 * ls_preferences_window_new:
 *
 * Returns: (transfer full): a new window
 */
GtkWidget *
ls_preferences_window_new (void)
{
  return g_object_new (LS_TYPE_PREFERENCES_WINDOW, NULL);
}
