/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Uploads that outlive the process they were begun in. This program runs itself as the
 * one that is killed. */

#include "ls-fault-proxy.h"
#include "ls-test-await.h"
#include "ls-test-image.h"
#include "ls-test-restart.h"
#include "ls-upload-log-file.h"
#include "ls-upload-style.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A layer that is sent in chunks. */
#define CHUNK ((gsize) 4 * 1024 * 1024)
#define LONG_LAYER (3 * CHUNK + 1000)
#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define LAST_CHUNK "PATCH uploads 8388608-12582911"

static int
run_until_killed (const char *config, const char *data, const char *text)
{
  LsContext *context = ls_test_restart_open (config, data);
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);

  ls_test_restart_push (context, name);
  for (;;)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}

/* A registry that is known to take chunks, behind a proxy. */
static LsFaultProxy *
expect_chunks (LsTestRestart *fixture)
{
  const char *registry = ls_reference_get_registry (fixture->name);
  LsFaultProxy *proxy =
      ls_fault_proxy_new (ls_test_registry_get_port (fixture->registry), LS_FAULT_AUTH_NONE);
  g_autofree char *settings = g_strdup_printf ("[%s]\nlocation=http://127.0.0.1:%u\n", registry,
                                               ls_fault_proxy_get_port (proxy));
  g_autofree char *style = g_strdup_printf (
      "[%s]\nsingle-post=%d\nmethod=%d\nmax-body=%zu\nsince=%" G_GINT64_FORMAT "\n", registry,
      LS_SINGLE_POST_REFUSED, LS_UPLOAD_BY_PATCH, CHUNK, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *conf = g_build_filename (fixture->config, "registries.conf", NULL);
  g_autofree char *cache = g_build_filename (fixture->data, "cache", NULL);
  g_autofree char *uploads = g_build_filename (cache, "uploads", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (cache, 0700), ==, 0);
  g_file_set_contents (conf, settings, -1, &error);
  g_assert_no_error (error);
  g_file_set_contents (uploads, style, -1, &error);
  g_assert_no_error (error);

  return proxy;
}

/* What is written down of uploads, and that nobody else may read it. */
static guint
count_uploads (LsTestRestart *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->data, "uploads", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  struct stat info;
  guint n = 0;

  g_assert_nonnull (dir);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
      n += !g_str_equal (name, "lock");
    }

  return n;
}

static void
kill_process (gpointer process)
{
  g_subprocess_force_exit (process);
}

static void
end_by_kill (LsTestRestart *fixture, LsFaultProxy *proxy)
{
  g_autoptr (GSubprocess) process = ls_test_restart_spawn (fixture, "upload");

  ls_fault_proxy_set_signal (proxy, kill_process, process);
  ls_fault_proxy_let_go (proxy);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_signaled (process));
}

static gboolean
has_fired (gpointer proxy)
{
  return ls_fault_proxy_has_fired (proxy);
}

static void
end_by_quit (LsTestRestart *fixture, LsFaultProxy *proxy)
{
  LsContext *context = ls_test_restart_open (fixture->config, fixture->data);
  g_autoptr (LsTransfer) transfer = NULL;

  ls_fault_proxy_let_go (proxy);
  transfer = ls_test_restart_push (context, fixture->name);
  ls_test_await_until (has_fired, proxy);
  g_clear_object (&transfer);
  ls_test_restart_close (context);
}

static void
assert_not_deleted (LsFaultProxy *proxy)
{
  g_autoptr (GPtrArray) steps = ls_fault_proxy_dup_steps (proxy);

  for (guint i = 0; i < steps->len; i++)
    g_assert_false (g_str_has_prefix (((LsFaultStep *) steps->pdata[i])->name, "DELETE"));
}

/* The next run asks for the offset and sends the rest. (docker-registry drops an upload
 * in which it got a part of what was promised: that may have to begin anew.) */
