/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-client.h"
#include "ls-token-broker.h"

#include <string.h>

static void
test_wrong_password (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, "wrong");
  g_autoptr (LsRegistry) nobody = ls_test_client_open (self, "mallory", LS_TEST_PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_assert_null (strstr (error->message, "wrong"));
  g_assert_cmpstr (ls_error_get_subject (error), ==, ls_registry_get_name (registry));
  g_clear_error (&error);

  g_assert_false (ls_registry_sign_in (nobody, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
}

static void
test_sign_in_async (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_registry_sign_in_async (registry, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  g_assert_true (ls_registry_sign_in_finish (registry, result, &error));
  g_assert_no_error (error);
}

static void
test_open_registry (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNSUPPORTED);
}

static void
test_denied (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) owner = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsRegistry) other =
      ls_test_client_open (self, LS_TEST_OTHER_USER, LS_TEST_OTHER_PASSWORD);
  g_autoptr (LsRegistry) nobody = ls_test_client_open (self, NULL, NULL);
  g_autoptr (LsManifest) manifest = ls_test_push_image (owner, "alice/app", "v1");
  g_autoptr (GBytes) bytes = ls_test_make_bytes (100, 4);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GError) error = NULL;

  ls_test_check_image (other, "alice/app", "v1", manifest);

  g_assert_false (
      ls_registry_put_blob (other, "alice/app", blob, ls_test_open_bytes, bytes, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_FORBIDDEN);
  g_clear_error (&error);

  g_assert_false (ls_registry_put_manifest (other, "alice/app", "v3", manifest, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_FORBIDDEN);
  g_clear_error (&error);

  g_assert_null (ls_registry_get_manifest (nobody, "alice/app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_clear_error (&error);

  /* Everybody may look for official images. */
  g_assert_null (ls_registry_get_manifest (nobody, "library/none", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

typedef struct
{
  LsRegistry *registry;
  LsDescriptor *blob;
  int n_refused;
} Crowd;

static gpointer
ask_for_blob (gpointer data)
{
  Crowd *crowd = data;
  g_autoptr (GError) error = NULL;
  gboolean exists;

  ls_registry_has_blob (crowd->registry, "alice/app", crowd->blob, &exists, NULL, &error);
  if (g_error_matches (error, LS_ERROR, LS_ERROR_UNAUTHORIZED))
    g_atomic_int_inc (&crowd->n_refused);

  return NULL;
}

static void
run_crowd (Crowd *crowd)
{
  GThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("crowd", ask_for_blob, crowd);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Many layers at once make one request for a token, right or wrong. */
static void
test_one_token_for_all (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsRegistry) wrong = ls_test_client_open (self, LS_TEST_USER, "wrong");
  g_autoptr (GBytes) bytes = ls_test_make_bytes (10, 5);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_auto (GStrv) log = NULL;
  g_auto (GStrv) log_after = NULL;
  Crowd crowd = { registry, blob, 0 };
  Crowd wrong_crowd = { wrong, blob, 0 };

  run_crowd (&crowd);
  g_assert_cmpint (crowd.n_refused, ==, 0);
  log = ls_test_registry_get_token_log (self->server);
  g_assert_cmpuint (g_strv_length (log), ==, 1);
  g_assert_cmpstr (log[0], ==, "200 alice repository:alice/app:pull,push");

  run_crowd (&wrong_crowd);
  g_assert_cmpint (wrong_crowd.n_refused, ==, 8);
  log_after = ls_test_registry_get_token_log (self->server);
  g_assert_cmpuint (g_strv_length (log_after), ==, 2);
  g_assert_cmpstr (log_after[1], ==, "401 -");
}

/* A token that lets us push lets us pull. */
static void
test_push_token_serves_pull (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsManifest) manifest = ls_test_push_image (registry, "alice/app", "v1");
  g_auto (GStrv) log = NULL;

  ls_test_check_image (registry, "alice/app", "v1", manifest);
  log = ls_test_registry_get_token_log (self->server);
  g_assert_cmpuint (g_strv_length (log), ==, 1);
}

static void
test_identity_token (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry =
      ls_test_client_open (self, LS_TOKEN_USERNAME, LS_TEST_REFRESH_TOKEN);
  g_autoptr (LsRegistry) wrong = ls_test_client_open (self, LS_TOKEN_USERNAME, "wrong");
  g_autoptr (LsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;

  ls_registry_sign_in (registry, NULL, &error);
  g_assert_no_error (error);
  manifest = ls_test_push_image (registry, "alice/app", "v1");
  ls_test_check_image (registry, "alice/app", "v1", manifest);

  g_assert_false (ls_registry_sign_in (wrong, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
}

static void
test_unknown_authority (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_client_load_settings (self, "");
  registry = ls_test_client_open (self, NULL, NULL);
  g_assert_null (ls_registry_get_manifest (registry, "app", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
  g_assert_cmpstr (ls_error_get_server_text (error), ==, "its authority is unknown");
  g_assert_cmpstr (ls_error_get_subject (error), ==, ls_test_registry_get_name (self->server));
}

static void
test_wrong_host_name (LsTestClient *self, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  /* Resolves to this computer, and is not in the certificate. */
  name = g_strdup_printf ("other.localhost:%u", ls_test_registry_get_port (self->server));
  text = g_strdup_printf ("[%s]\nca=%s\n", name, ls_test_registry_get_ca_path (self->server));
  ls_test_client_load_settings (self, text);
  registry = ls_registry_new (self->http, self->settings, name, NULL);
  g_assert_null (ls_registry_get_manifest (registry, "app", "latest", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
  g_assert_cmpstr (ls_error_get_server_text (error), ==, "it belongs to another host");
}

static void
test_insecure_tls (LsTestClient *self, gconstpointer data)
{
  g_autofree char *text =
      g_strdup_printf ("[%s]\ninsecure=true\n", ls_test_registry_get_name (self->server));
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (LsRegistry) strict = NULL;
  g_autoptr (LsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_client_load_settings (self, text);
  g_assert_true (
      ls_registry_settings_is_insecure (self->settings, ls_test_registry_get_name (self->server)));
  registry = ls_test_client_open (self, NULL, NULL);
  manifest = ls_test_push_image (registry, "app", "v1");
  ls_test_check_image (registry, "app", "v1", manifest);

  /* The connection that is kept from before must not be taken for a trusted one. */
  ls_test_client_load_settings (self, "");
  strict = ls_test_client_open (self, NULL, NULL);
  g_assert_null (ls_registry_get_manifest (strict, "app", "v1", NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TLS);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_client_add ("/registry/sign-in/async", LS_TEST_REGISTRY_BASIC, test_sign_in_async);
  ls_test_client_add ("/registry/sign-in/wrong-password-basic", LS_TEST_REGISTRY_BASIC,
                      test_wrong_password);
  ls_test_client_add ("/registry/sign-in/wrong-password-token", LS_TEST_REGISTRY_TOKEN,
                      test_wrong_password);
  ls_test_client_add ("/registry/sign-in/open", LS_TEST_REGISTRY_PLAIN, test_open_registry);
  ls_test_client_add ("/registry/sign-in/denied", LS_TEST_REGISTRY_TOKEN, test_denied);
  ls_test_client_add ("/registry/sign-in/one-token-for-all", LS_TEST_REGISTRY_TOKEN,
                      test_one_token_for_all);
  ls_test_client_add ("/registry/sign-in/push-serves-pull", LS_TEST_REGISTRY_TOKEN,
                      test_push_token_serves_pull);
  ls_test_client_add ("/registry/sign-in/identity-token", LS_TEST_REGISTRY_TOKEN,
                      test_identity_token);
  ls_test_client_add ("/registry/tls/unknown-authority", LS_TEST_REGISTRY_TLS,
                      test_unknown_authority);
  ls_test_client_add ("/registry/tls/wrong-host-name", LS_TEST_REGISTRY_TLS, test_wrong_host_name);
  ls_test_client_add ("/registry/tls/insecure", LS_TEST_REGISTRY_TLS, test_insecure_tls);

  return g_test_run ();
}
