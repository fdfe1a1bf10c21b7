/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pull-dialog.h"

#include "config.h"
#include "ls-dialogs.h"
#include "ls-hyphens.h"
#include "ls-pasted-text.h"
#include "ls-platforms-dialog.h"
#include "ls-pull-limit-label.h"
#include "ls-reference-text.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 120

struct _LsPullDialog
{
  AdwWindow parent_instance;

  LsContext *context;
  LsReference *reference; /* (nullable): what is typed, when it is a name */
  gboolean limit_is_known;
  gpointer limit_account; /* (unowned) (nullable): whose limit is shown; only to compare */
  char *platforms;        /* (nullable): an LsPlatformChoice, when one was made */

  GtkWidget *name_row;
  GtkLabel *hint;
  GtkWidget *meaning;
  AdwActionRow *full_name_row;
  AdwActionRow *registry_row;
  AdwActionRow *account_row;
  AdwActionRow *platforms_row;
  LsPullLimitLabel *limit_label;
  GtkWidget *insecure_box;
};

G_DEFINE_FINAL_TYPE (LsPullDialog, ls_pull_dialog, ADW_TYPE_WINDOW)

/* Asked for once, and when somebody signs in. */
static void
show_pull_limit (LsPullDialog *self, LsAccount *account)
{
  gboolean is_hub = ls_reference_is_docker_hub (self->reference);

  if (!is_hub)
    {
      ls_pull_limit_label_clear (self->limit_label);
      self->limit_is_known = FALSE;
    }
  else if (!self->limit_is_known || self->limit_account != account)
    {
      self->limit_is_known = TRUE;
      self->limit_account = account;
      ls_pull_limit_label_load (self->limit_label, self->context, account);
    }
}

static void
show_meaning (LsPullDialog *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  const char *registry = ls_reference_get_registry (self->reference);
  LsAccount *account = ls_account_list_find (accounts, registry, NULL);
  g_autoptr (LsReference) full = ls_reference_with_latest (self->reference);
  g_autofree char *canonical = ls_reference_to_canonical (full);

  adw_action_row_set_subtitle (self->full_name_row, canonical);
  adw_action_row_set_subtitle (self->registry_row, ls_reference_is_docker_hub (self->reference)
                                                       ? _ ("Docker Hub")
                                                       : registry);
  adw_action_row_set_subtitle (self->account_row, account != NULL
                                                      ? ls_account_get_username (account)
                                                      : _ ("Not signed in: public images only"));
  gtk_widget_set_visible (self->insecure_box, ls_context_is_insecure (self->context, registry));
  show_pull_limit (self, account);
}

static char *
get_hint (LsPullDialog *self, LsReferenceProblem problem, const char *found)
{
  const char *sentence = ls_reference_problem_text (problem);
  const char *latest = "";
  g_autofree char *name = NULL;
  g_autofree char *understood = NULL;

  if (sentence != NULL)
    return g_strdup (sentence);

  if (self->reference == NULL)
    return g_strdup (_ ("Such as “ubuntu”, “ubuntu:24.04” or “example.com/team/app:1.0”."));

  if (ls_reference_get_tag (self->reference) == NULL
      && ls_reference_get_digest (self->reference) == NULL)
    latest = _ ("No tag was given: “latest” is used.");
  if (found == NULL)
    return g_strdup (latest);

  name = ls_safe_text (found, MAX_NAME_CHARS);
  /* Translators: %s is the name of an image, found in what was pasted. */
  understood = g_strdup_printf (_ ("Understood as “%s”."), name);

  return *latest != '\0' ? g_strjoin (" ", understood, latest, NULL)
                         : g_steal_pointer (&understood);
}

static void
update (LsPullDialog *self)
{
  g_autofree char *typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  g_autofree char *text = ls_pasted_image (g_strstrip (typed));
  LsReferenceProblem problem = ls_reference_check (text);
  gboolean wrong = problem != LS_REFERENCE_OK && problem != LS_REFERENCE_EMPTY;
  g_autofree char *hint = NULL;

  g_clear_pointer (&self->reference, ls_reference_unref);
  if (problem == LS_REFERENCE_OK)
    self->reference = ls_reference_parse (text, NULL);

  hint = get_hint (self, problem, g_str_equal (typed, text) ? NULL : text);
  gtk_label_set_label (self->hint, hint);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), *hint != '\0');

  if (wrong)
    {
      gtk_widget_add_css_class (self->name_row, "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->hint), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (self->name_row, "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->hint), "dim-label");
    }

  gtk_widget_set_visible (self->meaning, self->reference != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "pull-dialog.pull", self->reference != NULL);
  if (self->reference != NULL)
    show_meaning (self);
  else
    {
      gtk_widget_set_visible (self->insecure_box, FALSE);
      ls_pull_limit_label_clear (self->limit_label);
      self->limit_is_known = FALSE;
    }
}

