/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-proxy-resolver.h"

#include <string.h>

typedef struct
{
  const char *uri;
  gboolean is_here;
} Case;

static const Case cases[] = {
  { "http://localhost:5000", TRUE },
  { "https://127.0.0.1:5000", TRUE },
  { "https://127.9.9.9", TRUE },
  { "http://[::1]:80", TRUE },
  { "https://registry.localhost", TRUE },
  { "https://registry-1.docker.io:443", FALSE },
  { "https://localhost.example.com", FALSE },
  { "http://192.168.1.1:5000", FALSE },
};

static void
assert_answer (const Case *c, char **proxies)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) desktop = NULL;

  if (c->is_here)
    {
      g_assert_cmpuint (g_strv_length (proxies), ==, 1);
      g_assert_cmpstr (proxies[0], ==, "direct://");
      return;
    }

  desktop = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), c->uri, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (proxies, desktop);
}

static void
test_lookup (void)
{
  g_autoptr (GProxyResolver) resolver = ls_proxy_resolver_new ();

  g_assert_true (g_proxy_resolver_is_supported (resolver));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) proxies = g_proxy_resolver_lookup (resolver, cases[i].uri, NULL, &error);

      g_assert_no_error (error);
      assert_answer (&cases[i], proxies);
    }
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static void
test_lookup_async (void)
{
  g_autoptr (GProxyResolver) resolver = ls_proxy_resolver_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) proxies = NULL;

      g_proxy_resolver_lookup_async (resolver, cases[i].uri, NULL, on_ready, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      proxies = g_proxy_resolver_lookup_finish (resolver, result, &error);
      g_assert_no_error (error);
      assert_answer (&cases[i], proxies);
    }
}

int
main (int argc, char *argv[])
{
  /* One for everything, this computer too, unless somebody knows better. */
  g_setenv ("http_proxy", "http://proxy.example:3128", TRUE);
  g_setenv ("https_proxy", "http://proxy.example:3128", TRUE);
  g_unsetenv ("no_proxy");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proxy-resolver/lookup", test_lookup);
  g_test_add_func ("/proxy-resolver/lookup-async", test_lookup_async);

  return g_test_run ();
}
