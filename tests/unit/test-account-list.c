/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of accounts without a keyring: what stays in memory. What the
 * keyring adds is in tests/integration/test-sign-in.c. */

#include "ls-account-list.h"
#include "ls-error.h"
#include "ls-test-await.h"

typedef struct
{
  LsAccountList *list;
  GString *signals; /* "position-removed+added" each */
  guint n_items_notified;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  g_string_append_printf (fixture->signals, "%u-%u+%u ", position, removed, added);
}

static void
on_n_items (Fixture *fixture)
{
  fixture->n_items_notified++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();

  fixture->list = ls_account_list_new (http, settings, keyring);
  fixture->signals = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed), fixture);
  g_signal_connect_swapped (fixture->list, "notify::n-items", G_CALLBACK (on_n_items), fixture);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer list = fixture->list;

  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  g_string_free (fixture->signals, TRUE);

  /* A load that is under way keeps the list until its end, and nothing else does. */
  g_object_add_weak_pointer (list, &list);
  g_object_unref (fixture->list);
  ls_test_await_until (is_gone, &list);
}

/* Signs in without a check, and gives what the list holds. */
static LsAccount *
keep (Fixture *fixture, const char *registry, const char *username)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, "secret");
  g_autoptr (LsAccount) account =
      ls_account_list_keep_for_session (fixture->list, registry, credentials);

  g_assert_nonnull (account);

  return ls_account_list_find (fixture->list, registry, username);
}

static void
assert_accounts (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
  guint property = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsAccount) account = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append_printf (found, "%s%s@%s", i > 0 ? " " : "", ls_account_get_username (account),
                              ls_account_get_registry (account));
    }

  g_object_get (fixture->list, "n-items", &property, NULL);
  g_assert_cmpuint (property, ==, n_items);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->list), n_items));
  g_assert_cmpstr (found->str, ==, expected);
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
get_registry (Fixture *fixture, const char *registry, LsAccount *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_account_list_get_registry_async (fixture->list, registry, account, ls_test_keep_result,
                                      &result);
  ls_test_await (&result);

  return ls_account_list_get_registry_finish (fixture->list, result, error);
}

