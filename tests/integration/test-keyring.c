/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keyring as it is met on desktops: present, absent, locked, silent. Each
 * case has a session of its own; libsecret keeps its connection for the life of
 * a process, so the case itself runs in a child. */

#include "ls-error.h"
#include "ls-keyring.h"
#include "ls-test-keyring.h"
#include "ls-test-session.h"

#include <libsecret/secret.h>
#include <string.h>

#define CANARY "c4nary-9f1d-secret"
#define HUB_SERVER "https://index.docker.io/v1/"

/* Every operation fails with this code, and none of them hangs or prints the secret. */
static void
assert_all_fail (LsKeyring *keyring, int list_code, int code)
{
  g_autoptr (GError) list_error = NULL;
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GError) erase_error = NULL;
  g_autofree char *found = ls_test_keyring_list (keyring, NULL, &list_error);

  if (list_code >= 0)
    g_assert_error (list_error, LS_ERROR, list_code);
  else
    g_assert_no_error (list_error);

  g_assert_false (ls_test_keyring_store (keyring, "docker.io", "alice", CANARY, &store_error));
  g_assert_error (store_error, LS_ERROR, code);
  g_assert_null (strstr (store_error->message, CANARY));
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", code);
  g_assert_false (ls_test_keyring_erase (keyring, "docker.io", "alice", &erase_error));
  g_assert_error (erase_error, LS_ERROR, code);
}

static void
assert_cannot_unlock (LsKeyring *keyring, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_test_keyring_unlock (keyring, &error));
  g_assert_error (error, LS_ERROR, code);
}

/* As docker-credential-secretservice stores it, in whatever spelling. */
static void
store_as_docker (const char *server, const char *username, const char *secret)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  static const SecretSchema schema = {
    "io.docker.Credentials",
    SECRET_SCHEMA_NONE,
    {
        { "label", SECRET_SCHEMA_ATTRIBUTE_STRING },
        { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
        { "username", SECRET_SCHEMA_ATTRIBUTE_STRING },
        { "docker_cli", SECRET_SCHEMA_ATTRIBUTE_STRING },
        { NULL, 0 },
    },
  };

  g_hash_table_insert (attributes, "label", "Docker Credentials");
  g_hash_table_insert (attributes, "server", (gpointer) server);
  g_hash_table_insert (attributes, "username", (gpointer) username);
  g_hash_table_insert (attributes, "docker_cli", "1");
  secret_password_storev_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT, server, secret, NULL,
                               &error);
  g_assert_no_error (error);
}

/* What every kind of keyring must do. */
static void
check_working_keyring (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;

  ls_test_keyring_assert_lists (keyring, "", FALSE);
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_NOT_FOUND);
  g_assert_true (ls_test_keyring_unlock (keyring, &error));
  g_assert_no_error (error);

  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", CANARY);
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", CANARY);
  ls_test_keyring_assert_lists (keyring, "alice@docker.io", FALSE);

  /* Another user name is another account; the same one is replaced. */
  ls_test_keyring_assert_stores (keyring, "docker.io", "bob", "hunter2");
  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", "пароль 密码");
  ls_test_keyring_assert_stores (keyring, "localhost:5000", "alice", "third");
  ls_test_keyring_assert_lists (keyring, "alice@docker.io alice@localhost:5000 bob@docker.io",
                                FALSE);
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", "пароль 密码");
  ls_test_keyring_assert_secret (keyring, "docker.io", "bob", "hunter2");
  ls_test_keyring_assert_secret (keyring, "localhost:5000", "alice", "third");
  ls_test_keyring_assert_no_secret (keyring, "localhost:5000", "bob", LS_ERROR_NOT_FOUND);

  ls_test_keyring_assert_erases (keyring, "docker.io", "alice");
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_NOT_FOUND);
  ls_test_keyring_assert_lists (keyring, "alice@localhost:5000 bob@docker.io", FALSE);
  /* To erase what is not there is no failure: the wish is fulfilled. */
  ls_test_keyring_assert_erases (keyring, "docker.io", "alice");
  ls_test_keyring_assert_erases (keyring, "docker.io", "bob");
  ls_test_keyring_assert_erases (keyring, "localhost:5000", "alice");
  ls_test_keyring_assert_lists (keyring, "", FALSE);
}

