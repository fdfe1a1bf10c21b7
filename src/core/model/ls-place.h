/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-reference.h"

G_BEGIN_DECLS

/* Something that holds images: the store on this computer, a registry, an
 * account at one. What the sidebar lists and what an image can be dropped on.
 * Interface properties (read-only): title, icon-name, registry (nullable:
 * "docker.io", "localhost:5000"), insecure. */

#define LS_TYPE_PLACE (ls_place_get_type ())
G_DECLARE_INTERFACE (LsPlace, ls_place, LS, PLACE, GObject)

/**
 * LsPlaceInterface:
 * @propose_name: the name an image gets when it is dropped here; %NULL if it cannot
 *
 * What a place must tell.
 */
struct _LsPlaceInterface
{
  GTypeInterface parent_iface;

  LsReference *(*propose_name) (LsPlace     *self,
                                LsReference *image);
};

char        *ls_place_dup_title     (LsPlace     *self);
char        *ls_place_dup_icon_name (LsPlace     *self);
char        *ls_place_dup_registry  (LsPlace     *self);
LsReference *ls_place_propose_name  (LsPlace     *self,
                                     LsReference *image);

G_END_DECLS
