/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-account.h"
#include "ls-keyring.h"
#include "ls-load-state.h"
#include "ls-registry.h"

G_BEGIN_DECLS

/* Who is signed in where: a GListModel of LsAccount, sorted by registry (Docker
 * Hub first) and user name. The keyring is the list; this is its view, plus the
 * accounts of this session only. Read-only properties: state (LsLoadState),
 * locked (the keyring may hold more than is shown), error (boxed GError,
 * nullable: why the keyring cannot be read). Signal "signed-in" (LsAccount):
 * there are new credentials, be it for an account that was listed before. */

#define LS_TYPE_ACCOUNT_LIST (ls_account_list_get_type ())
G_DECLARE_FINAL_TYPE (LsAccountList, ls_account_list, LS, ACCOUNT_LIST, GObject)

LsAccountList *ls_account_list_new             (LsHttp               *http,
                                                LsRegistrySettings   *settings,
                                                LsKeyring            *keyring);
LsLoadState    ls_account_list_get_state       (LsAccountList        *self);
gboolean       ls_account_list_get_locked      (LsAccountList        *self);
const GError  *ls_account_list_get_error       (LsAccountList        *self);
/* Reads the keyring without a prompt; call it again whenever it may have changed. */
void           ls_account_list_load            (LsAccountList        *self);
void           ls_account_list_unlock_async    (LsAccountList        *self,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean       ls_account_list_unlock_finish   (LsAccountList        *self,
                                                GAsyncResult         *result,
                                                GError              **error);

/* The account to use: of @username when given, else the first of @registry. */
LsAccount     *ls_account_list_find            (LsAccountList        *self,
                                                const char           *registry,
                                                const char           *username);

/* Checks the credentials against the registry, then stores them. An error of
 * KEYRING_UNAVAILABLE or KEYRING_LOCKED says that they are right but could not
 * be stored: ls_account_list_keep_for_session() then signs in without storing. */
void           ls_account_list_sign_in_async   (LsAccountList        *self,
                                                const char           *registry,
                                                LsCredentials        *credentials,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
LsAccount     *ls_account_list_sign_in_finish  (LsAccountList        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
LsAccount     *ls_account_list_keep_for_session (LsAccountList       *self,
                                                const char           *registry,
                                                LsCredentials        *credentials);

/* Signs out; until ls_account_list_forget() the account can be restored. */
void           ls_account_list_sign_out_async  (LsAccountList        *self,
                                                LsAccount            *account,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean       ls_account_list_sign_out_finish (LsAccountList        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void           ls_account_list_restore_async   (LsAccountList        *self,
                                                LsAccount            *account,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean       ls_account_list_restore_finish  (LsAccountList        *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void           ls_account_list_forget          (LsAccountList        *self,
                                                LsAccount            *account);

/* The registry client to work with: with the account's credentials (which may
 * ask to unlock the keyring), or anonymous when @account is NULL. Shared per account. */
void           ls_account_list_get_registry_async  (LsAccountList        *self,
                                                    const char           *registry,
                                                    LsAccount            *account,
                                                    GAsyncReadyCallback   callback,
                                                    gpointer              user_data);
LsRegistry    *ls_account_list_get_registry_finish (LsAccountList        *self,
                                                    GAsyncResult         *result,
                                                    GError              **error);

G_END_DECLS
