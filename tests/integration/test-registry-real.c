/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-client.h"

#include <string.h>

static void
test_push_and_pull (LsTestClient *self, gconstpointer data)
{
  LsTestRegistryFlags flags = GPOINTER_TO_UINT (data);
  gboolean has_users = (flags & (LS_TEST_REGISTRY_BASIC | LS_TEST_REGISTRY_TOKEN)) != 0;
  g_autoptr (LsRegistry) registry =
      ls_test_client_open (self, has_users ? LS_TEST_USER : NULL, LS_TEST_PASSWORD);
  g_autoptr (LsManifest) manifest = NULL;
  g_auto (GStrv) tags = NULL;
  g_autoptr (GError) error = NULL;

  if (has_users)
    {
      ls_registry_sign_in (registry, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (ls_registry_get_username (registry), ==, LS_TEST_USER);
    }

  manifest = ls_test_push_image (registry, "alice/app", "v1");
  ls_test_check_image (registry, "alice/app", "v1", manifest);
  ls_registry_put_manifest (registry, "alice/app", "v2", manifest, NULL, &error);
  g_assert_no_error (error);

  tags = ls_registry_list_tags (registry, "alice/app", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (tags), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) tags, "v1"));
  g_assert_true (g_strv_contains ((const char *const *) tags, "v2"));
}

static void
test_ranges (LsTestClient *self, gconstpointer data)
{
  static const struct
  {
    gint64 offset;
    gint64 length;
    gint64 expected;
  } cases[] = {
    { 0, -1, 100000 }, { 0, 1, 1 },     { 1, -1, 99999 },  { 50000, 1000, 1000 },
    { 99999, -1, 1 },  { 99999, 1, 1 }, { 100000, -1, 0 }, { 0, 99999, 99999 },
  };
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (100000, 7);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

  ls_test_put_blob (registry, "app", bytes, blob);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) stream = ls_registry_open_blob (
          registry, "app", blob, cases[i].offset, cases[i].length, NULL, &error);
      g_autoptr (GBytes) part = NULL;
      g_autoptr (GBytes) expected = NULL;

      g_assert_no_error (error);
      part = ls_test_read_all (stream);
      expected = g_bytes_new_from_bytes (bytes, (gsize) cases[i].offset, (gsize) cases[i].expected);
      g_assert_true (g_bytes_equal (part, expected));
    }
}

static void
test_empty_blob (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_put_blob (registry, "app", bytes, blob);
  stream = ls_registry_open_blob (registry, "app", blob, 0, -1, NULL, &error);
  g_assert_no_error (error);
  back = ls_test_read_all (stream);
  g_assert_cmpuint (g_bytes_get_size (back), ==, 0);
}

