/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-http-request.h"
#include "ls-http.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One request on the wire and the head of its reply: a single hop, without
 * redirects. Decides on the connection that is actually made: whether its
 * certificate and its address are acceptable. Private to this room. */

typedef struct _LsHttpExchange LsHttpExchange;

LsHttpExchange *ls_http_exchange_new       (LsHttpRequest   *request,
                                            GUri            *uri,
                                            const char      *authorization,
                                            LsReach          max_reach);
void            ls_http_exchange_free      (LsHttpExchange  *exchange);
GInputStream   *ls_http_exchange_send      (LsHttpExchange  *exchange,
                                            LsHttp          *http,
                                            GCancellable    *cancellable,
                                            GError         **error);
SoupMessage    *ls_http_exchange_get_message (LsHttpExchange *exchange);
LsReach         ls_http_exchange_get_reach (LsHttpExchange  *exchange);
gboolean        ls_http_exchange_was_dropped (LsHttpExchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpExchange, ls_http_exchange_free)

G_END_DECLS
