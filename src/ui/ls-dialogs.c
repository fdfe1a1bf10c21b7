/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-dialogs.h"

#include "ls-error-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define RESPONSE_CANCEL "cancel"
#define RESPONSE_CONFIRM "confirm"

/* Of a popover that goes with its window, GTK leaves the grab behind, and then nothing
 * in the program hears the mouse and the keyboard any more. */
static void
close_popovers (GtkWidget *above)
{
  for (GtkWidget *child = gtk_widget_get_first_child (above); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      close_popovers (child);
      if (GTK_IS_POPOVER (child) && gtk_widget_get_mapped (child))
        gtk_popover_popdown (GTK_POPOVER (child));
    }
}

static gboolean
close_request_cb (GtkWindow *dialog, gpointer user_data)
{
  close_popovers (GTK_WIDGET (dialog));

  return GDK_EVENT_PROPAGATE;
}

/**
 * ls_present_dialog:
 * @dialog: a modal window, which is to be closed, not destroyed
 * @parent: (nullable): the window that it belongs to
 *
 * Presents @dialog over @parent, and no wider than that.
 */
void
ls_present_dialog (GtkWindow *dialog, GtkWindow *parent)
{
  int width;
  int height;

  g_return_if_fail (GTK_IS_WINDOW (dialog));

  if (parent != NULL)
    {
      int room = gtk_widget_get_width (GTK_WIDGET (parent));

      gtk_window_get_default_size (dialog, &width, &height);
      if (room > 0 && width > room)
        gtk_window_set_default_size (dialog, room, height);
      gtk_window_set_transient_for (dialog, parent);
    }

  g_signal_connect (dialog, "close-request", G_CALLBACK (close_request_cb), NULL);
  gtk_window_present (dialog);
}

static void
confirm_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_boolean (task, g_strcmp0 (response, RESPONSE_CONFIRM) == 0);
}

/**
 * ls_confirm_async:
 * @parent: the window that asks
 * @heading: the question, plain text
 * @body: what follows from it, plain text
 * @cancel_label: what the button that changes nothing says
 * @confirm_label: what the destructive button says; a verb
 * @callback: called when the user has answered
 * @user_data: for @callback
 *
 * Asks before something that cannot be undone. Closing the dialog cancels.
 */
void
ls_confirm_async (GtkWindow *parent, const char *heading, const char *body,
                  const char *cancel_label, const char *confirm_label, GAsyncReadyCallback callback,
                  gpointer user_data)
{
  GtkWidget *dialog;
  GTask *task;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  task = g_task_new (parent, NULL, callback, user_data);
  g_task_set_source_tag (task, ls_confirm_async);

  dialog = adw_message_dialog_new (parent, heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CANCEL, cancel_label,
                                    RESPONSE_CONFIRM, confirm_label, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CONFIRM,
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CANCEL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CANCEL);
  g_signal_connect (dialog, "response", G_CALLBACK (confirm_response_cb), task);

  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ls_confirm_finish:
 * @parent: the window that asked
 * @result: what the callback was given
 *
 * Returns: whether the user confirmed
 */
gboolean
ls_confirm_finish (GtkWindow *parent, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_confirm_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * ls_show_error:
 * @parent: (nullable): the window in which it happened
 * @heading: what did not work, plain text
 * @error: why
 *
 * Tells of a failure that no page or dialog can show in its place. Cancelling
 * is no failure and shows nothing.
 */
void
ls_show_error (GtkWindow *parent, const char *heading, const GError *error)
{
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  g_return_if_fail (error != NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  text = ls_error_text (error);
  dialog = adw_message_dialog_new (parent, heading, text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CANCEL, _ ("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), RESPONSE_CANCEL);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ls_show_about:
 * @parent: (nullable): the window to show it over
 *
 * Presents the About window.
 */
void
ls_show_about (GtkWindow *parent)
{
  adw_show_about_window (
      parent, "application-name", _ ("Longshore"), "application-icon", LS_APPLICATION_ID, "version",
      LS_VERSION, "developer-name", _ ("The Longshore Developers"), "copyright",
      "© 2025 The Longshore Developers", "license-type", GTK_LICENSE_GPL_3_0, "comments",
      _ ("Move container images between registries and this computer."),
      /* Translators: put your name here, one a line, with or without address */
      "translator-credits", _ ("translator-credits"), NULL);
}
