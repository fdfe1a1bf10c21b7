/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-push.h"

#include "fake-server.h"
#include "ls-test-graph.h"
#include "test-shell.h"
#include "ui-test.h"

typedef struct
{
  LsTestDir *dir;
  LsTestGraph *graph;
  SoupServer *server;
  char *registry;
  gboolean broken;  /* what is not here yet cannot be had */
  gboolean held;    /* and is waited for */
  gboolean changed; /* the name leads to another image by now */
  char *pushed;     /* the name of what was written last */
  LsContext *context;
  TestShell *shell;
  LsTransfer *transfer; /* what the last call has led to */
} Fixture;

static void
send_bytes (SoupServerMessage *message, const char *type, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, data, size);
}

static void
send_manifest (SoupServerMessage *message, LsManifest *manifest)
{
  send_bytes (message, ls_descriptor_get_media_type (ls_manifest_get_descriptor (manifest)),
              ls_manifest_get_bytes (manifest));
}

/* A registry with the image app:1, and everything of app2 but its manifests. */
static void
answer (SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *last = strrchr (path, '/') + 1;
  LsManifest *manifest = g_hash_table_lookup (fixture->graph->manifests, last);
  GBytes *blob = g_hash_table_lookup (fixture->graph->contents, last);

  if (soup_server_message_get_method (message) == SOUP_METHOD_PUT)
    {
      SoupMessageBody *body = soup_server_message_get_request_body (message);
      g_autofree char *hex = g_compute_checksum_for_data (
          G_CHECKSUM_SHA256, (const guchar *) body->data, (gsize) body->length);
      g_autofree char *digest = g_strconcat ("sha256:", hex, NULL);

      g_free (fixture->pushed);
      fixture->pushed = g_strdup (path);
      soup_message_headers_append (soup_server_message_get_response_headers (message),
                                   "Docker-Content-Digest", digest);
      fake_server_reply (message, 201, "text/plain", "");
    }
  else if (fixture->held && manifest != NULL)
    soup_server_message_pause (message);
  else if (g_str_has_suffix (path, "/v2/"))
    fake_server_reply (message, 200, "application/json", "{}");
  else if (blob != NULL)
    send_bytes (message, "application/octet-stream", blob);
  else if (!g_str_has_prefix (path, "/v2/app/") || (fixture->broken && manifest != NULL))
    fake_server_reply (message, 404, "application/json", "{}");
  else if (g_str_equal (last, "1"))
    send_manifest (message, fixture->changed ? ls_test_graph_find (fixture->graph, "s390x:c")
                                             : fixture->graph->root);
  else if (manifest != NULL)
    send_manifest (message, manifest);
  else
    fake_server_reply (message, 404, "application/json", "{}");
}

static LsReference *
make_name (Fixture *fixture, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("%s/%s", fixture->registry, rest);
  g_autoptr (GError) error = NULL;
  LsReference *name = ls_reference_parse (text, &error);

  g_assert_no_error (error);

  return name;
}

static LsImage *
find_image (Fixture *fixture)
{
  g_autoptr (LsReference) name = make_name (fixture, "app:1");

  return ls_image_list_find (ls_context_get_images (fixture->context), name);
}

static void
pulled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  fixture->transfer = ls_context_pull_finish (LS_CONTEXT (object), result, &error);
  g_assert_no_error (error);
}

/* Two of the three platforms. */
static void
pull_a_part (Fixture *fixture)
{
  g_autoptr (LsReference) name = make_name (fixture, "app:1");
  g_autoptr (GError) error = NULL;
  g_autoptr (LsPlatformChoice) choice =
      ls_platform_choice_parse ("linux/amd64,linux/arm64", &error);

  g_assert_no_error (error);
  ls_context_pull_platforms_async (fixture->context, name, choice, pulled_cb, fixture);
  wait_until (fixture->transfer != NULL);
  wait_until (ls_transfer_get_state (fixture->transfer) == LS_TRANSFER_SUCCEEDED);
  g_clear_object (&fixture->transfer);
  wait_until (find_image (fixture) != NULL && !ls_image_is_whole (find_image (fixture)));
}

/* As the main window does it. */
static void
finished_cb (LsTransferQueue *transfers, LsTransfer *transfer, GtkWindow *shell)
{
  ls_push_follow (shell, g_object_get_data (G_OBJECT (shell), "context"), transfer);
}

