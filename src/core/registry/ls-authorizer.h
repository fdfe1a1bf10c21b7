/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-confidants.h"
#include "ls-credentials.h"
#include "ls-http.h"

G_BEGIN_DECLS

/* Sends the requests of one registry with what it takes to be served: finds
 * out once whether it speaks TLS and what it challenges for, gets tokens, and
 * renews them when they were refused. Safe to use from several threads. */

typedef struct _LsAuthorizer LsAuthorizer;

LsAuthorizer *ls_authorizer_new          (LsHttp             *http,
                                          LsEndpoint         *endpoint,
                                          const char         *name,
                                          LsCredentials      *credentials,
                                          LsConfidants       *confidants);
void          ls_authorizer_free         (LsAuthorizer       *authorizer);
LsHttp       *ls_authorizer_get_http     (LsAuthorizer       *authorizer);
GStrv         ls_authorizer_dup_hosts    (LsAuthorizer       *authorizer);
LsEndpoint   *ls_authorizer_find_endpoint (LsAuthorizer      *authorizer,
                                          LsHttpPatience      patience,
                                          GCancellable       *cancellable,
                                          GError            **error);
gboolean      ls_authorizer_sign_in      (LsAuthorizer       *authorizer,
                                          GCancellable       *cancellable,
                                          GError            **error);
LsHttpReply  *ls_authorizer_send         (LsAuthorizer       *authorizer,
                                          LsHttpRequest      *request,
                                          const char *const  *scopes,
                                          GCancellable       *cancellable,
                                          GError            **error);
LsHttpReply  *ls_authorizer_open         (LsAuthorizer       *authorizer,
                                          LsHttpRequest      *request,
                                          const char *const  *scopes,
                                          GCancellable       *cancellable,
                                          GError            **error);
GError       *ls_authorizer_make_error   (LsAuthorizer       *authorizer,
                                          LsHttpReply        *reply,
                                          const char         *subject);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsAuthorizer, ls_authorizer_free)

G_END_DECLS
