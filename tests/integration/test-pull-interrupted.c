/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pulls that do not go through undisturbed: the process is killed, another one
 * wants the same, or the disk is full. */

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-client.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MIB ((gsize) 1024 * 1024)
#define N_LAYERS 6
#define LAYER_SIZE (4 * MIB)
#define KILL_ROUNDS 12

static void
push (LsRegistry *registry, LsStore *store, LsReference *name)
{
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (local), LS_IMAGE_DESTINATION (remote));
  g_autoptr (GError) error = NULL;

  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);
}

/* The program pulls with @home in place of the user's own folders. */
static GSubprocess *
start_pull (const char *home, const char *store, const char *name)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "tools", "ls-transfer", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", home, TRUE);
  process =
      g_subprocess_launcher_spawn (launcher, &error, program, "--store", store, "pull", name, NULL);
  g_assert_no_error (error);

  return process;
}

/* Kills it now. Returns whether it was not yet done. */
static gboolean
kill_pull (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  if (g_subprocess_get_if_exited (process))
    g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  return g_subprocess_get_if_signaled (process);
}

/* How much an interrupted pull has left: of whole blobs and of begun ones. */
static gint64
count_bytes (const char *store, const char *folder_name, const char *suffix)
{
  g_autofree char *folder = g_build_filename (store, folder_name, NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  gint64 sum = 0;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (g_str_has_suffix (name, suffix) && g_stat (path, &status) == 0)
        sum += status.st_size;
    }

  return sum;
}

static gboolean
skopeo_reads (LsTestDir *dir, const char *store, const char *name)
{
  g_autofree char *from = g_strdup_printf ("oci:%s:%s", store, name);
  g_autofree char *copy = ls_test_dir_build (dir, "copy");
  g_autofree char *to = g_strconcat ("dir:", copy, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                        &error, "skopeo", "--insecure-policy", "copy", from, to, NULL);

  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);

  return g_subprocess_get_successful (process);
}

/* Nothing is among the blobs that is not what its name says. */
static void
assert_blobs_intact (const char *store)
{
  g_autofree char *folder = g_build_filename (store, "blobs", "sha256", NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (LsDigest) digest = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      bytes = g_bytes_new_take (g_steal_pointer (&content), size);
      digest = ls_digest_for_bytes (bytes);
      g_assert_cmpstr (ls_digest_get_hex (digest), ==, name);
    }
}

typedef struct
{
  LsTestClient *client;
  LsManifest *image;
  LsReference *name;
  char *text;      /* the name as one types it */
  char *canonical; /* the name as the layout has it */
  char *kept;      /* the name of an image that was there before */
  char *home;
  char *store;
  gint64 size;       /* of the image's layers and config */
  gint64 kept_bytes; /* of all blobs of the image that was there before */
} Pull;

/* Of a layer that comes in ranges, the file is longer than what came. */
static gint64
count_all_bytes (Pull *self)
{
  g_autoptr (LsStore) store = ls_store_new (self->store);
  GPtrArray *layers = ls_manifest_get_layers (self->image);
  gint64 sum = count_bytes (self->store, "blobs/sha256", "");

  for (guint i = 0; i < layers->len; i++)
    sum += ls_store_get_part_size (store, layers->pdata[i]);

  return sum;
}

/* The store is a valid layout, and the image is there as a whole or not at all. */
static gboolean
check_store (Pull *self)
{
  g_autoptr (LsStore) store = ls_test_store_open (self->store);
  g_autoptr (LsDescriptor) found = ls_store_resolve (store, self->name, NULL);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  entries = ls_store_list (store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, found != NULL ? 2 : 1);
  assert_blobs_intact (self->store);
  g_assert_true (skopeo_reads (self->client->dir, self->store, self->kept));
  g_assert_cmpint (skopeo_reads (self->client->dir, self->store, self->canonical), ==,
                   found != NULL);

  return found != NULL;
}

