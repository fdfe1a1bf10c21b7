/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-images-page.h"

#include "ls-back-button.h"
#include "ls-dialogs.h"
#include "ls-error-text.h"
#include "ls-image-details.h"
#include "ls-image-remover.h"
#include "ls-images-view.h"
#include "ls-label-tooltip.h"
#include "ls-name-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LsImagesPage
{
  GtkWidget parent_instance;

  LsContext *context;      /* (owned) */
  LsImageRemover *remover; /* (owned) */

  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkStack *stack;
  LsImagesView *view;
  AdwStatusPage *error_page;
  GtkRevealer *action_revealer;
  GtkLabel *selected_label;
};

enum
{
  PROP_0,
  PROP_CONTEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsImagesPage, ls_images_page, GTK_TYPE_WIDGET)

static void
show_error_page (LsImagesPage *self)
{
  const GError *error = ls_image_list_get_error (ls_context_get_images (self->context));
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  if (error != NULL)
    {
      text = ls_error_text (error);
      markup = g_markup_escape_text (text, -1);
    }

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
update_state (LsImagesPage *self)
{
  LsImageList *images;

  /* The view tells of its images while the page is being built, too. */
  if (self->context == NULL)
    return;

  images = ls_context_get_images (self->context);
  switch (ls_image_list_get_state (images))
    {
    case LS_LOAD_STATE_FAILED:
      show_error_page (self);
      break;
    case LS_LOAD_STATE_EMPTY:
      gtk_stack_set_visible_child_name (self->stack, "empty");
      break;
    case LS_LOAD_STATE_READY:
      gtk_stack_set_visible_child_name (
          self->stack, ls_images_view_get_n_shown (self->view) > 0 ? "content" : "no-match");
      break;
    case LS_LOAD_STATE_IDLE:
    case LS_LOAD_STATE_LOADING:
    default:
      gtk_stack_set_visible_child_name (self->stack, "loading");
    }
}

static void
selected_image_changed_cb (LsImagesPage *self)
{
  LsImage *image = ls_images_view_get_selected_image (self->view);
  const char *const actions[] = { "image.details",        "image.tag",         "image.push",
                                  "image.copy-reference", "image.copy-digest", "image.remove" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], image != NULL);

  /* The label keeps its text while the bar slides away. */
  if (image != NULL)
    {
      g_autofree char *name = ls_reference_to_string (ls_image_get_name (image));

      gtk_label_set_text (self->selected_label, name);
    }
  gtk_revealer_set_reveal_child (self->action_revealer, image != NULL);
}

static void
search_mode_changed_cb (LsImagesPage *self)
{
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    gtk_editable_set_text (self->search_entry, "");
}

static void
search_changed_cb (LsImagesPage *self)
{
  g_object_set (self->view, "search-text", gtk_editable_get_text (self->search_entry), NULL);
}

/* Return in the entry goes on to what was found. */
static void
search_activate_cb (LsImagesPage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->view), GTK_DIR_TAB_FORWARD);
}

static void
retry_clicked_cb (LsImagesPage *self)
{
  ls_context_load (self->context);
}

static void
open_name_dialog (LsImagesPage *self, LsNameDialogMode mode)
{
  LsImage *image = ls_images_view_get_selected_image (self->view);
  GtkWidget *dialog;

  g_return_if_fail (image != NULL);

  dialog = ls_name_dialog_new (self->context, image, mode);
  ls_present_dialog (GTK_WINDOW (dialog), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LsImagesPage *self = LS_IMAGES_PAGE (widget);
  LsImage *image = ls_images_view_get_selected_image (self->view);

  ls_present_dialog (GTK_WINDOW (ls_image_details_new (self->context, image)),
                     GTK_WINDOW (gtk_widget_get_root (widget)));
}

static void
tag_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_name_dialog (LS_IMAGES_PAGE (widget), LS_NAME_DIALOG_TAG);
}

static void
push_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_name_dialog (LS_IMAGES_PAGE (widget), LS_NAME_DIALOG_PUSH);
}

static void
copy_reference_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LsImage *image = ls_images_view_get_selected_image (LS_IMAGES_PAGE (widget)->view);
  g_autofree char *text = ls_reference_to_string (ls_image_get_name (image));

  gtk_widget_activate_action (widget, "win.copy", "s", text);
}

static void
copy_digest_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LsImage *image = ls_images_view_get_selected_image (LS_IMAGES_PAGE (widget)->view);

  gtk_widget_activate_action (widget, "win.copy", "s", ls_image_get_digest (image));
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  LsImagesPage *self = LS_IMAGES_PAGE (widget);

  ls_image_remover_remove (self->remover, ls_images_view_get_selected_image (self->view), widget);
  /* The keyboard goes on from there. */
  ls_images_view_select_neighbour (self->view);
}

