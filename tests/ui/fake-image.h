/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

G_BEGIN_DECLS

/* Both ends of a transfer, without any bytes: an image of four layers and a
 * configuration that the test moves as it likes. Its second layer is at the
 * destination already, its third one is mounted there. */

#define FAKE_TYPE_IMAGE (fake_image_get_type ())
G_DECLARE_FINAL_TYPE (FakeImage, fake_image, FAKE, IMAGE, GObject)

FakeImage  *fake_image_new      (const char   *name);
LsTransfer *fake_image_transfer (FakeImage    *self,
                                 LsTransferKind kind);
/* Makes the transfer fail where it starts; takes the error. */
void        fake_image_fail     (FakeImage    *self,
                                 GError       *error);
/* Makes every layer stop half-way, until it is let go or cancelled. */
void        fake_image_hold     (FakeImage    *self,
                                 gboolean      hold);

G_END_DECLS
