/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who gets to see passwords and tokens, when the registry would like others to. */

#include "ls-error.h"
#include "ls-test-fake-registry.h"

#include <string.h>

#define BASIC "Basic YWxpY2U6Y2FuYXJ5"
#define TAGS "/v2/app/tags/list"
#define GOOD_TAGS "{\"tags\":[\"v1\"]}"

static gboolean
list (LsRegistry *registry, GError **error)
{
  g_auto (GStrv) tags = ls_registry_list_tags (registry, "app", NULL, error);

  if (tags == NULL)
    ls_test_assert_no_secret (*error);

  return tags != NULL;
}

static void
assert_never_authorized (LsFakeServer *server)
{
  g_auto (GStrv) log = ls_fake_server_get_log (server);

  for (guint i = 0; log[i] != NULL; i++)
    {
      g_test_message ("%s", log[i]);
      g_assert_true (g_str_has_suffix (log[i], " -"));
    }
}

/* Makes @path of the registry ask for a password at the @thief's. */
static void
challenge_for (LsTestFakeRegistry *self, const char *path, LsFakeServer *thief)
{
  g_autofree char *url = ls_fake_server_dup_url (thief, "127.0.0.1", "/token");
  g_autofree char *headers = g_strdup_printf ("WWW-Authenticate: Bearer realm=\"%s\"\r\n", url);

  ls_fake_server_add (self->server, "GET", path, 401, headers, "");
}

static void
be_thief (LsFakeServer *thief)
{
  ls_fake_server_add (thief, "GET", "/token", 200, "", "{\"token\":\"stolen\"}");
}

/* The password was given to one token server. Another one that the registry names
 * later has to be agreed to: by signing in. */
static void
test_other_realm_later (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autofree char *thief_place = g_strdup_printf (":%u,", ls_fake_server_get_port (thief));
  g_autoptr (GError) error = NULL;

  be_thief (thief);
  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  challenge_for (self, TAGS, thief);
  g_assert_true (list (registry, &error));
  g_assert_no_error (error);
  g_assert_false (list (registry, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
  g_assert_nonnull (strstr (error->message, thief_place));
  g_assert_cmpuint (ls_fake_server_n_connections (thief), ==, 0);
  g_clear_error (&error);

  /* It stays like that, also for what had its token already. */
  g_assert_false (list (registry, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
  g_assert_cmpuint (ls_fake_server_n_connections (thief), ==, 0);
  g_clear_error (&error);

  ls_registry_sign_in (registry, NULL, &error);
  g_assert_cmpuint (ls_fake_server_count (thief, "GET", "/token"), ==, 1);
}

/* As the next run of the program. */
static LsRegistry *
open_in_next_run (LsTestFakeRegistry *self, const char *path)
{
  g_autofree char *conf = ls_test_dir_build (self->dir, "registries.conf");
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->settings);
  self->settings = ls_registry_settings_new ();
  ls_registry_settings_load (self->settings, conf, &error);
  g_assert_no_error (error);
  ls_confidants_load (ls_registry_settings_get_confidants (self->settings), path, &error);
  g_assert_no_error (error);

  return ls_test_fake_registry_open (self, TRUE);
}

/* The same after a restart: only a sign-in that succeeds is an answer to it. */
static void
test_other_realm_in_next_run (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) other = ls_fake_server_new (NULL);
  g_autofree char *path = ls_test_dir_build (self->dir, "state/token-servers.ini");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", "/token", 200, "", "{\"token\":\"token1\"}");
  ls_fake_server_add (other, "GET", "/token", 401, "", "");
  ls_fake_server_add (other, "GET", "/token", 200, "", "{\"token\":\"token1\"}");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  challenge_for (self, "/v2/", self->server);
  for (guint i = 0; i < 5; i++)
    challenge_for (self, "/v2/", other);
  ls_fake_server_add (self->server, "GET", "/v2/", 200,
                      "Docker-Distribution-API-Version: registry/2.0\r\n", "{}");
  challenge_for (self, "/v2/", other);

  for (guint run = 0; run < 7; run++)
    {
      g_autoptr (LsRegistry) registry = open_in_next_run (self, path);

      g_test_message ("run %u", run);
      switch (run)
        {
        case 0:
        case 6:
          g_assert_true (list (registry, &error));
          g_assert_no_error (error);
          break;
        case 3:
          g_assert_false (ls_registry_sign_in (registry, NULL, &error));
          g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
          break;
        case 5:
          g_assert_true (ls_registry_sign_in (registry, NULL, &error));
          g_assert_no_error (error);
          break;
        default:
          g_assert_false (list (registry, &error));
          g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
          g_assert_cmpuint (ls_fake_server_count (other, "GET", "/token"), ==, run > 3);
        }
      g_clear_error (&error);
    }

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "canary"));
  g_assert_null (strstr (text, "token1"));
}

