/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-place.h"

G_BEGIN_DECLS

/* A registry with nobody signed in, as a place: Docker Hub is always there,
 * others while an account or a group of registries.conf names them. */

#define LS_TYPE_REGISTRY_PLACE (ls_registry_place_get_type ())
G_DECLARE_FINAL_TYPE (LsRegistryPlace, ls_registry_place, LS, REGISTRY_PLACE, GObject)

LsRegistryPlace *ls_registry_place_new (const char *registry,
                                        gboolean    insecure);

G_END_DECLS
