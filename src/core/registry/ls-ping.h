/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-http.h"

G_BEGIN_DECLS

/* The first question to a registry: GET /v2/ (OCI distribution specification,
 * "Determining support"). Private to this room. */

LsHttpReply *ls_ping                   (LsHttp         *http,
                                        LsEndpoint    **endpoint,
                                        LsHttpPatience  patience,
                                        GCancellable   *cancellable,
                                        GError        **error);
gboolean     ls_ping_check             (LsHttpReply    *reply,
                                        const char     *name,
                                        GError        **error);
gboolean     ls_ping_is_from_registry  (LsHttpReply    *reply);

G_END_DECLS