static void
start_over (Pull *self)
{
  g_autoptr (LsStore) store = ls_test_store_open (self->store);
  g_autoptr (GError) error = NULL;

  ls_store_remove (store, self->name, NULL, &error);
  g_assert_no_error (error);
  ls_store_collect_garbage (store, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
run_pull (Pull *self)
{
  g_autoptr (GSubprocess) process = start_pull (self->home, self->store, self->text);
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* Ends one as soon as something of it is on the disk. */
static void
leave_something_behind (Pull *self)
{
  for (guint round = 0; count_all_bytes (self) == self->kept_bytes; round++)
    {
      g_autoptr (GSubprocess) process = start_pull (self->home, self->store, self->text);

      g_assert_cmpuint (round, <, 50);
      while (count_all_bytes (self) == self->kept_bytes)
        g_usleep (200);
      kill_pull (process);
      if (check_store (self))
        start_over (self);
    }
}

static void
prepare (Pull *self, LsTestClient *client)
{
  const char *registry_name = ls_test_registry_get_name (client->server);
  g_autofree char *conf_dir = ls_test_dir_build (client->dir, "home/longshore");
  g_autofree char *conf = g_build_filename (conf_dir, "registries.conf", NULL);
  g_autofree char *origin = ls_test_dir_build (client->dir, "origin");
  g_autoptr (LsStore) from = ls_test_store_open (origin);
  g_autoptr (LsStore) to = NULL;
  g_autoptr (LsManifest) kept = NULL;
  g_autoptr (LsRegistry) registry = ls_test_client_open (client, NULL, NULL);
  g_autoptr (GError) error = NULL;

  self->client = client;
  self->image = ls_test_image_write (from, N_LAYERS, LAYER_SIZE, 1);
  self->home = ls_test_dir_build (client->dir, "home");
  self->store = ls_test_dir_build (client->dir, "store");
  self->text = g_strdup_printf ("%s/me/app:1", registry_name);
  self->name = ls_reference_parse (self->text, &error);
  g_assert_no_error (error);
  self->canonical = ls_reference_to_canonical (self->name);
  self->kept = g_strdup ("docker.io/library/kept:1");
  self->size = ls_manifest_get_total_size (self->image)
               - ls_descriptor_get_size (ls_manifest_get_descriptor (self->image));

  g_assert_cmpint (g_mkdir_with_parents (conf_dir, 0700), ==, 0);
  ls_test_registry_write_settings (client->server, conf);
  ls_test_image_tag (from, self->text, self->image);
  push (registry, from, self->name);

  to = ls_test_store_open (self->store);
  kept = ls_test_image_write (to, 1, 1000, 2);
  ls_test_image_tag (to, "kept:1", kept);
  self->kept_bytes = count_all_bytes (self);
}

static void
pull_clear (Pull *self)
{
  ls_manifest_unref (self->image);
  ls_reference_unref (self->name);
  g_free (self->text);
  g_free (self->canonical);
  g_free (self->kept);
  g_free (self->home);
  g_free (self->store);
}

static void
test_kill (LsTestClient *client, gconstpointer data)
{
  Pull pull = { 0 };
  gint64 left;
  gint64 sent_before;
  gint64 sent;
  gint64 start;
  gint64 duration;
  guint n_killed = 0;

  prepare (&pull, client);

  start = g_get_monotonic_time ();
  run_pull (&pull);
  duration = g_get_monotonic_time () - start;
  g_assert_true (check_store (&pull));
  start_over (&pull);
  g_assert_cmpint (count_all_bytes (&pull), ==, pull.kept_bytes);

  for (guint round = 0; round < KILL_ROUNDS; round++)
    {
      g_autoptr (GSubprocess) process = start_pull (pull.home, pull.store, pull.text);

      g_usleep ((gulong) g_test_rand_int_range (0, (gint32) MIN (duration, G_USEC_PER_SEC)));
      n_killed += kill_pull (process);
      if (check_store (&pull))
        start_over (&pull);
    }
  leave_something_behind (&pull);
  left = count_all_bytes (&pull) - pull.kept_bytes;
  g_test_message ("%u of %d killed in %d ms; %d of %d bytes are left", n_killed, KILL_ROUNDS,
                  (int) (duration / 1000), (int) left, (int) pull.size);
  g_assert_cmpint (left, >, 0);

  /* While it is stopped, what it sent to those who were killed is in its log, too. */
  ls_test_registry_stop (client->server);
  sent_before = ls_test_registry_count_blob_bytes (client->server);
  ls_test_registry_start (client->server);
  run_pull (&pull);
  g_assert_true (check_store (&pull));
  ls_test_registry_stop (client->server);
  sent = ls_test_registry_count_blob_bytes (client->server) - sent_before;
  ls_test_registry_start (client->server);
  g_assert_cmpint (sent, <, pull.size);
  /* The manifest may be among what is left. */
  g_assert_cmpint (sent, <=, MAX (pull.size - left, 0));

  pull_clear (&pull);
}

/* Two programs want the same image at once: each blob travels once, and both
 * have the image in the end. */
static void
test_two_at_once (LsTestClient *client, gconstpointer data)
{
  Pull pull = { 0 };
  g_autoptr (GError) error = NULL;

  prepare (&pull, client);
  {
    g_autoptr (GSubprocess) first = start_pull (pull.home, pull.store, pull.text);
    g_autoptr (GSubprocess) second = start_pull (pull.home, pull.store, pull.text);

    g_subprocess_wait_check (first, NULL, &error);
    g_assert_no_error (error);
    g_subprocess_wait_check (second, NULL, &error);
    g_assert_no_error (error);
  }
  g_assert_true (check_store (&pull));
  g_assert_cmpint (count_bytes (pull.store, "ingest", ""), ==, 0);

  ls_test_registry_stop (client->server);
  g_assert_cmpint (ls_test_registry_count_blob_bytes (client->server), <=, pull.size);
  ls_test_registry_start (client->server);

  pull_clear (&pull);
}

typedef struct
{
  char *path;          /* of the store */
  char *filler;        /* takes the rest of the disk */
  LsDescriptor *first; /* in the store before the disk is full */
  int *is_full;
  GBytes *content;
  guint n_sent;
} Layer;

static gboolean
send_layer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Layer *self = data;
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                       g_bytes_get_size (self->content));

  g_atomic_int_inc (&self->n_sent);

  return ls_fake_server_write (out, head)
         && g_output_stream_write_all (out, g_bytes_get_data (self->content, NULL),
                                       g_bytes_get_size (self->content), NULL, NULL, NULL);
}

static void
fill_disk (const char *path)
{
  g_autofree char *zeros = g_malloc0 (64 * 1024);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, 64 * 1024) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  close (fd);
}

