/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-account.h"
#include "ls-registry-place.h"

static void
assert_place (LsPlace *place, const char *title, const char *icon_name, const char *registry,
              gboolean insecure)
{
  g_autofree char *found_title = ls_place_dup_title (place);
  g_autofree char *found_icon_name = ls_place_dup_icon_name (place);
  g_autofree char *found_registry = ls_place_dup_registry (place);
  gboolean found_insecure = !insecure;

  g_object_get (place, "insecure", &found_insecure, NULL);

  g_assert_cmpstr (found_title, ==, title);
  g_assert_cmpstr (found_icon_name, ==, icon_name);
  g_assert_cmpstr (found_registry, ==, registry);
  g_assert_cmpint (found_insecure, ==, insecure);
}

static void
test_account (void)
{
  g_autoptr (LsAccount) account = ls_account_new ("localhost:5000", "alice", TRUE, TRUE);
  g_autofree char *username = NULL;
  gboolean session_only = FALSE;

  g_object_get (account, "username", &username, "session-only", &session_only, NULL);
  g_assert_cmpstr (username, ==, "alice");
  g_assert_true (session_only);
  g_assert_cmpstr (ls_account_get_username (account), ==, "alice");
  g_assert_cmpstr (ls_account_get_registry (account), ==, "localhost:5000");
  g_assert_true (ls_account_get_session_only (account));
  g_assert_true (ls_account_get_insecure (account));
  assert_place (LS_PLACE (account), "alice", "avatar-default-symbolic", "localhost:5000", TRUE);
}

static void
test_account_proposes_names (void)
{
  static const struct
  {
    const char *registry;
    const char *username;
    const char *image;
    const char *proposal;
  } cases[] = {
    { "docker.io", "me", "ubuntu:18.04", "me/ubuntu:18.04" },
    { "docker.io", "me", "ubuntu", "me/ubuntu:latest" },
    { "docker.io", "me", "other/app:1", "me/app:1" },
    { "docker.io", "me", "me/app:1", "me/app:1" },
    { "localhost:5000", "alice", "ubuntu:18.04", "localhost:5000/alice/ubuntu:18.04" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsAccount) account =
          ls_account_new (cases[i].registry, cases[i].username, FALSE, FALSE);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsReference) image = ls_reference_parse (cases[i].image, &error);
      g_autoptr (LsReference) proposal = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      proposal = ls_place_propose_name (LS_PLACE (account), image);
      text = ls_reference_to_string (proposal);
      g_assert_cmpstr (text, ==, cases[i].proposal);
    }
}

static void
test_registry (void)
{
  g_autoptr (LsRegistryPlace) hub = ls_registry_place_new ("docker.io", FALSE);
  g_autoptr (LsRegistryPlace) local = ls_registry_place_new ("localhost:5000", TRUE);
  g_autoptr (LsReference) image = ls_reference_parse ("ubuntu", NULL);

  assert_place (LS_PLACE (hub), "Docker Hub", "longshore-registry-symbolic", "docker.io", FALSE);
  assert_place (LS_PLACE (local), "localhost:5000", "longshore-registry-symbolic", "localhost:5000",
                TRUE);
  /* Nobody is signed in there to push as. */
  g_assert_null (ls_place_propose_name (LS_PLACE (hub), image));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/place/account", test_account);
  g_test_add_func ("/place/account-proposes-names", test_account_proposes_names);
  g_test_add_func ("/place/registry", test_registry);

  return g_test_run ();
}
