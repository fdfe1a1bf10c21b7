/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-registry.h"

G_BEGIN_DECLS

/* One name at a registry, as a source and as a destination. */

#define LS_TYPE_REGISTRY_IMAGE (ls_registry_image_get_type ())
G_DECLARE_FINAL_TYPE (LsRegistryImage, ls_registry_image, LS, REGISTRY_IMAGE, GObject)

LsRegistryImage *ls_registry_image_new          (LsRegistry      *registry,
                                                 LsReference     *name);
LsReference     *ls_registry_image_get_name     (LsRegistryImage *self);
LsRegistry      *ls_registry_image_dup_registry (LsRegistryImage *self);
void             ls_registry_image_set_registry (LsRegistryImage *self,
                                                 LsRegistry      *registry);
void             ls_registry_image_abandon      (LsRegistryImage *self);

G_END_DECLS