/* Room enough was there when it was asked for, and somebody else took it. */
static gboolean
send_layer_into_full_disk (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                           gpointer data)
{
  Layer *self = data;
  g_autoptr (LsStore) store = ls_store_new (self->path);

  while (!ls_store_has_blob (store, self->first))
    if (!ls_fake_server_wait (server, 5))
      return FALSE;
  if (!g_atomic_int_get (self->is_full))
    fill_disk (self->filler);
  g_atomic_int_set (self->is_full, TRUE);

  return send_layer (server, request, out, data);
}

static void
serve_layer (LsTestFakeRegistry *fixture, LsStore *from, LsDescriptor *blob, LsFakeFunc func,
             Layer *layer)
{
  g_autofree char *route =
      g_strdup_printf ("/v2/app/blobs/%s", ls_digest_to_string (ls_descriptor_get_digest (blob)));
  g_autoptr (GError) error = NULL;

  layer->content = ls_store_read_blob (from, blob, 10 * MIB, &error);
  g_assert_no_error (error);
  ls_fake_server_handle (fixture->server, "GET", route, func, layer);
}

static gboolean
send_layer_once_it_is_full (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                            gpointer data)
{
  Layer *self = data;

  while (!g_atomic_int_get (self->is_full))
    if (!ls_fake_server_wait (server, 5))
      return FALSE;

  return send_layer (server, request, out, data);
}

static gboolean
pull (LsTestFakeRegistry *fixture, LsStore *store, LsReference *name, GError **error)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (fixture, FALSE);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (remote), LS_IMAGE_DESTINATION (local));

  return ls_transfer_job_run (job, NULL, error);
}

