/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-offer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lists what is attested of the image for one platform; asks when it is first opened. */

#define LS_TYPE_ATTESTATIONS_POPOVER (ls_attestations_popover_get_type ())
G_DECLARE_FINAL_TYPE (LsAttestationsPopover, ls_attestations_popover, LS, ATTESTATIONS_POPOVER,
                      GtkPopover)

GtkWidget *ls_attestations_popover_new (LsImageOffer    *offer,
                                        LsPlatformOffer *image);

G_END_DECLS
