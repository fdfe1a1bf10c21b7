/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-registry-settings.h"
#include "ls-test-dir.h"

#include <string.h>

/* A self-signed certificate (CN=Test authority), for reading only. */
#define AUTHORITY                                                                                  \
  "-----BEGIN CERTIFICATE-----\n"                                                                  \
  "MIIBiTCCAS+gAwIBAgIUC3ei3FrydU7T/P7M5cZze8e1Tq8wCgYIKoZIzj0EAwIw\n"                             \
  "GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI0MTQzNDUzWhgPMjEy\n"                             \
  "NjEwMzExNDM0NTNaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI\n"                             \
  "zj0CAQYIKoZIzj0DAQcDQgAE7UebYL7D/kNU77IfBgg9exDvhaKgSc5U2Fx3doCa\n"                             \
  "dUyHhL26qkqIywY2/XN0Z5dwBCM/tWbzwEheJhXOid33e6NTMFEwHQYDVR0OBBYE\n"                             \
  "FIFSnU542QUdbN0Yihh7zxel9lgdMB8GA1UdIwQYMBaAFIFSnU542QUdbN0Yihh7\n"                             \
  "zxel9lgdMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgC7sSw9Xe\n"                             \
  "5FVjZ0/Bv+5QBVZIkrt605K2ZPgYtcz7wpgCIQCzIj4R5JdZWX3AA5V4wzs4EOPG\n"                             \
  "wf/76FZclFdDsC6+mw==\n"                                                                         \
  "-----END CERTIFICATE-----\n"

static LsRegistrySettings *
load (LsTestDir *dir, const char *text, GError **error)
{
  g_autofree char *path = ls_test_dir_build (dir, "registries.conf");
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (GError) write_error = NULL;

  g_file_set_contents (path, text, -1, &write_error);
  g_assert_no_error (write_error);

  return ls_registry_settings_load (settings, path, error) ? g_steal_pointer (&settings) : NULL;
}

static void
assert_endpoint (LsEndpoint *endpoint, const char *url, gboolean is_insecure)
{
  g_autofree char *text = g_uri_to_string (ls_endpoint_get_uri (endpoint));

  g_assert_cmpstr (text, ==, url);
  g_assert_cmpint (ls_endpoint_is_insecure (endpoint), ==, is_insecure);
  ls_endpoint_unref (endpoint);
}

static void
assert_defaults (LsRegistrySettings *settings)
{
  g_auto (GStrv) names = ls_registry_settings_list (settings);
  g_autoptr (LsEndpoint) unknown = ls_registry_settings_get_endpoint (settings, "registry.example");
  g_autoptr (LsEndpoint) local = ls_registry_settings_get_endpoint (settings, "localhost:5000");
  g_autoptr (LsEndpoint) plain = ls_endpoint_plain_http (local);

  g_assert_cmpuint (g_strv_length (names), ==, 0);
  g_assert_null (ls_endpoint_plain_http (unknown));
  g_assert_nonnull (plain);
  g_assert_false (ls_registry_settings_is_insecure (settings, "localhost:5000"));
  assert_endpoint (ls_endpoint_ref (unknown), "https://registry.example/", FALSE);
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "docker.io"),
                   "https://registry-1.docker.io/", FALSE);
  assert_endpoint (ls_registry_settings_get_hub_api (settings), "https://hub.docker.com/", FALSE);
  assert_endpoint (ls_registry_settings_get_hub_index (settings), "https://index.docker.io/",
                   FALSE);
}

static void
test_defaults (void)
{
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();

  assert_defaults (settings);
}

static void
test_missing_file (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *path = ls_test_dir_build (dir, "no-such-file");
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_registry_settings_load (settings, path, &error));
  g_assert_no_error (error);
  assert_defaults (settings);
}

static void
test_groups (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (LsEndpoint) lan = NULL;
  g_autoptr (LsEndpoint) plain = NULL;
  g_autoptr (LsRegistrySettings) settings = load (dir,
                                                  "# comment\n"
                                                  "[registry.lan:5000]\n"
                                                  "insecure=true\n"
                                                  "[docker.io]\n"
                                                  "location = http://127.0.0.1:5001 \n"
                                                  "api=http://localhost:5002\n"
                                                  "search=http://[::1]:5003\n"
                                                  "[mirror.example]\n"
                                                  "location=https://other.example/prefix\n"
                                                  "insecure=false\n"
                                                  "[plain.example]\n"
                                                  "location=http://plain.example:8080\n"
                                                  "insecure=true\n",
                                                  &error);

  g_assert_no_error (error);
  names = ls_registry_settings_list (settings);
  g_assert_cmpuint (g_strv_length (names), ==, 4);
  g_assert_cmpstr (names[0], ==, "registry.lan:5000");
  g_assert_cmpstr (names[3], ==, "plain.example");

  lan = ls_registry_settings_get_endpoint (settings, "registry.lan:5000");
  plain = ls_endpoint_plain_http (lan);
  g_assert_nonnull (plain);
  assert_endpoint (ls_endpoint_ref (lan), "https://registry.lan:5000/", TRUE);
  g_assert_true (ls_registry_settings_is_insecure (settings, "registry.lan:5000"));
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "docker.io"),
                   "http://127.0.0.1:5001/", FALSE);
  assert_endpoint (ls_registry_settings_get_hub_api (settings), "http://localhost:5002/", FALSE);
  assert_endpoint (ls_registry_settings_get_hub_index (settings), "http://[::1]:5003/", FALSE);
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "mirror.example"),
                   "https://other.example/prefix", FALSE);
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "plain.example"),
                   "http://plain.example:8080/", TRUE);
}

