/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-name-dialog.h"

#include "ls-error-text.h"
#include "ls-name-check.h"
#include "ls-push.h"
#include "ls-reference-text.h"

#include <glib/gi18n.h>

struct _LsNameDialog
{
  AdwWindow parent_instance;

  LsContext *context; /* (owned) */
  LsImage *image;     /* (owned) */
  LsNameDialogMode mode;

  LsReference *name; /* (owned) (nullable): what is typed, when it is valid */
  gboolean busy;
  gboolean proposing; /* the text is being set, not typed */
  gboolean edited;

  GtkButton *confirm_button;
  AdwActionRow *image_row;
  AdwComboRow *account_row;
  GtkEditable *name_row;
  GtkLabel *message_label;
  GtkLabel *destination_label;
};

G_DEFINE_FINAL_TYPE (LsNameDialog, ls_name_dialog, ADW_TYPE_WINDOW)

static char *
describe_account (LsAccount *account)
{
  /* Translators: the first %s is a user name, the second a registry, as in “Docker Hub” */
  return g_strdup_printf (_ ("%1$s at %2$s"), ls_account_get_username (account),
                          ls_registry_title (ls_account_get_registry (account)));
}

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static void
show_message (LsNameDialog *self, const char *text, gboolean is_error)
{
  show_text (self->message_label, text);
  if (is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->message_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->message_label), "error");
}

static LsAccount *
get_account (LsNameDialog *self)
{
  LsAccount *chosen = adw_combo_row_get_selected_item (self->account_row);

  return self->name != NULL ? ls_push_find_account (self->context, self->name, chosen) : chosen;
}

static void
update_push (LsNameDialog *self)
{
  LsAccount *account = get_account (self);
  g_autofree char *text = self->name != NULL ? ls_push_describe (self->name, account) : NULL;

  show_text (self->destination_label, text);
  gtk_button_set_label (self->confirm_button, self->name == NULL || account != NULL
                                                  ? _ ("_Push")
                                                  : _ ("_Sign In and Push…"));
}

static void
update (LsNameDialog *self)
{
  const char *text = gtk_editable_get_text (self->name_row);
  g_autofree char *message = NULL;
  LsNameVerdict verdict;
  gboolean valid;

  g_clear_pointer (&self->name, ls_reference_unref);
  verdict = ls_name_check (ls_context_get_images (self->context), self->image, text, &self->name,
                           &message);

  if (self->mode == LS_NAME_DIALOG_TAG && verdict == LS_NAME_UNCHANGED)
    {
      valid = FALSE;
      show_message (self, _ ("The image has this name already."), FALSE);
    }
  else
    {
      valid = verdict != LS_NAME_INVALID;
      show_message (self, message, !valid);
    }

  if (verdict == LS_NAME_INVALID && message != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->name_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name_row), "error");

  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm_button), valid && !self->busy);
  if (self->mode == LS_NAME_DIALOG_PUSH)
    update_push (self);
}

/* Proposes the name that the image gets at @account. */
static void
propose (LsNameDialog *self, LsAccount *account)
{
  g_autoptr (LsReference) name = NULL;
  g_autofree char *text = NULL;

  if (account != NULL)
    name = ls_place_propose_name (LS_PLACE (account), ls_image_get_name (self->image));
  text = ls_reference_to_string (name != NULL ? name : ls_image_get_name (self->image));

  self->proposing = TRUE;
  gtk_editable_set_text (self->name_row, text);
  gtk_editable_set_position (self->name_row, -1);
  self->proposing = FALSE;
}

/* Shows @account as the one that is chosen; does nothing where the list has no such. */
static void
select_account (LsNameDialog *self, LsAccount *account)
{
  GListModel *accounts = G_LIST_MODEL (ls_context_get_accounts (self->context));
  guint n_accounts = g_list_model_get_n_items (accounts);

  for (guint i = 0; i < n_accounts; i++)
    {
      g_autoptr (LsAccount) item = g_list_model_get_item (accounts, i);

      if (item == account)
        adw_combo_row_set_selected (self->account_row, i);
    }
}

static void
name_changed_cb (LsNameDialog *self)
{
  if (!self->proposing)
    self->edited = TRUE;
  /* Rows tell of changes while the dialog is being built, too. */
  if (self->context == NULL)
    return;

  update (self);
  /* The name decides where the image goes, and so who pushes it. */
  if (!self->proposing && self->name != NULL)
    select_account (self, get_account (self));
}

static void
account_changed_cb (LsNameDialog *self)
{
  if (self->context == NULL)
    return;

  /* What the user typed stays. */
  if (!self->edited)
    propose (self, adw_combo_row_get_selected_item (self->account_row));
  update (self);
}

static void
set_busy (LsNameDialog *self, gboolean busy)
{
  self->busy = busy;
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->account_row), !busy);
  update (self);
}

