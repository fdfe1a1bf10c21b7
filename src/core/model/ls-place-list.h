/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-account-list.h"
#include "ls-local-place.h"
#include "ls-registry-place.h"

G_BEGIN_DECLS

/* All places in the sidebar's order, as a GListModel of LsPlace: this computer,
 * Docker Hub, its accounts, then each other registry with its accounts. */

#define LS_TYPE_PLACE_LIST (ls_place_list_get_type ())
G_DECLARE_FINAL_TYPE (LsPlaceList, ls_place_list, LS, PLACE_LIST, GObject)

LsPlaceList *ls_place_list_new (LsImageList        *images,
                                LsAccountList      *accounts,
                                LsRegistrySettings *settings);

G_END_DECLS
