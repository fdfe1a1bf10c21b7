/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-window-actions.h"

#include "ls-check-dialog.h"
#include "ls-dialogs.h"
#include "ls-preferences-window.h"
#include "ls-pull-dialog.h"
#include "ls-sign-in-dialog.h"
#include "ls-toast.h"

#include <glib/gi18n.h>

static void
sign_in_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);
  const char *registry = g_variant_get_string (parameter, NULL);
  LsSignInDialog *dialog =
      ls_sign_in_dialog_new (ls_window_get_context (self), registry[0] != '\0' ? registry : NULL);

  ls_present_dialog (GTK_WINDOW (dialog), GTK_WINDOW (self));
}

static void
ask_pull (LsWindow *self, const char *text)
{
  LsPullDialog *dialog = ls_pull_dialog_new (ls_window_get_context (self), text);

  ls_present_dialog (GTK_WINDOW (dialog), GTK_WINDOW (self));
}

static void
ask_pull_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_pull (LS_WINDOW (user_data), g_variant_get_string (parameter, NULL));
}

static void
pulled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsWindow) self = LS_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransfer) transfer = ls_context_pull_finish (LS_CONTEXT (object), result, &error);

  if (transfer == NULL)
    ls_show_error (GTK_WINDOW (self), _ ("The Image Was Not Pulled"), error);
}

static void
pull_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);
  const char *text = g_variant_get_string (parameter, NULL);
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);

  /* What is no name yet is finished in the dialog, which says what it lacks. */
  if (name == NULL)
    {
      ask_pull (self, text);
      return;
    }

  ls_context_pull_async (ls_window_get_context (self), name, pulled_cb, g_object_ref (self));
  ls_window_show_transfers (self);
}

static void
pull_platforms_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);
  const char *text;
  const char *choice;
  g_autoptr (LsReference) name = NULL;
  g_autoptr (LsPlatformChoice) platforms = NULL;

  g_variant_get (parameter, "(&s&s)", &text, &choice);
  name = ls_reference_parse (text, NULL);
  platforms = ls_platform_choice_parse (choice, NULL);
  if (name == NULL || platforms == NULL)
    {
      ask_pull (self, text);
      return;
    }

  ls_context_pull_platforms_async (ls_window_get_context (self), name, platforms, pulled_cb,
                                   g_object_ref (self));
  ls_window_show_transfers (self);
}

static void
copy_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  ls_toast_say (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self)),
                _ ("Copied to the clipboard"));
}

static void
show_image_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (LsReference) name = ls_reference_parse (g_variant_get_string (parameter, NULL), NULL);

  if (name != NULL)
    ls_window_show_image (LS_WINDOW (user_data), name);
}

static void
show_images_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_window_show_registry (LS_WINDOW (user_data), NULL);
}

static void
search_hub_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);

  ls_window_show_registry (self, LS_DOCKER_HUB);
  ls_window_search (self);
}

static void
show_transfers_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_window_show_transfers (LS_WINDOW (user_data));
}

static void
show_sidebar_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_window_show_sidebar (LS_WINDOW (user_data));
}

static void
open_menu_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_window_open_menu (LS_WINDOW (user_data));
}

static void
search_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_window_search (LS_WINDOW (user_data));
}

/* GTK would build the help overlay with each window, before its first frame. */
static void
show_shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/longshoreapp/Longshore/ls-shortcuts-window.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts_window"));

  ls_present_dialog (shortcuts, GTK_WINDOW (user_data));
}

static void
check_images_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (user_data);

  ls_present_dialog (GTK_WINDOW (ls_check_dialog_new (ls_window_get_context (self))),
                     GTK_WINDOW (self));
}

static void
show_preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ls_present_dialog (GTK_WINDOW (ls_preferences_window_new ()), GTK_WINDOW (user_data));
}

static const GActionEntry actions[] = {
  { "sign-in", sign_in_action, "s", NULL, NULL, { 0 } },
  { "pull", pull_action, "s", NULL, NULL, { 0 } },
  { "pull-platforms", pull_platforms_action, "(ss)", NULL, NULL, { 0 } },
  { "ask-pull", ask_pull_action, "s", NULL, NULL, { 0 } },
  { "copy", copy_action, "s", NULL, NULL, { 0 } },
  { "show-image", show_image_action, "s", NULL, NULL, { 0 } },
  { "show-images", show_images_action, NULL, NULL, NULL, { 0 } },
  { "search-hub", search_hub_action, NULL, NULL, NULL, { 0 } },
  { "show-transfers", show_transfers_action, NULL, NULL, NULL, { 0 } },
  { "show-sidebar", show_sidebar_action, NULL, NULL, NULL, { 0 } },
  { "open-menu", open_menu_action, NULL, NULL, NULL, { 0 } },
  { "search", search_action, NULL, NULL, NULL, { 0 } },
  { "check-images", check_images_action, NULL, NULL, NULL, { 0 } },
  { "show-preferences", show_preferences_action, NULL, NULL, NULL, { 0 } },
  { "show-shortcuts", show_shortcuts_action, NULL, NULL, NULL, { 0 } },
};

/**
 * ls_window_add_actions:
 * @self: a window
 *
 * Adds the window's actions, which the header lists.
 */
void
ls_window_add_actions (LsWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}
