/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A large blob over a slow line comes in several ranges at a time, from servers that
 * know how to do that and from others, undisturbed and disturbed. */

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"

#include <glib/gstdio.h>
#include <string.h>

#define MIB ((gsize) 1024 * 1024)
#define LAYER_SIZE (24 * MIB + 12345)
#define FIRST_PART (4 * MIB)
#define TRICKLE ((gsize) 8192)

typedef enum
{
  KNOWS_RANGES,
  IGNORES_RANGES,
  REFUSES_RANGES,
  SENDS_OTHER_RANGES,
  CUTS_A_RANGE,
  HOLDS_RANGES, /* all but the first two, until it is told to go on */
} Behaviour;

/* A registry with one image of one large layer. Whoever asks for all of the layer gets
 * it slowly at first, until ranges were asked for. */
typedef struct
{
  LsTestFakeRegistry *fixture;
  int behaviour; /* atomic: Behaviour */
  LsManifest *image;
  LsDescriptor *layer;
  GBytes *content;
  gsize size;

  int n_whole;   /* atomic: requests for all of the layer */
  int n_ranges;  /* atomic: requests for a range of it */
  int n_done;    /* atomic: ranges that were sent to the end */
  int n_cut;     /* atomic */
  int holds;     /* atomic */
  int asked_for; /* atomic: bytes of all ranges */
} Server;

static gboolean
send_bytes (Server *self, GOutputStream *out, gsize offset, gsize length)
{
  const guint8 *data = g_bytes_get_data (self->content, NULL);

  while (length > 0)
    {
      gsize n = MIN (length, 256 * 1024);

      if (!g_output_stream_write_all (out, data + offset, n, NULL, NULL, NULL))
        return FALSE;
      offset += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
send_whole (Server *self, LsFakeServer *server, GOutputStream *out)
{
  g_autofree char *head = g_strdup_printf (
      "HTTP/1.1 200 OK\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", self->size);
  gsize sent = 0;

  g_atomic_int_inc (&self->n_whole);
  if (!ls_fake_server_write (out, head))
    return FALSE;

  while ((sent < FIRST_PART && g_atomic_int_get (&self->n_ranges) < 2)
         || (sent < self->size / 2 && g_atomic_int_get (&self->holds)))
    {
      if (!ls_fake_server_wait (server, 5) || !send_bytes (self, out, sent, TRICKLE))
        return FALSE;
      sent += TRICKLE;
    }

  return send_bytes (self, out, sent, self->size - sent);
}

static gboolean
send_range (Server *self, LsFakeServer *server, GOutputStream *out, gsize first, gsize last)
{
  gsize shift = self->behaviour == SENDS_OTHER_RANGES ? 1 : 0;
  gsize length = last - first + 1;
  int number = g_atomic_int_add (&self->n_ranges, 1);
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 206 Partial Content\r\nContent-Length: %" G_GSIZE_FORMAT
                       "\r\nContent-Range: bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT
                       "/%" G_GSIZE_FORMAT "\r\n\r\n",
                       length, first - shift, last - shift, self->size);

  g_atomic_int_add (&self->asked_for, (int) length);
  if (self->behaviour == REFUSES_RANGES)
    return ls_fake_server_write (out,
                                 "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");

  if (!ls_fake_server_write (out, head))
    return FALSE;
  if (self->behaviour == CUTS_A_RANGE && number == 1)
    {
      send_bytes (self, out, first, length / 2 + 1000);
      g_atomic_int_inc (&self->n_cut);
      return FALSE;
    }
  while (number >= 2 && g_atomic_int_get (&self->holds))
    if (!ls_fake_server_wait (server, 5))
      return FALSE;
  if (!send_bytes (self, out, first - shift, length))
    return FALSE;
  g_atomic_int_inc (&self->n_done);

  return TRUE;
}

static gboolean
send_layer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Server *self = data;
  const char *range = g_hash_table_lookup (request->headers, "range");
  guint64 first;
  guint64 last;
  g_auto (GStrv) bounds = NULL;

  if (range == NULL)
    return send_whole (self, server, out);
  if (self->behaviour == IGNORES_RANGES)
    {
      g_atomic_int_inc (&self->n_ranges);
      return send_whole (self, server, out);
    }

  g_assert_true (g_str_has_prefix (range, "bytes="));
  bounds = g_strsplit (range + strlen ("bytes="), "-", 2);
  g_assert_cmpuint (g_strv_length (bounds), ==, 2);
  g_assert_true (g_ascii_string_to_unsigned (bounds[0], 10, 0, self->size - 1, &first, NULL));
  g_assert_true (g_ascii_string_to_unsigned (bounds[1], 10, first, self->size - 1, &last, NULL));

  return send_range (self, server, out, (gsize) first, (gsize) last);
}

