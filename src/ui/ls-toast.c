/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-toast.h"

#include <glib/gi18n.h>

#define UNDO_SECONDS 8

/**
 * ls_toast_new:
 * @text: plain text
 *
 * Returns: (transfer full): a toast that is not shown yet
 */
AdwToast *
ls_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

/**
 * ls_toast_new_undo:
 * @text: plain text: what was done
 *
 * Returns: (transfer full): a toast with an Undo button that stays a little longer
 */
AdwToast *
ls_toast_new_undo (const char *text)
{
  AdwToast *toast = ls_toast_new (text);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  /* What can be undone is what was done last, not what waits behind an older toast. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);

  return toast;
}

/**
 * ls_toast_show:
 * @widget: a widget of the window
 * @toast: (transfer full): what to show
 *
 * Shows @toast in the window that @widget is in. Without one, as when it was
 * closed meanwhile, the toast counts as dismissed at once.
 */
void
ls_toast_show (GtkWidget *widget, AdwToast *toast)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);

  if (overlay != NULL)
    {
      adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
      return;
    }

  g_signal_emit_by_name (toast, "dismissed");
  g_object_unref (toast);
}

/**
 * ls_toast_say:
 * @widget: a widget of the window
 * @text: plain text
 *
 * Shows a toast without a button, at once: it answers what the user just did.
 */
void
ls_toast_say (GtkWidget *widget, const char *text)
{
  AdwToast *toast = ls_toast_new (text);

  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  ls_toast_show (widget, toast);
}
