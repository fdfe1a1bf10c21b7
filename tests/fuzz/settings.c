/* SPDX-License-Identifier: GPL-3.0-or-later */

/* registries.conf: whom the user trusts, and how far. */

#include "ls-fuzz.h"
#include "ls-origin.h"
#include "ls-reference.h"
#include "ls-registry-settings.h"

#include <string.h>

static void
check_endpoint (LsEndpoint *endpoint)
{
  GUri *uri = ls_endpoint_get_uri (endpoint);

  g_assert_true (ls_uri_is_http_family (uri));
  g_assert_null (g_uri_get_userinfo (uri));
  g_assert_null (g_uri_get_query (uri));
  /* Plain http is for this computer, or what the user asked for by name. */
  g_assert_true (ls_uri_is_https (uri) || ls_endpoint_is_insecure (endpoint)
                 || ls_host_is_loopback (g_uri_get_host (uri)));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  g_autofree char *path = g_build_filename (ls_fuzz_get_dir (), "registries.conf", NULL);
  g_autoptr (LsEndpoint) api = NULL;
  g_autoptr (LsEndpoint) index = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  /* A certificate file that never ends would be of the user's own choosing. */
  if (strstr (text, "/dev") != NULL || strstr (text, "/proc") != NULL)
    return 0;

  ls_fuzz_write ("registries.conf", data, size);
  if (!ls_registry_settings_load (settings, path, &error))
    ls_fuzz_assert_error (error);

  names = ls_registry_settings_list (settings);
  g_assert_true (error == NULL || names[0] == NULL);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (LsEndpoint) endpoint = ls_registry_settings_get_endpoint (settings, names[i]);

      g_assert_true (ls_registry_name_is_valid (names[i]));
      g_assert_nonnull (endpoint);
      check_endpoint (endpoint);
    }
  api = ls_registry_settings_get_hub_api (settings);
  check_endpoint (api);
  index = ls_registry_settings_get_hub_index (settings);
  check_endpoint (index);

  return 0;
}
