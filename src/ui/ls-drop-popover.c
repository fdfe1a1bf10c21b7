/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-drop-popover.h"

#include "ls-dialogs.h"
#include "ls-name-check.h"
#include "ls-push.h"

#include <glib/gi18n.h>

struct _LsDropPopover
{
  GtkPopover parent_instance;

  LsContext *context; /* (owned) */
  LsImage *image;     /* (owned) */
  LsAccount *account; /* (owned) */
  LsReference *name;  /* (owned) (nullable): what is typed, when it is valid */

  GtkLabel *heading_label;
  GtkEditable *name_entry;
  GtkLabel *message_label;
  GtkButton *push_button;
};

G_DEFINE_FINAL_TYPE (LsDropPopover, ls_drop_popover, GTK_TYPE_POPOVER)

static void
update (LsDropPopover *self)
{
  LsNameVerdict verdict;
  LsAccount *account;
  g_autofree char *message = NULL;
  g_autofree char *destination = NULL;

  if (self->context == NULL)
    return;

  g_clear_pointer (&self->name, ls_reference_unref);
  verdict = ls_name_check (ls_context_get_images (self->context), self->image,
                           gtk_editable_get_text (self->name_entry), &self->name, &message);
  gtk_widget_set_sensitive (GTK_WIDGET (self->push_button), self->name != NULL);

  if (self->name == NULL)
    {
      gtk_label_set_text (self->message_label, message != NULL ? message : "");
      gtk_widget_add_css_class (GTK_WIDGET (self->message_label), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->name_entry), "error");
      gtk_button_set_label (self->push_button, _ ("_Push"));
      return;
    }

  account = ls_push_find_account (self->context, self->name, self->account);
  destination = ls_push_describe (self->name, account);
  gtk_label_set_text (self->message_label,
                      verdict == LS_NAME_TAKEN && message != NULL ? message : destination);
  gtk_widget_remove_css_class (GTK_WIDGET (self->message_label), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->name_entry), "error");
  gtk_button_set_label (self->push_button,
                        account != NULL ? _ ("_Push") : _ ("_Sign In and Push…"));
}

static void
pushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransfer) transfer = ls_push_finish (window, result, &error);

  if (transfer == NULL)
    ls_show_error (window, _ ("The Image Was Not Pushed"), error);
}

static void
push_clicked_cb (LsDropPopover *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->name == NULL)
    return;

  ls_push_async (GTK_WINDOW (root), self->context, self->image, self->name,
                 ls_push_find_account (self->context, self->name, self->account), pushed_cb, NULL);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static gboolean
unparent_in_idle (gpointer user_data)
{
  if (gtk_widget_get_parent (GTK_WIDGET (user_data)) != NULL)
    gtk_widget_unparent (GTK_WIDGET (user_data));

  return G_SOURCE_REMOVE;
}

/* It belongs to one drop; what it hangs on lives on. */
static void
ls_drop_popover_closed (GtkPopover *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_in_idle, g_object_ref (popover),
                   g_object_unref);
}

static void
ls_drop_popover_dispose (GObject *object)
{
  LsDropPopover *self = LS_DROP_POPOVER (object);

  g_clear_object (&self->context);
  g_clear_object (&self->image);
  g_clear_object (&self->account);
  g_clear_pointer (&self->name, ls_reference_unref);

  G_OBJECT_CLASS (ls_drop_popover_parent_class)->dispose (object);
}

static void
ls_drop_popover_class_init (LsDropPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_drop_popover_dispose;
  GTK_POPOVER_CLASS (klass)->closed = ls_drop_popover_closed;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-drop-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, LsDropPopover, heading_label);
  gtk_widget_class_bind_template_child (widget_class, LsDropPopover, name_entry);
  gtk_widget_class_bind_template_child (widget_class, LsDropPopover, message_label);
  gtk_widget_class_bind_template_child (widget_class, LsDropPopover, push_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, push_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, gtk_popover_popdown);
}

static void
ls_drop_popover_init (LsDropPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_drop_popover_new:
 * @context: what to push with
 * @image: the image that was dropped
 * @account: where
 *
 * Makes a popover that unparents itself when it is closed.
 *
 * Returns: a new popover, without a parent
 */
GtkWidget *
ls_drop_popover_new (LsContext *context, LsImage *image, LsAccount *account)
{
  LsDropPopover *self;
  g_autoptr (LsReference) proposed = NULL;
  g_autofree char *image_name = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (LS_IS_IMAGE (image), NULL);
  g_return_val_if_fail (LS_IS_ACCOUNT (account), NULL);

  self = g_object_new (LS_TYPE_DROP_POPOVER, NULL);
  self->context = g_object_ref (context);
  self->image = g_object_ref (image);
  self->account = g_object_ref (account);

  image_name = ls_reference_to_string (ls_image_get_name (image));
  /* Translators: %s is the name of an image */
  heading = g_strdup_printf (_ ("Push %s"), image_name);
  gtk_label_set_text (self->heading_label, heading);

  proposed = ls_place_propose_name (LS_PLACE (account), ls_image_get_name (image));
  text = ls_reference_to_string (proposed != NULL ? proposed : ls_image_get_name (image));
  gtk_editable_set_text (self->name_entry, text);
  update (self);

  return GTK_WIDGET (self);
}
