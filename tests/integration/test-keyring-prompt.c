/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of a prompt. A stand-in for the Secret Service plays the user who
 * accepts, dismisses, never answers, or answers when it is too late. */

#include "ls-account-list.h"
#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-keyring.h"
#include "ls-test-session.h"

/* LeakSanitizer asks for this. libsecret 0.20 leaks with each prompt; what
 * Longshore itself does on the way is checked without mercy in test-keyring.c. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libsecret-1.so\nleak:g_dbus_message_new_from_blob\n";
}

#define SERVICE_PATH "/org/freedesktop/secrets"
#define COLLECTION_PATH SERVICE_PATH "/collection/login"

typedef enum
{
  USER_ACCEPTS,
  USER_DISMISSES,
  USER_IS_AWAY,
} User;

typedef struct
{
  LsTestSession *session;
  GDBusConnection *connection;
  GDBusNodeInfo *info;
  User user;
  gboolean locked;
  guint n_prompts;
  guint n_stored;
} Fixture;

static const char introspection[] =
    "<node>"
    "  <interface name='org.freedesktop.Secret.Service'>"
    "    <method name='ReadAlias'><arg type='s'/><arg type='o' direction='out'/></method>"
    "    <method name='Unlock'><arg type='ao'/><arg type='ao' direction='out'/>"
    "      <arg type='o' direction='out'/></method>"
    "    <method name='SearchItems'><arg type='a{ss}'/><arg type='ao' direction='out'/>"
    "      <arg type='ao' direction='out'/></method>"
    "    <property name='Collections' type='ao' access='read'/>"
    "  </interface>"
    "  <interface name='org.freedesktop.Secret.Collection'>"
    "    <method name='CreateItem'><arg type='a{sv}'/><arg type='(oayays)'/><arg type='b'/>"
    "      <arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
    "    <property name='Items' type='ao' access='read'/>"
    "    <property name='Label' type='s' access='read'/>"
    "    <property name='Locked' type='b' access='read'/>"
    "    <property name='Created' type='t' access='read'/>"
    "    <property name='Modified' type='t' access='read'/>"
    "  </interface>"
    "  <interface name='org.freedesktop.Secret.Prompt'>"
    "    <method name='Prompt'><arg type='s'/></method>"
    "    <method name='Dismiss'/>"
    "    <signal name='Completed'><arg type='b'/><arg type='v'/></signal>"
    "  </interface>"
    "</node>";

static void
complete_prompt (Fixture *fixture, guint number, gboolean dismissed)
{
  g_autofree char *path = g_strdup_printf (SERVICE_PATH "/prompt/p%u", number);
  const char *const unlocked[] = { COLLECTION_PATH, NULL };
  GVariant *result = g_variant_new_objv (unlocked, dismissed ? 0 : 1);

  fixture->locked = dismissed;
  g_dbus_connection_emit_signal (fixture->connection, NULL, path, "org.freedesktop.Secret.Prompt",
                                 "Completed", g_variant_new ("(bv)", dismissed, result), NULL);
}

static void
on_prompt_called (GDBusConnection *connection, const char *sender, const char *path,
                  const char *interface, const char *method, GVariant *parameters,
                  GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_dbus_method_invocation_return_value (invocation, NULL);
  if (fixture->user != USER_IS_AWAY)
    complete_prompt (fixture, fixture->n_prompts, fixture->user == USER_DISMISSES);
}

static const GDBusInterfaceVTable prompt_vtable = { .method_call = on_prompt_called };

static void
register_object (Fixture *fixture, const char *path, const char *interface,
                 const GDBusInterfaceVTable *vtable)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (fixture->connection, path,
                                     g_dbus_node_info_lookup_interface (fixture->info, interface),
                                     vtable, fixture, NULL, &error);
  g_assert_no_error (error);
}

static void
unlock (Fixture *fixture, GDBusMethodInvocation *invocation)
{
  g_autofree char *path = g_strdup_printf (SERVICE_PATH "/prompt/p%u", ++fixture->n_prompts);

  register_object (fixture, path, "org.freedesktop.Secret.Prompt", &prompt_vtable);
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@aoo)", g_variant_new_objv (NULL, 0), path));
}

static void
on_service_called (GDBusConnection *connection, const char *sender, const char *path,
                   const char *interface, const char *method, GVariant *parameters,
                   GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (g_str_equal (method, "ReadAlias"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", COLLECTION_PATH));
  else if (g_str_equal (method, "Unlock"))
    unlock (fixture, invocation);
  else if (g_str_equal (method, "SearchItems"))
    g_dbus_method_invocation_return_value (
        invocation,
        g_variant_new ("(@ao@ao)", g_variant_new_objv (NULL, 0), g_variant_new_objv (NULL, 0)));
  else
    {
      fixture->n_stored++;
      g_dbus_method_invocation_return_dbus_error (
          invocation, "org.freedesktop.DBus.Error.NotSupported", method);
    }
}

static GVariant *
on_property_read (GDBusConnection *connection, const char *sender, const char *path,
                  const char *interface, const char *property, GError **error, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *const collections[] = { COLLECTION_PATH, NULL };

  if (g_str_equal (property, "Collections"))
    return g_variant_new_objv (collections, 1);
  if (g_str_equal (property, "Items"))
    return g_variant_new_objv (NULL, 0);
  if (g_str_equal (property, "Label"))
    return g_variant_new_string ("Login");
  if (g_str_equal (property, "Locked"))
    return g_variant_new_boolean (fixture->locked);

  return g_variant_new_uint64 (0);
}

static const GDBusInterfaceVTable service_vtable = {
  .method_call = on_service_called,
  .get_property = on_property_read,
};

/* One bus for all cases: libsecret keeps its connection. */
static Fixture the_fixture;

