/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-account-list.h"

G_BEGIN_DECLS

/* What the files of LsAccountList share: ls-account-list.c is the model,
 * ls-account-list-sign-in.c changes who is signed in, ls-account-list-registry.c
 * hands out registry clients. Tables are keyed by ls_account_list_key(). */

struct _LsAccountList
{
  GObject parent_instance;

  LsHttp *http;
  LsRegistrySettings *settings;
  LsKeyring *keyring;

  GPtrArray *accounts;    /* of LsAccount, sorted */
  GHashTable *session;    /* of LsCredentials, kept for this session only */
  GHashTable *signed_out; /* LsAccount to LsCredentials, until forgotten or restored */
  GHashTable *registries; /* of LsRegistry */
  GHashTable *lookups;    /* of GPtrArray of GTask, that want the same credentials */

  LsLoadState state;
  gboolean locked;
  GError *error;

  gboolean loading;
  gboolean load_again;
  GPtrArray *waiting; /* of GTask, for the end of the load */
};

char      *ls_account_list_key             (const char    *registry,
                                            const char    *username);
void       ls_account_list_insert          (LsAccountList *self,
                                            LsAccount     *account);
void       ls_account_list_remove          (LsAccountList *self,
                                            LsAccount     *account);
void       ls_account_list_drop_registries (LsAccountList *self,
                                            const char    *registry,
                                            const char    *username);

G_END_DECLS
