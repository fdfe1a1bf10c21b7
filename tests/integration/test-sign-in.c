/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of accounts with a real registry and a real keyring. Each case is a
 * child process with a session of its own. */

#include "ls-account-list.h"
#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-keyring.h"
#include "ls-test-registry.h"
#include "ls-test-session.h"

#include <string.h>

#define WRONG_PASSWORD "wr0ng-c4nary"

typedef struct
{
  LsTestSession *session;
  LsTestRegistry *registry;
  LsHttp *http;
  LsRegistrySettings *settings;
  LsKeyring *keyring;
  LsAccountList *list;
} Fixture;

static void
set_up (Fixture *fixture, LsTestRegistryFlags flags)
{
  fixture->session = ls_test_session_new ();
  ls_test_session_start_bus (fixture->session);
  ls_test_session_enter (fixture->session);
  ls_test_session_start_keyring (fixture->session, "opensesame");
  fixture->registry = ls_test_registry_new (flags);

  fixture->http = ls_http_new ();
  fixture->settings = ls_registry_settings_new ();
  fixture->keyring = ls_keyring_new ();
  fixture->list = ls_account_list_new (fixture->http, fixture->settings, fixture->keyring);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture)
{
  gpointer list = fixture->list;

  /* A load that is under way keeps the list until its end. */
  g_object_add_weak_pointer (list, &list);
  g_object_unref (fixture->list);
  ls_test_await_until (is_gone, &list);
  g_assert_finalize_object (fixture->keyring);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->http);
  ls_test_registry_free (fixture->registry);
  ls_test_session_free (fixture->session);
}

static const char *
get_name (Fixture *fixture)
{
  return ls_test_registry_get_name (fixture->registry);
}

static LsAccount *
sign_in (Fixture *fixture, const char *registry, const char *username, const char *password,
         GError **error)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, password);
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_sign_in_async (fixture->list, registry, credentials, NULL, ls_test_keep_result,
                                 &result);
  ls_test_await (&result);

  return ls_account_list_sign_in_finish (fixture->list, result, error);
}

static LsAccount *
sign_in_rightly (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  LsAccount *account =
      sign_in (fixture, get_name (fixture), LS_TEST_USER, LS_TEST_PASSWORD, &error);

  g_assert_no_error (error);
  g_assert_nonnull (account);

  return account;
}

