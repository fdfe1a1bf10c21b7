/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-grace.h"

G_BEGIN_DECLS

/* The bytes of a request whose length is not said beforehand, so that it can end before
 * they do: when somebody wants it to, or when the place fails that they come from. Then
 * the registry answers and tells how far it is; of a request that is broken off it may
 * throw away all that came before, too. Private to this room. */

#define LS_TYPE_UPLOAD_BODY (ls_upload_body_get_type ())
G_DECLARE_FINAL_TYPE (LsUploadBody, ls_upload_body, LS, UPLOAD_BODY, GFilterInputStream)

GInputStream *ls_upload_body_new           (GInputStream  *bytes,
                                            GCancellable  *stop,
                                            LsGrace       *grace);
gint64        ls_upload_body_get_size      (LsUploadBody  *self);
gboolean      ls_upload_body_check_failure (LsUploadBody  *self,
                                            GError       **error);

G_END_DECLS