static Fixture *
fixture_reset (User user)
{
  the_fixture.user = user;
  the_fixture.locked = TRUE;
  the_fixture.n_stored = 0;

  return &the_fixture;
}

static void
fixture_set_up (Fixture *fixture)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  fixture->session = ls_test_session_new ();
  ls_test_session_start_bus (fixture->session);
  ls_test_session_enter (fixture->session);
  fixture->connection = ls_test_session_connect (fixture->session);
  fixture->info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);

  register_object (fixture, SERVICE_PATH, "org.freedesktop.Secret.Service", &service_vtable);
  register_object (fixture, COLLECTION_PATH, "org.freedesktop.Secret.Collection", &service_vtable);
  reply = g_dbus_connection_call_sync (
      fixture->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture *fixture)
{
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_dbus_node_info_unref (fixture->info);
  ls_test_session_free (fixture->session);
}

static void
test_list_does_not_ask (void)
{
  Fixture *fixture = fixture_reset (USER_IS_AWAY);
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  guint n_prompts = fixture->n_prompts;

  ls_test_keyring_assert_lists (keyring, "", TRUE);
  g_assert_cmpuint (fixture->n_prompts, ==, n_prompts);
}

static void
test_accepted (void)
{
  Fixture *fixture = fixture_reset (USER_ACCEPTS);
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;
  guint n_prompts = fixture->n_prompts;

  g_assert_true (ls_test_keyring_unlock (keyring, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_prompts, ==, n_prompts + 1);
  ls_test_keyring_assert_lists (keyring, "", FALSE);

  /* Unlocked already: nobody is asked. */
  g_assert_true (ls_test_keyring_unlock (keyring, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_prompts, ==, n_prompts + 1);

  /* A lookup asks as well, and then tells what is not there from what is locked. */
  fixture->locked = TRUE;
  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_NOT_FOUND);
  g_assert_cmpuint (fixture->n_prompts, ==, n_prompts + 2);
}

static void
test_dismissed (void)
{
  Fixture *fixture = fixture_reset (USER_DISMISSES);
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_test_keyring_unlock (keyring, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);

  ls_test_keyring_assert_no_secret (keyring, "docker.io", "alice", LS_ERROR_KEYRING_LOCKED);

  g_assert_false (ls_test_keyring_store (keyring, "docker.io", "alice", "secret", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_LOCKED);
  g_assert_cmpuint (fixture->n_stored, ==, 0);
}

static gboolean
is_unlocked (gpointer data)
{
  return ls_test_keyring_unlock (data, NULL);
}

static void
test_answered_late (void)
{
  Fixture *fixture = fixture_reset (USER_IS_AWAY);
  g_autoptr (LsKeyring) hasty = g_object_new (LS_TYPE_KEYRING, "prompt-timeout", 1, NULL);
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (GError) error = NULL;
  guint first;

  g_assert_false (ls_test_keyring_unlock (hasty, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
  g_clear_error (&error);
  first = fixture->n_prompts;

  g_assert_false (ls_test_keyring_store (hasty, "docker.io", "alice", "secret", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);

  /* The user comes back. Nothing waits for the answers any more. */
  complete_prompt (fixture, first, FALSE);
  complete_prompt (fixture, first + 1, FALSE);
  ls_test_await_until (is_unlocked, keyring);
  g_assert_cmpuint (fixture->n_stored, ==, 0);
}

static gboolean
is_read (gpointer data)
{
  return ls_account_list_get_state (data) == LS_LOAD_STATE_EMPTY;
}

static gboolean
is_not_locked (gpointer data)
{
  return !ls_account_list_get_locked (data);
}

/* Several transfers of an account start at once, and the keyring is locked. */
static void
test_one_question_for_all (void)
{
  Fixture *fixture = fixture_reset (USER_ACCEPTS);
  g_autoptr (LsHttp) http = ls_http_new ();
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (LsAccountList) list = ls_account_list_new (http, settings, keyring);
  g_autoptr (LsAccount) account = ls_account_new ("docker.io", "alice", FALSE, FALSE);
  GAsyncResult *results[3] = { 0 };
  guint n_prompts = fixture->n_prompts;

  ls_account_list_load (list);
  ls_test_await_until (is_read, list);
  g_assert_true (ls_account_list_get_locked (list));

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    ls_account_list_get_registry_async (list, "docker.io", account, ls_test_keep_result,
                                        &results[i]);

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (LsRegistry) registry = NULL;
      g_autoptr (GError) error = NULL;

      /* The stand-in holds no items. */
      ls_test_await (&results[i]);
      registry = ls_account_list_get_registry_finish (list, results[i], &error);
      g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
      g_assert_null (registry);
      g_clear_object (&results[i]);
    }

  g_assert_cmpuint (fixture->n_prompts, ==, n_prompts + 1);
  /* Now that it is open, what it holds is shown. */
  ls_test_await_until (is_not_locked, list);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  if (!ls_test_session_is_possible ())
    {
      g_print ("1..0 # SKIP dbus-daemon and gnome-keyring-daemon are not installed\n");
      return 0;
    }

  g_test_add_func ("/keyring-prompt/list-does-not-ask", test_list_does_not_ask);
  g_test_add_func ("/keyring-prompt/accepted", test_accepted);
  g_test_add_func ("/keyring-prompt/dismissed", test_dismissed);
  g_test_add_func ("/keyring-prompt/answered-late", test_answered_late);
  g_test_add_func ("/keyring-prompt/one-question-for-all", test_one_question_for_all);

  fixture_set_up (&the_fixture);
  status = g_test_run ();
  fixture_tear_down (&the_fixture);

  return status;
}
