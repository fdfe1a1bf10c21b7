/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-keyring.h"

#include "ls-reference.h"

#include <string.h>

#define DOCKER_HUB_SERVER "https://index.docker.io/v1/"

/* What docker wrote behind the host over the years. Anything else is another
 * kind of entry: docker keeps the tokens of its sign-in with a browser under
 * ".../v1/access-token" and ".../v1/refresh-token", podman may name a namespace. */
static const char *const known_paths[] = {
  "", "/", "/v1", "/v1/", "/v2", "/v2/", NULL,
};

/**
 * ls_keyring_server_for:
 * @registry: a registry's name, "docker.io" for Docker Hub
 *
 * The key under which docker and its credential helpers keep a login.
 *
 * Returns: (transfer full): the value of the attribute "server"
 */
char *
ls_keyring_server_for (const char *registry)
{
  g_return_val_if_fail (registry != NULL, NULL);

  return g_strdup (strcmp (registry, LS_DOCKER_HUB) == 0 ? DOCKER_HUB_SERVER : registry);
}

/**
 * ls_keyring_registry_for:
 * @server: the value of the attribute "server", as any client wrote it
 *
 * The reverse of ls_keyring_server_for(), for every spelling that is found in keyrings:
 * with or without scheme, final slash and version, and Docker Hub's several hosts.
 *
 * Returns: (transfer full) (nullable): a registry's name; %NULL if this is not a login to one
 */
char *
ls_keyring_registry_for (const char *server)
{
  g_autofree char *host = NULL;
  const char *start;

  g_return_val_if_fail (server != NULL, NULL);

  start = strstr (server, "://");
  start = start != NULL ? start + strlen ("://") : server;
  host = g_strndup (start, strcspn (start, "/"));

  /* For people, no name at all means Docker Hub; not here. */
  if (*host == '\0' || !g_strv_contains (known_paths, start + strlen (host)))
    return NULL;

  return ls_registry_name_normalize (host, NULL);
}
