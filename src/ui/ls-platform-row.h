/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-offer.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A platform that can be chosen: its size, what of it is here, and, behind a button,
 * what is attested of it. Read-only property: active. */

#define LS_TYPE_PLATFORM_ROW (ls_platform_row_get_type ())
G_DECLARE_FINAL_TYPE (LsPlatformRow, ls_platform_row, LS, PLATFORM_ROW, AdwActionRow)

GtkWidget       *ls_platform_row_new        (LsImageOffer    *all,
                                             LsPlatformOffer *offer);
LsPlatformOffer *ls_platform_row_get_offer  (LsPlatformRow   *self);
gboolean         ls_platform_row_get_active (LsPlatformRow   *self);
void             ls_platform_row_set_active (LsPlatformRow   *self,
                                             gboolean         active);

G_END_DECLS
