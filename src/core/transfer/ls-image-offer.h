/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-source.h"
#include "ls-platform-choice.h"
#include "ls-platform-offer.h"
#include "ls-store.h"

G_BEGIN_DECLS

/* What a name offers at a registry, before it is pulled: a GListModel of
 * LsPlatformOffer, in the order of the index; a plain image has one. Immutable. */

#define LS_TYPE_IMAGE_OFFER (ls_image_offer_get_type ())
G_DECLARE_FINAL_TYPE (LsImageOffer, ls_image_offer, LS, IMAGE_OFFER, GObject)

LsImageOffer *ls_image_offer_read     (LsImageSource     *source,
                                       LsStore           *store,
                                       GCancellable      *cancellable,
                                       GError           **error);
gboolean      ls_image_offer_is_index (LsImageOffer      *self);

/* Of some of the offers (LsPlatformOffer): how many bytes of config and layers they
 * have together, those they share once, and how many of them are here; and the choice
 * that a pull of them takes. */
gint64        ls_image_offer_measure  (LsImageOffer      *self,
                                       GPtrArray         *chosen,
                                       gint64            *size_here);
LsPlatformChoice *ls_image_offer_make_choice (LsImageOffer *self,
                                       GPtrArray         *chosen);

/* What is attested of one of the offers: how it was built, what it contains. */
void          ls_image_offer_list_attested_async  (LsImageOffer         *self,
                                                   LsPlatformOffer      *image,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
GStrv         ls_image_offer_list_attested_finish (LsImageOffer         *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

G_END_DECLS
