/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-store.h"

G_BEGIN_DECLS

/* One name in the store on this computer, as a source and as a destination. */

#define LS_TYPE_LOCAL_IMAGE (ls_local_image_get_type ())
G_DECLARE_FINAL_TYPE (LsLocalImage, ls_local_image, LS, LOCAL_IMAGE, GObject)

LsLocalImage *ls_local_image_new (LsStore     *store,
                                  LsReference *name);
LsReference  *ls_local_image_get_name (LsLocalImage *self);
GStrv         ls_local_image_dup_expected (LsLocalImage *self);

G_END_DECLS
