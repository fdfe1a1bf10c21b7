/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-sign-in-dialog.h"

#include "config.h"
#include "ls-error-details.h"
#include "ls-error-text.h"
#include "ls-pasted-text.h"
#include "ls-reference.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_REGISTRY_CHARS 80

static const char sign_up_uri[] = "https://app.docker.com/signup/";
static const char access_tokens_uri[] = "https://app.docker.com/settings/personal-access-tokens";

struct _LsSignInDialog
{
  AdwWindow parent_instance;

  LsContext *context;

  /* Set while a request runs; the answer to any other one comes too late. */
  GCancellable *cancellable;
  /* Right, but the keyring does not take them; (nullable). */
  LsCredentials *unstored;
  char *unstored_registry;

  GtkWidget *registry_row;
  GtkLabel *registry_hint;
  GtkWidget *username_row;
  GtkWidget *password_row;
  GtkWidget *insecure_box;
  GtkWidget *docker_hub_links;
  GtkWidget *progress_box;
  GtkLabel *progress_label;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkWidget *details_expander;
  GtkLabel *details_label;
  GtkWidget *keyring_box;
  GtkWidget *try_again_button;
};

G_DEFINE_FINAL_TYPE (LsSignInDialog, ls_sign_in_dialog, ADW_TYPE_WINDOW)

enum
{
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* (transfer full) (nullable): the registry that the fields name. */
static char *
dup_registry (LsSignInDialog *self, GError **error)
{
  g_autofree char *pasted = ls_pasted_registry (get_text (self->registry_row));

  return ls_registry_name_normalize (pasted, error);
}

static void
update_actions (LsSignInDialog *self)
{
  gboolean busy = self->cancellable != NULL;
  gboolean complete = *get_text (self->registry_row) != '\0'
                      && *get_text (self->username_row) != '\0'
                      && *get_text (self->password_row) != '\0';

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.sign-in", complete && !busy);
  /* Not insensitive: that would take the focus away from them. */
  gtk_editable_set_editable (GTK_EDITABLE (self->registry_row), !busy);
  gtk_editable_set_editable (GTK_EDITABLE (self->username_row), !busy);
  gtk_editable_set_editable (GTK_EDITABLE (self->password_row), !busy);
  gtk_widget_set_sensitive (self->keyring_box, !busy);
  gtk_widget_set_visible (self->progress_box, busy);
}

static void
forget_unstored (LsSignInDialog *self)
{
  g_clear_pointer (&self->unstored, ls_credentials_unref);
  g_clear_pointer (&self->unstored_registry, g_free);
}

static void
clear_problem (LsSignInDialog *self)
{
  gtk_widget_set_visible (self->problem_box, FALSE);
  gtk_widget_remove_css_class (self->registry_row, "error");
  gtk_widget_remove_css_class (self->username_row, "error");
  gtk_widget_remove_css_class (self->password_row, "error");
}

static void
show_problem (LsSignInDialog *self, const char *text, const char *details)
{
  gtk_label_set_label (self->problem_label, text);
  gtk_label_set_label (self->details_label, details != NULL ? details : "");
  gtk_widget_set_visible (self->details_expander, details != NULL);
  gtk_widget_set_visible (self->keyring_box, self->unstored != NULL);
  gtk_widget_set_visible (self->problem_box, TRUE);
}

/* The field to correct, or %NULL when all of them are right. */
static GtkWidget *
get_wrong_row (LsSignInDialog *self, const GError *error)
{
  if (error->domain != LS_ERROR)
    return NULL;

  switch ((LsError) error->code)
    {
    case LS_ERROR_UNAUTHORIZED:
      return self->password_row;
    case LS_ERROR_FORBIDDEN:
      return self->username_row;
    case LS_ERROR_INVALID_NAME:
    case LS_ERROR_NOT_FOUND:
    case LS_ERROR_OFFLINE:
    case LS_ERROR_TIMED_OUT:
    case LS_ERROR_TLS:
    case LS_ERROR_INSECURE:
    case LS_ERROR_LED_ASTRAY:
    case LS_ERROR_NOT_A_REGISTRY:
    case LS_ERROR_PROTOCOL:
      return self->registry_row;
    default:
      return NULL;
    }
}

static char *
get_problem_text (const GError *error)
{
  if (g_error_matches (error, LS_ERROR, LS_ERROR_INVALID_NAME))
    return g_strdup (_ ("This is not the address of a registry. Type a host name, with a port "
                        "where it has one, such as “registry.example.com:5000”."));

  return ls_error_text_during (error, LS_ACTIVITY_SIGN_IN);
}

static void
show_error (LsSignInDialog *self, const GError *error)
{
  g_autofree char *text = get_problem_text (error);
  g_autofree char *details = ls_error_details (error);
  GtkWidget *wrong_row = get_wrong_row (self, error);

  show_problem (self, text, details);

  if (wrong_row != NULL)
    {
      gtk_widget_add_css_class (wrong_row, "error");
      gtk_widget_grab_focus (wrong_row);
    }
  else if (self->unstored != NULL)
    {
      gtk_widget_grab_focus (self->try_again_button);
    }
}

static void
stop (LsSignInDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
finish (LsSignInDialog *self, LsAccount *account)
{
  g_signal_emit (self, signals[SIGNED_IN], 0, account);
  gtk_window_close (GTK_WINDOW (self));
}

typedef struct
{
  LsSignInDialog *dialog;
  GCancellable *cancellable;
  char *registry;
  LsCredentials *credentials;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->dialog);
  g_object_unref (request->cancellable);
  g_free (request->registry);
  ls_credentials_unref (request->credentials);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
on_signed_in (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  LsSignInDialog *self = request->dialog;
  g_autoptr (GError) error = NULL;
  g_autoptr (LsAccount) account =
      ls_account_list_sign_in_finish (LS_ACCOUNT_LIST (object), result, &error);

  if (self->cancellable != request->cancellable)
    return;

  g_clear_object (&self->cancellable);
  update_actions (self);

  if (account != NULL)
    {
      finish (self, account);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE)
      || g_error_matches (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED))
    {
      self->unstored = ls_credentials_ref (request->credentials);
      self->unstored_registry = g_strdup (request->registry);
    }

  show_error (self, error);
}

static void
sign_in_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsSignInDialog *self = LS_SIGN_IN_DIALOG (widget);
  g_autoptr (GError) error = NULL;
  g_autofree char *registry = dup_registry (self, &error);
  g_autofree char *username = g_strstrip (g_strdup (get_text (self->username_row)));
  g_autofree char *shown = NULL;
  g_autofree char *progress = NULL;
  Request *request;

