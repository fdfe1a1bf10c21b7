/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-details.h"

#include "config.h"
#include "ls-format.h"
#include "ls-hyphens.h"
#include "ls-image-variant-row.h"
#include "ls-safe-text.h"

#include <glib/gi18n.h>

#define MAX_LIST_CHARS 400

struct _LsImageDetails
{
  AdwWindow parent_instance;

  LsImage *image;
  GCancellable *cancellable;

  AdwActionRow *names_row;
  AdwActionRow *platforms_row;
  AdwActionRow *missing_row;
  AdwActionRow *size_row;
  AdwActionRow *created_row;
  AdwActionRow *digest_row;
  AdwActionRow *image_id_row;
  AdwPreferencesGroup *content_group;
};

G_DEFINE_FINAL_TYPE (LsImageDetails, ls_image_details, ADW_TYPE_WINDOW)

static void
copy_digest_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsImageDetails *self = LS_IMAGE_DETAILS (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.copy", "s",
                                ls_image_get_digest (self->image));
  gtk_window_close (GTK_WINDOW (self));
}

/* All names of the same content, one a line, that of the image first. */
static char *
list_names (LsImageList *images, LsImage *image)
{
  g_autofree char *first = ls_reference_to_string (ls_image_get_name (image));
  GString *names = g_string_new (first);
  guint n_images = g_list_model_get_n_items (G_LIST_MODEL (images));

  for (guint i = 0; i < n_images; i++)
    {
      g_autoptr (LsImage) other = g_list_model_get_item (G_LIST_MODEL (images), i);
      g_autofree char *name = ls_reference_to_string (ls_image_get_name (other));

      if (other != image && g_str_equal (ls_image_get_digest (other), ls_image_get_digest (image)))
        g_string_append_printf (names, "\n%s", name);
    }

  return g_string_free (names, FALSE);
}

static void
show_list (AdwActionRow *row, const char *const *items)
{
  g_autofree char *joined = g_strjoinv (", ", (char **) items);
  g_autofree char *text = ls_safe_text (joined, MAX_LIST_CHARS);

  adw_action_row_set_subtitle (row, text);
  gtk_widget_set_visible (GTK_WIDGET (row), *text != '\0');
}

static void
described_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsImageDetails *self = user_data;
  g_autoptr (GPtrArray) variants = ls_context_describe_finish (LS_CONTEXT (object), result, NULL);

  /* Closed meanwhile, and @self gone with that; or something is wrong with the image,
   * which is told where it is checked. */
  if (variants == NULL || variants->len == 0)
    return;

  while (variants->len > 0)
    adw_preferences_group_add (self->content_group,
                               ls_image_variant_row_new (g_ptr_array_steal_index (variants, 0)));
  gtk_widget_set_visible (GTK_WIDGET (self->content_group), TRUE);
}

static void
ls_image_details_dispose (GObject *object)
{
  LsImageDetails *self = LS_IMAGE_DETAILS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->image);

  G_OBJECT_CLASS (ls_image_details_parent_class)->dispose (object);
}

static void
ls_image_details_class_init (LsImageDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ls_image_details_dispose;

  gtk_widget_class_install_action (widget_class, "details.copy-digest", NULL, copy_digest_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-image-details.ui");
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, names_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, platforms_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, missing_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, size_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, created_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, digest_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, image_id_row);
  gtk_widget_class_bind_template_child (widget_class, LsImageDetails, content_group);
}

static void
ls_image_details_init (LsImageDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_hyphens_leave_out (GTK_WIDGET (self->names_row));
  ls_hyphens_leave_out (GTK_WIDGET (self->digest_row));
}

/**
 * ls_image_details_new:
 * @context: knows the other names
 * @image: an image on this computer
 *
 * Returns: (transfer full): a new dialog
 */
GtkWidget *
ls_image_details_new (LsContext *context, LsImage *image)
{
  LsImageDetails *self;
  g_autofree char *names = NULL;
  g_autofree char *size = NULL;
  g_autofree char *created = NULL;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);
  g_return_val_if_fail (LS_IS_IMAGE (image), NULL);

  self = g_object_new (LS_TYPE_IMAGE_DETAILS, NULL);
  self->image = g_object_ref (image);

  names = list_names (ls_context_get_images (context), image);
  size = ls_format_size ((guint64) ls_image_get_size (image));
  created = ls_format_exact_time (ls_image_get_created (image));
  adw_action_row_set_subtitle (self->names_row, names);
  show_list (self->platforms_row, ls_image_get_platforms (image));
  show_list (self->missing_row, ls_image_get_missing_platforms (image));
  adw_action_row_set_subtitle (self->size_row, size);
  adw_action_row_set_subtitle (self->created_row, created);
  adw_action_row_set_subtitle (self->digest_row, ls_image_get_digest (image));
  adw_action_row_set_subtitle (self->image_id_row, ls_image_get_image_id (image));

  self->cancellable = g_cancellable_new ();
  ls_context_describe_async (context, image, self->cancellable, described_cb, self);

  return GTK_WIDGET (self);
}
