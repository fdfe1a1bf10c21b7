/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-local-place.h"

struct _LsLocalPlace
{
  GObject parent_instance;

  LsImageList *images;
};

enum
{
  PROP_0,

  /* Those of LsPlace. */
  PROP_TITLE,
  PROP_ICON_NAME,
  PROP_REGISTRY,
  PROP_INSECURE,
};

/* The interface's own propose_name stays: the images that can be dragged are here already. */
G_DEFINE_FINAL_TYPE_WITH_CODE (LsLocalPlace, ls_local_place, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_PLACE, NULL))

static void
ls_local_place_dispose (GObject *object)
{
  LsLocalPlace *self = LS_LOCAL_PLACE (object);

  g_clear_object (&self->images);

  G_OBJECT_CLASS (ls_local_place_parent_class)->dispose (object);
}

static void
ls_local_place_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_static_string (value, "Images"); /* a word that the user interface translates */
      break;
    case PROP_ICON_NAME:
      g_value_set_static_string (value, "computer-symbolic");
      break;
    case PROP_REGISTRY:
      g_value_set_string (value, NULL);
      break;
    case PROP_INSECURE:
      g_value_set_boolean (value, FALSE);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_local_place_class_init (LsLocalPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ls_local_place_dispose;
  object_class->get_property = ls_local_place_get_property;

  g_object_class_override_property (object_class, PROP_TITLE, "title");
  g_object_class_override_property (object_class, PROP_ICON_NAME, "icon-name");
  g_object_class_override_property (object_class, PROP_REGISTRY, "registry");
  g_object_class_override_property (object_class, PROP_INSECURE, "insecure");
}

static void
ls_local_place_init (LsLocalPlace *self)
{
}

/**
 * ls_local_place_new:
 * @images: the images on this computer
 *
 * Returns: (transfer full): a new place
 */
LsLocalPlace *
ls_local_place_new (LsImageList *images)
{
  LsLocalPlace *self;

  g_return_val_if_fail (images != NULL, NULL);

  self = g_object_new (LS_TYPE_LOCAL_PLACE, NULL);
  self->images = g_object_ref (images);

  return self;
}

/**
 * ls_local_place_get_images:
 * @self: the place
 *
 * Returns: (transfer none): the images on this computer
 */
LsImageList *
ls_local_place_get_images (LsLocalPlace *self)
{
  g_return_val_if_fail (LS_IS_LOCAL_PLACE (self), NULL);

  return self->images;
}
