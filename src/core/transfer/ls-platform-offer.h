/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The image for one platform that a name offers at a registry, before it is pulled.
 * Immutable. */

#define LS_TYPE_PLATFORM_OFFER (ls_platform_offer_get_type ())
G_DECLARE_FINAL_TYPE (LsPlatformOffer, ls_platform_offer, LS, PLATFORM_OFFER, GObject)

LsPlatformOffer *ls_platform_offer_new              (LsPlatform      *platform,
                                                     LsManifest      *image,
                                                     gint64           size,
                                                     gint64           size_here,
                                                     GPtrArray       *attestations,
                                                     gboolean         is_host);
const char      *ls_platform_offer_get_text         (LsPlatformOffer *self);
LsPlatform      *ls_platform_offer_get_platform     (LsPlatformOffer *self);
LsManifest      *ls_platform_offer_get_image        (LsPlatformOffer *self);
gint64           ls_platform_offer_get_size         (LsPlatformOffer *self);
gint64           ls_platform_offer_get_size_here    (LsPlatformOffer *self);
GPtrArray       *ls_platform_offer_get_attestations (LsPlatformOffer *self);
gboolean         ls_platform_offer_is_host          (LsPlatformOffer *self);

G_END_DECLS