/* A run of the program. */
static void
begin (Fixture *fixture)
{
  g_autofree char *settings = g_strdup_printf ("[%1$s]\nlocation=http://%1$s\n", fixture->registry);

  fixture->context = test_context_new (fixture->dir, settings);
  fixture->shell = test_shell_new (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (
      ADW_TOAST_OVERLAY (gtk_window_get_child (GTK_WINDOW (fixture->shell))),
      gtk_label_new ("Images"));
  g_object_set_data (G_OBJECT (fixture->shell), "context", fixture->context);
  g_signal_connect_object (ls_context_get_transfers (fixture->context), "finished",
                           G_CALLBACK (finished_cb), fixture->shell, 0);
  ls_context_load (fixture->context);
}

static void
end (Fixture *fixture)
{
  gpointer context = fixture->context;

  gtk_window_destroy (GTK_WINDOW (fixture->shell));
  g_clear_object (&fixture->transfer);
  g_object_add_weak_pointer (context, &context);
  ls_context_stop (fixture->context);
  g_object_unref (fixture->context);
  wait_until (context == NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = ls_test_dir_new ();
  fixture->graph = ls_test_graph_new ("[amd64:a arm64:b s390x:c]");
  fixture->server = fake_server_new (answer, fixture);
  fixture->registry = fake_server_dup_name (fixture->server);
  begin (fixture);
  pull_a_part (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  end (fixture);
  fake_server_free (fixture->server);
  ls_test_graph_free (fixture->graph);
  g_free (fixture->registry);
  g_free (fixture->pushed);
  ls_test_dir_free (fixture->dir);
}

static GtkWidget *
find_question (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link != NULL; link = link->next)
    if (ADW_IS_MESSAGE_DIALOG (link->data))
      return link->data;

  return NULL;
}

static void
pushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  fixture->transfer = ls_push_finish (GTK_WINDOW (object), result, &error);
  g_assert_no_error (error);
}

/* Asks for a push, and for a pull of the rest before. */
static void
push (Fixture *fixture)
{
  g_autoptr (LsReference) name = make_name (fixture, "app2:1");

  ls_push_async (GTK_WINDOW (fixture->shell), fixture->context, find_image (fixture), name, NULL,
                 pushed_cb, fixture);
  wait_until (find_question () != NULL);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_question ()), "pull");
  wait_until (fixture->transfer != NULL);
  g_assert_cmpint (ls_transfer_get_kind (fixture->transfer), ==, LS_TRANSFER_PULL);
}

/* The user has asked for the push once. */
static void
test_push_follows (Fixture *fixture, gconstpointer data)
{
  push (fixture);
  wait_until (ls_transfer_get_state (fixture->transfer) == LS_TRANSFER_SUCCEEDED);
  wait_until (g_strcmp0 (fixture->pushed, "/v2/app2/manifests/1") == 0);
}

/* Also when Longshore ended in the middle of the pull. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  fixture->held = TRUE;
  push (fixture);
  end (fixture);

  fixture->held = FALSE;
  begin (fixture);
  wait_until (g_strcmp0 (fixture->pushed, "/v2/app2/manifests/1") == 0);
}

static void
test_pull_failed (Fixture *fixture, gconstpointer data)
{
  fixture->broken = TRUE;
  push (fixture);
  wait_until (ls_transfer_get_state (fixture->transfer) == LS_TRANSFER_FAILED);
  wait_until (test_has_text (GTK_WIDGET (fixture->shell), "was not pulled"));
  g_assert_null (fixture->pushed);
}

/* That is not what the user looked at when asking. */
static void
test_other_image (Fixture *fixture, gconstpointer data)
{
  fixture->changed = TRUE;
  push (fixture);
  wait_until (ls_transfer_get_state (fixture->transfer) == LS_TRANSFER_SUCCEEDED);
  wait_until (test_has_text (GTK_WIDGET (fixture->shell), "leads to another image by now"));
  g_assert_null (fixture->pushed);
}

int
main (int argc, char **argv)
{
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/push/follows-the-pull", Fixture, NULL, set_up, test_push_follows, tear_down);
  g_test_add ("/push/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/push/pull-failed", Fixture, NULL, set_up, test_pull_failed, tear_down);
  g_test_add ("/push/other-image", Fixture, NULL, set_up, test_other_image, tear_down);

  return g_test_run ();
}
