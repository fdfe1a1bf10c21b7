/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-place-row.h"

#include "ls-label-tooltip.h"
#include "ls-local-place.h"

#include <glib/gi18n.h>

#define ACCOUNT_INDENT 18

struct _LsPlaceRow
{
  GtkListBoxRow parent_instance;

  LsPlace *place;          /* (owned) */
  LsAccountList *accounts; /* (owned) */

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkWidget *insecure_mark;
  GtkLabel *count;
};

enum
{
  PROP_0,
  PROP_PLACE,
  PROP_ACCOUNTS,
  N_PROPS
};

enum
{
  IMAGE_DROPPED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsPlaceRow, ls_place_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_subtitle (LsPlaceRow *self, const char *text)
{
  gtk_label_set_text (self->subtitle, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), text != NULL);
}

static void
show_resting_subtitle (LsPlaceRow *self)
{
  gboolean session_only =
      LS_IS_ACCOUNT (self->place) && ls_account_get_session_only (LS_ACCOUNT (self->place));

  /* Translators: under the name of an account that is signed in without being stored */
  show_subtitle (self, session_only ? _ ("This session only") : NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-denied");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-accepted");
}

static void
update_count (LsPlaceRow *self)
{
  LsImageList *images = ls_local_place_get_images (LS_LOCAL_PLACE (self->place));
  guint n_images = g_list_model_get_n_items (G_LIST_MODEL (images));
  g_autofree char *text = g_strdup_printf ("%u", n_images);

  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), n_images > 0);
}

/* Drags of images begin in this process, so their content is at hand. */
static LsImage *
dup_dragged_image (GdkDrop *drop)
{
  GdkDrag *drag = drop != NULL ? gdk_drop_get_drag (drop) : NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  if (drag == NULL)
    return NULL;

  g_value_init (&value, LS_TYPE_IMAGE);
  if (!gdk_content_provider_get_value (gdk_drag_get_content (drag), &value, NULL))
    return NULL;

  return g_value_dup_object (&value);
}

static gboolean
accepts (LsPlaceRow *self, GdkDrop *drop)
{
  g_autoptr (LsImage) image = dup_dragged_image (drop);
  g_autofree char *hint = NULL;
  gboolean accepted = FALSE;

  if (image != NULL)
    hint = ls_place_row_dup_hint (self, image, &accepted);

  return accepted;
}

/* A drop target hears nothing more of what it refuses, and a refusal must be
 * seen, too. */
static void
hover_enter_cb (LsPlaceRow *self, double x, double y, GtkDropControllerMotion *hover)
{
  GdkDrop *drop = gtk_drop_controller_motion_get_drop (hover);
  g_autoptr (LsImage) image = dup_dragged_image (drop);
  g_autofree char *hint = NULL;
  gboolean accepted = FALSE;

  if (image == NULL)
    return;

  hint = ls_place_row_dup_hint (self, image, &accepted);
  show_subtitle (self, hint);
  gtk_widget_add_css_class (GTK_WIDGET (self), accepted ? "drop-accepted" : "drop-denied");
}

static void
hover_leave_cb (LsPlaceRow *self)
{
  show_resting_subtitle (self);
}

static gboolean
drop_accept_cb (LsPlaceRow *self, GdkDrop *drop, GtkDropTarget *target)
{
  return accepts (self, drop);
}

static gboolean
drop_cb (LsPlaceRow *self, const GValue *value, double x, double y, GtkDropTarget *target)
{
  show_resting_subtitle (self);
  g_signal_emit (self, signals[IMAGE_DROPPED], 0, g_value_get_object (value));

  return TRUE;
}