static void
add_blob (LsTestFakeRegistry *fixture, LsStore *from, LsDescriptor *blob, const char *route_format,
          const char *name)
{
  g_autofree char *route = g_strdup_printf ("/v2/app/%s/%s", route_format, name);
  g_autofree char *headers =
      g_strdup_printf ("Content-Type: %s\r\n", ls_descriptor_get_media_type (blob));
  g_autoptr (GBytes) bytes = ls_store_read_blob (from, blob, MIB, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  ls_fake_server_add (fixture->server, "GET", route, 200, headers, text);
}

static void
server_free (gpointer data)
{
  Server *self = data;

  ls_manifest_unref (self->image);
  g_bytes_unref (self->content);
  g_free (self);
}

static Server *
serve (LsTestFakeRegistry *fixture, Behaviour behaviour)
{
  Server *self = g_new0 (Server, 1);
  g_autofree char *origin = ls_test_dir_build (fixture->dir, "origin");
  g_autoptr (LsStore) from = ls_store_new (origin);
  g_autoptr (GError) error = NULL;
  g_autofree char *route = NULL;
  LsDescriptor *config;

  ls_store_open (from, NULL, &error);
  g_assert_no_error (error);

  self->fixture = fixture;
  self->behaviour = behaviour;
  self->holds = behaviour == HOLDS_RANGES;
  self->image = ls_test_image_write (from, 1, LAYER_SIZE, 1);
  self->layer = ls_manifest_get_layers (self->image)->pdata[0];
  self->size = (gsize) ls_descriptor_get_size (self->layer);
  self->content = ls_store_read_blob (from, self->layer, self->size, &error);
  g_assert_no_error (error);
  fixture->state = self;
  fixture->free_state = server_free;

  ls_test_fake_registry_be_open (fixture);
  config = ls_manifest_get_config (self->image);
  add_blob (fixture, from, config, "blobs",
            ls_digest_to_string (ls_descriptor_get_digest (config)));
  add_blob (fixture, from, ls_manifest_get_descriptor (self->image), "manifests", "1");
  route = g_strdup_printf ("/v2/app/blobs/%s",
                           ls_digest_to_string (ls_descriptor_get_digest (self->layer)));
  ls_fake_server_handle (fixture->server, "GET", route, send_layer, self);

  return self;
}

static LsStore *
open_store (LsTestFakeRegistry *fixture)
{
  g_autofree char *path = ls_test_dir_build (fixture->dir, "store");
  g_autoptr (GError) error = NULL;
  LsStore *store = ls_store_new (path);

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);

  return store;
}

static LsTransferJob *
make_job (LsTestFakeRegistry *fixture, LsStore *store)
{
  g_autoptr (LsReference) name = ls_test_reference (LS_TEST_FAKE_NAME "/app:1");
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (fixture, FALSE);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, name);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, name);

  return ls_transfer_job_new (LS_IMAGE_SOURCE (remote), LS_IMAGE_DESTINATION (local));
}

static void
assert_pulled (Server *server, LsStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) found = ls_store_read_blob (store, server->layer, server->size, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (found, server->content));
  g_assert_cmpint (ls_store_get_part_size (store, server->layer), ==, 0);
}

static void
test_behaviour (LsTestFakeRegistry *fixture, gconstpointer data)
{
  Server *server = serve (fixture, GPOINTER_TO_INT (data));
  g_autoptr (LsStore) store = open_store (fixture);
  g_autoptr (LsTransferJob) job = make_job (fixture, store);
  g_autoptr (GError) error = NULL;

  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);
  assert_pulled (server, store);
  g_assert_cmpint (ls_transfer_job_get_done (job), ==, ls_transfer_job_get_total (job));
  g_assert_cmpint (g_atomic_int_get (&server->n_ranges), >, 1);
  if (server->behaviour == KNOWS_RANGES)
    {
      g_assert_cmpint (server->n_whole, <=, 1);
      g_assert_cmpint (g_atomic_int_get (&server->n_done), >, 1);
    }
  if (server->behaviour == CUTS_A_RANGE)
    g_assert_cmpint (g_atomic_int_get (&server->n_cut), ==, 1);
}

