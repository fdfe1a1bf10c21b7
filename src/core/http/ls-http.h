/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"
#include "ls-http-reply.h"
#include "ls-http-request.h"

G_BEGIN_DECLS

/* The one door to the network. Every request of Longshore goes through here:
 * one session with our own policy for redirects (credentials never leave their
 * origin, https never falls to http), no content decoding, no cookies, bounded
 * replies, and one place where a failure becomes an LsError. The calls block
 * and may be made from any thread but the main one. */

#define LS_TYPE_HTTP (ls_http_get_type ())
G_DECLARE_FINAL_TYPE (LsHttp, ls_http, LS, HTTP, GObject)

void         ls_http_prepare_process (void);
LsHttp      *ls_http_new             (void);
LsHttpReply *ls_http_send            (LsHttp         *self,
                                      LsHttpRequest  *request,
                                      GCancellable   *cancellable,
                                      GError        **error);
LsHttpReply *ls_http_open            (LsHttp         *self,
                                      LsHttpRequest  *request,
                                      GCancellable   *cancellable,
                                      GError        **error);
void         ls_http_set_bandwidth_limit (LsHttp     *self,
                                      gint64          bytes_per_second);
gint64       ls_http_get_pause       (LsHttp         *self,
                                      const char     *host);
gint64       ls_http_get_round_trip  (LsHttp         *self,
                                      const char     *host);
gint64       ls_http_get_retry       (LsHttp         *self,
                                      const char     *host,
                                      LsError        *reason);
gboolean     ls_http_back_off        (LsHttp         *self,
                                      const char     *host,
                                      const GError   *failure,
                                      guint           n_failures,
                                      GCancellable   *cancellable,
                                      GError        **error);
gboolean     ls_http_pause           (gint64          microseconds,
                                      GCancellable   *cancellable,
                                      GError        **error);

G_END_DECLS
