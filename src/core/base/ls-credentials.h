/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A user name and a secret (password or access token), on their way between
 * the dialog, the keyring and the registry. Immutable, reference counted, safe
 * to share between threads. The secret is wiped when the last reference goes;
 * it is not a property, and nothing prints it. */

typedef struct _LsCredentials LsCredentials;

#define LS_TYPE_CREDENTIALS (ls_credentials_get_type ())
GType ls_credentials_get_type (void);

LsCredentials *ls_credentials_new          (const char          *username,
                                            const char          *secret);
LsCredentials *ls_credentials_ref          (LsCredentials       *credentials);
void           ls_credentials_unref        (LsCredentials       *credentials);
const char    *ls_credentials_get_username (const LsCredentials *credentials);
const char    *ls_credentials_get_secret   (const LsCredentials *credentials);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsCredentials, ls_credentials_unref)

G_END_DECLS