static void
add_drop_target (LsPlaceRow *self)
{
  GtkEventController *hover = gtk_drop_controller_motion_new ();
  GtkDropTarget *target = gtk_drop_target_new (LS_TYPE_IMAGE, GDK_ACTION_COPY);

  g_signal_connect_object (hover, "enter", G_CALLBACK (hover_enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hover, "leave", G_CALLBACK (hover_leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), hover);

  g_signal_connect_object (target, "accept", G_CALLBACK (drop_accept_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static gboolean
is_insecure (LsPlace *place)
{
  gboolean insecure = FALSE;

  g_object_get (place, "insecure", &insecure, NULL);

  return insecure;
}

static void
ls_place_row_constructed (GObject *object)
{
  LsPlaceRow *self = LS_PLACE_ROW (object);
  g_autofree char *name = ls_place_dup_title (self->place);
  /* Translators: the place that holds the images on this computer; others have proper names. */
  const char *title = LS_IS_LOCAL_PLACE (self->place) ? _ ("Images") : name;
  g_autofree char *icon_name = ls_place_dup_icon_name (self->place);

  G_OBJECT_CLASS (ls_place_row_parent_class)->constructed (object);

  gtk_label_set_text (self->title, title);
  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_visible (self->insecure_mark,
                          is_insecure (self->place) && !LS_IS_ACCOUNT (self->place));
  if (LS_IS_ACCOUNT (self->place))
    gtk_widget_set_margin_start (self->box, ACCOUNT_INDENT);

  show_resting_subtitle (self);

  if (LS_IS_LOCAL_PLACE (self->place))
    {
      LsImageList *images = ls_local_place_get_images (LS_LOCAL_PLACE (self->place));

      g_signal_connect_object (images, "items-changed", G_CALLBACK (update_count), self,
                               G_CONNECT_SWAPPED);
      update_count (self);
    }
}

static void
ls_place_row_dispose (GObject *object)
{
  LsPlaceRow *self = LS_PLACE_ROW (object);

  g_clear_object (&self->place);
  g_clear_object (&self->accounts);

  G_OBJECT_CLASS (ls_place_row_parent_class)->dispose (object);
}

static void
ls_place_row_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsPlaceRow *self = LS_PLACE_ROW (object);

  switch (property_id)
    {
    case PROP_PLACE:
      g_value_set_object (value, self->place);
      break;
    case PROP_ACCOUNTS:
      g_value_set_object (value, self->accounts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_place_row_set_property (GObject *object, guint property_id, const GValue *value,
                           GParamSpec *pspec)
{
  LsPlaceRow *self = LS_PLACE_ROW (object);

  switch (property_id)
    {
    case PROP_PLACE:
      self->place = g_value_dup_object (value);
      break;
    case PROP_ACCOUNTS:
      self->accounts = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_place_row_class_init (LsPlaceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ls_place_row_constructed;
  object_class->dispose = ls_place_row_dispose;
  object_class->get_property = ls_place_row_get_property;
  object_class->set_property = ls_place_row_set_property;

  properties[PROP_PLACE] =
      g_param_spec_object ("place", NULL, NULL, LS_TYPE_PLACE,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACCOUNTS] =
      g_param_spec_object ("accounts", NULL, NULL, LS_TYPE_ACCOUNT_LIST,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LsPlaceRow::image-dropped:
   * @self: the row
   * @image: the image that was dropped on it
   *
   * Emitted for a drop that the place accepts.
   */
  signals[IMAGE_DROPPED] = g_signal_new ("image-dropped", LS_TYPE_PLACE_ROW, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_IMAGE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/longshoreapp/Longshore/ls-place-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, box);
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, icon);
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, title);
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, insecure_mark);
  gtk_widget_class_bind_template_child (widget_class, LsPlaceRow, count);
  gtk_widget_class_bind_template_callback (widget_class, ls_label_query_tooltip);
}

static void
ls_place_row_init (LsPlaceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_drop_target (self);
}

/**
 * ls_place_row_new:
 * @place: the place to show
 * @accounts: who is signed in where
 *
 * Returns: a new row
 */
GtkWidget *
ls_place_row_new (LsPlace *place, LsAccountList *accounts)
{
  return g_object_new (LS_TYPE_PLACE_ROW, "place", place, "accounts", accounts, NULL);
}

/**
 * ls_place_row_get_place:
 * @self: a row
 *
 * Returns: (transfer none): the place it shows
 */
LsPlace *
ls_place_row_get_place (LsPlaceRow *self)
{
  g_return_val_if_fail (LS_IS_PLACE_ROW (self), NULL);

  return self->place;
}

/**
 * ls_place_row_dup_hint:
 * @self: a row
 * @image: an image that is dragged over it
 * @accepted: (out): whether it can be dropped here
 *
 * Tells what dropping @image will do. A registry without an account accepts it
 * too: signing in comes first then.
 *
 * Returns: (transfer full): what to show while it hovers
 */
char *
ls_place_row_dup_hint (LsPlaceRow *self, LsImage *image, gboolean *accepted)
{
  g_autofree char *registry = NULL;
  g_autofree char *repository = NULL;
  g_autoptr (LsReference) name = NULL;
  LsPlace *target = self->place;

  g_return_val_if_fail (LS_IS_PLACE_ROW (self), NULL);
  g_return_val_if_fail (LS_IS_IMAGE (image), NULL);
  g_return_val_if_fail (accepted != NULL, NULL);

  registry = ls_place_dup_registry (target);
  if (registry != NULL && !LS_IS_ACCOUNT (target))
    {
      LsAccount *account = ls_account_list_find (self->accounts, registry, NULL);

      *accepted = TRUE;
      if (account == NULL)
        return g_strdup (_ ("Sign in to push here"));
      target = LS_PLACE (account);
    }

  name = ls_place_propose_name (target, ls_image_get_name (image));
  *accepted = name != NULL;
  if (name == NULL)
    return g_strdup (_ ("Already on this computer"));

  /* The registry is said by the row above. */
  repository = ls_reference_is_docker_hub (name) ? ls_reference_dup_familiar_repository (name)
                                                 : g_strdup (ls_reference_get_repository (name));
  /* Translators: the name that an image will get, as in “Push as testuser/ubuntu:24.04” */
  return g_strdup_printf (_ ("Push as %1$s:%2$s"), repository, ls_reference_get_tag (name));
}
