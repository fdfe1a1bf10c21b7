/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-place-list.h"

#include "ls-test-await.h"
#include "ls-test-store.h"

typedef struct
{
  LsTestStore store;
  LsImageList *images;
  LsAccountList *accounts;
  LsPlaceList *places;
  GString *signals; /* "position-removed+added" each */
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  g_string_append_printf (fixture->signals, "%u-%u+%u ", position, removed, added);
}

/* @data is what registries.conf says. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_store_set_up (&fixture->store, NULL);
  path = ls_test_dir_build (fixture->store.dir, "registries.conf");
  g_file_set_contents (path, data, -1, &error);
  g_assert_no_error (error);
  ls_registry_settings_load (settings, path, &error);
  g_assert_no_error (error);

  fixture->images = ls_image_list_new (fixture->store.store);
  fixture->accounts = ls_account_list_new (http, settings, keyring);
  fixture->places = ls_place_list_new (fixture->images, fixture->accounts, settings);
  fixture->signals = g_string_new (NULL);
  g_signal_connect (fixture->places, "items-changed", G_CALLBACK (on_items_changed), fixture);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer accounts = fixture->accounts;

  g_object_add_weak_pointer (accounts, &accounts);
  g_assert_finalize_object (fixture->places);
  g_object_unref (fixture->accounts);
  ls_test_await_until (is_gone, &accounts);
  g_assert_finalize_object (fixture->images);
  g_string_free (fixture->signals, TRUE);
  ls_test_store_tear_down (&fixture->store, NULL);
}

static LsAccount *
sign_in (Fixture *fixture, const char *registry, const char *username)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, "secret");

  return ls_account_list_keep_for_session (fixture->accounts, registry, credentials);
}

static void
sign_out (Fixture *fixture, LsAccount *account)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_account_list_sign_out_async (fixture->accounts, account, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_account_list_sign_out_finish (fixture->accounts, result, &error);
  g_assert_no_error (error);
}

/* An account is indented, an insecure place has an exclamation mark. */
static void
assert_places (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->places));
  guint property = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LsPlace) place = g_list_model_get_item (G_LIST_MODEL (fixture->places), i);
      g_autofree char *title = ls_place_dup_title (place);
      gboolean insecure = FALSE;

      g_object_get (place, "insecure", &insecure, NULL);
      g_string_append_printf (found, "%s%s%s\n", LS_IS_ACCOUNT (place) ? "  " : "", title,
                              insecure ? "!" : "");
    }

  g_object_get (fixture->places, "n-items", &property, NULL);
  g_assert_cmpuint (property, ==, n_items);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsPlace) local = g_list_model_get_item (G_LIST_MODEL (fixture->places), 0);
  g_autoptr (LsReference) name = ls_test_reference ("ubuntu");

  assert_places (fixture, "Images\nDocker Hub\n");

  g_assert_true (LS_IS_LOCAL_PLACE (local));
  g_assert_true (ls_local_place_get_images (LS_LOCAL_PLACE (local)) == fixture->images);
  g_assert_null (ls_place_dup_registry (local));
  g_assert_null (ls_place_propose_name (local, name));
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  assert_places (fixture, "Images\nDocker Hub\nlocalhost:5000!\nregistry.example\n");
}

static void
test_accounts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsAccount) hub = NULL;
  g_autoptr (LsAccount) quay = NULL;
  g_autoptr (LsAccount) local = NULL;
  g_autoptr (LsAccount) other = NULL;

  hub = sign_in (fixture, "docker.io", "me");
  assert_places (fixture, "Images\nDocker Hub\n  me\nlocalhost:5000!\n");
  g_assert_cmpstr (fixture->signals->str, ==, "2-0+1 ");

  /* A registry comes with its first account, and is there once. */
  g_string_truncate (fixture->signals, 0);
  quay = sign_in (fixture, "quay.example", "me");
  other = sign_in (fixture, "quay.example", "other");
  local = sign_in (fixture, "localhost:5000", "alice");
  assert_places (fixture, "Images\nDocker Hub\n  me\nlocalhost:5000!\n  alice!\nquay.example\n"
                          "  me\n  other\n");
  g_assert_cmpstr (fixture->signals->str, ==, "4-0+2 6-0+1 4-0+1 ");

  /* It goes with its last one, unless registries.conf names it. */
  g_string_truncate (fixture->signals, 0);
  sign_out (fixture, other);
  sign_out (fixture, quay);
  sign_out (fixture, local);
  sign_out (fixture, hub);
  assert_places (fixture, "Images\nDocker Hub\nlocalhost:5000!\n");
  g_assert_cmpstr (fixture->signals->str, ==, "7-1+0 5-2+0 4-1+0 2-1+0 ");
}

static void
test_objects_stay (Fixture *fixture, gconstpointer data)
{
  GListModel *places = G_LIST_MODEL (fixture->places);
  g_autoptr (LsPlace) local = g_list_model_get_item (places, 0);
  g_autoptr (LsPlace) hub = g_list_model_get_item (places, 1);
  g_autoptr (LsPlace) registry = g_list_model_get_item (places, 2);
  g_autoptr (LsAccount) account = sign_in (fixture, "docker.io", "me");
  g_autoptr (LsPlace) local_now = g_list_model_get_item (places, 0);
  g_autoptr (LsPlace) hub_now = g_list_model_get_item (places, 1);
  g_autoptr (LsPlace) account_now = g_list_model_get_item (places, 2);
  g_autoptr (LsPlace) registry_now = g_list_model_get_item (places, 3);

  g_assert_true (local == local_now);
  g_assert_true (hub == hub_now);
  g_assert_true (registry == registry_now);
  g_assert_true (LS_PLACE (account) == account_now);
}

int
main (int argc, char *argv[])
{
  /* Whoever runs the tests has a keyring that is none of their business. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_unsetenv ("SECRET_BACKEND");

  g_test_init (&argc, &argv, NULL);

#define ADD(name, settings, func) g_test_add (name, Fixture, settings, set_up, func, tear_down)
  ADD ("/place-list/nobody", "", test_nobody);
  ADD ("/place-list/settings",
       "[registry.example]\n\n[docker.io]\napi=https://api.example\n\n"
       "[localhost:5000]\ninsecure=true\n",
       test_settings);
  ADD ("/place-list/accounts", "[localhost:5000]\ninsecure=true\n", test_accounts);
  ADD ("/place-list/objects-stay", "[localhost:5000]\ninsecure=true\n", test_objects_stay);
#undef ADD

  return g_test_run ();
}