static gboolean
has_failed (gpointer data)
{
  return ls_account_list_get_error (data) != NULL;
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  LsAccount *bob;

  keep (fixture, "zzz.example", "alice");
  keep (fixture, "docker.io", "bob");
  keep (fixture, "aaa.example:5000", "alice");
  keep (fixture, "https://index.docker.io/v1/", "alice");
  assert_accounts (fixture, "alice@docker.io bob@docker.io alice@aaa.example:5000"
                            " alice@zzz.example");
  g_assert_cmpstr (fixture->signals->str, ==, "0-0+1 0-0+1 1-0+1 0-0+1 ");
  g_assert_cmpuint (fixture->n_items_notified, ==, 4);

  /* The same again changes nothing that a view could see. */
  bob = ls_account_list_find (fixture->list, "docker.io", "bob");
  g_assert_true (keep (fixture, "docker.io", "bob") == bob);
  g_assert_cmpuint (fixture->n_items_notified, ==, 4);
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  LsAccount *alice = keep (fixture, "docker.io", "alice");
  LsAccount *bob = keep (fixture, "docker.io", "bob");
  LsAccount *local = keep (fixture, "localhost:5000", "bob");
  const struct
  {
    const char *registry;
    const char *username;
    LsAccount *account;
  } cases[] = {
    { "docker.io", "alice", alice },
    { "docker.io", "bob", bob },
    { "docker.io", NULL, alice },
    { "index.docker.io", "bob", bob },
    { "registry-1.docker.io", NULL, alice },
    { "localhost:5000", NULL, local },
    { "LOCALHOST:5000", "bob", local },
    { "localhost:5000", "alice", NULL },
    { "localhost", NULL, NULL },
    { "docker.io", "", NULL },
    { "not a registry", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_true (ls_account_list_find (fixture->list, cases[i].registry, cases[i].username)
                   == cases[i].account);
}

static void
test_sign_out_and_restore (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsAccount) account = g_object_ref (keep (fixture, "docker.io", "alice"));
  g_autoptr (LsRegistry) before = NULL;
  g_autoptr (LsRegistry) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_account_get_session_only (account));
  before = get_registry (fixture, "docker.io", account, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ls_registry_get_username (before), ==, "alice");

  g_assert_true (sign_out (fixture, account, &error));
  g_assert_no_error (error);
  assert_accounts (fixture, "");

  g_assert_true (restore (fixture, account, &error));
  g_assert_no_error (error);
  assert_accounts (fixture, "alice@docker.io");
  g_assert_true (ls_account_list_find (fixture->list, "docker.io", NULL) == account);

  /* Another sign-in is another client; what was restored works. */
  after = get_registry (fixture, "docker.io", account, &error);
  g_assert_no_error (error);
  g_assert_true (before != after);
  g_assert_cmpstr (ls_registry_get_username (after), ==, "alice");

  /* What is forgotten is gone. */
  g_assert_true (sign_out (fixture, account, &error));
  g_assert_no_error (error);
  ls_account_list_forget (fixture->list, account);
  g_assert_false (restore (fixture, account, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  assert_accounts (fixture, "");
}

static void
test_registries (Fixture *fixture, gconstpointer data)
{
  LsAccount *alice = keep (fixture, "localhost:5000", "alice");
  LsAccount *bob = keep (fixture, "localhost:5000", "bob");
  g_autoptr (LsRegistry) of_alice = get_registry (fixture, "localhost:5000", alice, NULL);
  g_autoptr (LsRegistry) again = get_registry (fixture, "LocalHost:5000", alice, NULL);
  g_autoptr (LsRegistry) of_bob = get_registry (fixture, "localhost:5000", bob, NULL);
  g_autoptr (LsRegistry) of_nobody = get_registry (fixture, "localhost:5000", NULL, NULL);
  g_autoptr (LsRegistry) nobody_again = get_registry (fixture, "localhost:5000", NULL, NULL);
  g_autoptr (LsRegistry) elsewhere = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (of_alice == again);
  g_assert_true (of_nobody == nobody_again);
  g_assert_true (of_alice != of_bob);
  g_assert_true (of_alice != of_nobody);
  g_assert_cmpstr (ls_registry_get_name (of_alice), ==, "localhost:5000");
  g_assert_cmpstr (ls_registry_get_username (of_alice), ==, "alice");
  g_assert_null (ls_registry_get_username (of_nobody));

  /* Credentials are not taken elsewhere. */
  elsewhere = get_registry (fixture, "evil.example", alice, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
  g_assert_null (elsewhere);
  g_clear_error (&error);

  elsewhere = get_registry (fixture, "no registry", NULL, &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
  g_assert_null (elsewhere);
}

static void
test_without_keyring (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsAccount) stranger = ls_account_new ("docker.io", "carol", FALSE, FALSE);
  g_autoptr (LsRegistry) registry = NULL;
  g_autoptr (GError) error = NULL;
  LsAccount *kept;

  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_IDLE);
  ls_account_list_load (fixture->list);
  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_LOADING);
  ls_test_await_until (has_failed, fixture->list);
  g_assert_error (ls_account_list_get_error (fixture->list), LS_ERROR,
                  LS_ERROR_KEYRING_UNAVAILABLE);
  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_FAILED);
  g_assert_false (ls_account_list_get_locked (fixture->list));

  /* Longshore works for the session, and goes on to say what is wrong. */
  kept = keep (fixture, "docker.io", "alice");
  g_assert_cmpint (ls_account_list_get_state (fixture->list), ==, LS_LOAD_STATE_READY);
  g_assert_nonnull (ls_account_list_get_error (fixture->list));
  registry = get_registry (fixture, "docker.io", kept, &error);
  g_assert_no_error (error);
  g_assert_nonnull (registry);

  g_assert_false (sign_out (fixture, stranger, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
  assert_accounts (fixture, "alice@docker.io");
}

static void
test_unlock_without_keyring (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_account_list_unlock_async (fixture->list, ls_test_keep_result, &result);
  ls_test_await (&result);
  g_assert_false (ls_account_list_unlock_finish (fixture->list, result, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
test_refused_before_any_request (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *registry;
    const char *username;
    const char *secret;
    int code;
  } cases[] = {
    { "not a registry", "alice", "secret", LS_ERROR_INVALID_NAME },
    { "localhost:5000/path", "alice", "secret", LS_ERROR_INVALID_NAME },
    { "docker.io", "", "secret", LS_ERROR_UNAUTHORIZED },
    { "docker.io", "alice", "", LS_ERROR_UNAUTHORIZED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsCredentials) credentials =
          ls_credentials_new (cases[i].username, cases[i].secret);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      ls_account_list_sign_in_async (fixture->list, cases[i].registry, credentials, NULL,
                                     ls_test_keep_result, &result);
      ls_test_await (&result);
      g_assert_null (ls_account_list_sign_in_finish (fixture->list, result, &error));
      g_assert_error (error, LS_ERROR, cases[i].code);
    }

  assert_accounts (fixture, "");
}

int
main (int argc, char *argv[])
{
  /* Whoever runs the tests has a keyring that is none of their business. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_unsetenv ("SECRET_BACKEND");

  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/account-list/order", test_order);
  ADD ("/account-list/find", test_find);
  ADD ("/account-list/sign-out-and-restore", test_sign_out_and_restore);
  ADD ("/account-list/registries", test_registries);
  ADD ("/account-list/without-keyring", test_without_keyring);
  ADD ("/account-list/unlock-without-keyring", test_unlock_without_keyring);
  ADD ("/account-list/refused-before-any-request", test_refused_before_any_request);
#undef ADD

  return g_test_run ();
}
