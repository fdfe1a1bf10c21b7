/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-keyring.h"

#include <libsecret/secret.h>

G_BEGIN_DECLS

/* How a login looks as an item of the keyring, private to this room: the schema
 * and attributes of docker-credential-secretservice. */

extern const SecretSchema ls_keyring_schema;

GHashTable        *ls_keyring_attributes_new (const char        *server,
                                              const char        *username);
LsKeyringLogin    *ls_keyring_login_for_item (SecretRetrievable *item);
guint              ls_keyring_login_hash     (gconstpointer      login);
gboolean           ls_keyring_login_equal    (gconstpointer      a,
                                              gconstpointer      b);
char              *ls_keyring_dup_server     (SecretRetrievable *item,
                                              const char        *registry);
SecretRetrievable *ls_keyring_choose_item    (GList             *items,
                                              const char        *registry);

G_END_DECLS
