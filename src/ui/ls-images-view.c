/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-images-view.h"

#include "ls-column-view.h"
#include "ls-drag-card.h"
#include "ls-drag-escape.h"
#include "ls-format.h"
#include "ls-image-cell.h"
#include "ls-image-sorting.h"
#include "ls-label-tooltip.h"
#include "ls-settings.h"
#include "ls-time-label.h"

#include <glib/gi18n.h>

/* Narrower than this many characters, all columns become one. */
#define COMPACT_CHARS 70

struct _LsImagesView
{
  GtkWidget parent_instance;

  GListModel *images;     /* (owned) (nullable) */
  char *search_text;      /* (owned) (nullable) */
  GMenuModel *menu_model; /* (owned) (nullable) */
  GtkWidget *menu;        /* (nullable): made when it is first opened */
  GSettings *settings;    /* (owned) (nullable) */

  gboolean compact;
  guint set_compact_id;

  LsImageSorting *sorting; /* (owned) */

  GtkWidget *scrolled_window;
  GtkColumnView *column_view;
  GtkSingleSelection *selection;
  GtkFilterListModel *filter_model;
  GtkColumnViewColumn *compact_column;
  GtkColumnViewColumn *repository_column;
  GtkColumnViewColumn *tag_column;
  GtkColumnViewColumn *image_id_column;
  GtkColumnViewColumn *created_column;
  GtkColumnViewColumn *size_column;
};

enum
{
  PROP_0,
  PROP_IMAGES,
  PROP_SEARCH_TEXT,
  PROP_SELECTED_IMAGE,
  PROP_N_SHOWN,
  PROP_MENU_MODEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsImagesView, ls_images_view, GTK_TYPE_WIDGET)

/* Formatters that the cells name. */

static char *
format_size (GtkListItem *item, LsImage *image)
{
  return image != NULL ? ls_format_size (ls_image_get_size (image)) : NULL;
}

static char *
format_name (GtkListItem *item, LsImage *image)
{
  return image != NULL ? ls_reference_to_string (ls_image_get_name (image)) : NULL;
}

static char *
get_searched_text (LsImage *image)
{
  g_autofree char *name = ls_reference_to_string (ls_image_get_name (image));

  return g_strjoin (" ", name, ls_image_get_image_id (image), ls_image_get_digest (image), NULL);
}

static GtkColumnViewColumn *
get_column (LsImagesView *self, LsImageColumn column)
{
  GtkColumnViewColumn *columns[LS_N_IMAGE_COLUMNS] = { self->repository_column, self->tag_column,
                                                       self->image_id_column, self->created_column,
                                                       self->size_column };

  return columns[column];
}

static void
set_up_sorting (LsImagesView *self)
{
  GtkColumnViewColumn *columns[LS_N_IMAGE_COLUMNS];

  for (guint i = 0; i < LS_N_IMAGE_COLUMNS; i++)
    columns[i] = get_column (self, i);

  self->sorting = ls_image_sorting_new (self->column_view, columns, self->settings);
  gtk_column_view_column_set_sorter (self->compact_column,
                                     gtk_column_view_column_get_sorter (self->repository_column));
}

/* One column or all of them. */

static gboolean
set_compact_in_idle (gpointer user_data)
{
  LsImagesView *self = LS_IMAGES_VIEW (user_data);

  self->set_compact_id = 0;
  gtk_column_view_column_set_visible (self->compact_column, self->compact);
  for (guint i = 0; i < LS_N_IMAGE_COLUMNS; i++)
    {
      if (i != LS_IMAGE_COLUMN_SIZE)
        gtk_column_view_column_set_visible (get_column (self, i), !self->compact);
    }

  return G_SOURCE_REMOVE;
}

static void
ls_images_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LsImagesView *self = LS_IMAGES_VIEW (widget);
  gboolean compact = width < COMPACT_CHARS * ls_column_view_get_char_width (widget);

  if (self->compact != compact)
    {
      self->compact = compact;
      /* Columns cannot come and go within an allocation. */
      if (self->set_compact_id == 0)
        self->set_compact_id = g_idle_add (set_compact_in_idle, self);
    }

  gtk_widget_size_allocate (self->scrolled_window, &(GtkAllocation){ 0, 0, width, height },
                            baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
ls_images_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (LS_IMAGES_VIEW (widget)->scrolled_window, orientation, for_size, minimum,
                      natural, minimum_baseline, natural_baseline);
}

/* Which image is where. */

static LsImage *
get_image_at (LsImagesView *self, double x, double y, GtkWidget **row)
{
  GtkWidget *target = gtk_widget_pick (GTK_WIDGET (self->column_view), x, y, GTK_PICK_DEFAULT);
  LsImageCell *cell;

  *row = ls_column_view_find_row (self->column_view, target);
  cell = *row != NULL ? ls_image_cell_find (*row) : NULL;

  return cell != NULL ? ls_image_cell_get_image (cell) : NULL;
}

static gboolean
find_position (LsImagesView *self, LsImage *image, guint *position)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsImage) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (item == image)
        {
          *position = i;
          return TRUE;
        }
    }

  return FALSE;
}

