/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-layer-row.h"

#include "ls-format.h"
#include "ls-transfer-text.h"

struct _LsLayerRow
{
  GtkListBoxRow parent_instance;

  LsTransferLayer *layer;
  LsTransferKind kind;
};

G_DEFINE_FINAL_TYPE (LsLayerRow, ls_layer_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  PROP_0,
  PROP_LAYER,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
format_state (gpointer unused, LsTransferKind kind, LsLayerState state, gint64 bytes_done,
              gint64 bytes_total, const char *mounted_from)
{
  return ls_layer_text (kind, state, bytes_done, bytes_total, mounted_from);
}

static double
get_fraction (gpointer unused, gint64 bytes_done, gint64 bytes_total)
{
  return bytes_total > 0 ? CLAMP ((double) bytes_done / (double) bytes_total, 0, 1) : 0;
}

static gboolean
is_moving (gpointer unused, LsLayerState state)
{
  return state == LS_LAYER_MOVING;
}

/* With a new fraction a bar forgets its text. */
static void
tell_progress (GtkProgressBar *progress)
{
  g_autofree char *percent = ls_format_percent (gtk_progress_bar_get_fraction (progress));

  gtk_accessible_update_property (GTK_ACCESSIBLE (progress), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  percent, -1);
}

static void
ls_layer_row_dispose (GObject *object)
{
  LsLayerRow *self = LS_LAYER_ROW (object);

  g_clear_object (&self->layer);

  G_OBJECT_CLASS (ls_layer_row_parent_class)->dispose (object);
}

static void
ls_layer_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsLayerRow *self = LS_LAYER_ROW (object);

  switch (prop_id)
    {
    case PROP_LAYER:
      g_value_set_object (value, self->layer);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_layer_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  LsLayerRow *self = LS_LAYER_ROW (object);

  switch (prop_id)
    {
    case PROP_LAYER:
      self->layer = g_value_dup_object (value);
      break;
    case PROP_KIND:
      self->kind = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_layer_row_class_init (LsLayerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ls_layer_row_dispose;
  object_class->get_property = ls_layer_row_get_property;
  object_class->set_property = ls_layer_row_set_property;

  properties[PROP_LAYER] = g_param_spec_object ("layer", NULL, NULL, LS_TYPE_TRANSFER_LAYER, flags);
  properties[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, LS_TYPE_TRANSFER_KIND, LS_TRANSFER_PULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/longshoreapp/Longshore/ls-layer-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, format_state);
  gtk_widget_class_bind_template_callback (widget_class, get_fraction);
  gtk_widget_class_bind_template_callback (widget_class, is_moving);
  gtk_widget_class_bind_template_callback (widget_class, tell_progress);
}

static void
ls_layer_row_init (LsLayerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_layer_row_new:
 * @layer: what to show
 * @kind: whether bytes come or go, which has other words
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
ls_layer_row_new (LsTransferLayer *layer, LsTransferKind kind)
{
  g_return_val_if_fail (LS_IS_TRANSFER_LAYER (layer), NULL);

  return g_object_new (LS_TYPE_LAYER_ROW, "layer", layer, "kind", kind, NULL);
}
