/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-place.h"

G_DEFINE_INTERFACE (LsPlace, ls_place, G_TYPE_OBJECT)

static LsReference *
ls_place_real_propose_name (LsPlace *self, LsReference *image)
{
  return NULL;
}

static void
ls_place_default_init (LsPlaceInterface *iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  iface->propose_name = ls_place_real_propose_name;

  /**
   * LsPlace:title:
   *
   * What the sidebar shows: a user name, a registry, or a word for the user
   * interface to translate.
   */
  g_object_interface_install_property (iface,
                                       g_param_spec_string ("title", NULL, NULL, NULL, flags));
  /**
   * LsPlace:icon-name:
   *
   * The name of a symbolic icon.
   */
  g_object_interface_install_property (iface,
                                       g_param_spec_string ("icon-name", NULL, NULL, NULL, flags));
  /**
   * LsPlace:registry: (nullable)
   *
   * The registry that this place is at, "docker.io" for Docker Hub.
   */
  g_object_interface_install_property (iface,
                                       g_param_spec_string ("registry", NULL, NULL, NULL, flags));
  /**
   * LsPlace:insecure:
   *
   * Whether the connection may go without verified TLS, which must be shown.
   */
  g_object_interface_install_property (iface,
                                       g_param_spec_boolean ("insecure", NULL, NULL, FALSE, flags));
}

/**
 * ls_place_dup_title:
 * @self: a place
 *
 * Returns: (transfer full): what the sidebar shows
 */
char *
ls_place_dup_title (LsPlace *self)
{
  char *title = NULL;

  g_return_val_if_fail (LS_IS_PLACE (self), NULL);

  g_object_get (self, "title", &title, NULL);

  return title;
}

/**
 * ls_place_dup_icon_name:
 * @self: a place
 *
 * Returns: (transfer full): the name of a symbolic icon
 */
char *
ls_place_dup_icon_name (LsPlace *self)
{
  char *icon_name = NULL;

  g_return_val_if_fail (LS_IS_PLACE (self), NULL);

  g_object_get (self, "icon-name", &icon_name, NULL);

  return icon_name;
}

/**
 * ls_place_dup_registry:
 * @self: a place
 *
 * Returns: (transfer full) (nullable): the registry that this place is at
 */
char *
ls_place_dup_registry (LsPlace *self)
{
  char *registry = NULL;

  g_return_val_if_fail (LS_IS_PLACE (self), NULL);

  g_object_get (self, "registry", &registry, NULL);

  return registry;
}

/**
 * ls_place_propose_name:
 * @self: a place
 * @image: the name of an image
 *
 * The name under which @image would come to this place when it is dropped here.
 *
 * Returns: (transfer full) (nullable): a name; %NULL if nothing can be dropped here
 */
LsReference *
ls_place_propose_name (LsPlace *self, LsReference *image)
{
  g_return_val_if_fail (LS_IS_PLACE (self), NULL);
  g_return_val_if_fail (image != NULL, NULL);

  return LS_PLACE_GET_IFACE (self)->propose_name (self, image);
}
