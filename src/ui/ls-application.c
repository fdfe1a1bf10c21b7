/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-application.h"

#include "ls-dialogs.h"
#include "ls-settings.h"
#include "ls-window.h"

#include <glib/gi18n.h>

struct _LsApplication
{
  AdwApplication parent_instance;

  gint64 started_at;   /* monotonic time, in microseconds */
  LsContext *context;  /* (owned) (nullable): from startup on */
  GSettings *settings; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (LsApplication, ls_application, ADW_TYPE_APPLICATION)

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_show_about (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

/* The window asks first when transfers run. */
static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (user_data));

  for (GList *link = windows; link != NULL; link = link->next)
    {
      if (LS_IS_WINDOW (link->data))
        {
          gtk_window_close (GTK_WINDOW (link->data));
          return;
        }
    }

  g_application_quit (G_APPLICATION (user_data));
}

/* What a notification asks for, also when the program was ended meanwhile. */
static void
show_transfers_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows;

  g_application_activate (G_APPLICATION (user_data));

  windows = gtk_application_get_windows (GTK_APPLICATION (user_data));
  for (GList *link = windows; link != NULL; link = link->next)
    if (LS_IS_WINDOW (link->data))
      ls_window_show_transfers (LS_WINDOW (link->data));
}

static const GActionEntry actions[] = {
  { "about", about_action, NULL, NULL, NULL, { 0 } },
  { "show-transfers", show_transfers_action, NULL, NULL, NULL, { 0 } },
  { "quit", quit_action, NULL, NULL, NULL, { 0 } },
};

static void
set_up_shortcuts (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } shortcuts[] = {
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.search", { "<Control>f" } },
    { "win.ask-pull('')", { "<Control>p" } },
    { "win.sign-in('')", { "<Control>n" } },
    { "win.show-images", { "<Alt>1" } },
    { "win.search-hub", { "<Alt>2" } },
    { "win.show-transfers", { "<Alt>3" } },
    { "win.show-sidebar", { "F9" } },
    { "win.open-menu", { "F10" } },
    { "win.show-shortcuts", { "<Control>question" } },
    { "win.show-preferences", { "<Control>comma" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (application, shortcuts[i].action, shortcuts[i].accels);
}

/* Bytes a second, out of a switch and a number of kilobytes. */
static void
apply_bandwidth_limit (LsApplication *self)
{
  gint64 limit = 0;

  if (g_settings_get_boolean (self->settings, "limit-bandwidth"))
    limit = (gint64) g_settings_get_uint (self->settings, "bandwidth-limit") * 1000;

  g_object_set (ls_context_get_http (self->context), "bandwidth-limit", limit, NULL);
}

static void
apply_settings (LsApplication *self)
{
  LsHttp *http = ls_context_get_http (self->context);

  self->settings = ls_settings_new ();
  if (self->settings == NULL)
    return;

  g_settings_bind (self->settings, "max-transfers", ls_context_get_transfers (self->context),
                   "max-running", G_SETTINGS_BIND_GET);
  g_settings_bind (self->settings, "max-connections", http, "max-connections", G_SETTINGS_BIND_GET);
  g_settings_bind (self->settings, "max-connections-per-host", http, "max-connections-per-host",
                   G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->settings, "changed::limit-bandwidth",
                           G_CALLBACK (apply_bandwidth_limit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::bandwidth-limit",
                           G_CALLBACK (apply_bandwidth_limit), self, G_CONNECT_SWAPPED);
  apply_bandwidth_limit (self);
}

static void
ls_application_startup (GApplication *application)
{
  LsApplication *self = LS_APPLICATION (application);
  g_autofree char *config_dir = NULL;
  g_autofree char *data_dir = NULL;
  g_autofree char *cache_dir = NULL;

  G_APPLICATION_CLASS (ls_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_up_shortcuts (GTK_APPLICATION (self));
  gtk_window_set_default_icon_name (LS_APPLICATION_ID);

  config_dir = g_build_filename (g_get_user_config_dir (), "longshore", NULL);
  data_dir = g_build_filename (g_get_user_data_dir (), "longshore", NULL);
  cache_dir = g_build_filename (g_get_user_cache_dir (), "longshore", NULL);
  self->context = ls_context_new (config_dir, data_dir);
  ls_context_set_cache_dir (self->context, cache_dir);
  apply_settings (self);
}

/* Nothing that can wait is done before the user sees the window. */
static void
first_frame_cb (LsApplication *self, GdkFrameClock *frame_clock)
{
  g_signal_handlers_disconnect_by_func (frame_clock, first_frame_cb, self);
  g_debug ("First frame %.1f ms after the start",
           (double) (g_get_monotonic_time () - self->started_at) / 1000.0);
  ls_context_load (self->context);
}

static void
window_realized_cb (LsApplication *self, GtkWidget *window)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (first_frame_cb), self, G_CONNECT_SWAPPED);
}

static void
ls_application_activate (GApplication *application)
{
  LsApplication *self = LS_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      window = GTK_WINDOW (ls_window_new (GTK_APPLICATION (self), self->context));
      g_signal_connect_object (window, "realize", G_CALLBACK (window_realized_cb), self,
                               G_CONNECT_SWAPPED);
    }

  gtk_window_present (window);
}

static void
ls_application_shutdown (GApplication *application)
{
  LsApplication *self = LS_APPLICATION (application);

  /* The window is gone, but the display may not know it yet. */
  if (self->context != NULL)
    {
      gdk_display_flush (gdk_display_get_default ());
      ls_context_stop (self->context);
    }
  g_clear_object (&self->settings);
  g_clear_object (&self->context);

  G_APPLICATION_CLASS (ls_application_parent_class)->shutdown (application);
}

static void
ls_application_class_init (LsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = ls_application_startup;
  application_class->activate = ls_application_activate;
  application_class->shutdown = ls_application_shutdown;
}

static void
ls_application_init (LsApplication *self)
{
}

/**
 * ls_application_new:
 * @started_at: when the program began, as of g_get_monotonic_time()
 *
 * Returns: the application
 */
LsApplication *
ls_application_new (gint64 started_at)
{
  LsApplication *self = g_object_new (LS_TYPE_APPLICATION, "application-id", LS_APPLICATION_ID,
                                      "flags", G_APPLICATION_DEFAULT_FLAGS, "resource-base-path",
                                      "/io/github/longshoreapp/Longshore", NULL);

  self->started_at = started_at;

  return self;
}
