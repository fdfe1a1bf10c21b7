/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-keyring-item.h"

const SecretSchema ls_keyring_schema = {
  "io.docker.Credentials",
  SECRET_SCHEMA_NONE,
  {
      { "label", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "username", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "docker_cli", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

/**
 * ls_keyring_attributes_new:
 * @server: (nullable): narrows the search to one server, exactly so spelled
 * @username: (nullable): narrows the search to one user
 *
 * Returns: (transfer full) (element-type utf8 utf8): what docker searches by
 */
GHashTable *
ls_keyring_attributes_new (const char *server, const char *username)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (attributes, g_strdup ("docker_cli"), g_strdup ("1"));
  if (server != NULL)
    g_hash_table_insert (attributes, g_strdup ("server"), g_strdup (server));
  if (username != NULL)
    g_hash_table_insert (attributes, g_strdup ("username"), g_strdup (username));

  return attributes;
}

/**
 * ls_keyring_login_free:
 * @login: (transfer full) (nullable): a login
 */
void
ls_keyring_login_free (LsKeyringLogin *login)
{
  if (login == NULL)
    return;

  g_free (login->registry);
  g_free (login->username);
  g_free (login);
}

/**
 * ls_keyring_login_hash:
 * @login: (type LsKeyringLogin): a login
 *
 * Returns: a hash value, for #GHashTable
 */
guint
ls_keyring_login_hash (gconstpointer login)
{
  const LsKeyringLogin *self = login;

  return g_str_hash (self->registry) * 31 + g_str_hash (self->username);
}

/**
 * ls_keyring_login_equal:
 * @a: (type LsKeyringLogin): a login
 * @b: (type LsKeyringLogin): a login
 *
 * Returns: whether both are the same user's at the same registry
 */
gboolean
ls_keyring_login_equal (gconstpointer a, gconstpointer b)
{
  const LsKeyringLogin *first = a;
  const LsKeyringLogin *second = b;

  return strcmp (first->registry, second->registry) == 0
         && strcmp (first->username, second->username) == 0;
}

/**
 * ls_keyring_login_for_item:
 * @item: an item of the keyring
 *
 * Reads the attributes only: what the label says differs between docker's versions.
 *
 * Returns: (transfer full) (nullable): the login that @item is for; %NULL if it is none
 */
LsKeyringLogin *
ls_keyring_login_for_item (SecretRetrievable *item)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  g_autofree char *registry = NULL;
  const char *server = g_hash_table_lookup (attributes, "server");
  const char *username = g_hash_table_lookup (attributes, "username");
  LsKeyringLogin *login;

  if (server == NULL || username == NULL || *username == '\0')
    return NULL;

  registry = ls_keyring_registry_for (server);
  if (registry == NULL)
    return NULL;

  login = g_new (LsKeyringLogin, 1);
  login->registry = g_steal_pointer (&registry);
  login->username = g_strdup (username);

  return login;
}

/**
 * ls_keyring_dup_server:
 * @item: an item of the keyring
 * @registry: a registry's name
 *
 * Returns: (transfer full) (nullable): how @item spells the server; %NULL if it is no login
 *   to @registry
 */
char *
ls_keyring_dup_server (SecretRetrievable *item, const char *registry)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  g_autoptr (LsKeyringLogin) login = ls_keyring_login_for_item (item);

  if (login == NULL || strcmp (login->registry, registry) != 0)
    return NULL;

  return g_strdup (g_hash_table_lookup (attributes, "server"));
}

/**
 * ls_keyring_choose_item:
 * @items: (element-type SecretRetrievable): what a search found
 * @registry: a registry's name
 *
 * Returns: (transfer none) (nullable): the login to @registry: the one that docker would
 *   find today, or else any; %NULL if there is none
 */
SecretRetrievable *
ls_keyring_choose_item (GList *items, const char *registry)
{
  g_autofree char *preferred = ls_keyring_server_for (registry);
  SecretRetrievable *chosen = NULL;

  for (GList *l = items; l != NULL; l = l->next)
    {
      g_autofree char *server = ls_keyring_dup_server (l->data, registry);

      if (g_strcmp0 (server, preferred) == 0)
        return l->data;
      if (server != NULL && chosen == NULL)
        chosen = l->data;
    }

  return chosen;
}
