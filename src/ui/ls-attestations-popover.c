/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-attestations-popover.h"

#include "ls-attestation-text.h"
#include "ls-error-text.h"
#include "ls-safe-text.h"

#define MAX_TYPE_CHARS 120
#define WIDTH_CHARS 30

struct _LsAttestationsPopover
{
  GtkPopover parent_instance;

  LsImageOffer *offer;
  LsPlatformOffer *image;
  GCancellable *cancellable; /* (nullable): of the request that is under way */
  gboolean is_known;

  GtkStack *stack;
  GtkBox *content;
  GtkLabel *message;
};

G_DEFINE_FINAL_TYPE (LsAttestationsPopover, ls_attestations_popover, GTK_TYPE_POPOVER)

static GtkWidget *
create_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), WIDTH_CHARS);

  return label;
}

static void
add_attestation (LsAttestationsPopover *self, const char *type)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *shown = ls_safe_text (type, MAX_TYPE_CHARS);

  gtk_box_append (GTK_BOX (box), create_label (ls_attestation_title (type)));
  if (*shown != '\0')
    {
      GtkWidget *label = create_label (shown);

      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_box_append (self->content, box);
}

static void
show_message (LsAttestationsPopover *self, const char *text)
{
  gtk_label_set_label (self->message, text);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsAttestationsPopover) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) types =
      ls_image_offer_list_attested_finish (LS_IMAGE_OFFER (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  if (types == NULL)
    {
      g_autofree char *text = ls_error_text_during (error, LS_ACTIVITY_PULL);

      show_message (self, text);
      return;
    }

  self->is_known = TRUE;
  for (guint i = 0; types[i] != NULL; i++)
    add_attestation (self, types[i]);
  gtk_stack_set_visible_child_name (self->stack, "content");
}

static void
ls_attestations_popover_show (GtkWidget *widget)
{
  LsAttestationsPopover *self = LS_ATTESTATIONS_POPOVER (widget);

  if (!self->is_known && self->cancellable == NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "loading");
      self->cancellable = g_cancellable_new ();
      ls_image_offer_list_attested_async (self->offer, self->image, self->cancellable, listed_cb,
                                          g_object_ref (self));
    }

  GTK_WIDGET_CLASS (ls_attestations_popover_parent_class)->show (widget);
}

/* The dialog goes away: nobody waits for the answer. */
static void
ls_attestations_popover_unroot (GtkWidget *widget)
{
  LsAttestationsPopover *self = LS_ATTESTATIONS_POPOVER (widget);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  GTK_WIDGET_CLASS (ls_attestations_popover_parent_class)->unroot (widget);
}

static void
ls_attestations_popover_dispose (GObject *object)
{
  LsAttestationsPopover *self = LS_ATTESTATIONS_POPOVER (object);

  g_clear_object (&self->offer);
  g_clear_object (&self->image);

  G_OBJECT_CLASS (ls_attestations_popover_parent_class)->dispose (object);
}

static void
ls_attestations_popover_class_init (LsAttestationsPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_attestations_popover_dispose;
  widget_class->show = ls_attestations_popover_show;
  widget_class->unroot = ls_attestations_popover_unroot;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-attestations-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, LsAttestationsPopover, stack);
  gtk_widget_class_bind_template_child (widget_class, LsAttestationsPopover, content);
  gtk_widget_class_bind_template_child (widget_class, LsAttestationsPopover, message);
}

static void
ls_attestations_popover_init (LsAttestationsPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_attestations_popover_new:
 * @offer: asks the registry
 * @image: one of it
 *
 * Returns: (transfer floating): a new popover
 */
GtkWidget *
ls_attestations_popover_new (LsImageOffer *offer, LsPlatformOffer *image)
{
  LsAttestationsPopover *self;

  g_return_val_if_fail (LS_IS_IMAGE_OFFER (offer), NULL);
  g_return_val_if_fail (LS_IS_PLATFORM_OFFER (image), NULL);

  self = g_object_new (LS_TYPE_ATTESTATIONS_POPOVER, NULL);
  self->offer = g_object_ref (offer);
  self->image = g_object_ref (image);

  return GTK_WIDGET (self);
}
