/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-fake-registry.h"

#include "ls-error.h"

#include <string.h>

#define PASSWORD "canary"

static void
set_up (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  self->server = ls_fake_server_new (NULL);
  self->dir = ls_test_dir_new ();
  self->http = g_object_new (LS_TYPE_HTTP, "retry-delay", 1, NULL);
  self->settings = ls_registry_settings_new ();

  path = ls_test_dir_build (self->dir, "registries.conf");
  text = g_strdup_printf ("[" LS_TEST_FAKE_NAME "]\nlocation=http://127.0.0.1:%u\n",
                          ls_fake_server_get_port (self->server));
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (self->settings, path, &error);
  g_assert_no_error (error);
}

static void
tear_down (LsTestFakeRegistry *self, gconstpointer data)
{
  g_clear_object (&self->settings);
  g_clear_object (&self->http);
  g_clear_pointer (&self->server, ls_fake_server_free);
  if (self->free_state != NULL)
    self->free_state (self->state);
  g_clear_pointer (&self->dir, ls_test_dir_free);
}

/* Adds a test with the fixture. */
void
ls_test_fake_registry_add (const char *path, gconstpointer data,
                           void (*test) (LsTestFakeRegistry *, gconstpointer))
{
  g_test_add (path, LsTestFakeRegistry, data, set_up, test, tear_down);
}

/* A registry that nothing was asked of yet. */
LsRegistry *
ls_test_fake_registry_open (LsTestFakeRegistry *self, gboolean with_user)
{
  g_autoptr (LsCredentials) credentials = NULL;

  if (with_user)
    credentials = ls_credentials_new ("alice", PASSWORD);

  return ls_registry_new (self->http, self->settings, LS_TEST_FAKE_NAME, credentials);
}

/* Lets everybody in. */
void
ls_test_fake_registry_be_open (LsTestFakeRegistry *self)
{
  ls_fake_server_add (self->server, "GET", "/v2/", 200,
                      "Docker-Distribution-API-Version: registry/2.0\r\n", "{}");
}

/* Challenges for a token; /token gives "token1" first, then "token2" for ever. */
void
ls_test_fake_registry_want_token (LsTestFakeRegistry *self)
{
  ls_fake_server_add (self->server, "GET", "/v2/", 401,
                      "WWW-Authenticate: Bearer realm=\"/token\",service=\"fake\"\r\n", "");
  ls_fake_server_add (self->server, "GET", "/token", 200, "", "{\"token\":\"token1\"}");
  ls_fake_server_add (self->server, "GET", "/token", 200, "", "{\"token\":\"token2\"}");
}

/* Challenges for a password. */
void
ls_test_fake_registry_want_basic (LsTestFakeRegistry *self)
{
  ls_fake_server_add (self->server, "GET", "/v2/", 401,
                      "WWW-Authenticate: Basic realm=\"fake\"\r\n", "");
}

/* Fails if the password or a token shows in what a user gets to see. */
void
ls_test_assert_no_secret (const GError *error)
{
  static const char *const secrets[] = { PASSWORD, "token1", "token2", "YWxpY2U6Y2FuYXJ5" };

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      const char *text = ls_error_get_server_text (error);
      const char *subject = ls_error_get_subject (error);

      g_assert_null (strstr (error->message, secrets[i]));
      g_assert_true (text == NULL || strstr (text, secrets[i]) == NULL);
      g_assert_true (subject == NULL || strstr (subject, secrets[i]) == NULL);
    }
}