/* The same in a process that was running before another one learned who it is. */
static void
test_other_realm_in_other_process (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autofree char *path = ls_test_dir_build (self->dir, "state/token-servers.ini");
  g_autofree char *url = ls_fake_server_dup_url (self->server, "127.0.0.1", "/token");
  g_autoptr (GUri) server = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (LsRegistry) registry = open_in_next_run (self, path);
  g_autoptr (LsConfidants) others = ls_confidants_new ();
  g_autoptr (GError) error = NULL;

  be_thief (thief);
  challenge_for (self, "/v2/", thief);
  g_assert_true (ls_confidants_load (others, path, &error));
  ls_confidants_note (others, ls_registry_get_name (registry), "alice", server);

  g_assert_false (list (registry, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
  g_assert_cmpuint (ls_fake_server_n_connections (thief), ==, 0);
}

/* Who signs in names the confidant anew, and who signs out has none. */
static void
test_confidants (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gboolean is_known;
  } files[] = {
    { "[a]\nregistry=r.example\naccount=ann\norigin=https://auth.example/\n", TRUE },
    { "[a]\nregistry=r.example\naccount=ann\norigin=file:///etc/passwd\n", FALSE },
    { "[a]\nregistry=r.example\naccount=ann\norigin=auth.example\n", FALSE },
    { "[a]\nregistry=r.example\naccount=bob\norigin=https://auth.example/\n", FALSE },
    { "[a]\nregistry=r.example\norigin=https://auth.example/\n", FALSE },
    { "", FALSE },
  };
  g_autofree char *path = ls_test_dir_build (self->dir, "token-servers.ini");

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (LsConfidants) first = ls_confidants_new ();
      g_autoptr (LsConfidants) second = ls_confidants_new ();
      g_autoptr (LsConfidants) third = ls_confidants_new ();
      g_autoptr (GUri) other = g_uri_parse ("https://b.example/token?x=1", G_URI_FLAGS_NONE, NULL);
      g_autoptr (GUri) found = NULL;
      g_autoptr (GUri) noted = NULL;
      g_autofree char *noted_text = NULL;

      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_assert_true (ls_confidants_load (first, path, NULL));
      found = ls_confidants_find (first, "r.example", "ann");
      g_assert_cmpint (found != NULL, ==, files[i].is_known);
      ls_confidants_note (first, "r.example", "ann", other);

      g_assert_true (ls_confidants_load (second, path, NULL));
      noted = ls_confidants_find (second, "r.example", "ann");
      noted_text = g_uri_to_string (noted);
      g_assert_cmpstr (noted_text, ==, "https://b.example/");
      ls_confidants_forget (second, "r.example", "ann");

      g_assert_true (ls_confidants_load (third, path, NULL));
      g_assert_null (ls_confidants_find (third, "r.example", "ann"));
    }
}

#define N_PROCESSES 4
#define N_USERS 5

/* As a process of its own, which has read the file before the others wrote. */
static gpointer
note_users (gpointer data)
{
  LsConfidants *confidants = data;
  g_autoptr (GUri) server = g_uri_parse ("https://b.example/", G_URI_FLAGS_NONE, NULL);

  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%p-%u", data, i);

      ls_confidants_note (confidants, "r.example", name, server);
    }

  return NULL;
}

/* What one process learns or forgets is not undone by another one. */
static void
test_confidants_of_processes (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "token-servers.ini");
  g_autoptr (LsConfidants) last = ls_confidants_new ();
  g_autoptr (GUri) server = g_uri_parse ("https://b.example/", G_URI_FLAGS_NONE, NULL);
  LsConfidants *processes[N_PROCESSES];
  GThread *threads[N_PROCESSES];

  ls_confidants_load (last, path, NULL);
  ls_confidants_note (last, "r.example", "gone", server);
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      processes[i] = ls_confidants_new ();
      ls_confidants_load (processes[i], path, NULL);
    }
  ls_confidants_forget (last, "r.example", "gone");

  for (guint i = 0; i < N_PROCESSES; i++)
    threads[i] = g_thread_new ("process", note_users, processes[i]);
  for (guint i = 0; i < N_PROCESSES; i++)
    g_thread_join (threads[i]);

  ls_confidants_load (last, path, NULL);
  g_assert_null (ls_confidants_find (last, "r.example", "gone"));
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      for (guint j = 0; j < N_USERS; j++)
        {
          g_autofree char *name = g_strdup_printf ("%p-%u", (gpointer) processes[i], j);
          g_autoptr (GUri) found = ls_confidants_find (last, "r.example", name);

          g_assert_nonnull (found);
        }
      ls_confidants_unref (processes[i]);
    }
}