  forget_unstored (self);
  clear_problem (self);
  if (registry == NULL)
    {
      show_error (self, error);
      return;
    }

  self->cancellable = g_cancellable_new ();
  request = g_new0 (Request, 1);
  request->dialog = g_object_ref (self);
  request->cancellable = g_object_ref (self->cancellable);
  request->registry = g_strdup (registry);
  request->credentials = ls_credentials_new (username, get_text (self->password_row));

  shown = ls_safe_text (registry, MAX_REGISTRY_CHARS);
  /* Translators: %s is the name of a registry. */
  progress = g_strdup_printf (_ ("Checking with “%s”…"), shown);
  gtk_label_set_label (self->progress_label, progress);
  update_actions (self);

  ls_account_list_sign_in_async (ls_context_get_accounts (self->context), registry,
                                 request->credentials, self->cancellable, on_signed_in, request);
}

/* Ends what runs; with nothing running, ends the dialog. */
static void
cancel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsSignInDialog *self = LS_SIGN_IN_DIALOG (widget);

  if (self->cancellable == NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  stop (self);
  update_actions (self);
  gtk_widget_grab_focus (self->password_row);
}

static void
on_session_only_clicked (LsSignInDialog *self)
{
  g_autoptr (LsAccount) account = ls_account_list_keep_for_session (
      ls_context_get_accounts (self->context), self->unstored_registry, self->unstored);

  finish (self, account);
}

static void
on_try_again_clicked (LsSignInDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "sign-in.sign-in", NULL);
}

