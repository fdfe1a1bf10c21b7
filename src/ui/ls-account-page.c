/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-account-page.h"

#include "ls-back-button.h"
#include "ls-dialogs.h"
#include "ls-pull-limit-label.h"
#include "ls-reference-text.h"
#include "ls-toast.h"

#include <glib/gi18n.h>

struct _LsAccountPage
{
  AdwBin parent_instance;

  LsContext *context; /* (owned) */
  LsAccount *account; /* (owned) (nullable) */

  AdwWindowTitle *window_title;
  AdwAvatar *avatar;
  GtkLabel *username_label;
  GtkLabel *registry_label;
  AdwActionRow *secret_row;
  GtkWidget *insecure_row;
  GtkWidget *sign_out_button;
  LsPullLimitLabel *limit_label;
};

G_DEFINE_FINAL_TYPE (LsAccountPage, ls_account_page, ADW_TYPE_BIN)

/* An account that was signed out and can still be brought back. */
typedef struct
{
  LsAccountList *accounts; /* (owned) */
  LsAccount *account;      /* (owned) */
  GtkWidget *widget;       /* (owned): where to tell about it */
  gboolean undone;
} SignOut;

static void
sign_out_free (SignOut *sign_out)
{
  g_object_unref (sign_out->accounts);
  g_object_unref (sign_out->account);
  g_object_unref (sign_out->widget);
  g_free (sign_out);
}

static GtkWindow *
get_window (SignOut *sign_out)
{
  GtkRoot *root = gtk_widget_get_root (sign_out->widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
restored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  SignOut *sign_out = user_data;
  g_autoptr (GError) error = NULL;

  if (!ls_account_list_restore_finish (LS_ACCOUNT_LIST (object), result, &error))
    ls_show_error (get_window (sign_out), _ ("The Account Could Not Be Brought Back"), error);

  sign_out_free (sign_out);
}

static void
toast_button_clicked_cb (AdwToast *toast, gpointer user_data)
{
  SignOut *sign_out = user_data;

  sign_out->undone = TRUE;
}

static void
toast_dismissed_cb (AdwToast *toast, gpointer user_data)
{
  SignOut *sign_out = user_data;

  if (sign_out->undone)
    {
      ls_account_list_restore_async (sign_out->accounts, sign_out->account, restored_cb, sign_out);
      return;
    }

  ls_account_list_forget (sign_out->accounts, sign_out->account);
  sign_out_free (sign_out);
}

static void
signed_out_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  SignOut *sign_out = user_data;
  LsAccountPage *page = LS_ACCOUNT_PAGE (sign_out->widget);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (page->sign_out_button != NULL)
    gtk_widget_set_sensitive (page->sign_out_button, TRUE);

  if (!ls_account_list_sign_out_finish (LS_ACCOUNT_LIST (object), result, &error))
    {
      ls_show_error (get_window (sign_out), _ ("Signing Out Did Not Work"), error);
      sign_out_free (sign_out);
      return;
    }

  /* Translators: the first %s is a user name, the second a registry, as in “Docker Hub” */
  text =
      g_strdup_printf (_ ("Signed out %1$s at %2$s"), ls_account_get_username (sign_out->account),
                       ls_registry_title (ls_account_get_registry (sign_out->account)));
  toast = ls_toast_new_undo (text);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (toast_button_clicked_cb), sign_out);
  g_signal_connect (toast, "dismissed", G_CALLBACK (toast_dismissed_cb), sign_out);
  ls_toast_show (sign_out->widget, toast);
}

static void
sign_out_clicked_cb (LsAccountPage *self)
{
  SignOut *sign_out;

  g_return_if_fail (self->account != NULL);

  sign_out = g_new0 (SignOut, 1);
  sign_out->accounts = g_object_ref (ls_context_get_accounts (self->context));
  sign_out->account = g_object_ref (self->account);
  sign_out->widget = g_object_ref (GTK_WIDGET (self));

  gtk_widget_set_sensitive (self->sign_out_button, FALSE);
  ls_account_list_sign_out_async (sign_out->accounts, sign_out->account, signed_out_cb, sign_out);
}

static void
ls_account_page_dispose (GObject *object)
{
  LsAccountPage *self = LS_ACCOUNT_PAGE (object);

  g_clear_object (&self->context);
  g_clear_object (&self->account);
  self->sign_out_button = NULL;

  G_OBJECT_CLASS (ls_account_page_parent_class)->dispose (object);
}

static void
ls_account_page_class_init (LsAccountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_account_page_dispose;

  g_type_ensure (LS_TYPE_BACK_BUTTON);
  g_type_ensure (LS_TYPE_PULL_LIMIT_LABEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-account-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, username_label);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, registry_label);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, secret_row);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, insecure_row);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, sign_out_button);
  gtk_widget_class_bind_template_child (widget_class, LsAccountPage, limit_label);
  gtk_widget_class_bind_template_callback (widget_class, sign_out_clicked_cb);
}

static void
ls_account_page_init (LsAccountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_account_page_new:
 * @context: what to work with
 *
 * Returns: a new page, without an account
 */
GtkWidget *
ls_account_page_new (LsContext *context)
{
  LsAccountPage *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_ACCOUNT_PAGE, NULL);
  self->context = g_object_ref (context);

  return GTK_WIDGET (self);
}

/**
 * ls_account_page_set_account:
 * @self: an account page
 * @account: the account to show
 */
void
ls_account_page_set_account (LsAccountPage *self, LsAccount *account)
{
  const char *username;
  const char *registry;

  g_return_if_fail (LS_IS_ACCOUNT_PAGE (self));
  g_return_if_fail (LS_IS_ACCOUNT (account));

  if (!g_set_object (&self->account, account))
    return;

  username = ls_account_get_username (account);
  registry = ls_registry_title (ls_account_get_registry (account));

  adw_window_title_set_title (self->window_title, username);
  adw_window_title_set_subtitle (self->window_title, registry);
  adw_avatar_set_text (self->avatar, username);
  gtk_label_set_text (self->username_label, username);
  gtk_label_set_text (self->registry_label, registry);
  adw_action_row_set_subtitle (self->secret_row,
                               ls_account_get_session_only (account)
                                   ? _ ("Not stored: signed in for this session only")
                                   : _ ("Stored in the keyring"));
  gtk_widget_set_visible (self->insecure_row, ls_account_get_insecure (account));
  gtk_widget_set_sensitive (self->sign_out_button, TRUE);

  ls_pull_limit_label_clear (self->limit_label);
  if (g_str_equal (ls_account_get_registry (account), LS_DOCKER_HUB))
    ls_pull_limit_label_load (self->limit_label, self->context, account);
}
