/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-check-dialog.h"

#include "config.h"
#include "ls-error-text.h"
#include "ls-format.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_NAMES_CHARS 300

struct _LsCheckDialog
{
  AdwWindow parent_instance;

  LsContext *context;
  LsStoreCheck *check;       /* (nullable) */
  GCancellable *cancellable; /* of the check */

  GtkStack *stack;
  GtkProgressBar *progress;
  GtkLabel *progress_label;
  GtkListBox *list;
  GtkLabel *problem;
  AdwStatusPage *error_page;
};

G_DEFINE_FINAL_TYPE (LsCheckDialog, ls_check_dialog, ADW_TYPE_WINDOW)

static char *
describe_kind (LsStoreProblemKind kind)
{
  switch (kind)
    {
    case LS_STORE_PROBLEM_MISSING:
      return g_strdup (C_ ("problem", "Missing"));
    case LS_STORE_PROBLEM_UNREADABLE:
      return g_strdup (C_ ("problem", "Cannot be read"));
    case LS_STORE_PROBLEM_DAMAGED:
    default:
      return g_strdup (C_ ("problem", "Damaged"));
    }
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  LsStoreProblem *problem = item;
  LsDescriptor *blob = ls_store_problem_get_blob (problem);
  g_auto (GStrv) names = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *kind = describe_kind (ls_store_problem_get_kind (problem));
  g_autofree char *digest = ls_digest_dup_short (ls_descriptor_get_digest (blob));
  g_autofree char *size = ls_format_size ((guint64) ls_descriptor_get_size (blob));
  GtkWidget *row = adw_action_row_new ();

  g_object_get (problem, "names", &names, NULL);
  joined = g_strjoinv (", ", names);
  title = ls_safe_text (joined, MAX_NAMES_CHARS);
  /* Translators: what is wrong, the first part of a digest, and a size: "Damaged:
   * 4e5021d210f6, 29.7 MB". */
  subtitle = g_strdup_printf (C_ ("problem", "%1$s: %2$s, %3$s"), kind, digest, size);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);

  return row;
}

static void
update_progress (LsCheckDialog *self)
{
  double fraction = ls_store_check_get_fraction (self->check);
  g_autofree char *done =
      ls_format_size ((guint64) MAX (ls_store_check_get_bytes_done (self->check), 0));
  g_autofree char *total =
      ls_format_size ((guint64) MAX (ls_store_check_get_bytes_total (self->check), 0));
  /* Translators: sizes: "12.0 MB of 29.7 MB". */
  g_autofree char *text = g_strdup_printf (_ ("%1$s of %2$s"), done, total);

  gtk_progress_bar_set_fraction (self->progress, fraction);
  gtk_label_set_label (self->progress_label, text);
}

static void
show_error (LsCheckDialog *self, const GError *error)
{
  g_autofree char *text = ls_error_text (error);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsCheckDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = ls_store_check_run_finish (LS_STORE_CHECK (object), result, &error);

  if (self->check != LS_STORE_CHECK (object)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (!done)
    {
      show_error (self, error);
      return;
    }

  if (g_list_model_get_n_items (ls_store_check_get_problems (self->check)) == 0)
    {
      gtk_stack_set_visible_child_name (self->stack, "sound");
      return;
    }

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.repair", TRUE);
  gtk_stack_set_visible_child_name (self->stack, "problems");
}

static void
stop (LsCheckDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->check != NULL)
    g_signal_handlers_disconnect_by_func (self->check, update_progress, self);
  g_clear_object (&self->check);
}

static void
start (LsCheckDialog *self)
{
  stop (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.repair", FALSE);
  gtk_stack_set_visible_child_name (self->stack, "running");

  self->cancellable = g_cancellable_new ();
  self->check = ls_context_create_check (self->context);
  g_signal_connect_object (self->check, "notify::fraction", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->list, ls_store_check_get_problems (self->check), create_row, self,
                           NULL);
  update_progress (self);
  ls_store_check_run_async (self->check, self->cancellable, checked_cb, g_object_ref (self));
}

static void
mended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsCheckDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint n_queued = ls_context_mend_finish (LS_CONTEXT (object), result, &error);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autofree char *text = NULL;

  if (n_queued > 0)
    {
      if (parent != NULL)
        gtk_widget_activate_action (GTK_WIDGET (parent), "win.show-transfers", NULL);
      gtk_window_close (GTK_WINDOW (self));
      return;
    }

  text = error != NULL ? ls_error_text (error)
                       : g_strdup (_ ("Nobody knows where these images came from. Remove them, or "
                                      "pull them again by their names."));
  gtk_label_set_label (self->problem, text);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.repair", self->check != NULL);
}

static void
repair_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsCheckDialog *self = LS_CHECK_DIALOG (widget);

  gtk_widget_action_set_enabled (widget, "check.repair", FALSE);
  ls_context_mend_async (self->context, self->check, mended_cb, g_object_ref (self));
}

static gboolean
ls_check_dialog_close_request (GtkWindow *window)
{
  stop (LS_CHECK_DIALOG (window));

  return GTK_WINDOW_CLASS (ls_check_dialog_parent_class)->close_request (window);
}

static void
ls_check_dialog_dispose (GObject *object)
{
  LsCheckDialog *self = LS_CHECK_DIALOG (object);

  stop (self);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (ls_check_dialog_parent_class)->dispose (object);
}

static void
ls_check_dialog_class_init (LsCheckDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_check_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ls_check_dialog_close_request;

  gtk_widget_class_install_action (widget_class, "check.repair", NULL, repair_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-check-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, list);
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, LsCheckDialog, error_page);
  gtk_widget_class_bind_template_callback (widget_class, start);
}

static void
ls_check_dialog_init (LsCheckDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_check_dialog_new:
 * @context: whose images to check
 *
 * Returns: (transfer full): a new dialog, which begins at once
 */
GtkWidget *
ls_check_dialog_new (LsContext *context)
{
  LsCheckDialog *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_CHECK_DIALOG, NULL);
  self->context = g_object_ref (context);
  start (self);

  return GTK_WIDGET (self);
}