static void
show_error (LsNameDialog *self, const GError *error)
{
  g_autofree char *text = NULL;

  /* Closed meanwhile. */
  if (self->context == NULL)
    return;

  set_busy (self, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  text = ls_error_text_during (error, self->mode == LS_NAME_DIALOG_PUSH ? LS_ACTIVITY_PUSH
                                                                        : LS_ACTIVITY_OTHER);
  show_message (self, text, TRUE);
}

static void
tagged_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsNameDialog) self = LS_NAME_DIALOG (user_data);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GError) error = NULL;

  if (!ls_context_tag_finish (LS_CONTEXT (object), result, &error))
    {
      show_error (self, error);
      return;
    }

  if (parent != NULL)
    {
      g_autofree char *name = ls_reference_to_canonical (self->name);

      gtk_widget_activate_action (GTK_WIDGET (parent), "win.show-image", "s", name);
    }
  gtk_window_close (GTK_WINDOW (self));
}

static void
pushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsNameDialog) self = LS_NAME_DIALOG (user_data);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransfer) transfer = ls_push_finish (GTK_WINDOW (self), result, &error);

  if (transfer == NULL)
    {
      show_error (self, error);
      return;
    }

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.show-transfers", NULL);
  gtk_window_close (GTK_WINDOW (self));
}

static void
confirm_clicked_cb (LsNameDialog *self)
{
  if (self->name == NULL || self->busy)
    return;

  set_busy (self, TRUE);
  if (self->mode == LS_NAME_DIALOG_PUSH)
    ls_push_async (GTK_WINDOW (self), self->context, self->image, self->name, get_account (self),
                   pushed_cb, g_object_ref (self));
  else
    ls_context_tag_async (self->context, self->image, self->name, tagged_cb, g_object_ref (self));
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (widget));

  return TRUE;
}

static void
set_up_accounts (LsNameDialog *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  LsReference *name = ls_image_get_name (self->image);
  g_autoptr (LsAccount) first = g_list_model_get_item (G_LIST_MODEL (accounts), 0);
  LsAccount *account = ls_account_list_find (accounts, ls_reference_get_registry (name), NULL);

  adw_combo_row_set_model (self->account_row, G_LIST_MODEL (accounts));
  gtk_widget_set_visible (GTK_WIDGET (self->account_row),
                          self->mode == LS_NAME_DIALOG_PUSH
                              && g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 1);

  ls_name_dialog_set_account (self, account != NULL ? account : first);
}

static void
ls_name_dialog_dispose (GObject *object)
{
  LsNameDialog *self = LS_NAME_DIALOG (object);

  g_clear_object (&self->context);
  g_clear_object (&self->image);
  g_clear_pointer (&self->name, ls_reference_unref);

  G_OBJECT_CLASS (ls_name_dialog_parent_class)->dispose (object);
}

static void
ls_name_dialog_class_init (LsNameDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_name_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-name-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, confirm_button);
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, image_row);
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, account_row);
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, message_label);
  gtk_widget_class_bind_template_child (widget_class, LsNameDialog, destination_label);
  gtk_widget_class_bind_template_callback (widget_class, describe_account);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, account_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, confirm_clicked_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
ls_name_dialog_init (LsNameDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_name_dialog_new:
 * @context: what to work with
 * @image: the image to name
 * @mode: what to do with the name
 *
 * Makes a dialog that proposes a name for the account that fits @image best.
 *
 * Returns: a new dialog, not shown yet
 */
GtkWidget *
ls_name_dialog_new (LsContext *context, LsImage *image, LsNameDialogMode mode)
{
  LsNameDialog *self;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (LS_IS_IMAGE (image), NULL);

  self = g_object_new (LS_TYPE_NAME_DIALOG, NULL);
  self->context = g_object_ref (context);
  self->image = g_object_ref (image);
  self->mode = mode;

  shown = ls_reference_to_string (ls_image_get_name (image));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->image_row), shown);
  adw_action_row_set_subtitle (self->image_row, ls_image_get_image_id (image));

  gtk_window_set_title (GTK_WINDOW (self),
                        mode == LS_NAME_DIALOG_PUSH ? _ ("Push Image") : _ ("Tag Image"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name_row),
                                 mode == LS_NAME_DIALOG_PUSH ? _ ("Push As") : _ ("New Name"));
  /* Translators: a verb, on the button that gives an image the name */
  gtk_button_set_label (self->confirm_button, _ ("_Tag"));

  set_up_accounts (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  gtk_editable_set_position (self->name_row, -1);

  return GTK_WIDGET (self);
}

/**
 * ls_name_dialog_set_account:
 * @self: a name dialog
 * @account: (nullable): an account
 *
 * Chooses @account and, unless the user has typed another, proposes the name
 * that the image gets there.
 */
void
ls_name_dialog_set_account (LsNameDialog *self, LsAccount *account)
{
  g_return_if_fail (LS_IS_NAME_DIALOG (self));

  select_account (self, account);
  if (!self->edited)
    propose (self, account);
  update (self);
}