static void
test_cut_upload (LsTestRestart *fixture, gconstpointer data)
{
  static const struct
  {
    void (*end) (LsTestRestart *, LsFaultProxy *);
    LsFault fault;
    gboolean goes_on;
  } cases[] = {
    { end_by_kill, { LAST_CHUNK, 1, LS_FAULT_SIGNAL, LS_FAULT_AT_REQUEST }, TRUE },
    { end_by_quit, { LAST_CHUNK, 1, LS_FAULT_STALL, LS_FAULT_AT_REQUEST }, TRUE },
    { end_by_kill, { LAST_CHUNK, 1, LS_FAULT_SIGNAL, LS_FAULT_AT_REQUEST_BODY, 1000 }, FALSE },
  };
  g_autoptr (LsFaultProxy) proxy = expect_chunks (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "%s/me/long-%d:1", ls_test_registry_get_name (fixture->registry), (int) i);
      g_autoptr (LsStore) store = ls_test_restart_open_store (fixture->data);
      g_autoptr (LsManifest) image = ls_test_image_write (store, 1, LONG_LAYER, 2 + (guint) i);
      gint64 size = ls_manifest_get_total_size (image);
      g_autoptr (LsTransfer) transfer = NULL;
      LsContext *context;

      g_test_message ("case %d", (int) i);
      ls_test_image_tag (store, text, image);
      ls_reference_unref (fixture->name);
      fixture->name = ls_reference_parse (text, NULL);

      ls_fault_proxy_set_fault (proxy, &cases[i].fault);
      ls_fault_proxy_hold (proxy);
      cases[i].end (fixture, proxy);
      g_assert_true (ls_fault_proxy_has_fired (proxy));
      g_assert_cmpuint (count_uploads (fixture), ==, 1);
      assert_not_deleted (proxy);

      ls_fault_proxy_set_fault (proxy, &(const LsFault){ NULL });
      context = ls_test_restart_open (fixture->config, fixture->data);
      transfer = ls_test_restart_await_transfer (context);
      ls_test_await_until (ls_test_has_succeeded, transfer);
      g_assert_cmpstr (
          ls_transfer_get_digest (transfer), ==,
          ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (image))));
      g_test_message ("%d of %d bytes in the second run", (int) ls_fault_proxy_get_taken (proxy),
                      (int) size);
      if (cases[i].goes_on)
        g_assert_cmpint (ls_fault_proxy_get_taken (proxy), <=, size - 2 * (gint64) CHUNK);
      g_assert_cmpuint (count_uploads (fixture), ==, 0);

      g_clear_object (&transfer);
      ls_test_restart_close (context);
      ls_test_restart_assert_forgotten (fixture);
    }
}

static gboolean
has_sent_much (gpointer transfer)
{
  return ls_transfer_get_bytes_done (transfer) >= (gint64) CHUNK;
}

/* Where a layer goes in one request, that comes to an end before the program does. */
static void
test_quit (LsTestRestart *fixture, gconstpointer data)
{
  g_autoptr (LsFaultProxy) proxy = expect_chunks (fixture);
  g_autofree char *style = g_build_filename (fixture->data, "cache", "uploads", NULL);
  g_autofree char *text =
      g_strdup_printf ("%s/me/long:1", ls_test_registry_get_name (fixture->registry));
  g_autoptr (LsStore) store = ls_test_restart_open_store (fixture->data);
  g_autoptr (LsManifest) image = ls_test_image_write (store, 1, LONG_LAYER, 1);
  g_autoptr (LsTransfer) transfer = NULL;
  LsContext *context;

  g_assert_cmpint (g_unlink (style), ==, 0);
  ls_test_image_tag (store, text, image);
  ls_reference_unref (fixture->name);
  fixture->name = ls_reference_parse (text, NULL);

  context = ls_test_restart_open_at_speed (fixture->config, fixture->data, CHUNK);
  transfer = ls_test_restart_push (context, fixture->name);
  ls_test_await_until (has_sent_much, transfer);
  ls_context_stop (context);
  g_assert_true (ls_transfer_wait (transfer, 0));
  g_clear_object (&transfer);
  ls_test_restart_close (context);
  assert_not_deleted (proxy);

  context = ls_test_restart_open (fixture->config, fixture->data);
  transfer = ls_test_restart_await_transfer (context);
  ls_test_await_until (ls_test_has_succeeded, transfer);
  g_assert_cmpint (ls_fault_proxy_get_taken (proxy), <,
                   ls_manifest_get_total_size (image) + (gint64) CHUNK / 2);

  g_clear_object (&transfer);
  ls_test_restart_close (context);
}