static void
check_spellings (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  store_as_docker ("https://index.docker.io/v1", "alice", "no slash");
  store_as_docker ("docker.io", "bob", "bare");
  store_as_docker ("registry-1.docker.io", "<token>", "identity");
  store_as_docker (HUB_SERVER "access-token", "alice", "not ours");
  store_as_docker (HUB_SERVER "refresh-token", "alice", "not ours");
  store_as_docker ("https://registry.example/v2/", "alice", "scheme");
  store_as_docker ("quay.example/namespace", "alice", "podman's");

  ls_test_keyring_assert_lists (
      keyring, "<token>@docker.io alice@docker.io alice@registry.example bob@docker.io", FALSE);
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", "no slash");
  ls_test_keyring_assert_secret (keyring, "docker.io", "bob", "bare");
  ls_test_keyring_assert_secret (keyring, "docker.io", "<token>", "identity");
  ls_test_keyring_assert_secret (keyring, "registry.example", "alice", "scheme");

  /* The spelling that docker writes today wins over older ones. */
  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", "new");
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", "new");
  ls_test_keyring_assert_lists (
      keyring, "<token>@docker.io alice@docker.io alice@registry.example bob@docker.io", FALSE);

  /* All spellings go, and nothing of anybody else. */
  ls_test_keyring_assert_erases (keyring, "docker.io", "alice");
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_NOT_FOUND);
  ls_test_keyring_assert_lists (keyring, "<token>@docker.io alice@registry.example bob@docker.io",
                                FALSE);
}

/* Runs the case @path/subprocess in this environment, and passes on how it went. */
static void
run_in_child (const char *path)
{
  g_autofree char *child = g_strconcat (path, "/subprocess", NULL);

  g_test_trap_subprocess (child, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* The same where libsecret 0.20 itself leaks: 32 bytes with each prompt, a reply when
 * there is no collection, the entity tag of its file with each write. All of it is
 * allocated below functions without a symbol, or where no frame is libsecret's. */
static void
run_in_child_with_leaks (const char *path)
{
  g_autofree char *options = g_strdup (g_getenv ("ASAN_OPTIONS"));
  g_autofree char *lenient = NULL;

  lenient = g_strconcat (options != NULL ? options : "", ":detect_leaks=0", NULL);
  g_setenv ("ASAN_OPTIONS", lenient, TRUE);
  run_in_child (path);
  if (options != NULL)
    g_setenv ("ASAN_OPTIONS", options, TRUE);
  else
    g_unsetenv ("ASAN_OPTIONS");
}

static LsTestSession *
session_new_or_skip (void)
{
  if (ls_test_session_is_possible ())
    return ls_test_session_new ();

  g_test_skip ("dbus-daemon and gnome-keyring-daemon are not installed");

  return NULL;
}

static void
test_present (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child ("/keyring/present");
}

static void
test_spellings (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child ("/keyring/spellings");
}

static char *
run_secret_tool (const char *const *argv)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);

  return output;
}

/* Another program finds the login with the attributes that docker searches by. */
static void
check_found_by_others (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autofree char *hub = NULL;
  g_autofree char *local = NULL;
  g_autofree char *listed = NULL;

  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", CANARY);
  ls_test_keyring_assert_stores (keyring, "localhost:5000", "bob", "hunter2");

  hub = run_secret_tool ((const char *const[]){ "secret-tool", "lookup", "xdg:schema",
                                                "io.docker.Credentials", "server", HUB_SERVER,
                                                "docker_cli", "1", NULL });
  g_assert_cmpstr (hub, ==, CANARY);
  local = run_secret_tool ((const char *const[]){ "secret-tool", "lookup", "server",
                                                  "localhost:5000", "docker_cli", "1", NULL });
  g_assert_cmpstr (local, ==, "hunter2");
  listed = run_secret_tool ((const char *const[]){
      "secret-tool", "search", "label", "Docker Credentials", "server", HUB_SERVER, NULL });
  g_assert_nonnull (strstr (listed, "label = Registry credentials for " HUB_SERVER "\n"));
}