static void
test_presence_and_mount (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (5000, 1);
  g_autoptr (GBytes) other = ls_test_make_bytes (5000, 2);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (LsDescriptor) missing = ls_test_describe (other, "application/octet-stream");
  g_autoptr (GError) error = NULL;
  gboolean answer;

  g_assert_true (ls_registry_has_blob (registry, "alice/one", blob, &answer, NULL, &error));
  g_assert_false (answer);

  ls_test_put_blob (registry, "alice/one", bytes, blob);
  g_assert_true (ls_registry_has_blob (registry, "alice/one", blob, &answer, NULL, &error));
  g_assert_true (answer);
  g_assert_true (ls_registry_has_blob (registry, "alice/two", blob, &answer, NULL, &error));
  g_assert_false (answer);

  g_assert_true (
      ls_registry_mount_blob (registry, "alice/two", blob, "alice/one", &answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (answer);
  g_assert_true (ls_registry_has_blob (registry, "alice/two", blob, &answer, NULL, &error));
  g_assert_true (answer);

  g_assert_true (
      ls_registry_mount_blob (registry, "alice/two", missing, "alice/one", &answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (answer);

  /* Not ours: the blob has to be sent, and that will say why it cannot be. */
  g_assert_true (
      ls_registry_mount_blob (registry, "bob/two", blob, "alice/one", &answer, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (answer);
}

static void
test_missing (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (10, 3);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GError) error = NULL;

  g_assert_null (ls_registry_get_manifest (registry, "no/such", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (ls_error_get_subject (error), "/no/such:latest"));
  g_assert_nonnull (ls_error_get_server_text (error));
  g_clear_error (&error);

  g_assert_null (ls_registry_head_manifest (registry, "no/such", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_null (ls_registry_list_tags (registry, "no/such", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_null (ls_registry_open_blob (registry, "no/such", blob, 0, -1, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

static void
test_unreachable (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (LsRegistry) unknown =
      ls_registry_new (self->http, self->settings, "registry.invalid", NULL);
  g_autoptr (GError) error = NULL;

  ls_test_registry_stop (self->server);
  g_assert_null (ls_registry_get_manifest (registry, "app", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpstr (ls_error_get_subject (error), ==, ls_test_registry_get_name (self->server));
  g_clear_error (&error);

  g_assert_null (ls_registry_get_manifest (unknown, "app", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpstr (ls_error_get_subject (error), ==, "registry.invalid");
}

static void
test_restart (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsManifest) manifest = ls_test_push_image (registry, "alice/app", "v1");
  g_autoptr (LsManifest) again = NULL;

  ls_test_registry_stop (self->server);
  ls_test_registry_start (self->server);
  ls_test_check_image (registry, "alice/app", "v1", manifest);

  ls_test_registry_stop (self->server);
  ls_test_registry_start (self->server);
  again = ls_test_push_image (registry, "alice/other", "v1");
}

static void
test_docker_hub_elsewhere (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) owner = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsRegistry) hub = ls_registry_new (self->http, self->settings, LS_DOCKER_HUB, NULL);
  g_autoptr (LsManifest) manifest = ls_test_push_image (owner, "alice/app", "v1");
  g_autoptr (GError) error = NULL;

  ls_test_check_image (hub, "alice/app", "v1", manifest);
}

static void
test_pull_limit (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) hub = ls_registry_new (self->http, self->settings, LS_DOCKER_HUB, NULL);
  g_autoptr (LsPullLimit) limit = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_registry_read_pull_limit (hub, &limit, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ls_pull_limit_get_remaining (limit), ==, 3);
  g_assert_true (ls_pull_limit_is_low (limit));
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_client_add ("/registry/real/plain", LS_TEST_REGISTRY_PLAIN, test_push_and_pull);
  ls_test_client_add ("/registry/real/basic", LS_TEST_REGISTRY_BASIC, test_push_and_pull);
  ls_test_client_add ("/registry/real/token", LS_TEST_REGISTRY_TOKEN, test_push_and_pull);
  ls_test_client_add ("/registry/real/tls", LS_TEST_REGISTRY_TLS, test_push_and_pull);
  ls_test_client_add ("/registry/real/tls-basic", LS_TEST_REGISTRY_TLS | LS_TEST_REGISTRY_BASIC,
                      test_push_and_pull);
  ls_test_client_add ("/registry/real/tls-token", LS_TEST_REGISTRY_TLS | LS_TEST_REGISTRY_TOKEN,
                      test_push_and_pull);
  ls_test_client_add ("/registry/real/ranges", LS_TEST_REGISTRY_PLAIN, test_ranges);
  ls_test_client_add ("/registry/real/empty-blob", LS_TEST_REGISTRY_PLAIN, test_empty_blob);
  ls_test_client_add ("/registry/real/presence-and-mount", LS_TEST_REGISTRY_TOKEN,
                      test_presence_and_mount);
  ls_test_client_add ("/registry/real/missing", LS_TEST_REGISTRY_PLAIN, test_missing);
  ls_test_client_add ("/registry/real/unreachable", LS_TEST_REGISTRY_PLAIN, test_unreachable);
  ls_test_client_add ("/registry/real/restart", LS_TEST_REGISTRY_TOKEN, test_restart);
  ls_test_client_add ("/registry/real/in-docker-hubs-place", LS_TEST_REGISTRY_PLAIN,
                      test_docker_hub_elsewhere);
  ls_test_client_add ("/registry/real/pull-limit", LS_TEST_REGISTRY_PULL_LIMIT, test_pull_limit);

  return g_test_run ();
}