/* As if an earlier run had begun to send something there. */
static void
note_upload (LsTestRestart *fixture, const char *repository)
{
  g_autofree char *folder = g_build_filename (fixture->data, "uploads", NULL);
  g_autofree char *address = g_strdup_printf (
      "http://%s/v2/%s/blobs/uploads/1", ls_test_registry_get_name (fixture->registry), repository);
  g_autoptr (GUri) location = g_uri_parse (address, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (LsUploadLog) log = ls_upload_log_new ();
  const LsUploadKey key = { ls_test_registry_get_name (fixture->registry), NULL, repository,
                            DIGEST };
  g_autoptr (GError) error = NULL;

  ls_upload_log_open (log, folder, &error);
  g_assert_no_error (error);
  ls_upload_log_note (log, &key, location);
  ls_upload_log_close (log);
}

static gboolean
has_upload_to (LsTestRestart *fixture, const char *repository)
{
  const LsUploadKey key = { ls_test_registry_get_name (fixture->registry), NULL, repository,
                            DIGEST };
  g_autofree char *name = ls_upload_entry_name (&key);
  g_autofree char *path = g_build_filename (fixture->data, "uploads", name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
has_none_to_two (gpointer fixture)
{
  return !has_upload_to (fixture, "me/two");
}

static gboolean
has_no_upload (gpointer fixture)
{
  return count_uploads (fixture) == 0;
}

static gboolean
has_three_transfers (gpointer context)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ls_context_get_transfers (context))) == 3;
}

static LsTransfer *
find_transfer (LsContext *context, const char *repository, const char *tag)
{
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (context));

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);
      LsReference *name = ls_transfer_get_name (transfer);

      if (g_str_equal (ls_reference_get_repository (name), repository)
          && g_str_equal (ls_reference_get_tag (name), tag))
        return transfer;
    }
  g_assert_not_reached ();
}

/* Three pushes that an earlier run has left, two of them to the same repository, and what
 * was sent of them. */
static LsContext *
open_with_three (LsTestRestart *fixture, const char *how)
{
  const char *registry = ls_test_registry_get_name (fixture->registry);
  g_autofree char *journal = g_build_filename (fixture->data, "transfers.ini", NULL);
  g_autofree char *text = g_strdup_printf ("[journal]\nversion=1\n"
                                           "[transfer 1]\nkind=push\nname=%1$s/me/one:1\n%2$s\n"
                                           "[transfer 2]\nkind=push\nname=%1$s/me/one:2\n%2$s\n"
                                           "[transfer 3]\nkind=push\nname=%1$s/me/two:1\n%2$s\n",
                                           registry, how);
  g_autoptr (GError) error = NULL;
  LsContext *context;

  note_upload (fixture, "me/one");
  note_upload (fixture, "me/two");
  g_file_set_contents (journal, text, -1, &error);
  g_assert_no_error (error);
  context = ls_test_restart_open (fixture->config, fixture->data);
  ls_test_await_until (has_three_transfers, context);

  return context;
}

/* Whoever takes a push that failed out of the list does not go on with it; but another
 * one to the same repository may. */
static void
test_removed (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context = open_with_three (fixture, "failure=forbidden\nmessage=No");
  LsTransferQueue *transfers = ls_context_get_transfers (context);

  ls_transfer_queue_remove (transfers, find_transfer (context, "me/one", "1"));
  ls_transfer_queue_remove (transfers, find_transfer (context, "me/two", "1"));
  ls_test_await_until (has_none_to_two, fixture);
  g_assert_true (has_upload_to (fixture, "me/one"));

  ls_transfer_queue_remove (transfers, find_transfer (context, "me/one", "2"));
  ls_test_await_until (has_no_upload, fixture);
  ls_test_restart_close (context);
}

/* The same when one is cancelled. */
static void
test_cancelled (LsTestRestart *fixture, gconstpointer data)
{
  LsContext *context = open_with_three (fixture, "paused=true");

  ls_transfer_cancel (find_transfer (context, "me/one", "1"));
  ls_transfer_cancel (find_transfer (context, "me/two", "1"));
  ls_test_await_until (has_none_to_two, fixture);
  g_assert_true (has_upload_to (fixture, "me/one"));

  ls_transfer_cancel (find_transfer (context, "me/one", "2"));
  ls_test_await_until (has_no_upload, fixture);
  ls_test_restart_close (context);
}

int
main (int argc, char *argv[])
{
  if (argc == 6 && g_str_equal (argv[1], "--run"))
    return run_until_killed (argv[3], argv[4], argv[5]);

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/cut-uploads/restart", LsTestRestart, NULL, ls_test_restart_set_up, test_cut_upload,
              ls_test_restart_tear_down);

  g_test_add ("/cut-uploads/removed", LsTestRestart, NULL, ls_test_restart_set_up, test_removed,
              ls_test_restart_tear_down);
  g_test_add ("/cut-uploads/quit", LsTestRestart, NULL, ls_test_restart_set_up, test_quit,
              ls_test_restart_tear_down);
  g_test_add ("/cut-uploads/cancelled", LsTestRestart, NULL, ls_test_restart_set_up, test_cancelled,
              ls_test_restart_tear_down);

  return g_test_run ();
}