static GSubprocess *
start_program (LsTestFakeRegistry *fixture, LsStore *store)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *home = ls_test_dir_build (fixture->dir, "home");
  g_autofree char *conf_dir = g_build_filename (home, "longshore", NULL);
  g_autofree char *conf = g_build_filename (conf_dir, "registries.conf", NULL);
  g_autofree char *settings =
      g_strdup_printf ("[" LS_TEST_FAKE_NAME "]\nlocation=http://127.0.0.1:%u\n",
                       ls_fake_server_get_port (fixture->server));
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "tools", "ls-transfer", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_assert_cmpint (g_mkdir_with_parents (conf_dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (conf, settings, -1, NULL));
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", home, TRUE);
  process =
      g_subprocess_launcher_spawn (launcher, &error, program, "--store", ls_store_get_path (store),
                                   "pull", LS_TEST_FAKE_NAME "/app:1", NULL);
  g_assert_no_error (error);

  return process;
}

/* Kills the program while ranges are missing between others. Returns how many bytes it
 * has left. */
static gint64
leave_ranges_behind (LsTestFakeRegistry *fixture, LsStore *store)
{
  Server *server = fixture->state;
  g_autoptr (GSubprocess) process = start_program (fixture, store);
  guint patience = 60 * 1000;
  gint64 left;

  /* Two ranges, one of which may be the last. */
  while (ls_store_get_part_size (store, server->layer) < (gint64) MIB && --patience > 0)
    g_usleep (1000);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  left = ls_store_get_part_size (store, server->layer);
  g_assert_cmpint (left, >=, MIB);
  g_assert_cmpint (left, <, server->size);
  g_assert_false (ls_store_has_blob (store, server->layer));

  return left;
}

/* What came is not fetched again. */
static void
test_kill (LsTestFakeRegistry *fixture, gconstpointer data)
{
  Server *server = serve (fixture, HOLDS_RANGES);
  g_autoptr (LsStore) store = open_store (fixture);
  gint64 left = leave_ranges_behind (fixture, store);
  int n_whole = g_atomic_int_get (&server->n_whole);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&server->asked_for, 0);
  g_atomic_int_set (&server->holds, FALSE);
  process = start_program (fixture, store);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  assert_pulled (server, store);
  g_assert_cmpint (server->n_whole, ==, n_whole);
  g_assert_cmpint (g_atomic_int_get (&server->asked_for), ==, (gint64) server->size - left);
}

/* The server that answers later knows no ranges: what came beyond the first gap is of no
 * use then, and the rest comes from there. */
static void
test_resume_without_ranges (LsTestFakeRegistry *fixture, gconstpointer data)
{
  Server *server = serve (fixture, HOLDS_RANGES);
  g_autoptr (LsStore) store = open_store (fixture);
  g_autoptr (LsTransferJob) job = NULL;
  g_autoptr (GError) error = NULL;

  leave_ranges_behind (fixture, store);
  g_atomic_int_set (&server->behaviour, IGNORES_RANGES);
  g_atomic_int_set (&server->holds, FALSE);

  job = make_job (fixture, store);
  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);
  assert_pulled (server, store);
}

static gpointer
run_job (gpointer data)
{
  GError *error = NULL;

  ls_transfer_job_run (data, NULL, &error);

  return error;
}

/* Many want the same layer at the same time: it travels once, in ranges, and all of them
 * have it. */
static void
test_shared_layer (LsTestFakeRegistry *fixture, gconstpointer data)
{
  Server *server = serve (fixture, KNOWS_RANGES);
  g_autoptr (LsStore) store = open_store (fixture);
  LsTransferJob *jobs[6];
  GThread *threads[G_N_ELEMENTS (jobs)];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      jobs[i] = make_job (fixture, store);
      threads[i] = g_thread_new ("pull", run_job, jobs[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autoptr (GError) error = g_thread_join (threads[i]);

      g_assert_no_error (error);
      g_assert_cmpint (ls_transfer_job_get_done (jobs[i]), ==, ls_transfer_job_get_total (jobs[i]));
      g_object_unref (jobs[i]);
    }
  assert_pulled (server, store);
  g_assert_cmpint (server->n_whole, <=, 1);
  g_assert_cmpint (g_atomic_int_get (&server->asked_for), <=, (gint64) server->size);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, behaviour)                                                                       \
  ls_test_fake_registry_add (path, GINT_TO_POINTER (behaviour), test_behaviour)
  ADD ("/pull-ranges/known", KNOWS_RANGES);
  ADD ("/pull-ranges/ignored", IGNORES_RANGES);
  ADD ("/pull-ranges/refused", REFUSES_RANGES);
  ADD ("/pull-ranges/others", SENDS_OTHER_RANGES);
  ADD ("/pull-ranges/cut", CUTS_A_RANGE);
#undef ADD
  ls_test_fake_registry_add ("/pull-ranges/kill", NULL, test_kill);
  ls_test_fake_registry_add ("/pull-ranges/resume-without", NULL, test_resume_without_ranges);
  ls_test_fake_registry_add ("/pull-ranges/shared-layer", NULL, test_shared_layer);

  return g_test_run ();
}