/* A registry that had tokens brought to it never saw the password, and does not get
 * to see it by asking for it: its line may be plain http where the realm's is not. */
static void
test_password_later (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) realm = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;

  be_thief (realm);
  challenge_for (self, "/v2/", realm);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  ls_fake_server_add (self->server, "GET", TAGS, 401, "WWW-Authenticate: Basic realm=\"x\"\r\n",
                      "");
  g_assert_true (list (registry, &error));
  g_assert_no_error (error);
  g_assert_false (list (registry, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
  log = ls_fake_server_get_log (self->server);
  for (guint i = 0; log[i] != NULL; i++)
    g_assert_null (strstr (log[i], BASIC));
}

/* The same the other way round. */
static void
test_realm_after_password (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autoptr (GError) error = NULL;

  be_thief (thief);
  ls_test_fake_registry_want_basic (self);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  challenge_for (self, TAGS, thief);
  g_assert_true (list (registry, &error));
  g_assert_no_error (error);
  g_assert_false (list (registry, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
  g_assert_cmpuint (ls_fake_server_n_connections (thief), ==, 0);
}

/* Who has no password to lose may follow the registry anywhere. */
static void
test_other_realm_for_nobody (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) realm = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GError) error = NULL;

  be_thief (realm);
  ls_test_fake_registry_want_token (self);
  challenge_for (self, TAGS, realm);
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  g_assert_true (list (registry, &error));
  g_assert_no_error (error);
  assert_never_authorized (realm);
}

/* Whoever a registry's front door redirects to does not speak for the registry. */
static void
test_challenge_from_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) thief = ls_fake_server_new (NULL);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);
  g_autofree char *url = ls_fake_server_dup_url (thief, "127.0.0.1", "/v2/");
  g_autofree char *token_url = ls_fake_server_dup_url (thief, "127.0.0.1", "/token");
  g_autofree char *location = g_strdup_printf ("Location: %s\r\n", url);
  g_autofree char *challenge =
      g_strdup_printf ("WWW-Authenticate: %s realm=\"%s\"\r\n", (const char *) data, token_url);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) log = NULL;

  be_thief (thief);
  ls_fake_server_add (self->server, "GET", "/v2/", 307, location, "");
  ls_fake_server_add (self->server, "GET", TAGS, 200, "", GOOD_TAGS);
  ls_fake_server_add (thief, "GET", "/v2/", 401, challenge, "");
  g_assert_true (list (registry, &error));
  g_assert_no_error (error);
  g_assert_false (ls_registry_sign_in (registry, NULL, &error));
  assert_never_authorized (thief);
  g_assert_cmpuint (ls_fake_server_count (thief, "GET", "/token"), ==, 0);
  log = ls_fake_server_get_log (self->server);
  for (guint i = 0; log[i] != NULL; i++)
    g_assert_null (strstr (log[i], BASIC));
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, data) ls_test_fake_registry_add ("/registry/credentials/" name, data, func)
  ADD ("other-realm-later", test_other_realm_later, NULL);
  ADD ("other-realm-in-next-run", test_other_realm_in_next_run, NULL);
  ADD ("confidants", test_confidants, NULL);
  ADD ("confidants-of-processes", test_confidants_of_processes, NULL);
  ADD ("password-later", test_password_later, NULL);
  ADD ("realm-after-password", test_realm_after_password, NULL);
  ADD ("other-realm-in-other-process", test_other_realm_in_other_process, NULL);
  ADD ("other-realm-for-nobody", test_other_realm_for_nobody, NULL);
  ADD ("bearer-challenge-from-elsewhere", test_challenge_from_elsewhere, "Bearer");
  ADD ("basic-challenge-from-elsewhere", test_challenge_from_elsewhere, "Basic");
#undef ADD

  return g_test_run ();
}
