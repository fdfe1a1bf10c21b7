/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-http-gate.h"

G_BEGIN_DECLS

/* A body on its way in or out: never gives more bytes than were promised, and
 * says so when fewer come or the line fails. */

#define LS_TYPE_HTTP_STREAM (ls_http_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsHttpStream, ls_http_stream, LS, HTTP_STREAM, GFilterInputStream)

GInputStream *ls_http_stream_new               (GInputStream *body,
                                                const char   *host,
                                                LsHttpLease  *lease);
GInputStream *ls_http_stream_new_for_upload    (GInputStream *body,
                                                const char   *subject,
                                                gint64        size);
void          ls_http_stream_set_promised_size (LsHttpStream *self,
                                                gint64        size,
                                                gboolean      is_whole);

G_END_DECLS
