/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image.h"
#include "ls-load-state.h"

G_BEGIN_DECLS

/* The images on this computer, as a GListModel of LsImage that follows the
 * store, also when another process changes it. Read-only properties: state
 * (LsLoadState), error (boxed GError, nullable), n-items. */

#define LS_TYPE_IMAGE_LIST (ls_image_list_get_type ())
G_DECLARE_FINAL_TYPE (LsImageList, ls_image_list, LS, IMAGE_LIST, GObject)

LsImageList  *ls_image_list_new       (LsStore     *store);
LsLoadState   ls_image_list_get_state (LsImageList *self);
const GError *ls_image_list_get_error (LsImageList *self);
void          ls_image_list_load      (LsImageList *self);
void          ls_image_list_fail      (LsImageList *self,
                                       GError      *error);
LsImage      *ls_image_list_find      (LsImageList *self,
                                       LsReference *name);

G_END_DECLS
