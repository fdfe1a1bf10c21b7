/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-cell.h"

struct _LsImageCell
{
  AdwBin parent_instance;

  LsImage *image; /* (owned) (nullable) */
};

enum
{
  PROP_0,
  PROP_IMAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsImageCell, ls_image_cell, ADW_TYPE_BIN)

/* A row is nothing but its cells to GTK: a screen reader would call it by the name of
 * its class. */
static void
tell_row (LsImageCell *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;

  while (row != NULL
         && gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (row)) != GTK_ACCESSIBLE_ROLE_ROW)
    row = gtk_widget_get_parent (row);
  if (row == NULL || self->image == NULL)
    return;

  name = ls_reference_to_string (ls_image_get_name (self->image));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
ls_image_cell_dispose (GObject *object)
{
  LsImageCell *self = LS_IMAGE_CELL (object);

  g_clear_object (&self->image);

  G_OBJECT_CLASS (ls_image_cell_parent_class)->dispose (object);
}

static void
ls_image_cell_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsImageCell *self = LS_IMAGE_CELL (object);

  switch (property_id)
    {
    case PROP_IMAGE:
      g_value_set_object (value, self->image);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_image_cell_set_property (GObject *object, guint property_id, const GValue *value,
                            GParamSpec *pspec)
{
  LsImageCell *self = LS_IMAGE_CELL (object);

  switch (property_id)
    {
    case PROP_IMAGE:
      if (g_set_object (&self->image, g_value_get_object (value)))
        {
          tell_row (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_image_cell_class_init (LsImageCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ls_image_cell_dispose;
  object_class->get_property = ls_image_cell_get_property;
  object_class->set_property = ls_image_cell_set_property;

  properties[PROP_IMAGE] =
      g_param_spec_object ("image", NULL, NULL, LS_TYPE_IMAGE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ls_image_cell_init (LsImageCell *self)
{
}

/**
 * ls_image_cell_get_image:
 * @self: a cell
 *
 * Returns: (transfer none) (nullable): the image of its row
 */
LsImage *
ls_image_cell_get_image (LsImageCell *self)
{
  g_return_val_if_fail (LS_IS_IMAGE_CELL (self), NULL);

  return self->image;
}

/**
 * ls_image_cell_find:
 * @widget: a row, or any other widget
 *
 * Returns: (transfer none) (nullable): the first cell that @widget is or holds
 */
LsImageCell *
ls_image_cell_find (GtkWidget *widget)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  if (LS_IS_IMAGE_CELL (widget))
    return LS_IMAGE_CELL (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      LsImageCell *cell = ls_image_cell_find (child);

      if (cell != NULL)
        return cell;
    }

  return NULL;
}
