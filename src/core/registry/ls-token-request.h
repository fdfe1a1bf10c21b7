/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-token-broker.h"

G_BEGIN_DECLS

/* What a realm gave. Private to this room. */
typedef struct
{
  char *token;
  char *refresh_token; /* nullable */
  gint64 lifetime;     /* in seconds */
} LsTokenReply;

GUri    *ls_token_source_resolve_realm
                               (const LsTokenSource  *source,
                                GError              **error);
gboolean ls_token_request      (LsHttp               *http,
                                const LsTokenSource  *source,
                                const char *const    *scopes,
                                const char           *username,
                                const char           *secret,
                                LsTokenReply         *reply,
                                GCancellable         *cancellable,
                                GError              **error);
gboolean ls_token_reply_parse  (LsTokenReply         *reply,
                                GBytes               *body,
                                GError              **error);
void     ls_token_reply_clear  (LsTokenReply         *reply);
char    *ls_basic_authorization (const char          *username,
                                 const char          *secret);
void     ls_secret_free        (char                 *secret);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsTokenReply, ls_token_reply_clear)

G_END_DECLS