/* GTK's own way is from row to row, and there may be hundreds; the arrows do that. */
static gboolean
ls_images_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  LsImagesView *self = LS_IMAGES_VIEW (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab && focus != NULL
      && gtk_widget_is_ancestor (focus, ls_column_view_get_list (self->column_view)))
    return FALSE;

  return GTK_WIDGET_CLASS (ls_images_view_parent_class)->focus (widget, direction);
}

/* The context menu. */

/* Closing leaves the focus nowhere in particular: back to the row it was in. */
static void
menu_closed_cb (LsImagesView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->column_view));
}

static void
open_menu (LsImagesView *self, const GdkRectangle *where)
{
  if (self->menu_model == NULL)
    return;

  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (self->menu_model);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      g_signal_connect_object (self->menu, "closed", G_CALLBACK (menu_closed_cb), self,
                               G_CONNECT_SWAPPED);
    }

  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), where);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
secondary_press_cb (LsImagesView *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *row;

  if (get_image_at (self, x, y, &row) != NULL)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The menu opens when the button is let go. On X11, GDK overlooks that a menu which
 * comes up under a pressed button has the pointer in it, takes the next click for
 * one outside, and closes the menu instead of doing what was chosen. */
static void
secondary_release_cb (LsImagesView *self, int n_press, double x, double y)
{
  GtkWidget *row;
  LsImage *image = get_image_at (self, x, y, &row);
  graphene_point_t point;

  if (image == NULL)
    return;

  ls_images_view_set_selected_image (self, image);
  if (gtk_widget_compute_point (GTK_WIDGET (self->column_view), GTK_WIDGET (self),
                                &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    open_menu (self, &(GdkRectangle){ (int) point.x, (int) point.y, 1, 1 });
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  LsImagesView *self = LS_IMAGES_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *row = ls_column_view_find_row (self->column_view, gtk_root_get_focus (root));
  LsImageCell *cell = row != NULL ? ls_image_cell_find (row) : NULL;
  graphene_rect_t bounds;

  if (cell == NULL || ls_image_cell_get_image (cell) == NULL)
    return FALSE;

  ls_images_view_set_selected_image (self, ls_image_cell_get_image (cell));
  if (gtk_widget_compute_bounds (row, widget, &bounds))
    open_menu (self, &(GdkRectangle){ (int) bounds.origin.x + (int) bounds.size.height,
                                      (int) bounds.origin.y, 1, (int) bounds.size.height });

  return TRUE;
}

/* Dragging. */

static GdkContentProvider *
drag_prepare_cb (LsImagesView *self, double x, double y, GtkDragSource *source)
{
  GtkWidget *row;
  LsImage *image = get_image_at (self, x, y, &row);

  if (image == NULL)
    return NULL;

  /* What is dragged is what is selected, as everywhere. */
  ls_images_view_set_selected_image (self, image);

  return gdk_content_provider_new_typed (LS_TYPE_IMAGE, image);
}

static void
drag_begin_cb (LsImagesView *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autofree char *name = format_name (NULL, ls_images_view_get_selected_image (self));

  ls_drag_escape_watch (drag);
  if (name != NULL)
    ls_drag_card_show (drag, name);
}

/* A double click, or Return: the page has the action. */
static void
row_activated_cb (LsImagesView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "image.details", NULL);
}

static void
selected_item_changed_cb (LsImagesView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED_IMAGE]);
}

static void
shown_images_changed_cb (LsImagesView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SHOWN]);
}

static void
ls_images_view_dispose (GObject *object)
{
  LsImagesView *self = LS_IMAGES_VIEW (object);

  g_clear_handle_id (&self->set_compact_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  if (self->column_view != NULL)
    {
      gtk_column_view_column_set_sorter (self->compact_column, NULL);
      g_clear_object (&self->sorting);
      gtk_column_view_set_model (self->column_view, NULL);
    }
  g_clear_pointer (&self->scrolled_window, gtk_widget_unparent);
  self->column_view = NULL;
  g_clear_object (&self->images);
  g_clear_object (&self->menu_model);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->search_text, g_free);

  G_OBJECT_CLASS (ls_images_view_parent_class)->dispose (object);
}