/* While the page is shown, typing anywhere in the window starts a search. */
static void
ls_images_page_map (GtkWidget *widget)
{
  LsImagesPage *self = LS_IMAGES_PAGE (widget);

  GTK_WIDGET_CLASS (ls_images_page_parent_class)->map (widget);

  gtk_search_bar_set_key_capture_widget (self->search_bar,
                                         GTK_WIDGET (gtk_widget_get_root (widget)));
}

static void
ls_images_page_unmap (GtkWidget *widget)
{
  LsImagesPage *self = LS_IMAGES_PAGE (widget);

  gtk_search_bar_set_key_capture_widget (self->search_bar, NULL);

  GTK_WIDGET_CLASS (ls_images_page_parent_class)->unmap (widget);
}

static void
ls_images_page_constructed (GObject *object)
{
  LsImagesPage *self = LS_IMAGES_PAGE (object);
  LsImageList *images = ls_context_get_images (self->context);

  G_OBJECT_CLASS (ls_images_page_parent_class)->constructed (object);

  self->remover = ls_image_remover_new (self->context);
  ls_images_view_set_images (self->view, G_LIST_MODEL (images));
  g_signal_connect_object (images, "notify::state", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (images, "notify::error", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);

  update_state (self);
  selected_image_changed_cb (self);
}

static void
ls_images_page_dispose (GObject *object)
{
  LsImagesPage *self = LS_IMAGES_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_object (&self->context);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->remover);

  G_OBJECT_CLASS (ls_images_page_parent_class)->dispose (object);
}

static void
ls_images_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsImagesPage *self = LS_IMAGES_PAGE (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, self->context);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_images_page_set_property (GObject *object, guint property_id, const GValue *value,
                             GParamSpec *pspec)
{
  LsImagesPage *self = LS_IMAGES_PAGE (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      self->context = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_images_page_class_init (LsImagesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ls_images_page_constructed;
  object_class->dispose = ls_images_page_dispose;
  object_class->get_property = ls_images_page_get_property;
  object_class->set_property = ls_images_page_set_property;

  widget_class->map = ls_images_page_map;
  widget_class->unmap = ls_images_page_unmap;

  properties[PROP_CONTEXT] =
      g_param_spec_object ("context", NULL, NULL, LS_TYPE_CONTEXT,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LS_TYPE_BACK_BUTTON);
  g_type_ensure (LS_TYPE_IMAGES_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-images-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, view);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, action_revealer);
  gtk_widget_class_bind_template_child (widget_class, LsImagesPage, selected_label);
  gtk_widget_class_bind_template_callback (widget_class, update_state);
  gtk_widget_class_bind_template_callback (widget_class, selected_image_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, ls_label_query_tooltip);

  gtk_widget_class_install_action (widget_class, "image.details", NULL, details_action);
  gtk_widget_class_install_action (widget_class, "image.tag", NULL, tag_action);
  gtk_widget_class_install_action (widget_class, "image.push", NULL, push_action);
  gtk_widget_class_install_action (widget_class, "image.copy-reference", NULL,
                                   copy_reference_action);
  gtk_widget_class_install_action (widget_class, "image.copy-digest", NULL, copy_digest_action);
  gtk_widget_class_install_action (widget_class, "image.remove", NULL, remove_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_ALT_MASK, "image.details",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "image.tag", NULL);
  /* The menu shows the last one. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK,
                                       "image.push", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "image.push",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "image.copy-reference", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "image.remove", NULL);
}

static void
ls_images_page_init (LsImagesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_images_page_new:
 * @context: whose images to show
 *
 * Returns: a new page
 */
GtkWidget *
ls_images_page_new (LsContext *context)
{
  return g_object_new (LS_TYPE_IMAGES_PAGE, "context", context, NULL);
}

/**
 * ls_images_page_start_search:
 * @self: an images page
 *
 * Shows the search entry and puts the keyboard focus there.
 */
void
ls_images_page_start_search (LsImagesPage *self)
{
  g_return_if_fail (LS_IS_IMAGES_PAGE (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/**
 * ls_images_page_show_image:
 * @self: an images page
 * @image: an image of the list
 *
 * Selects @image and scrolls to it, ending a search that would hide it.
 */
void
ls_images_page_show_image (LsImagesPage *self, LsImage *image)
{
  g_return_if_fail (LS_IS_IMAGES_PAGE (self));
  g_return_if_fail (LS_IS_IMAGE (image));

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  ls_images_view_set_selected_image (self->view, image);
}
