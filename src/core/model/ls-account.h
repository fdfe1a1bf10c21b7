/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-place.h"

G_BEGIN_DECLS

/* Somebody signed in to a registry; a place. The secret is never a property:
 * the keyring holds it, or, for a session-only account, the account list.
 * Read-only properties besides those of LsPlace: username, session-only. */

#define LS_TYPE_ACCOUNT (ls_account_get_type ())
G_DECLARE_FINAL_TYPE (LsAccount, ls_account, LS, ACCOUNT, GObject)

LsAccount  *ls_account_new              (const char *registry,
                                         const char *username,
                                         gboolean    session_only,
                                         gboolean    insecure);
const char *ls_account_get_registry     (LsAccount  *self);
const char *ls_account_get_username     (LsAccount  *self);
gboolean    ls_account_get_session_only (LsAccount  *self);
gboolean    ls_account_get_insecure     (LsAccount  *self);

G_END_DECLS