static gboolean
sign_out (Fixture *fixture, LsAccount *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_sign_out_async (fixture->list, account, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_account_list_sign_out_finish (fixture->list, result, error);
}

static gboolean
restore (Fixture *fixture, LsAccount *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_restore_async (fixture->list, account, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_account_list_restore_finish (fixture->list, result, error);
}

static LsRegistry *
get_registry (Fixture *fixture, LsAccount *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_get_registry_async (fixture->list, get_name (fixture), account,
                                      ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_account_list_get_registry_finish (fixture->list, result, error);
}

/* Reads the keyring, and comes back when it has been read. */
static void
load (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_unlock_async (fixture->list, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_account_list_unlock_finish (fixture->list, result, NULL);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

/* The registry lets @registry in. */
static void
assert_works (LsRegistry *registry)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_registry_sign_in_async (registry, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_registry_sign_in_finish (registry, result, &error);
  g_assert_no_error (error);
}

static void
check_right_password (Fixture *fixture)
{
  g_autoptr (LsAccount) account = sign_in_rightly (fixture);
  g_autoptr (LsAccountList) former = NULL;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (ls_account_get_username (account), ==, LS_TEST_USER);
  g_assert_cmpstr (ls_account_get_registry (account), ==, get_name (fixture));
  g_assert_false (ls_account_get_session_only (account));
  g_assert_true (ls_account_list_find (fixture->list, get_name (fixture), NULL) == account);
  ls_test_keyring_assert_secret (fixture->keyring, get_name (fixture), LS_TEST_USER,
                                 LS_TEST_PASSWORD);
  registry = get_registry (fixture, account, &error);
  g_assert_no_error (error);
  assert_works (registry);

  /* Reading the keyring again keeps the object. */
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_true (ls_account_list_find (fixture->list, get_name (fixture), NULL) == account);
  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_READY);

  /* The next run finds it in the keyring, with a secret that works. */
  former = g_steal_pointer (&fixture->list);
  fixture->list = ls_account_list_new (fixture->http, fixture->settings, fixture->keyring);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_clear_object (&registry);
  registry = get_registry (
      fixture, ls_account_list_find (fixture->list, get_name (fixture), LS_TEST_USER), &error);
  g_assert_no_error (error);
  assert_works (registry);

  ls_test_keyring_assert_erases (fixture->keyring, get_name (fixture), LS_TEST_USER);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
check_wrong_password (Fixture *fixture)
{
  g_autoptr (LsAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  account = sign_in (fixture, get_name (fixture), LS_TEST_USER, WRONG_PASSWORD, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_assert_null (strstr (error->message, WRONG_PASSWORD));
  g_assert_null (account);
  g_assert_cmpuint (count (fixture), ==, 0);
  ls_test_keyring_assert_lists (fixture->keyring, "", FALSE);
}

static void
check_unreachable (Fixture *fixture)
{
  g_autoptr (LsAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_registry_stop (fixture->registry);
  account = sign_in (fixture, get_name (fixture), LS_TEST_USER, LS_TEST_PASSWORD, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_null (account);
  ls_test_keyring_assert_lists (fixture->keyring, "", FALSE);
}

static void
check_cancelled (Fixture *fixture)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_account_list_sign_in_async (fixture->list, get_name (fixture), credentials, cancellable,
                                 ls_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  ls_test_await (&result);
  g_assert_null (ls_account_list_sign_in_finish (fixture->list, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ls_test_keyring_assert_lists (fixture->keyring, "", FALSE);
}

static void
check_sign_out_and_restore (Fixture *fixture)
{
  g_autoptr (LsAccount) account = sign_in_rightly (fixture);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sign_out (fixture, account, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (fixture), ==, 0);
  ls_test_keyring_assert_no_secret (fixture->keyring, get_name (fixture), LS_TEST_USER,
                                    LS_ERROR_NOT_FOUND);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_EMPTY);

  g_assert_true (restore (fixture, account, &error));
  g_assert_no_error (error);
  g_assert_true (ls_account_list_find (fixture->list, get_name (fixture), NULL) == account);
  ls_test_keyring_assert_secret (fixture->keyring, get_name (fixture), LS_TEST_USER,
                                 LS_TEST_PASSWORD);
  registry = get_registry (fixture, account, &error);
  g_assert_no_error (error);
  assert_works (registry);

  g_assert_true (sign_out (fixture, account, &error));
  g_assert_no_error (error);
  ls_account_list_forget (fixture->list, account);
  g_assert_false (restore (fixture, account, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  ls_test_keyring_assert_lists (fixture->keyring, "", FALSE);
}

/* The password is right, and there is nowhere to keep it. */
static void
check_keyring_gone (Fixture *fixture)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsAccount) account = NULL;
  g_autoptr (LsAccount) stored = NULL;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_session_stop_keyring (fixture->session);
  account = sign_in (fixture, get_name (fixture), LS_TEST_USER, LS_TEST_PASSWORD, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
  g_assert_null (account);
  g_clear_error (&error);

  account = ls_account_list_keep_for_session (fixture->list, get_name (fixture), credentials);
  g_assert_true (ls_account_get_session_only (account));
  registry = get_registry (fixture, account, &error);
  g_assert_no_error (error);
  assert_works (registry);

  /* The keyring comes back: the next sign-in is kept, in place of the other. */
  ls_test_session_start_keyring (fixture->session, "opensesame");
  load (fixture);
  g_assert_null (ls_account_list_get_error (fixture->list));
  g_assert_cmpuint (count (fixture), ==, 1);
  stored = sign_in_rightly (fixture);
  g_assert_false (ls_account_get_session_only (stored));
  g_assert_cmpuint (count (fixture), ==, 1);
  load (fixture);
  g_assert_true (ls_account_list_find (fixture->list, get_name (fixture), NULL) == stored);
}

/* docker login and docker logout, while Longshore runs. */
static void
check_other_program (Fixture *fixture)
{
  g_autoptr (LsKeyring) docker = ls_keyring_new ();
  g_autoptr (LsAccount) account = NULL;
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;

  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);

  ls_test_keyring_assert_stores (docker, get_name (fixture), LS_TEST_USER, LS_TEST_PASSWORD);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  account = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);

  ls_test_keyring_assert_erases (docker, get_name (fixture), LS_TEST_USER);
  registry = get_registry (fixture, account, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_assert_null (registry);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
assert_not_in_file (const char *path, const char *secret)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  if (g_file_get_contents (path, &contents, &length, NULL))
    g_assert_null (memmem (contents, length, secret, strlen (secret)));
}

static void
assert_nowhere_below (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        assert_nowhere_below (path);
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          assert_not_in_file (path, LS_TEST_PASSWORD);
          assert_not_in_file (path, WRONG_PASSWORD);
        }
    }
}

static void
check_refusals (Fixture *fixture)
{
  check_wrong_password (fixture);
  check_cancelled (fixture);
  check_unreachable (fixture);
}

/* The same with each way to authenticate. */
static void
check_main_job (Fixture *fixture)
{
  check_wrong_password (fixture);
  check_sign_out_and_restore (fixture);
  check_right_password (fixture);
  check_keyring_gone (fixture);
  assert_nowhere_below (ls_test_session_get_home (fixture->session));
}

typedef struct
{
  const char *name;
  LsTestRegistryFlags flags;
  void (*check) (Fixture *fixture);
} Case;

static const Case cases[] = {
  { "basic", LS_TEST_REGISTRY_BASIC, check_main_job },
  { "token", LS_TEST_REGISTRY_TOKEN, check_main_job },
  { "refusals", LS_TEST_REGISTRY_BASIC, check_refusals },
  { "other-program", LS_TEST_REGISTRY_BASIC, check_other_program },
};

static void
run_case (gconstpointer data)
{
  const Case *this_case = data;
  Fixture fixture = { 0 };

  set_up (&fixture, this_case->flags);
  this_case->check (&fixture);
  tear_down (&fixture);
}

/* What the child printed, with all debugging on, is not @secret. */
static void
assert_not_printed (const char *secret)
{
  g_autofree char *pair = g_strconcat (LS_TEST_USER ":", secret, NULL);
  g_autofree char *basic = g_base64_encode ((const guchar *) pair, strlen (pair));
  g_autofree char *plain_pattern = g_strdup_printf ("*%s*", secret);
  g_autofree char *basic_pattern = g_strdup_printf ("*%s*", basic);

  g_test_trap_assert_stdout_unmatched (plain_pattern);
  g_test_trap_assert_stdout_unmatched (basic_pattern);
  g_test_trap_assert_stderr_unmatched (plain_pattern);
  g_test_trap_assert_stderr_unmatched (basic_pattern);
}

static void
test_case (gconstpointer data)
{
  const Case *this_case = data;
  g_autofree char *path = g_strdup_printf ("/sign-in/%s/subprocess", this_case->name);

  if (!ls_test_session_is_possible ())
    {
      g_test_skip ("dbus-daemon and gnome-keyring-daemon are not installed");
      return;
    }

  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();

  g_test_trap_assert_stdout ("*DEBUG*");
  assert_not_printed (LS_TEST_PASSWORD);
  assert_not_printed (WRONG_PASSWORD);
}

int
main (int argc, char *argv[])
{
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sign-in/%s", cases[i].name);
      g_autofree char *child = g_strconcat (path, "/subprocess", NULL);

      g_test_add_data_func (path, &cases[i], test_case);
      g_test_add_data_func (child, &cases[i], run_case);
    }

  return g_test_run ();
}
