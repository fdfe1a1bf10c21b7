/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-transfer-notifier.h"

#include "ls-error.h"
#include "ls-toast.h"
#include "ls-transfer-text.h"

#include <glib/gi18n.h>

#define NOTIFICATION_ID "transfers"

/* What ends within this time is told of at once. */
#define GATHER_MS 700

struct _LsTransferNotifier
{
  GObject parent_instance;

  LsWindow *window;   /* (unowned): it owns this */
  LsContext *context; /* (owned) */
  GPtrArray *unseen;  /* (owned) of LsTransfer, that ended while nobody looked */
  guint notify_id;
};

G_DEFINE_FINAL_TYPE (LsTransferNotifier, ls_transfer_notifier, G_TYPE_OBJECT)

/* The one sentence about a transfer that ended. */
static char *
describe (LsTransfer *transfer)
{
  LsTransferKind kind = ls_transfer_get_kind (transfer);
  gboolean failed = ls_transfer_get_state (transfer) == LS_TRANSFER_FAILED;
  const char *name = ls_transfer_get_title (transfer);

  if (kind == LS_TRANSFER_COPY)
    /* Translators: %s is the name of an image, which may be long: better at the end */
    return g_strdup_printf (failed ? _ ("Could not copy %s") : _ ("Copied %s"), name);

  if (kind == LS_TRANSFER_PUSH)
    /* Translators: %s is the name of an image, which may be long: better at the end */
    return g_strdup_printf (failed ? _ ("Could not push %s") : _ ("Pushed %s"), name);

  if (ls_transfer_is_repair (transfer) && !failed)
    /* Translators: %s is the name of an image, which may be long: better at the end */
    return g_strdup_printf (_ ("Repaired %s"), name);

  /* Translators: %s is the name of an image, which may be long: better at the end */
  return g_strdup_printf (failed ? _ ("Could not pull %s") : _ ("Pulled %s"), name);
}

/* In the window. */

/* Of a copy: whether it may be the other registry that wants to know who asks. */
static gboolean
is_read_by_nobody (LsTransferNotifier *self, LsTransfer *transfer)
{
  LsReference *source = ls_transfer_get_source_name (transfer);

  return source != NULL && ls_context_find_account (self->context, source) == NULL
         && !g_str_equal (ls_reference_get_registry (source),
                          ls_reference_get_registry (ls_transfer_get_name (transfer)));
}

/* Only the registry knows whether it takes an image from anybody. One that does
 * not wants a sign-in, after which the transfer goes on by itself. */
static gboolean
wants_sign_in (LsTransferNotifier *self, LsTransfer *transfer)
{
  return ls_transfer_get_to (transfer) != NULL && !is_read_by_nobody (self, transfer)
         && g_error_matches (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_UNAUTHORIZED)
         && ls_context_find_account (self->context, ls_transfer_get_name (transfer)) == NULL;
}

static void
show_toast (LsTransferNotifier *self, LsTransfer *transfer)
{
  g_autofree char *text = describe (transfer);
  AdwToast *toast = ls_toast_new (text);

  if (ls_transfer_get_kind (transfer) == LS_TRANSFER_PULL && !ls_transfer_is_repair (transfer)
      && ls_transfer_get_state (transfer) == LS_TRANSFER_SUCCEEDED)
    {
      g_autofree char *canonical = ls_reference_to_canonical (ls_transfer_get_name (transfer));

      adw_toast_set_button_label (toast, _ ("_Show"));
      adw_toast_set_action_name (toast, "win.show-image");
      adw_toast_set_action_target_value (toast, g_variant_new_string (canonical));
    }
  else
    {
      adw_toast_set_button_label (toast, _ ("_Details"));
      adw_toast_set_action_name (toast, "win.show-transfers");
    }

  ls_window_add_toast (self->window, toast);
}

/* On the desktop. */

/* A dialog of ours in front is as good as the window. */
static gboolean
is_in_front (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();
  guint n_toplevels = g_list_model_get_n_items (toplevels);

  for (guint i = 0; i < n_toplevels; i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (toplevels, i);

      if (gtk_window_is_active (toplevel))
        return TRUE;
    }

  return FALSE;
}

static GNotification *
create_notification (LsTransfer *transfer)
{
  g_autofree char *title = describe (transfer);
  g_autofree char *body =
      ls_transfer_text (ls_transfer_get_kind (transfer), ls_transfer_get_state (transfer), 0, 0, 0,
                        -1, ls_transfer_get_up_to_date (transfer), ls_transfer_is_repair (transfer),
                        ls_transfer_get_error (transfer));
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, body);

  return notification;
}

