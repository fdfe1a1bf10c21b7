/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pasted-text.h"

static void
test_image (void)
{
  static const struct
  {
    const char *text;
    const char *found;
  } cases[] = {
    { "ubuntu:24.04", "ubuntu:24.04" },
    { "  ubuntu ", "ubuntu" },
    { "docker pull ubuntu:24.04", "ubuntu:24.04" },
    { "$ sudo docker pull ubuntu", "ubuntu" },
    { "podman pull --platform linux/arm64 quay.io/podman/hello", "quay.io/podman/hello" },
    { "docker image pull -q 'me/app:1.0'", "me/app:1.0" },
    { "nerdctl pull ghcr.io/me/app:1.0", "ghcr.io/me/app:1.0" },
    { "docker pull docker.io/library/ubuntu", "docker.io/library/ubuntu" },
    { "podman pull docker://quay.io/podman/hello", "quay.io/podman/hello" },
    { "https://hub.docker.com/_/ubuntu", "ubuntu" },
    { "https://hub.docker.com/_/ubuntu/tags?page=1&name=24", "ubuntu" },
    { "https://hub.docker.com/r/user/app", "user/app" },
    { "hub.docker.com/r/user/app/", "user/app" },
    { "https://hub.docker.com/r/user/app#readme", "user/app" },
    { "https://hub.docker.com/repository/docker/user/app/general", "user/app" },
    { "https://hub.docker.com/layers/library/ubuntu/24.04/images/sha256-1", "ubuntu:24.04" },
    { "https://hub.docker.com/layers/user/app/1.0/images/sha256-1", "user/app:1.0" },
    { "https://quay.io/repository/podman/hello?tab=tags", "quay.io/podman/hello" },
    { "https://registry.example.com/team/app:1.0", "registry.example.com/team/app:1.0" },
    /* Nothing to find: as it is, for the sentence that says what is wrong. */
    { "", "" },
    { "docker pull", "docker pull" },
    { "docker pull --all-tags", "docker pull --all-tags" },
    { "docker run ubuntu", "docker run ubuntu" },
    { "please pull ubuntu", "please pull ubuntu" },
    { "docker pull \"ubuntu", "\"ubuntu" },
    { "https://hub.docker.com/search?q=ubuntu", "https://hub.docker.com/search?q=ubuntu" },
    { "https://hub.docker.com/_/", "https://hub.docker.com/_/" },
    { "https://", "https://" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = ls_pasted_image (cases[i].text);

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

static void
test_registry (void)
{
  static const struct
  {
    const char *text;
    const char *found;
  } cases[] = {
    { "docker.io", "docker.io" },
    { " registry.example.com:5000 ", "registry.example.com:5000" },
    { "https://registry.example.com/", "registry.example.com" },
    { "https://registry.example.com:5000/v2/", "registry.example.com:5000" },
    { "http://[::1]:5000/v2/_catalog?n=1", "[::1]:5000" },
    { "ghcr.io/user/app:1.0", "ghcr.io" },
    { "https://hub.docker.com/r/user/app", "hub.docker.com" },
    { "docker login ghcr.io -u user", "ghcr.io" },
    { "podman login --tls-verify=false localhost:5000", "localhost:5000" },
    { "docker login", "docker.io" },
    { "", "" },
    { "https://", "https://" },
    { "my registry", "my registry" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = ls_pasted_registry (cases[i].text);

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pasted-text/image", test_image);
  g_test_add_func ("/pasted-text/registry", test_registry);

  return g_test_run ();
}
