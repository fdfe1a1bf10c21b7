/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What nobody gets to read: neither in the log, whatever is logged, nor in the errors
 * that people see and copy. The program runs itself with all debug messages on. */

#include "ls-error.h"
#include "ls-test-fake-registry.h"
#include "ls-test-http.h"
#include "ls-token-broker.h"

#include <string.h>

#define PASSWORD "canary-password"
#define USER_AND_PASSWORD "YWxpY2U6Y2FuYXJ5LXBhc3N3b3Jk" /* "alice:" and the password */
#define TOKEN "canary-token"
#define IDENTITY "canary-identity"
#define SIGNATURE "canary-signature"
#define STATE "canary-state"

#define UPLOADS "/v2/app/blobs/uploads/"

static const char *const secrets[] = { "canary", USER_AND_PASSWORD };

static LsRegistry *
open_registry (LsTestFakeRegistry *self, const char *username, const char *secret)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, secret);

  return ls_registry_new (self->http, self->settings, LS_TEST_FAKE_NAME, credentials);
}

/* As the dialog for details shows it. */
static void
tell (const char *what, GError *error)
{
  if (error != NULL)
    g_printerr ("%s: %s; %s; %s\n", what, error->message, ls_error_get_subject (error),
                ls_error_get_server_text (error));
  else
    g_printerr ("%s: good\n", what);
}

static void
want_tokens (LsTestFakeRegistry *self)
{
  ls_fake_server_add (self->server, "GET", "/v2/", 401,
                      "WWW-Authenticate: Bearer realm=\"/token\"\r\n", "");
  ls_fake_server_add (self->server, "GET", "/v2/", 200,
                      "Docker-Distribution-API-Version: registry/2.0\r\n", "{}");
  ls_fake_server_add (self->server, "GET", "/token", 200, "", "{\"token\":\"" TOKEN "\"}");
  ls_fake_server_add (self->server, "POST", "/token", 200, "",
                      "{\"access_token\":\"" TOKEN "\",\"refresh_token\":\"" IDENTITY "2\"}");
}

static void
sign_in (LsTestFakeRegistry *self)
{
  static const struct
  {
    guint status;
    const char *body;
  } replies[] = {
    { 200, "{\"token\":\"" TOKEN "\"}" },
    { 200, "{\"token\":\"" TOKEN "\",\"expires_in\":\"soon\"" }, /* and no more */
    { 200, "{\"token\":\"" TOKEN " \"}" },
    { 401, "{\"details\":\"incorrect username or password\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (LsRegistry) registry = open_registry (self, "alice", PASSWORD);
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "GET", "/v2/", 401,
                          "WWW-Authenticate: Bearer realm=\"/token\"\r\n", "");
      ls_fake_server_add (self->server, "GET", "/token", replies[i].status, "", replies[i].body);
      ls_fake_server_add (self->server, "GET", "/v2/", 200,
                          "Docker-Distribution-API-Version: registry/2.0\r\n", "{}");
      ls_registry_sign_in (registry, NULL, &error);
      tell ("sign in", error);
    }
}

/* Storage gives signed addresses, and every way in which one can fail. */
static void
pull (LsTestFakeRegistry *self, LsRegistry *registry)
{
  static const char *const heads[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890",
    "HTTP/1.1 403 No\r\nContent-Length: 83\r\nContent-Type: application/xml\r\n\r\n"
    "<?xml version=\"1.0\"?><Error><SignatureProvided>" SIGNATURE "</SignatureProvided></Error>",
    "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/?" SIGNATURE "\r\n\r\n",
    "not HTTP",
    "",
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autofree char *path =
      g_strdup_printf ("/v2/app/blobs/%s", ls_digest_to_string (ls_descriptor_get_digest (blob)));

  ls_fake_server_add (self->server, "GET", path, 307,
                      "Location: /store?signature=" SIGNATURE "\r\n", "");
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (GInputStream) stream = NULL;
      g_autoptr (GError) error = NULL;

      ls_fake_server_handle (self->server, "GET", "/store", ls_test_http_say_and_hang_up,
                             (gpointer) heads[i]);
      stream = ls_registry_open_blob (registry, "app", blob, 0, -1, NULL, &error);
      tell ("pull", error);
    }
}

/* The address of an upload is as good as a key for it. */
static void
push (LsTestFakeRegistry *self, LsRegistry *registry)
{
  static const guint statuses[] = { 202, 400, 403, 413 };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

  ls_fake_server_add (self->server, "PUT", "/upload", 201, "", "");
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "POST", UPLOADS, 202,
                          "Location: /upload?_state=" STATE "\r\n", "");
      ls_fake_server_add (self->server, "PATCH", "/upload", statuses[i],
                          "Location: /upload?_state=" STATE "2\r\n", "");
      ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
      tell ("push", error);
    }
}

/* Everything that has to do with secrets, done once by a program of its own. */
static void
run_flows (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = open_registry (self, "alice", PASSWORD);
  g_autoptr (LsRegistry) identified = open_registry (self, LS_TOKEN_USERNAME, IDENTITY);
  g_autoptr (GError) error = NULL;

  if (!g_test_subprocess ())
    return;

  sign_in (self);
  want_tokens (self);
  ls_registry_sign_in (identified, NULL, &error);
  tell ("identity token", error);
  pull (self, registry);
  push (self, registry);
}

static void
test_log (void)
{
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, "/proc/self/exe", "--GTestSubprocess",
                                         "-p", "/secrets/flows", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  g_test_message ("%s", errors);
  g_assert_true (g_subprocess_get_successful (process));

  /* It was there, and had something to say. */
  g_assert_nonnull (strstr (errors, "identity token: good"));
  g_assert_nonnull (strstr (errors, "pull: good"));
  g_assert_nonnull (strstr (errors, "push: good"));
  g_assert_nonnull (strstr (errors, "sign in: good"));
  g_assert_nonnull (strstr (errors, "incorrect username or password"));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_assert_null (strstr (output, secrets[i]));
      g_assert_null (strstr (errors, secrets[i]));
    }
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_fake_registry_add ("/secrets/flows", NULL, run_flows);
  if (!g_test_subprocess ())
    g_test_add_func ("/secrets/log", test_log);

  return g_test_run ();
}
