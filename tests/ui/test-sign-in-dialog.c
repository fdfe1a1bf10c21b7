/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-sign-in-dialog.h"

#include "fake-server.h"
#include "test-shell.h"
#include "ui-test.h"

typedef struct
{
  LsTestDir *dir;
  SoupServer *server;
  char *registry;
  gboolean no_registry;       /* something else answers there */
  gboolean silent;            /* nothing answers, and the connection stays open */
  SoupServerMessage *pending; /* what is not answered */
  LsContext *context;
  LsSignInDialog *dialog;
  LsAccount *account;
} Fixture;

/* base64 of "alice:right" */
#define RIGHT "Basic YWxpY2U6cmlnaHQ="

static void
answer (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  const char *authorization = soup_message_headers_get_one (request, "Authorization");

  if (fixture->silent)
    {
      soup_server_message_pause (message);
      g_set_object (&fixture->pending, message);
      return;
    }

  if (fixture->no_registry)
    {
      fake_server_reply (message, 200, "text/html", "<html><title>A web page</title></html>");
      return;
    }

  soup_message_headers_append (response, "Docker-Distribution-Api-Version", "registry/2.0");
  if (g_strcmp0 (authorization, RIGHT) == 0)
    {
      fake_server_reply (message, 200, "application/json", "{}");
      return;
    }

  soup_message_headers_append (response, "WWW-Authenticate", "Basic realm=\"test\"");
  fake_server_reply (message, 401, "application/json",
                     "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"so it is\"}]}");
}

static void
on_signed_in (LsSignInDialog *dialog, LsAccount *account, Fixture *fixture)
{
  g_set_object (&fixture->account, account);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *settings = NULL;

  fixture->dir = ls_test_dir_new ();
  fixture->server = fake_server_new (answer, fixture);
  fixture->registry = fake_server_dup_name (fixture->server);
  settings = g_strdup_printf ("[plain.example]\ninsecure=true\n[%s]\nlocation=http://%s\n",
                              fixture->registry, fixture->registry);
  fixture->context = test_context_new (fixture->dir, settings);
  fixture->dialog = ls_sign_in_dialog_new (fixture->context, fixture->registry);
  g_signal_connect (fixture->dialog, "signed-in", G_CALLBACK (on_signed_in), fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
  gtk_window_present (GTK_WINDOW (fixture->dialog));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->pending != NULL)
    soup_server_message_unpause (fixture->pending);
  g_clear_object (&fixture->pending);
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  wait_until (fixture->dialog == NULL);
  g_clear_object (&fixture->account);
  g_object_unref (fixture->context);
  fake_server_free (fixture->server);
  g_free (fixture->registry);
  ls_test_dir_free (fixture->dir);
}

static GtkWidget *
find (Fixture *fixture, const char *id)
{
  return test_find (fixture->dialog, id);
}

static void
type (Fixture *fixture, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find (fixture, id)), text);
}

static const char *
get_text (Fixture *fixture, const char *id)
{
  return gtk_editable_get_text (GTK_EDITABLE (find (fixture, id)));
}

static void
sign_in (Fixture *fixture, const char *username, const char *password)
{
  type (fixture, "username_row", username);
  type (fixture, "password_row", password);
  test_click (fixture->dialog, "sign_in_button");
}

static gboolean
has_focus (Fixture *fixture, const char *id)
{
  return gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (fixture->dialog)),
                                 find (fixture, id));
}

static void
test_fields (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = find (fixture, "sign_in_button");

  g_assert_cmpstr (get_text (fixture, "registry_row"), ==, fixture->registry);
  g_assert_true (has_focus (fixture, "username_row"));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (fixture->dialog)) == button);

  /* The links are Docker's. */
  g_assert_false (gtk_widget_get_visible (find (fixture, "docker_hub_links")));

  g_assert_false (gtk_widget_is_sensitive (button));
  type (fixture, "username_row", "alice");
  g_assert_false (gtk_widget_is_sensitive (button));
  type (fixture, "password_row", "x");
  g_assert_true (gtk_widget_is_sensitive (button));
  type (fixture, "registry_row", "");
  g_assert_false (gtk_widget_is_sensitive (button));

  type (fixture, "registry_row", "docker.io");
  g_assert_true (gtk_widget_get_visible (find (fixture, "docker_hub_links")));

  g_assert_false (gtk_widget_get_visible (find (fixture, "insecure_box")));
  type (fixture, "registry_row", "plain.example");
  g_assert_true (gtk_widget_get_visible (find (fixture, "insecure_box")));
}

static void
test_docker_hub_by_default (Fixture *fixture, gconstpointer data)
{
  LsSignInDialog *dialog = ls_sign_in_dialog_new (fixture->context, NULL);

  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (dialog, "registry_row"))), ==,
                   "docker.io");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_wrong_password (Fixture *fixture, gconstpointer data)
{
  sign_in (fixture, "alice", "wrong");
  g_assert_true (gtk_widget_get_visible (find (fixture, "progress_box")));
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (find (fixture, "password_row"))));

  wait_until (test_is_shown (fixture->dialog, "problem_box"));
  g_assert_nonnull (strstr (test_get_label (fixture->dialog, "problem_label"), "does not accept"));
  gtk_expander_set_expanded (GTK_EXPANDER (find (fixture, "details_expander")), TRUE);
  g_assert_cmpstr (test_get_label (fixture->dialog, "details_label"), ==, "so it is");
  g_assert_false (gtk_widget_get_visible (find (fixture, "keyring_box")));
  g_assert_false (gtk_widget_get_visible (find (fixture, "progress_box")));
  g_assert_null (fixture->account);

  /* The fields stay, and the wrong one waits to be corrected. */
  g_assert_cmpstr (get_text (fixture, "registry_row"), ==, fixture->registry);
  g_assert_cmpstr (get_text (fixture, "username_row"), ==, "alice");
  g_assert_cmpstr (get_text (fixture, "password_row"), ==, "wrong");
  g_assert_true (gtk_widget_has_css_class (find (fixture, "password_row"), "error"));
  g_assert_true (has_focus (fixture, "password_row"));

  /* Correcting it takes the message away. */
  type (fixture, "password_row", "righ");
  g_assert_false (gtk_widget_get_visible (find (fixture, "problem_box")));
  g_assert_false (gtk_widget_has_css_class (find (fixture, "password_row"), "error"));
}

