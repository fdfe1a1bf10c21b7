/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-list.h"
#include "ls-place.h"

G_BEGIN_DECLS

/* The store on this computer, as a place. Takes no drops of its own images. */

#define LS_TYPE_LOCAL_PLACE (ls_local_place_get_type ())
G_DECLARE_FINAL_TYPE (LsLocalPlace, ls_local_place, LS, LOCAL_PLACE, GObject)

LsLocalPlace *ls_local_place_new        (LsImageList  *images);
LsImageList  *ls_local_place_get_images (LsLocalPlace *self);

G_END_DECLS
