/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platforms-dialog.h"

#include "config.h"
#include "ls-error-text.h"
#include "ls-format.h"
#include "ls-platform-row.h"

#include <glib/gi18n.h>

struct _LsPlatformsDialog
{
  AdwWindow parent_instance;

  LsContext *context;
  LsReference *name;
  LsImageOffer *offer;       /* (nullable): while there is content */
  GCancellable *cancellable; /* of the request that is under way */
  gboolean choosing_all;     /* the rows follow the button, and not the reverse */

  GtkStack *stack;
  GtkWidget *all_list;
  GtkCheckButton *all_button;
  GtkListBox *list;
  GtkLabel *summary;
  AdwStatusPage *error_page;
};

G_DEFINE_FINAL_TYPE (LsPlatformsDialog, ls_platforms_dialog, ADW_TYPE_WINDOW)

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static LsPlatformRow *
get_row (LsPlatformsDialog *self, guint index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) index);

  return row != NULL ? LS_PLATFORM_ROW (row) : NULL;
}

/* (transfer container): of LsPlatformOffer */
static GPtrArray *
list_chosen (LsPlatformsDialog *self, guint *n_rows)
{
  GPtrArray *chosen = g_ptr_array_new ();
  LsPlatformRow *row;

  for (*n_rows = 0; (row = get_row (self, *n_rows)) != NULL; ++*n_rows)
    if (ls_platform_row_get_active (row))
      g_ptr_array_add (chosen, ls_platform_row_get_offer (row));

  return chosen;
}

static char *
describe_chosen (LsPlatformsDialog *self, GPtrArray *chosen)
{
  gint64 here = 0;
  gint64 size = ls_image_offer_measure (self->offer, chosen, &here);
  g_autofree char *missing = ls_format_size ((guint64) MAX (size - here, 0));
  g_autofree char *total = ls_format_size ((guint64) MAX (size, 0));

  if (chosen->len == 0)
    return g_strdup (_ ("Mark at least one platform."));
  if (here >= size)
    return g_strdup (_ ("All of it is here already."));

  if (here <= 0)
    /* Translators: %s is a size: "29.7 MB to download". */
    return g_strdup_printf (_ ("%s to download"), total);

  /* Translators: sizes: "25.5 MB of 29.7 MB to download". */
  return g_strdup_printf (_ ("%1$s of %2$s to download"), missing, total);
}

static void
update_chosen (LsPlatformsDialog *self)
{
  guint n_rows;
  g_autoptr (GPtrArray) chosen = NULL;
  g_autofree char *text = NULL;

  if (self->choosing_all || self->offer == NULL)
    return;

  chosen = list_chosen (self, &n_rows);
  text = describe_chosen (self, chosen);
  gtk_label_set_label (self->summary, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "platforms.choose", chosen->len > 0);

  self->choosing_all = TRUE;
  gtk_check_button_set_active (self->all_button, chosen->len == n_rows);
  gtk_check_button_set_inconsistent (self->all_button, chosen->len > 0 && chosen->len < n_rows);
  self->choosing_all = FALSE;
}

static void
on_all_toggled (LsPlatformsDialog *self)
{
  gboolean all = gtk_check_button_get_active (self->all_button);
  LsPlatformRow *row;

  if (self->choosing_all)
    return;

  self->choosing_all = TRUE;
  for (guint i = 0; (row = get_row (self, i)) != NULL; i++)
    ls_platform_row_set_active (row, all);
  self->choosing_all = FALSE;
  update_chosen (self);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  LsPlatformsDialog *self = LS_PLATFORMS_DIALOG (user_data);
  GtkWidget *row = ls_platform_row_new (self->offer, item);

  g_signal_connect_object (row, "notify::active", G_CALLBACK (update_chosen), self,
                           G_CONNECT_SWAPPED);

  return row;
}

static void
show_offer (LsPlatformsDialog *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->offer));
  LsPlatformRow *only;

  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->offer), create_row, self, NULL);
  gtk_widget_set_visible (self->all_list, n_items > 1);
  gtk_stack_set_visible_child_name (self->stack, n_items > 0 ? "content" : "empty");

  /* What is no index is taken as it is. */
  only = n_items == 1 ? get_row (self, 0) : NULL;
  if (only != NULL)
    ls_platform_row_set_active (only, TRUE);
  update_chosen (self);

  /* Otherwise it stays on the button that cancels. */
  if (n_items > 0)
    gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
show_error (LsPlatformsDialog *self, const GError *error)
{
  g_autofree char *text = ls_error_text_during (error, LS_ACTIVITY_PULL);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsPlatformsDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LsImageOffer) offer = ls_context_inspect_finish (LS_CONTEXT (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
    return;

  g_clear_object (&self->cancellable);
  if (offer == NULL)
    {
      show_error (self, error);
      return;
    }

  g_set_object (&self->offer, offer);
  show_offer (self);
}

static void
load (LsPlatformsDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "platforms.choose", FALSE);

  self->cancellable = g_cancellable_new ();
  ls_context_inspect_async (self->context, self->name, self->cancellable, inspected_cb,
                            g_object_ref (self));
}

static void
choose_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsPlatformsDialog *self = LS_PLATFORMS_DIALOG (widget);
  guint n_rows;
  g_autoptr (GPtrArray) chosen = list_chosen (self, &n_rows);
  g_autoptr (LsPlatformChoice) choice = NULL;
  g_autofree char *text = NULL;

  if (chosen->len == 0)
    return;

  choice = ls_image_offer_make_choice (self->offer, chosen);
  text = ls_platform_choice_to_string (choice);
  g_signal_emit (self, signals[CHOSEN], 0, text, chosen->len);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
ls_platforms_dialog_close_request (GtkWindow *window)
{
  LsPlatformsDialog *self = LS_PLATFORMS_DIALOG (window);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  return GTK_WINDOW_CLASS (ls_platforms_dialog_parent_class)->close_request (window);
}

static void
ls_platforms_dialog_dispose (GObject *object)
{
  LsPlatformsDialog *self = LS_PLATFORMS_DIALOG (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->offer);
  g_clear_object (&self->context);
  g_clear_pointer (&self->name, ls_reference_unref);

  G_OBJECT_CLASS (ls_platforms_dialog_parent_class)->dispose (object);
}

static void
ls_platforms_dialog_class_init (LsPlatformsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_platforms_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ls_platforms_dialog_close_request;

  /**
   * LsPlatformsDialog::chosen:
   * @choice: the choice as text, for ls_platform_choice_parse()
   * @n_platforms: how many platforms it has
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);

  gtk_widget_class_install_action (widget_class, "platforms.choose", NULL, choose_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-platforms-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, all_list);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, all_button);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, list);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, LsPlatformsDialog, error_page);
  gtk_widget_class_bind_template_callback (widget_class, load);
  gtk_widget_class_bind_template_callback (widget_class, on_all_toggled);
}

static void
ls_platforms_dialog_init (LsPlatformsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_platforms_dialog_new:
 * @context: asks the registry
 * @name: the name of an image
 *
 * Returns: (transfer full): a new dialog, which asks at once
 */
LsPlatformsDialog *
ls_platforms_dialog_new (LsContext *context, LsReference *name)
{
  LsPlatformsDialog *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (LS_TYPE_PLATFORMS_DIALOG, NULL);
  self->context = g_object_ref (context);
  self->name = ls_reference_ref (name);
  load (self);

  return self;
}