/* A choice is of what was typed then. */
static void
forget_platforms (LsPullDialog *self)
{
  g_clear_pointer (&self->platforms, g_free);
  adw_action_row_set_subtitle (self->platforms_row, _ ("The one for this computer"));
}

static void
on_name_changed (LsPullDialog *self)
{
  forget_platforms (self);
  update (self);
}

/* As the details of an image list them. */
static char *
list_platforms (const char *choice)
{
  g_auto (GStrv) platforms = g_strsplit (choice, ",", -1);
  g_autofree char *list = g_strjoinv (", ", platforms);

  return ls_safe_text (list, MAX_NAME_CHARS);
}

static void
platforms_chosen_cb (LsPullDialog *self, const char *choice, guint n_platforms)
{
  g_autofree char *text = NULL;

  g_free (self->platforms);
  self->platforms = g_strdup (choice);

  if (g_str_equal (choice, "host"))
    text = g_strdup (_ ("The one for this computer"));
  else if (g_str_equal (choice, "all"))
    text = g_strdup (_ ("All of them"));
  else if (n_platforms <= 3)
    text = list_platforms (choice);
  else
    text = g_strdup_printf (ngettext ("%u platform", "%u platforms", n_platforms), n_platforms);
  adw_action_row_set_subtitle (self->platforms_row, text);
}

static void
on_platforms_activated (LsPullDialog *self)
{
  g_autoptr (LsReference) full = NULL;
  LsPlatformsDialog *dialog;

  if (self->reference == NULL)
    return;

  full = ls_reference_with_latest (self->reference);
  dialog = ls_platforms_dialog_new (self->context, full);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (platforms_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  ls_present_dialog (GTK_WINDOW (dialog), GTK_WINDOW (self));
}

static void
pull_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsPullDialog *self = LS_PULL_DIALOG (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (LsReference) full = NULL;
  g_autofree char *canonical = NULL;

  if (self->reference == NULL)
    return;

  full = ls_reference_with_latest (self->reference);
  canonical = ls_reference_to_canonical (full);
  if (parent != NULL && self->platforms != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.pull-platforms", "(ss)", canonical,
                                self->platforms);
  else if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.pull", "s", canonical);
  gtk_window_close (GTK_WINDOW (self));
}

static void
ls_pull_dialog_dispose (GObject *object)
{
  LsPullDialog *self = LS_PULL_DIALOG (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->reference, ls_reference_unref);
  g_clear_pointer (&self->platforms, g_free);

  G_OBJECT_CLASS (ls_pull_dialog_parent_class)->dispose (object);
}

static void
ls_pull_dialog_class_init (LsPullDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_pull_dialog_dispose;

  gtk_widget_class_install_action (widget_class, "pull-dialog.pull", NULL, pull_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  g_type_ensure (LS_TYPE_PULL_LIMIT_LABEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-pull-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, meaning);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, full_name_row);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, registry_row);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, account_row);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, platforms_row);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, limit_label);
  gtk_widget_class_bind_template_child (widget_class, LsPullDialog, insecure_box);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_platforms_activated);
}

static void
ls_pull_dialog_init (LsPullDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_hyphens_leave_out (GTK_WIDGET (self->full_name_row));
}

/**
 * ls_pull_dialog_new:
 * @context: tells what a name means
 * @text: (nullable): what the entry starts with
 *
 * Returns: (transfer full): a new dialog, to be made transient for a window
 *   that has the action win.pull
 */
LsPullDialog *
ls_pull_dialog_new (LsContext *context, const char *text)
{
  LsPullDialog *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_PULL_DIALOG, NULL);
  self->context = g_object_ref (context);

  /* The keyring may answer while the dialog is open. */
  g_signal_connect_object (ls_context_get_accounts (context), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), text != NULL ? text : "");
  gtk_editable_set_position (GTK_EDITABLE (self->name_row), -1);
  on_name_changed (self);
  gtk_widget_grab_focus (self->name_row);

  return self;
}
