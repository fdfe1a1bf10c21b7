/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a server wants to see before it serves: one challenge of its
 * WWW-Authenticate fields (RFC 9110, section 11.6.1; Docker's token
 * authentication). Immutable, reference counted. */

typedef struct _LsChallenge LsChallenge;

typedef enum
{
  LS_CHALLENGE_BASIC,
  LS_CHALLENGE_BEARER,
} LsChallengeScheme;

LsChallenge       *ls_challenge_parse       (const char        *fields);
LsChallenge       *ls_challenge_ref         (LsChallenge       *challenge);
void               ls_challenge_unref       (LsChallenge       *challenge);
LsChallengeScheme  ls_challenge_get_scheme  (const LsChallenge *challenge);
const char        *ls_challenge_get_realm   (const LsChallenge *challenge);
const char        *ls_challenge_get_service (const LsChallenge *challenge);
const char        *ls_challenge_get_scope   (const LsChallenge *challenge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsChallenge, ls_challenge_unref)

G_END_DECLS