static void
test_hub_has_many_names (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LsRegistrySettings) settings =
      load (dir, "[index.docker.io]\nlocation=http://127.0.0.1:5001\n", &error);

  g_assert_no_error (error);
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "docker.io"),
                   "http://127.0.0.1:5001/", FALSE);
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *text;
    const char *names; /* what the message has to name */
  } cases[] = {
    { "[registry.example]\ninsecure=yes\n", "[registry.example] insecure" },
    { "[registry.example]\nlocation=registry.example\n", "[registry.example] location" },
    { "[registry.example]\nlocation=\n", "[registry.example] location" },
    { "[registry.example]\nlocation=http://registry.example\n", "[registry.example] location" },
    { "[registry.example]\nlocation=ftp://registry.example\n", "[registry.example] location" },
    { "[registry.example]\nca=no-such-file.pem\n", "[registry.example] ca" },
    { "[registry.example]\nca=registries.conf\n", "[registry.example] ca" },
    { "[registry.example]\nca=\n", "[registry.example] ca" },
    { "[registry.example]\ninsecur=true\n", "[registry.example] insecur" },
    { "[registry.example]\napi=https://x\n", "[registry.example] api" },
    { "[docker.io]\nsearch=http://search.example\n", "[docker.io] search" },
    { "[no name]\n", "[no name]" },
    { "[registry.example]\n[https://registry.example]\n", "[https://registry.example]" },
    { "[registry.example/path]\n", "[registry.example/path]" },
    { "[docker.io]\n[index.docker.io]\n", "[index.docker.io]" },
    { "insecure=true\n", "group" },
    { "[registry.example]\nnonsense\n", "nonsense" },
    { "[registry.example]\nlocation=\xff\xfe\n", "location" },
    { "[name\xff]\n", "[name\xef\xbf\xbd]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsTestDir) dir = ls_test_dir_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (LsRegistrySettings) settings = load (dir, cases[i].text, &error);

      g_assert_null (settings);
      g_assert_error (error, LS_ERROR, LS_ERROR_SETTINGS);
      g_test_message ("%s", error->message);
      g_assert_true (g_utf8_validate (error->message, -1, NULL)); /* people read it */
      g_assert_nonnull (strstr (error->message, "registries.conf"));
      g_assert_nonnull (strstr (error->message, cases[i].names));
    }
}

/* A mistake in the file does not take away what holds already. */
static void
test_mistake_changes_nothing (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *path = ls_test_dir_build (dir, "registries.conf");
  g_autoptr (GError) error = NULL;
  g_autoptr (LsRegistrySettings) settings =
      load (dir, "[registry.example]\nlocation=https://good.example\n", &error);

  g_assert_no_error (error);
  g_file_set_contents (path, "[registry.example]\nlocation=https://bad.example\n[other]\nca=none\n",
                       -1, &error);
  g_assert_no_error (error);
  g_assert_false (ls_registry_settings_load (settings, path, &error));
  assert_endpoint (ls_registry_settings_get_endpoint (settings, "registry.example"),
                   "https://good.example/", FALSE);
}

static void
test_authority (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *path = ls_test_dir_build (dir, "my-ca.pem");
  g_autofree char *absolute = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, AUTHORITY, -1, &error);
  g_assert_no_error (error);
  absolute = g_strdup_printf ("[registry.example]\nca=%s\n", path);

  for (int i = 0; i < 2; i++)
    {
      /* A path that is relative starts where the file is. */
      g_autoptr (LsRegistrySettings) settings =
          load (dir, i == 0 ? absolute : "[registry.example]\nca=my-ca.pem\n", &error);
      g_autoptr (LsEndpoint) endpoint = NULL;

      g_assert_no_error (error);
      endpoint = ls_registry_settings_get_endpoint (settings, "registry.example");
      g_assert_nonnull (ls_endpoint_get_authority (endpoint));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/registry-settings/defaults", test_defaults);
  g_test_add_func ("/registry-settings/missing-file", test_missing_file);
  g_test_add_func ("/registry-settings/groups", test_groups);
  g_test_add_func ("/registry-settings/hub-has-many-names", test_hub_has_many_names);
  g_test_add_func ("/registry-settings/mistakes", test_mistakes);
  g_test_add_func ("/registry-settings/mistake-changes-nothing", test_mistake_changes_nothing);
  g_test_add_func ("/registry-settings/authority", test_authority);

  return g_test_run ();
}
