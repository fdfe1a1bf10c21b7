/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-time-label.h"

#include "ls-format.h"

#include <glib/gi18n.h>

#define REFRESH_SECONDS 60

struct _LsTimeLabel
{
  GtkWidget parent_instance;

  GtkWidget *label;
  GDateTime *time; /* (owned) (nullable) */
  guint refresh_id;
};

enum
{
  PROP_0,
  PROP_TIME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsTimeLabel, ls_time_label, GTK_TYPE_WIDGET)

static void
update_text (LsTimeLabel *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *text = NULL;
  g_autofree char *exact = NULL;

  if (self->time != NULL)
    {
      text = ls_format_relative_time (self->time, now);
      exact = ls_format_exact_time (self->time);
    }
  else
    {
      /* Translators: when an image was created, for one that does not say */
      text = g_strdup (C_ ("time", "Unknown"));
    }

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), exact);
}

static gboolean
refresh_cb (gpointer user_data)
{
  update_text (LS_TIME_LABEL (user_data));

  return G_SOURCE_CONTINUE;
}

static void
ls_time_label_map (GtkWidget *widget)
{
  LsTimeLabel *self = LS_TIME_LABEL (widget);

  GTK_WIDGET_CLASS (ls_time_label_parent_class)->map (widget);

  update_text (self);
  self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
}

static void
ls_time_label_unmap (GtkWidget *widget)
{
  LsTimeLabel *self = LS_TIME_LABEL (widget);

  g_clear_handle_id (&self->refresh_id, g_source_remove);

  GTK_WIDGET_CLASS (ls_time_label_parent_class)->unmap (widget);
}

static void
ls_time_label_dispose (GObject *object)
{
  LsTimeLabel *self = LS_TIME_LABEL (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->time, g_date_time_unref);

  G_OBJECT_CLASS (ls_time_label_parent_class)->dispose (object);
}

static void
ls_time_label_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsTimeLabel *self = LS_TIME_LABEL (object);

  switch (property_id)
    {
    case PROP_TIME:
      g_value_set_boxed (value, self->time);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_time_label_set_property (GObject *object, guint property_id, const GValue *value,
                            GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_TIME:
      ls_time_label_set_time (LS_TIME_LABEL (object), g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_time_label_class_init (LsTimeLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_time_label_dispose;
  object_class->get_property = ls_time_label_get_property;
  object_class->set_property = ls_time_label_set_property;
  widget_class->map = ls_time_label_map;
  widget_class->unmap = ls_time_label_unmap;

  properties[PROP_TIME] =
      g_param_spec_boxed ("time", NULL, NULL, G_TYPE_DATE_TIME,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ls_time_label_init (LsTimeLabel *self)
{
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

/**
 * ls_time_label_get_text:
 * @self: a time label
 *
 * Returns: (transfer none): what it shows
 */
const char *
ls_time_label_get_text (LsTimeLabel *self)
{
  g_return_val_if_fail (LS_IS_TIME_LABEL (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->label));
}

/**
 * ls_time_label_set_time:
 * @self: a time label
 * @time: (nullable): the time to show
 */
void
ls_time_label_set_time (LsTimeLabel *self, GDateTime *time)
{
  g_return_if_fail (LS_IS_TIME_LABEL (self));

  if (self->time == time)
    return;

  g_clear_pointer (&self->time, g_date_time_unref);
  if (time != NULL)
    self->time = g_date_time_ref (time);

  update_text (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME]);
}
