/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pull-dialog.h"
#include "ls-pull-limit-label.h"

#include "fake-server.h"
#include "test-shell.h"
#include "ui-test.h"

typedef struct
{
  LsTestDir *dir;
  LsContext *context;
  TestShell *shell;
  LsPullDialog *dialog;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = ls_test_dir_new ();
  fixture->context = test_context_new (fixture->dir, "[plain.example]\ninsecure=true\n"
                                                     "[docker.io]\nlocation=http://127.0.0.1:9\n");
  fixture->shell = test_shell_new (NULL);
  fixture->dialog = ls_pull_dialog_new (fixture->context, data);
  gtk_window_set_transient_for (GTK_WINDOW (fixture->dialog), GTK_WINDOW (fixture->shell));
  gtk_window_present (GTK_WINDOW (fixture->dialog));
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  wait_until (fixture->dialog == NULL);
  gtk_window_destroy (GTK_WINDOW (fixture->shell));
  g_object_unref (fixture->context);
  ls_test_dir_free (fixture->dir);
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (fixture->dialog, "name_row")), text);
}

static const char *
get_subtitle (Fixture *fixture, const char *id)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (test_find (fixture->dialog, id)));
}

static gboolean
can_pull (Fixture *fixture)
{
  return gtk_widget_is_sensitive (test_find (fixture->dialog, "pull_button"));
}

static void
test_live_check (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *full_name; /* NULL: the text is no name */
    const char *registry;
    const char *hint;
  } cases[] = {
    { "ubuntu", "docker.io/library/ubuntu:latest", "Docker Hub",
      "No tag was given: “latest” is used." },
    { "  ubuntu:24.04 ", "docker.io/library/ubuntu:24.04", "Docker Hub", "" },
    { "me/app", "docker.io/me/app:latest", "Docker Hub", "No tag was given: “latest” is used." },
    { "localhost:5000/x:1", "localhost:5000/x:1", "localhost:5000", "" },
    { "me/app@sha256:"
      "4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe",
      "docker.io/me/app@sha256:"
      "4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe",
      "Docker Hub", "" },
    { "", NULL, NULL, "Such as “ubuntu”" },
    { "Ubuntu", NULL, NULL, "A repository has lowercase letters only." },
    { "ubuntu:", NULL, NULL, "The tag is missing" },
    { "docker pull debian:12", "docker.io/library/debian:12", "Docker Hub",
      "Understood as “debian:12”." },
    { "https://hub.docker.com/r/me/app", "docker.io/me/app:latest", "Docker Hub",
      "Understood as “me/app”. No tag was given" },
    { "https://localhost:5000/x:1", "localhost:5000/x:1", "localhost:5000", "Understood as" },
    { "https://hub.docker.com/search", NULL, NULL, "Leave out “https://”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean valid = cases[i].full_name != NULL;
      const char *hint;

      type (fixture, cases[i].text);
      g_test_message ("%s", cases[i].text);

      hint = test_get_label (fixture->dialog, "hint");
      g_assert_true (g_str_has_prefix (hint, cases[i].hint));
      g_assert_cmpint (*hint == '\0', ==, *cases[i].hint == '\0');
      g_assert_cmpint (can_pull (fixture), ==, valid);
      g_assert_cmpint (gtk_widget_get_visible (test_find (fixture->dialog, "meaning")), ==, valid);
      g_assert_cmpint (gtk_widget_has_css_class (test_find (fixture->dialog, "name_row"), "error"),
                       ==, !valid && *cases[i].text != '\0');
      if (valid)
        {
          g_assert_cmpstr (get_subtitle (fixture, "full_name_row"), ==, cases[i].full_name);
          g_assert_cmpstr (get_subtitle (fixture, "registry_row"), ==, cases[i].registry);
        }
    }
}

static void
test_account (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new ("alice", "secret");
  g_autoptr (LsAccount) account = NULL;

  type (fixture, "localhost:5000/x");
  g_assert_true (g_str_has_prefix (get_subtitle (fixture, "account_row"), "Not signed in"));

  /* Somebody signs in while the dialog is open. */
  account = ls_account_list_keep_for_session (ls_context_get_accounts (fixture->context),
                                              "localhost:5000", credentials);
  g_assert_cmpstr (get_subtitle (fixture, "account_row"), ==, "alice");
}