static void
test_found_by_others (void)
{
  g_autofree char *secret_tool = g_find_program_in_path ("secret-tool");
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;
  if (secret_tool == NULL)
    {
      g_test_skip ("secret-tool is not installed");
      return;
    }

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child ("/keyring/found-by-others");
}

static void
check_unavailable (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  assert_all_fail (keyring, LS_ERROR_KEYRING_UNAVAILABLE, LS_ERROR_KEYRING_UNAVAILABLE);
  assert_cannot_unlock (keyring, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
test_no_bus (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session != NULL)
    run_in_child ("/keyring/no-bus");
}

static void
test_no_service (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  run_in_child ("/keyring/no-service");
}

/* A daemon without any keyring, and nobody there who could make one. */
static void
check_no_collection (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;

  ls_test_keyring_assert_lists (keyring, "", FALSE);
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_NOT_FOUND);
  g_assert_false (ls_test_keyring_store (keyring, "docker.io", "alice", CANARY, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
test_no_collection (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, NULL);
  run_in_child_with_leaks ("/keyring/no-collection");
}

static void
check_locked (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;
  gboolean locked = FALSE;
  g_autofree char *found = ls_test_keyring_list (keyring, &locked, &error);

  g_assert_no_error (error);
  g_assert_true (locked);
  assert_all_fail (keyring, -1, LS_ERROR_KEYRING_LOCKED);
  assert_cannot_unlock (keyring, LS_ERROR_KEYRING_LOCKED);
}

static void
check_store_one (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", CANARY);
}

static void
check_lookup_one (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  ls_test_keyring_assert_lists (keyring, "alice@docker.io", FALSE);
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", CANARY);
}

static void
test_locked (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child ("/keyring/store-one");

  /* A new daemon, which nobody has told the password. */
  ls_test_session_stop_keyring (session);
  ls_test_session_start_keyring (session, NULL);
  run_in_child_with_leaks ("/keyring/locked");

  /* Nothing was lost by being refused. */
  ls_test_session_stop_keyring (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child ("/keyring/lookup-one");
}

/* Locked while Longshore runs, with the items known to the daemon. */
static void
check_locked_later (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (SecretService) service = NULL;
  g_autoptr (GError) error = NULL;
  GList objects = { 0 };

  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", CANARY);

  service = secret_service_get_sync (SECRET_SERVICE_NONE, NULL, &error);
  g_assert_no_error (error);
  collection = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                                 SECRET_COLLECTION_NONE, NULL, &error);
  g_assert_no_error (error);
  objects.data = collection;
  g_assert_cmpint (secret_service_lock_sync (service, &objects, NULL, NULL, &error), ==, 1);
  g_assert_no_error (error);

  assert_all_fail (keyring, -1, LS_ERROR_KEYRING_LOCKED);
  assert_cannot_unlock (keyring, LS_ERROR_KEYRING_LOCKED);
}

static void
test_locked_later (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  ls_test_session_start_keyring (session, "opensesame");
  run_in_child_with_leaks ("/keyring/locked-later");
}

/* The daemon goes away under a running Longshore and comes back. */
static void
check_restart (void)
{
  g_autoptr (LsTestSession) session = ls_test_session_new ();
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  ls_test_session_start_bus (session);
  ls_test_session_enter (session);
  ls_test_session_start_keyring (session, "opensesame");
  ls_test_keyring_assert_stores (keyring, "docker.io", "alice", CANARY);

  ls_test_session_stop_keyring (session);
  found = ls_test_keyring_list (keyring, NULL, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_KEYRING_UNAVAILABLE);

  ls_test_session_start_keyring (session, "opensesame");
  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", CANARY);
  ls_test_keyring_assert_stores (keyring, "docker.io", "bob", "hunter2");
  ls_test_keyring_assert_lists (keyring, "alice@docker.io bob@docker.io", FALSE);
}

static void
test_restart (void)
{
  if (ls_test_session_is_possible ())
    run_in_child ("/keyring/restart");
  else
    g_test_skip ("dbus-daemon and gnome-keyring-daemon are not installed");
}

/* Somebody owns the name and never says a word. */
static GDBusMessage *
swallow_method_calls (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
                      gpointer user_data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);

  return message;
}

static void
check_silent (void)
{
  g_autoptr (LsKeyring) keyring = g_object_new (LS_TYPE_KEYRING, "prompt-timeout", 1, NULL);

  assert_all_fail (keyring, LS_ERROR_KEYRING_UNAVAILABLE, LS_ERROR_KEYRING_UNAVAILABLE);
  assert_cannot_unlock (keyring, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
test_silent (void)
{
  g_autoptr (LsTestSession) session = session_new_or_skip ();
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (session == NULL)
    return;

  ls_test_session_start_bus (session);
  connection = ls_test_session_connect (session);
  g_dbus_connection_add_filter (connection, swallow_method_calls, NULL, NULL);
  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  run_in_child ("/keyring/silent");
}

/* The file that a sandboxed program keeps; the portal's key is replaced by a password. */
static void
test_file (void)
{
  g_autoptr (LsTestSession) session = ls_test_session_new ();
  g_autofree char *path = g_build_filename (ls_test_session_get_home (session), "x.keyring", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "opensesame", TRUE);
  run_in_child_with_leaks ("/keyring/present");
  run_in_child_with_leaks ("/keyring/spellings");
  run_in_child_with_leaks ("/keyring/store-one");
  run_in_child_with_leaks ("/keyring/file-lookup");

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_null (memmem (contents, length, CANARY, strlen (CANARY)));

  /* Without a portal there is no key to the file. */
  g_unsetenv ("SECRET_FILE_TEST_PASSWORD");
  run_in_child_with_leaks ("/keyring/file-without-key");
  g_unsetenv ("SECRET_FILE_TEST_PATH");
  g_unsetenv ("SECRET_BACKEND");
}

static void
check_file_without_key (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  assert_all_fail (keyring, LS_ERROR_KEYRING_UNAVAILABLE, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
check_file_lookup (void)
{
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  ls_test_keyring_assert_secret (keyring, "docker.io", "alice", CANARY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keyring/present", test_present);
  g_test_add_func ("/keyring/present/subprocess", check_working_keyring);
  g_test_add_func ("/keyring/spellings", test_spellings);
  g_test_add_func ("/keyring/spellings/subprocess", check_spellings);
  g_test_add_func ("/keyring/found-by-others", test_found_by_others);
  g_test_add_func ("/keyring/found-by-others/subprocess", check_found_by_others);
  g_test_add_func ("/keyring/no-bus", test_no_bus);
  g_test_add_func ("/keyring/no-bus/subprocess", check_unavailable);
  g_test_add_func ("/keyring/no-service", test_no_service);
  g_test_add_func ("/keyring/no-service/subprocess", check_unavailable);
  g_test_add_func ("/keyring/no-collection", test_no_collection);
  g_test_add_func ("/keyring/no-collection/subprocess", check_no_collection);
  g_test_add_func ("/keyring/locked", test_locked);
  g_test_add_func ("/keyring/locked/subprocess", check_locked);
  g_test_add_func ("/keyring/store-one/subprocess", check_store_one);
  g_test_add_func ("/keyring/lookup-one/subprocess", check_lookup_one);
  g_test_add_func ("/keyring/locked-later", test_locked_later);
  g_test_add_func ("/keyring/locked-later/subprocess", check_locked_later);
  g_test_add_func ("/keyring/restart", test_restart);
  g_test_add_func ("/keyring/restart/subprocess", check_restart);
  g_test_add_func ("/keyring/silent", test_silent);
  g_test_add_func ("/keyring/silent/subprocess", check_silent);
  g_test_add_func ("/keyring/file", test_file);
  g_test_add_func ("/keyring/file-lookup/subprocess", check_file_lookup);
  g_test_add_func ("/keyring/file-without-key/subprocess", check_file_without_key);

  return g_test_run ();
}
