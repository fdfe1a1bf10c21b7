/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-blob-marks.h"
#include "ls-store-image.h"
#include "ls-store-room.h"

G_BEGIN_DECLS

/* Between the files that make up LsStore: the object (ls-store.c), its names,
 * its blobs, its garbage, and the asynchronous forms. */

LsStoreImage *ls_store_find_image     (LsStore       *self,
                                       LsDescriptor  *root,
                                       GError       **error);
void          ls_store_forget_images  (LsStore       *self);
void          ls_store_notify_changed (LsStore       *self);
LsBlobMarks  *ls_store_get_marks      (LsStore       *self);
LsStoreRoom  *ls_store_get_room       (LsStore       *self);

G_END_DECLS