static void
assert_registry_problem (Fixture *fixture, const char *words)
{
  wait_until (test_is_shown (fixture->dialog, "problem_box"));
  g_assert_nonnull (strstr (test_get_label (fixture->dialog, "problem_label"), words));
  g_assert_true (gtk_widget_has_css_class (find (fixture, "registry_row"), "error"));
  g_assert_true (has_focus (fixture, "registry_row"));
}

static void
test_no_registry (Fixture *fixture, gconstpointer data)
{
  fixture->no_registry = TRUE;
  sign_in (fixture, "alice", "right");
  assert_registry_problem (fixture, "not a container registry");
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  soup_server_disconnect (fixture->server);
  sign_in (fixture, "alice", "right");
  assert_registry_problem (fixture, "cannot be reached");
}

static void
test_bad_address (Fixture *fixture, gconstpointer data)
{
  type (fixture, "registry_row", "not a host");
  sign_in (fixture, "alice", "right");
  assert_registry_problem (fixture, "not the address of a registry");
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  fixture->silent = TRUE;
  sign_in (fixture, "alice", "right");
  wait_until (fixture->pending != NULL);

  /* The first Cancel ends the request, the second one the dialog. */
  test_click (fixture->dialog, "cancel_button");
  g_assert_false (gtk_widget_get_visible (find (fixture, "progress_box")));
  g_assert_true (gtk_widget_is_sensitive (find (fixture, "sign_in_button")));
  g_assert_cmpstr (get_text (fixture, "password_row"), ==, "right");

  test_click (fixture->dialog, "cancel_button");
  wait_until (fixture->dialog == NULL);
  g_assert_null (fixture->account);
}

/* There is no keyring in the session of this test. */
static void
test_no_keyring (Fixture *fixture, gconstpointer data)
{
  LsAccountList *accounts = ls_context_get_accounts (fixture->context);

  sign_in (fixture, " alice ", "right");
  wait_until (test_is_shown (fixture->dialog, "keyring_box"));
  g_assert_nonnull (strstr (test_get_label (fixture->dialog, "problem_label"), "no keyring"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (accounts)), ==, 0);

  test_click (fixture->dialog, "try_again_button");
  wait_until (test_is_shown (fixture->dialog, "keyring_box"));

  test_click (fixture->dialog, "session_only_button");
  wait_until (fixture->dialog == NULL);
  g_assert_nonnull (fixture->account);
  g_assert_true (ls_account_get_session_only (fixture->account));
  g_assert_cmpstr (ls_account_get_username (fixture->account), ==, "alice");
  g_assert_cmpstr (ls_account_get_registry (fixture->account), ==, fixture->registry);
  g_assert_true (ls_account_list_find (accounts, fixture->registry, "alice") == fixture->account);
}

/* With the keyring in a file, as in a sandbox. */
static void
test_stored (Fixture *fixture, gconstpointer data)
{
  g_autofree char *keyring = ls_test_dir_build (fixture->dir, "test.keyring");

  if (!g_test_subprocess ())
    {
      g_setenv ("SECRET_BACKEND", "file", TRUE);
      g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
      g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, 0);
      g_unsetenv ("SECRET_BACKEND");
      g_test_trap_assert_passed ();
      return;
    }

  sign_in (fixture, "alice", "right");
  wait_until (fixture->dialog == NULL);
  g_assert_nonnull (fixture->account);
  g_assert_false (ls_account_get_session_only (fixture->account));
}

int
main (int argc, char **argv)
{
  /* A session without a keyring, whatever this one has. */
  if (g_getenv ("SECRET_BACKEND") == NULL)
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);

  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/sign-in-dialog/fields", Fixture, NULL, set_up, test_fields, tear_down);
  g_test_add ("/sign-in-dialog/docker-hub-by-default", Fixture, NULL, set_up,
              test_docker_hub_by_default, tear_down);
  g_test_add ("/sign-in-dialog/wrong-password", Fixture, NULL, set_up, test_wrong_password,
              tear_down);
  g_test_add ("/sign-in-dialog/no-registry", Fixture, NULL, set_up, test_no_registry, tear_down);
  g_test_add ("/sign-in-dialog/unreachable", Fixture, NULL, set_up, test_unreachable, tear_down);
  g_test_add ("/sign-in-dialog/bad-address", Fixture, NULL, set_up, test_bad_address, tear_down);
  g_test_add ("/sign-in-dialog/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/sign-in-dialog/no-keyring", Fixture, NULL, set_up, test_no_keyring, tear_down);
  g_test_add ("/sign-in-dialog/stored", Fixture, NULL, set_up, test_stored, tear_down);

  return g_test_run ();
}
