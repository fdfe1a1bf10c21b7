/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for a registry, a user name and a password or token, has them checked by
 * the registry and stored in the keyring. Signal "signed-in" (LsAccount), after
 * which the dialog closes itself. */

#define LS_TYPE_SIGN_IN_DIALOG (ls_sign_in_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsSignInDialog, ls_sign_in_dialog, LS, SIGN_IN_DIALOG, AdwWindow)

LsSignInDialog *ls_sign_in_dialog_new (LsContext  *context,
                                       const char *registry);

G_END_DECLS