static GNotification *
create_summary (GPtrArray *transfers)
{
  guint n_failed = 0;
  g_autofree char *title = NULL;
  g_autofree char *done = NULL;
  g_autofree char *failed = NULL;
  g_autofree char *body = NULL;
  GNotification *notification;

  for (guint i = 0; i < transfers->len; i++)
    if (ls_transfer_get_state (transfers->pdata[i]) == LS_TRANSFER_FAILED)
      n_failed++;

  title = g_strdup_printf (
      ngettext ("%u transfer has ended", "%u transfers have ended", transfers->len),
      transfers->len);
  notification = g_notification_new (title);

  /* Translators: how many transfers did what they should */
  done = g_strdup_printf (ngettext ("%u succeeded", "%u succeeded", transfers->len - n_failed),
                          transfers->len - n_failed);
  /* Translators: how many transfers failed */
  failed = g_strdup_printf (ngettext ("%u failed", "%u failed", n_failed), n_failed);
  if (n_failed == 0)
    body = g_steal_pointer (&done);
  else if (n_failed == transfers->len)
    body = g_steal_pointer (&failed);
  else
    /* Translators: how many transfers succeeded, and how many failed */
    body = g_strdup_printf (C_ ("transfers", "%1$s, %2$s"), done, failed);
  g_notification_set_body (notification, body);

  return notification;
}

static gboolean
notify_cb (gpointer user_data)
{
  LsTransferNotifier *self = LS_TRANSFER_NOTIFIER (user_data);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self->window));
  g_autoptr (GNotification) notification = NULL;
  g_autoptr (GIcon) icon = g_themed_icon_new (LS_APPLICATION_ID);

  self->notify_id = 0;
  if (application == NULL || self->unseen->len == 0)
    return G_SOURCE_REMOVE;

  notification = self->unseen->len == 1 ? create_notification (self->unseen->pdata[0])
                                        : create_summary (self->unseen);
  g_notification_set_icon (notification, icon);
  g_notification_set_default_action (notification, "app.show-transfers");
  /* Takes the place of an earlier one that nobody has looked at: its transfers count in it. */
  g_application_send_notification (G_APPLICATION (application), NOTIFICATION_ID, notification);

  return G_SOURCE_REMOVE;
}

static void
add_unseen (LsTransferNotifier *self, LsTransfer *transfer)
{
  /* One that is tried again ends twice. */
  if (!g_ptr_array_find (self->unseen, transfer, NULL))
    g_ptr_array_add (self->unseen, g_object_ref (transfer));
  if (self->notify_id == 0)
    self->notify_id = g_timeout_add (GATHER_MS, notify_cb, self);
}

static void
active_changed_cb (LsTransferNotifier *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self->window));

  if (!gtk_window_is_active (GTK_WINDOW (self->window)) || self->unseen->len == 0)
    return;

  g_clear_handle_id (&self->notify_id, g_source_remove);
  g_ptr_array_set_size (self->unseen, 0);
  if (application != NULL)
    g_application_withdraw_notification (G_APPLICATION (application), NOTIFICATION_ID);
}

static void
transfer_finished_cb (LsTransferNotifier *self, LsTransfer *transfer)
{
  LsTransferState state = ls_transfer_get_state (transfer);
  gboolean ask = wants_sign_in (self, transfer);

  if (state != LS_TRANSFER_SUCCEEDED && state != LS_TRANSFER_FAILED)
    return;

  if (ask)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.sign-in", "s",
                                ls_reference_get_registry (ls_transfer_get_name (transfer)));
  else if (!ls_window_shows_transfers (self->window))
    show_toast (self, transfer);

  if (!is_in_front ())
    add_unseen (self, transfer);
}

static void
ls_transfer_notifier_dispose (GObject *object)
{
  LsTransferNotifier *self = LS_TRANSFER_NOTIFIER (object);

  g_clear_handle_id (&self->notify_id, g_source_remove);
  g_clear_object (&self->context);
  g_clear_pointer (&self->unseen, g_ptr_array_unref);

  G_OBJECT_CLASS (ls_transfer_notifier_parent_class)->dispose (object);
}

static void
ls_transfer_notifier_class_init (LsTransferNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_transfer_notifier_dispose;
}

static void
ls_transfer_notifier_init (LsTransferNotifier *self)
{
  self->unseen = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ls_transfer_notifier_new:
 * @window: (transfer none): the window to tell in, which keeps the notifier and outlives it
 *
 * Returns: (transfer full): a notifier that watches the transfers of @window
 */
LsTransferNotifier *
ls_transfer_notifier_new (LsWindow *window)
{
  LsTransferNotifier *self;

  g_return_val_if_fail (LS_IS_WINDOW (window), NULL);

  self = g_object_new (LS_TYPE_TRANSFER_NOTIFIER, NULL);
  self->window = window;
  self->context = g_object_ref (ls_window_get_context (window));
  g_signal_connect_object (ls_context_get_transfers (self->context), "finished",
                           G_CALLBACK (transfer_finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (active_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}
