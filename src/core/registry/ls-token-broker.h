/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-challenge.h"
#include "ls-credentials.h"
#include "ls-http.h"

G_BEGIN_DECLS

/* Gets bearer tokens from the realm that a registry names, and keeps them until
 * they expire (Docker Registry v2 token authentication and its OAuth2 form).
 * One for each registry and user; safe to use from several threads, which then
 * wait for one request instead of making many. */

typedef struct _LsTokenBroker LsTokenBroker;

/* What a token is for: the registry that sent the challenge, its name, and how
 * close it is. */
typedef struct
{
  LsChallenge *challenge;
  LsEndpoint *registry;
  const char *name;
  LsReach reach;
  LsHttpPatience patience; /* who waits for the token */
} LsTokenSource;

/* The user name under which a credential helper keeps an identity token. */
#define LS_TOKEN_USERNAME "<token>"

LsTokenBroker *ls_token_broker_new    (LsHttp               *http,
                                       LsCredentials        *credentials);
void           ls_token_broker_free   (LsTokenBroker        *broker);
char          *ls_token_broker_get    (LsTokenBroker        *broker,
                                       const LsTokenSource  *source,
                                       const char *const    *scopes,
                                       const char           *refused,
                                       GCancellable         *cancellable,
                                       GError              **error);
void           ls_token_broker_forget (LsTokenBroker        *broker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTokenBroker, ls_token_broker_free)

G_END_DECLS
