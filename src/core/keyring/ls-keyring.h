/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-credentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's keyring (Secret Service or the portal's file), under the
 * schema of docker-credential-secretservice, so that docker finds the logins
 * and the reverse. `server` is the credential key, "https://index.docker.io/v1/"
 * for Docker Hub and the registry's name otherwise; see ls_keyring_server_for().
 * Use it from the main thread only. */

#define LS_TYPE_KEYRING (ls_keyring_get_type ())
G_DECLARE_FINAL_TYPE (LsKeyring, ls_keyring, LS, KEYRING, GObject)

/* A login that the keyring holds, without its secret. */
typedef struct
{
  char *registry; /* "docker.io", "localhost:5000" */
  char *username;
} LsKeyringLogin;

void ls_keyring_login_free (LsKeyringLogin *login);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsKeyringLogin, ls_keyring_login_free)

LsKeyring     *ls_keyring_new            (void);
char          *ls_keyring_server_for     (const char           *registry);
char          *ls_keyring_registry_for   (const char           *server);

/* Never prompts. GPtrArray of LsKeyringLogin. */
void           ls_keyring_list_async     (LsKeyring            *self,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GPtrArray     *ls_keyring_list_finish    (LsKeyring            *self,
                                          GAsyncResult         *result,
                                          gboolean             *locked,
                                          GError              **error);
/* May prompt, and so cannot be cancelled. */
void           ls_keyring_unlock_async   (LsKeyring            *self,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean       ls_keyring_unlock_finish  (LsKeyring            *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void           ls_keyring_store_async    (LsKeyring            *self,
                                          const char           *registry,
                                          LsCredentials        *credentials,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean       ls_keyring_store_finish   (LsKeyring            *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void           ls_keyring_lookup_async   (LsKeyring            *self,
                                          const char           *registry,
                                          const char           *username,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
LsCredentials *ls_keyring_lookup_finish  (LsKeyring            *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void           ls_keyring_erase_async    (LsKeyring            *self,
                                          const char           *registry,
                                          const char           *username,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean       ls_keyring_erase_finish   (LsKeyring            *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
