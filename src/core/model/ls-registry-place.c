/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-place.h"

struct _LsRegistryPlace
{
  GObject parent_instance;

  char *registry;
  gboolean insecure;
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

/* The interface's own propose_name stays: nobody is signed in here to push as. */
G_DEFINE_FINAL_TYPE_WITH_CODE (LsRegistryPlace, ls_registry_place, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_PLACE, NULL))

static void
ls_registry_place_finalize (GObject *object)
{
  LsRegistryPlace *self = LS_REGISTRY_PLACE (object);

  g_free (self->registry);

  G_OBJECT_CLASS (ls_registry_place_parent_class)->finalize (object);
}

static void
ls_registry_place_get_property (GObject *object, guint property_id, GValue *value,
                                GParamSpec *pspec)
{
  LsRegistryPlace *self = LS_REGISTRY_PLACE (object);

  switch (property_id)
    {
    case PROP_TITLE:
      if (g_strcmp0 (self->registry, LS_DOCKER_HUB) == 0)
        g_value_set_static_string (value, "Docker Hub"); /* a proper name in every language */
      else
        g_value_set_string (value, self->registry);
      break;
    case PROP_ICON_NAME:
      g_value_set_static_string (value, "longshore-registry-symbolic");
      break;
    case PROP_REGISTRY:
      g_value_set_string (value, self->registry);
      break;
    case PROP_INSECURE:
      g_value_set_boolean (value, self->insecure);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_registry_place_class_init (LsRegistryPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ls_registry_place_finalize;
  object_class->get_property = ls_registry_place_get_property;

  g_object_class_override_property (object_class, PROP_TITLE, "title");
  g_object_class_override_property (object_class, PROP_ICON_NAME, "icon-name");
  g_object_class_override_property (object_class, PROP_REGISTRY, "registry");
  g_object_class_override_property (object_class, PROP_INSECURE, "insecure");
}

static void
ls_registry_place_init (LsRegistryPlace *self)
{
}

/**
 * ls_registry_place_new:
 * @registry: the registry's name, "docker.io" for Docker Hub
 * @insecure: whether the registry may be reached without verified TLS
 *
 * Returns: (transfer full): a new place
 */
LsRegistryPlace *
ls_registry_place_new (const char *registry, gboolean insecure)
{
  LsRegistryPlace *self;

  g_return_val_if_fail (registry != NULL, NULL);

  self = g_object_new (LS_TYPE_REGISTRY_PLACE, NULL);
  self->registry = g_strdup (registry);
  self->insecure = insecure;

  return self;
}
