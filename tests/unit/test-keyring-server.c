/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-keyring.h"

static void
test_server_for (void)
{
  static const struct
  {
    const char *registry;
    const char *server;
  } cases[] = {
    { "docker.io", "https://index.docker.io/v1/" },
    { "localhost:5000", "localhost:5000" },
    { "ghcr.io", "ghcr.io" },
    { "[::1]:5000", "[::1]:5000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *server = ls_keyring_server_for (cases[i].registry);
      g_autofree char *registry = ls_keyring_registry_for (server);

      g_assert_cmpstr (server, ==, cases[i].server);
      g_assert_cmpstr (registry, ==, cases[i].registry);
    }
}

static void
test_registry_for (void)
{
  static const struct
  {
    const char *server;
    const char *registry;
  } cases[] = {
    { "https://index.docker.io/v1/", "docker.io" },
    { "https://index.docker.io/v1", "docker.io" },
    { "https://index.docker.io/", "docker.io" },
    { "https://index.docker.io", "docker.io" },
    { "index.docker.io/v1/", "docker.io" },
    { "index.docker.io", "docker.io" },
    { "docker.io", "docker.io" },
    { "https://docker.io", "docker.io" },
    { "registry-1.docker.io", "docker.io" },
    { "https://registry-1.docker.io/v2/", "docker.io" },
    { "HTTPS://Index.Docker.IO/v1/", "docker.io" },
    { "localhost:5000", "localhost:5000" },
    { "http://localhost:5000/", "localhost:5000" },
    { "https://ghcr.io", "ghcr.io" },
    { "https://gcr.io/v1/", "gcr.io" },
    { "[::1]:5000", "[::1]:5000" },

    /* Docker's own tokens, and what is no registry at all. */
    { "https://index.docker.io/v1/access-token", NULL },
    { "https://index.docker.io/v1/refresh-token", NULL },
    { "quay.io/namespace", NULL },
    { "https://ghcr.io/v1/../x", NULL },
    { "https://docker.io@evil.example", NULL },
    { "https://user@ghcr.io/", NULL },
    { "", NULL },
    { "/", NULL },
    { "https://", NULL },
    { "https:///v1/", NULL },
    { "two words", NULL },
    { "ghcr.io\n", "ghcr.io" },
    { "ghcr.io\nevil.example", NULL },
    { "ghcr.io:99999", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *registry = ls_keyring_registry_for (cases[i].server);

      g_test_message ("%s", cases[i].server);
      g_assert_cmpstr (registry, ==, cases[i].registry);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring-server/for-registry", test_server_for);
  g_test_add_func ("/keyring-server/registry-for", test_registry_for);

  return g_test_run ();
}