static void
ls_images_view_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsImagesView *self = LS_IMAGES_VIEW (object);

  switch (property_id)
    {
    case PROP_IMAGES:
      g_value_set_object (value, self->images);
      break;
    case PROP_SEARCH_TEXT:
      g_value_set_string (value, self->search_text);
      break;
    case PROP_SELECTED_IMAGE:
      g_value_set_object (value, ls_images_view_get_selected_image (self));
      break;
    case PROP_N_SHOWN:
      g_value_set_uint (value, ls_images_view_get_n_shown (self));
      break;
    case PROP_MENU_MODEL:
      g_value_set_object (value, self->menu_model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
set_search_text (LsImagesView *self, const char *search_text)
{
  if (g_strcmp0 (self->search_text, search_text) == 0)
    return;

  g_free (self->search_text);
  self->search_text = g_strdup (search_text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH_TEXT]);
}

static void
ls_images_view_set_property (GObject *object, guint property_id, const GValue *value,
                             GParamSpec *pspec)
{
  LsImagesView *self = LS_IMAGES_VIEW (object);

  switch (property_id)
    {
    case PROP_IMAGES:
      ls_images_view_set_images (self, g_value_get_object (value));
      break;
    case PROP_SEARCH_TEXT:
      set_search_text (self, g_value_get_string (value));
      break;
    case PROP_SELECTED_IMAGE:
      ls_images_view_set_selected_image (self, g_value_get_object (value));
      break;
    case PROP_MENU_MODEL:
      if (g_set_object (&self->menu_model, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_images_view_class_init (LsImagesViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_images_view_dispose;
  object_class->get_property = ls_images_view_get_property;
  object_class->set_property = ls_images_view_set_property;

  widget_class->focus = ls_images_view_focus;
  widget_class->measure = ls_images_view_measure;
  widget_class->size_allocate = ls_images_view_size_allocate;

  properties[PROP_IMAGES] =
      g_param_spec_object ("images", NULL, NULL, G_TYPE_LIST_MODEL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SEARCH_TEXT] =
      g_param_spec_string ("search-text", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED_IMAGE] =
      g_param_spec_object ("selected-image", NULL, NULL, LS_TYPE_IMAGE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_SHOWN] = g_param_spec_uint ("n-shown", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MENU_MODEL] =
      g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LS_TYPE_IMAGE_CELL);
  g_type_ensure (LS_TYPE_TIME_LABEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-images-view.ui");
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, column_view);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, selection);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, filter_model);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, compact_column);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, repository_column);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, tag_column);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, image_id_column);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, created_column);
  gtk_widget_class_bind_template_child (widget_class, LsImagesView, size_column);
  gtk_widget_class_bind_template_callback (widget_class, format_size);
  gtk_widget_class_bind_template_callback (widget_class, format_name);
  gtk_widget_class_bind_template_callback (widget_class, get_searched_text);
  gtk_widget_class_bind_template_callback (widget_class, ls_label_query_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_item_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_images_changed_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

static void
ls_images_view_init (LsImagesView *self)
{
  GtkGesture *click;
  GtkDragSource *drag_source;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = ls_settings_new ();
  set_up_sorting (self);

  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_press_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (click, "released", G_CALLBACK (secondary_release_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->column_view), GTK_EVENT_CONTROLLER (click));

  drag_source = gtk_drag_source_new ();
  g_signal_connect_object (drag_source, "prepare", G_CALLBACK (drag_prepare_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (drag_source, "drag-begin", G_CALLBACK (drag_begin_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->column_view), GTK_EVENT_CONTROLLER (drag_source));
}

/**
 * ls_images_view_new:
 *
 * Returns: a new view, without images
 */
GtkWidget *
ls_images_view_new (void)
{
  return g_object_new (LS_TYPE_IMAGES_VIEW, NULL);
}

/**
 * ls_images_view_set_images:
 * @self: an images view
 * @images: (nullable): a list of #LsImage
 */
void
ls_images_view_set_images (LsImagesView *self, GListModel *images)
{
  g_return_if_fail (LS_IS_IMAGES_VIEW (self));

  if (g_set_object (&self->images, images))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IMAGES]);
}

/**
 * ls_images_view_get_selected_image:
 * @self: an images view
 *
 * Returns: (transfer none) (nullable): the image whose row is selected
 */
LsImage *
ls_images_view_get_selected_image (LsImagesView *self)
{
  g_return_val_if_fail (LS_IS_IMAGES_VIEW (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

/**
 * ls_images_view_set_selected_image:
 * @self: an images view
 * @image: (nullable): an image of the list
 *
 * Selects the row of @image and scrolls to it.
 */
void
ls_images_view_set_selected_image (LsImagesView *self, LsImage *image)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (LS_IS_IMAGES_VIEW (self));
  g_return_if_fail (image == NULL || LS_IS_IMAGE (image));

  if (image != NULL && !find_position (self, image, &position))
    return;

  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (ls_column_view_get_list (self->column_view), "list.scroll-to-item",
                                "u", position);
}

/**
 * ls_images_view_select_neighbour:
 * @self: an images view
 *
 * Selects the image after the selected one, or the one before where it is the
 * last, or none where it is the only one.
 */
void
ls_images_view_select_neighbour (LsImagesView *self)
{
  guint selected, n_items;
  g_autoptr (LsImage) neighbour = NULL;

  g_return_if_fail (LS_IS_IMAGES_VIEW (self));

  selected = gtk_single_selection_get_selected (self->selection);
  if (selected == GTK_INVALID_LIST_POSITION)
    return;

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (n_items > 1)
    neighbour = g_list_model_get_item (G_LIST_MODEL (self->selection),
                                       selected + 1 < n_items ? selected + 1 : selected - 1);
  ls_images_view_set_selected_image (self, neighbour);
}

/**
 * ls_images_view_get_n_shown:
 * @self: an images view
 *
 * Returns: how many images match the search
 */
guint
ls_images_view_get_n_shown (LsImagesView *self)
{
  g_return_val_if_fail (LS_IS_IMAGES_VIEW (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->filter_model));
}