static void
test_full_disk (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_autofree char *disk = ls_test_dir_build (fixture->dir, "disk");
  g_autofree char *store_path = g_build_filename (disk, "store", NULL);
  g_autofree char *filler = g_build_filename (disk, "filler", NULL);
  g_autofree char *origin = ls_test_dir_build (fixture->dir, "origin");
  g_autoptr (LsReference) name = ls_test_reference (LS_TEST_FAKE_NAME "/app:1");
  g_autoptr (LsStore) from = ls_test_store_open (origin);
  g_autoptr (LsStore) store = NULL;
  g_autoptr (LsManifest) image = NULL;
  g_autoptr (LsDescriptor) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *manifest = NULL;
  g_autofree char *headers = NULL;
  Layer layers[3] = { 0 };
  Layer config = { 0 };
  GPtrArray *blobs;
  guint64 needed;
  int is_full = FALSE;
  GBytes *bytes;

  g_assert_cmpint (g_mkdir (disk, 0700), ==, 0);
  if (mount ("longshore-test", disk, "tmpfs", 0, "size=12m") != 0)
    {
      g_autofree char *why =
          g_strdup_printf ("a small file system cannot be mounted: %s", g_strerror (errno));

      g_test_skip (why);
      return;
    }
  store = ls_test_store_open (store_path);

  image = ls_test_image_write (from, 3, 3 * MIB, 1);
  blobs = ls_manifest_get_layers (image);
  layers[1].path = store_path;
  layers[1].filler = filler;
  layers[1].first = blobs->pdata[0];
  layers[1].is_full = &is_full;
  layers[2].is_full = &is_full;
  serve_layer (fixture, from, blobs->pdata[0], send_layer, &layers[0]);
  serve_layer (fixture, from, blobs->pdata[1], send_layer_into_full_disk, &layers[1]);
  serve_layer (fixture, from, blobs->pdata[2], send_layer_once_it_is_full, &layers[2]);
  serve_layer (fixture, from, ls_manifest_get_config (image), send_layer, &config);

  ls_test_fake_registry_be_open (fixture);
  bytes = ls_manifest_get_bytes (image);
  manifest = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  headers = g_strdup_printf ("Content-Type: %s\r\n", ls_manifest_get_media_type (image));
  ls_fake_server_add (fixture->server, "GET", "/v2/app/manifests/1", 200, headers, manifest);

  g_assert_false (pull (fixture, store, name, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  /* Two of three layers are missing: one who made room for one would fail again. */
  needed = ls_error_get_bytes_needed (error);
  g_assert_cmpuint (needed, >, 6 * MIB - 64 * 1024);
  g_assert_cmpuint (needed, <, 7 * MIB);
  g_clear_error (&error);
  found = ls_store_resolve (store, name, NULL);
  g_assert_null (found);

  /* It is known beforehand now. */
  g_assert_false (pull (fixture, store, name, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), ==, needed);
  g_assert_cmpuint (layers[1].n_sent, ==, 1);
  g_clear_error (&error);

  /* Who makes room by removing other images does not lose what came so far. With
   * room again, only what is missing is fetched. */
  ls_store_collect_garbage (store, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (filler), ==, 0);
  pull (fixture, store, name, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (layers[0].n_sent, ==, 1);
  g_assert_cmpuint (layers[1].n_sent, ==, 2);
  found = ls_store_resolve (store, name, &error);
  g_assert_no_error (error);

  g_bytes_unref (layers[0].content);
  g_bytes_unref (layers[1].content);
  g_bytes_unref (layers[2].content);
  g_bytes_unref (config.content);
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_test_client_add ("/pull-interrupted/kill", LS_TEST_REGISTRY_PLAIN, test_kill);
  ls_test_client_add ("/pull-interrupted/two-at-once", LS_TEST_REGISTRY_PLAIN, test_two_at_once);
  ls_test_fake_registry_add ("/pull-interrupted/full-disk", NULL, test_full_disk);

  return g_test_run ();
}
