/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Who is signed in, where, how the password is kept, and the way out. */

#define LS_TYPE_ACCOUNT_PAGE (ls_account_page_get_type ())
G_DECLARE_FINAL_TYPE (LsAccountPage, ls_account_page, LS, ACCOUNT_PAGE, AdwBin)

GtkWidget *ls_account_page_new         (LsContext     *context);
void       ls_account_page_set_account (LsAccountPage *self,
                                        LsAccount     *account);

G_END_DECLS