static void
test_insecure (Fixture *fixture, gconstpointer data)
{
  type (fixture, "plain.example/x");
  g_assert_true (gtk_widget_get_visible (test_find (fixture->dialog, "insecure_box")));
  type (fixture, "ubuntu");
  g_assert_false (gtk_widget_get_visible (test_find (fixture->dialog, "insecure_box")));
}

static void
test_pull (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pulled = NULL;

  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (fixture->dialog, "name_row"))),
                   ==, "debian");
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (fixture->dialog))
                 == test_find (fixture->dialog, "pull_button"));

  test_click (fixture->dialog, "pull_button");
  pulled = test_shell_take (fixture->shell, "win.pull");
  g_assert_cmpstr (pulled, ==, "docker.io/library/debian:latest");
  wait_until (fixture->dialog == NULL);
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *remaining;
    gboolean signed_in;
    const char *expected;
  } cases[] = {
    { "42;w=21600", FALSE, "Docker Hub: 42 pulls left, of 100 every 6\u00a0h" },
    { "3;w=21600", FALSE,
      "Docker Hub: 3 pulls left, of 100 every 6\u00a0h. Sign in to have more." },
    { "42;w=21600", TRUE, "Docker Hub: 42 pulls left, of 100 every 6\u00a0h" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsPullLimit) limit = ls_pull_limit_parse ("100;w=21600", cases[i].remaining, 1000);
      g_autofree char *text = ls_pull_limit_text (limit, cases[i].signed_in, NULL);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }

  /* Where nothing is known, nothing is said. */
  type (fixture, "ubuntu");
  g_assert_false (gtk_widget_get_visible (test_find (fixture->dialog, "limit_label")));
}

typedef struct
{
  LsPullDialog *dialog;
  gboolean ended;
} Interruption;

static void
note_end (Interruption *interruption)
{
  interruption->ended = TRUE;
}

/* Answers when another registry has just been typed. */
static void
answer_late (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Interruption *interruption = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  gtk_editable_set_text (GTK_EDITABLE (test_find (interruption->dialog, "name_row")),
                         "registry.example/app:1");
  g_signal_connect_swapped (message, "finished", G_CALLBACK (note_end), interruption);
  soup_message_headers_append (headers, "RateLimit-Limit", "100;w=21600");
  soup_message_headers_append (headers, "RateLimit-Remaining", "76;w=21600");
  fake_server_reply (message, 200, "application/json", "{}");
}

/* What is typed is at Docker Hub until there is a slash. */
static void
test_limit_of_another (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  Interruption interruption = { NULL, FALSE };
  SoupServer *server = fake_server_new (answer_late, &interruption);
  g_autofree char *name = fake_server_dup_name (server);
  g_autofree char *settings = g_strdup_printf ("[docker.io]\nlocation=http://%s\n", name);
  LsContext *context = test_context_new (dir, settings);
  gpointer weak_context = context;

  interruption.dialog = ls_pull_dialog_new (context, "registry.example");
  gtk_window_present (GTK_WINDOW (interruption.dialog));
  wait_until (interruption.ended);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (gtk_widget_get_visible (test_find (interruption.dialog, "limit_label")));

  gtk_window_destroy (GTK_WINDOW (interruption.dialog));
  g_object_add_weak_pointer (weak_context, &weak_context);
  g_object_unref (context);
  wait_until (weak_context == NULL);
  fake_server_free (server);
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/pull-dialog/live-check", Fixture, NULL, set_up, test_live_check, tear_down);
  g_test_add ("/pull-dialog/account", Fixture, NULL, set_up, test_account, tear_down);
  g_test_add ("/pull-dialog/insecure", Fixture, NULL, set_up, test_insecure, tear_down);
  g_test_add ("/pull-dialog/pull", Fixture, "debian", set_up, test_pull, tear_down);
  g_test_add_func ("/pull-dialog/limit-of-another", test_limit_of_another);
  g_test_add ("/pull-dialog/limit", Fixture, NULL, set_up, test_limit, tear_down);

  return g_test_run ();
}
