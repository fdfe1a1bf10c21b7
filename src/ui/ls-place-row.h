/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-account-list.h"
#include "ls-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A place in the sidebar, and the target of images that are dragged there:
 * while one hovers, the row says what dropping it will do. Construct-only
 * properties: place, accounts. Signal "image-dropped" (LsImage). */

#define LS_TYPE_PLACE_ROW (ls_place_row_get_type ())
G_DECLARE_FINAL_TYPE (LsPlaceRow, ls_place_row, LS, PLACE_ROW, GtkListBoxRow)

GtkWidget *ls_place_row_new       (LsPlace       *place,
                                   LsAccountList *accounts);
LsPlace   *ls_place_row_get_place (LsPlaceRow    *self);

/* What a drop of @image here would do. */
char      *ls_place_row_dup_hint  (LsPlaceRow    *self,
                                   LsImage       *image,
                                   gboolean      *accepted);

G_END_DECLS
