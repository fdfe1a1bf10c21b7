/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is known of one image on this computer: its names, platforms, digests, size
 * and age. To be made transient for a window that has the action win.copy. */

#define LS_TYPE_IMAGE_DETAILS (ls_image_details_get_type ())
G_DECLARE_FINAL_TYPE (LsImageDetails, ls_image_details, LS, IMAGE_DETAILS, AdwWindow)

GtkWidget *ls_image_details_new (LsContext *context,
                                 LsImage   *image);

G_END_DECLS