/* Says which host was found in an address, a name or a command that was pasted. */
static void
show_registry_hint (LsSignInDialog *self, const char *registry)
{
  g_autofree char *typed = g_ascii_strdown (get_text (self->registry_row), -1);
  gboolean found = registry != NULL && *typed != '\0' && strcmp (g_strstrip (typed), registry) != 0;

  if (found)
    {
      g_autofree char *shown = ls_safe_text (registry, MAX_REGISTRY_CHARS);
      /* Translators: %s is the name of a registry, found in what was pasted. */
      g_autofree char *text = g_strdup_printf (_ ("The registry is “%s”."), shown);

      gtk_label_set_label (self->registry_hint, text);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->registry_hint), found);
}

static void
on_field_changed (LsSignInDialog *self)
{
  g_autofree char *registry = dup_registry (self, NULL);

  clear_problem (self);
  forget_unstored (self);
  show_registry_hint (self, registry);
  gtk_widget_set_visible (self->docker_hub_links, g_strcmp0 (registry, LS_DOCKER_HUB) == 0);
  gtk_widget_set_visible (self->insecure_box,
                          registry != NULL && ls_context_is_insecure (self->context, registry));
  update_actions (self);
}

typedef struct
{
  LsSignInDialog *dialog;
  const char *uri;
} Launch;

static void
on_launched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Launch *launch = user_data;
  g_autoptr (LsSignInDialog) self = launch->dialog;
  g_autofree char *text = NULL;

  /* Translators: %s is a web address. */
  text = g_strdup_printf (_ ("No web browser could be opened. Visit this address in one: %s"),
                          launch->uri);
  g_free (launch);

  if (!g_app_info_launch_default_for_uri_finish (result, NULL))
    show_problem (self, text, NULL);
}

static void
open_uri (LsSignInDialog *self, const char *uri)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (display);
  Launch *launch = g_new (Launch, 1);

  launch->dialog = g_object_ref (self);
  launch->uri = uri;
  g_app_info_launch_default_for_uri_async (uri, G_APP_LAUNCH_CONTEXT (context), NULL, on_launched,
                                           launch);
}

static void
on_sign_up_activated (LsSignInDialog *self)
{
  open_uri (self, sign_up_uri);
}

static void
on_access_token_activated (LsSignInDialog *self)
{
  open_uri (self, access_tokens_uri);
}

/* The secret stays no longer than the dialog. */
static gboolean
ls_sign_in_dialog_close_request (GtkWindow *window)
{
  LsSignInDialog *self = LS_SIGN_IN_DIALOG (window);

  stop (self);
  forget_unstored (self);
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");

  return GTK_WINDOW_CLASS (ls_sign_in_dialog_parent_class)->close_request (window);
}

static void
ls_sign_in_dialog_dispose (GObject *object)
{
  LsSignInDialog *self = LS_SIGN_IN_DIALOG (object);

  stop (self);
  forget_unstored (self);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (ls_sign_in_dialog_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, registry_row);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, registry_hint);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, username_row);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, insecure_box);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, docker_hub_links);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, progress_box);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, details_expander);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, details_label);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, keyring_box);
  gtk_widget_class_bind_template_child (widget_class, LsSignInDialog, try_again_button);
  gtk_widget_class_bind_template_callback (widget_class, on_access_token_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_session_only_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_up_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again_clicked);
}

static void
ls_sign_in_dialog_class_init (LsSignInDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_sign_in_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ls_sign_in_dialog_close_request;

  /**
   * LsSignInDialog::signed-in:
   * @account: the account that is signed in now
   */
  signals[SIGNED_IN] = g_signal_new ("signed-in", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_ACCOUNT);

  gtk_widget_class_install_action (widget_class, "sign-in.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "sign-in.cancel", NULL, cancel_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "sign-in.cancel", NULL);

  bind_template (widget_class);
}

static void
ls_sign_in_dialog_init (LsSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_sign_in_dialog_new:
 * @context: whose accounts to add to
 * @registry: (nullable): the registry to sign in to; %NULL for Docker Hub
 *
 * Returns: (transfer full): a new dialog
 */
LsSignInDialog *
ls_sign_in_dialog_new (LsContext *context, const char *registry)
{
  LsSignInDialog *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_SIGN_IN_DIALOG, NULL);
  self->context = g_object_ref (context);
  gtk_editable_set_text (GTK_EDITABLE (self->registry_row),
                         registry != NULL && *registry != '\0' ? registry : LS_DOCKER_HUB);
  on_field_changed (self);
  gtk_widget_grab_focus (self->username_row);

  return self;
}
