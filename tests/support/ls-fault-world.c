/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-world.h"

#include "ls-fault-transfer.h"
#include "ls-media-type.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-upload-style.h"

#include <string.h>

#define LAYER_MEDIA_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"

/* Where the image is at the registry. */
#define ORIGIN "library/app"

static LsDescriptor *
write_layer (LsFaultWorld *self, gsize size, guint seed, char **diff_id)
{
  g_autoptr (GBytes) tar = NULL;
  g_autoptr (GBytes) gzip = ls_test_image_make_layer (size, seed, &tar);
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (tar);

  *diff_id = g_strdup (ls_digest_to_string (digest));

  return ls_test_blob_write (self->origin, LAYER_MEDIA_TYPE, gzip);
}

static LsDescriptor *
write_text (LsFaultWorld *self, const char *media_type, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ls_test_blob_write (self->origin, media_type, bytes);
}

static char *
describe (LsDescriptor *blob)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (blob);

  return json_to_string (node, FALSE);
}

/* Writes an image and takes its blobs down. Returns its descriptor as JSON. */
static char *
write_image (LsFaultWorld *self, const char *os, const char *architecture, const gsize *sizes,
             gsize n_layers, guint seed)
{
  g_autoptr (GString) layers = g_string_new (NULL);
  g_autoptr (GString) diff_ids = g_string_new (NULL);
  g_autoptr (LsDescriptor) manifest = NULL;
  LsDescriptor *config;
  g_autofree char *config_text = NULL;
  g_autofree char *config_json = NULL;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < n_layers; i++)
    {
      g_autofree char *diff_id = NULL;
      LsDescriptor *layer = write_layer (self, sizes[i], seed + (guint) i, &diff_id);
      g_autofree char *json = describe (layer);

      g_string_append_printf (layers, "%s%s", i > 0 ? "," : "", json);
      g_string_append_printf (diff_ids, "%s\"%s\"", i > 0 ? "," : "", diff_id);
      g_ptr_array_add (self->blobs, layer);
    }

  config_text = g_strdup_printf ("{\"architecture\":\"%s\",\"os\":\"%s\","
                                 "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}",
                                 architecture, os, diff_ids->str);
  config = write_text (self, LS_MEDIA_TYPE_OCI_CONFIG, config_text);
  config_json = describe (config);
  g_ptr_array_add (self->blobs, config);

  text = g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\","
                          "\"config\":%s,\"layers\":[%s]}",
                          config_json, layers->str);
  manifest = write_text (self, LS_MEDIA_TYPE_OCI_MANIFEST, text);

  return g_strdup_printf ("{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"%s\","
                          "\"size\":%zu,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}",
                          ls_digest_to_string (ls_descriptor_get_digest (manifest)), strlen (text),
                          os, architecture);
}

static void
write_index (LsFaultWorld *self, gsize large_layer)
{
  const gsize sizes[] = { 1500, large_layer, 70 * 1000 };
  const gsize other_sizes[] = { 900 };
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autofree char *image =
      write_image (self, ls_platform_get_os (host), ls_platform_get_architecture (host), sizes,
                   G_N_ELEMENTS (sizes), 1);
  g_autofree char *other = write_image (self, "linux", "mips64le", other_sizes, 1, 11);
  g_autofree char *text =
      g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\","
                       "\"manifests\":[%s,%s]}",
                       image, other);
  g_autoptr (LsDescriptor) index = write_text (self, LS_MEDIA_TYPE_OCI_INDEX, text);
  g_autoptr (LsReference) name = ls_test_reference (LS_FAULT_IMAGE);
  g_autoptr (GError) error = NULL;

  self->root = g_strdup (ls_digest_to_string (ls_descriptor_get_digest (index)));
  ls_store_tag (self->origin, name, index, NULL, &error);
  g_assert_no_error (error);
}

/**
 * ls_fault_world_new:
 * @large_layer: how large the largest layer is, about, in bytes
 *
 * Returns: (transfer full): a world in which all is well
 */
LsFaultWorld *
ls_fault_world_new (gsize large_layer)
{
  static const LsFaultScene first_push = { LS_FAULT_AUTH_NONE, LS_FAULT_PUSH };
  LsFaultWorld *self = g_new0 (LsFaultWorld, 1);
  g_autofree char *origin = NULL;
  g_autofree char *problem = NULL;
  g_autoptr (LsFaultPlace) place = NULL;
  g_autoptr (GError) error = NULL;

  self->registry = ls_test_registry_new (LS_TEST_REGISTRY_IN_MEMORY);
  self->reader = ls_fault_reader_new ();
  self->dir = ls_test_dir_new ();
  self->blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
  origin = ls_test_dir_build (self->dir, "origin");
  self->origin = ls_store_new (origin);
  ls_store_open (self->origin, NULL, &error);
  g_assert_no_error (error);

  write_index (self, large_layer);
  for (guint i = 0; i < self->blobs->len; i++)
    {
      gint64 size = ls_descriptor_get_size (self->blobs->pdata[i]);

      self->size += size;
      if (size > self->largest)
        self->large_layer = self->blobs->pdata[i];
      self->largest = MAX (self->largest, size);
    }

  place = ls_fault_place_new (self, &first_push);
  g_free (place->repository);
  place->repository = g_strdup (ORIGIN);
  ls_fault_place_run (place, &error);
  g_assert_no_error (error);
  problem = ls_fault_place_check (place, TRUE);
  g_assert_cmpstr (problem, ==, NULL);

  return self;
}

/**
 * ls_fault_world_free:
 * @world: (transfer full): a world whose places are gone
 */
void
ls_fault_world_free (LsFaultWorld *world)
{
  ls_fault_reader_free (world->reader);
  ls_test_registry_free (world->registry);
  g_object_unref (world->origin);
  ls_test_dir_free (world->dir);
  g_ptr_array_unref (world->blobs);
  g_free (world->root);
  g_free (world);
}

/* The style of uploads is known from before, or else it would depend on which thread
 * finds it out. */
static void
write_upload_style (LsFaultPlace *self)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "uploads.conf");
  g_autofree char *text = g_strdup_printf (
      "[" LS_FAULT_HOST "]\nsingle-post=%d\nmax-body=%" G_GINT64_FORMAT "\nsince=%" G_GINT64_FORMAT
      "\n",
      (int) (self->scene->manners & LS_FAULT_SINGLE_POSTS ? LS_SINGLE_POST_WORKS
                                                          : LS_SINGLE_POST_REFUSED),
      self->scene->largest_body, g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
write_settings (LsFaultPlace *self)
{
  g_autofree char *path = ls_test_dir_build (self->dir, "registries.conf");
  g_autofree char *text = g_strdup_printf ("[" LS_FAULT_HOST "]\nlocation=http://127.0.0.1:%u\n",
                                           ls_fault_proxy_get_port (self->proxy));
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* Leaves behind what a run leaves that was ended as its ranges began. To wait until a line
 * seems to be slow would take each case too long. */
static void
begin_ranges (LsFaultPlace *self)
{
  g_autoptr (LsStore) store = ls_store_new (self->store);
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  ingest = ls_store_ingest (store, self->world->large_layer, NULL, &error);
  g_assert_no_error (error);
  ls_ingest_begin_ranges (ingest, &error);
  g_assert_no_error (error);
}

/**
 * ls_fault_place_new:
 * @world: a world
 * @scene: what is moved, and what the registry is like
 *
 * Returns: (transfer full): a place where nothing has gone wrong yet
 */
LsFaultPlace *
ls_fault_place_new (LsFaultWorld *world, const LsFaultScene *scene)
{
  LsFaultPlace *self = g_new0 (LsFaultPlace, 1);
  int number = g_atomic_int_add (&world->n_places, 1);
  g_autofree char *name = g_strdup_printf ("case-%d", number);

  self->world = world;
  self->scene = scene;
  self->is_push = scene->way == LS_FAULT_PUSH || scene->way == LS_FAULT_COPY;
  self->timeout = 10;
  self->proxy = ls_fault_proxy_new (ls_test_registry_get_port (world->registry), scene->auth);
  ls_fault_proxy_set_manners (self->proxy, scene->manners);
  self->repository = self->is_push ? g_strconcat (name, "/app", NULL) : g_strdup (ORIGIN);
  self->dir = ls_test_dir_new ();
  self->store = self->is_push ? g_strdup (ls_store_get_path (world->origin))
                              : ls_test_dir_build (self->dir, "store");
  write_settings (self);
  write_upload_style (self);
  if (scene->way == LS_FAULT_PULL_IN_RANGES)
    begin_ranges (self);

  return self;
}

/**
 * ls_fault_place_free:
 * @place: (transfer full): a place
 */
void
ls_fault_place_free (LsFaultPlace *place)
{
  ls_fault_proxy_free (place->proxy);
  g_free (place->repository);
  ls_test_dir_free (place->dir);
  g_free (place->store);
  g_free (place);
}

/**
 * ls_fault_place_run:
 * @place: a place
 * @error: return location for an error
 *
 * Pulls, pushes or copies all platforms.
 *
 * Returns: whether the image is there now
 */
gboolean
ls_fault_place_run (LsFaultPlace *place, GError **error)
{
  const LsFaultTransfer transfer = {
    .directory = ls_test_dir_get_path (place->dir),
    .store = place->store,
    .repository = place->repository,
    .origin = place->scene->way == LS_FAULT_COPY ? ORIGIN : NULL,
    .is_push = place->is_push,
    .is_signed_in = place->scene->auth != LS_FAULT_AUTH_NONE,
    .timeout = place->timeout,
  };

  return ls_fault_transfer_run (&transfer, error);
}

/**
 * ls_fault_place_spawn:
 * @place: a place
 * @environment: (nullable): names and values for its environment, one after the other
 *
 * As ls_fault_place_run(), in a process of its own.
 *
 * Returns: (transfer full): the process; what it prints is the outcome
 */
GSubprocess *
ls_fault_place_spawn (LsFaultPlace *place, const char *const *environment)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  for (guint i = 0; environment != NULL && environment[i] != NULL; i += 2)
    g_subprocess_launcher_setenv (launcher, environment[i], environment[i + 1], TRUE);
  process = g_subprocess_launcher_spawn (
      launcher, &error, "/proc/self/exe", LS_FAULT_CHILD, place->is_push ? "push" : "pull",
      place->scene->auth != LS_FAULT_AUTH_NONE ? "signed-in" : "anonymous",
      ls_test_dir_get_path (place->dir), place->store, place->repository, NULL);
  g_assert_no_error (error);

  return process;
}

static gboolean
registry_has (LsFaultPlace *self, LsDescriptor *blob)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) in = NULL;
  g_autofree char *line = NULL;
  g_autofree char *request =
      g_strdup_printf ("HEAD /v2/%s/blobs/%s HTTP/1.0\r\nHost: localhost\r\n\r\n", self->repository,
                       ls_digest_to_string (ls_descriptor_get_digest (blob)));

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (
      client, "127.0.0.1", ls_test_registry_get_port (self->world->registry), NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_true (
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                                 strlen (request), NULL, NULL, NULL));
  in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

  return line != NULL && strstr (line, " 200 ") != NULL;
}

/**
 * ls_fault_place_missing:
 * @place: a place
 *
 * Returns: bytes of blobs that another run has to move
 */
gint64
ls_fault_place_missing (LsFaultPlace *place)
{
  GPtrArray *blobs = place->world->blobs;
  g_autoptr (LsStore) store = ls_store_new (place->store);
  gint64 missing = 0;

  for (guint i = 0; i < blobs->len; i++)
    {
      LsDescriptor *blob = blobs->pdata[i];

      if (place->is_push ? registry_has (place, blob) : ls_store_has_blob (store, blob))
        continue;
      missing += ls_descriptor_get_size (blob);
      if (!place->is_push)
        missing -= ls_store_get_part_size (store, blob);
    }

  return missing;
}

/**
 * ls_fault_place_check:
 * @place: a place
 * @is_complete: whether the image must be there, or must not
 *
 * Returns: (transfer full) (nullable): what is wrong at the destination
 */
char *
ls_fault_place_check (LsFaultPlace *place, gboolean is_complete)
{
  LsFaultWorld *world = place->world;
  g_autofree char *found = NULL;
  g_autofree char *expected = NULL;

  if (place->is_push)
    {
      found = ls_fault_reader_read_registry (
          world->reader, ls_test_registry_get_port (world->registry), place->repository, "1");
      expected = is_complete ? g_strdup_printf ("ok %s", world->root) : g_strdup ("none");
    }
  else
    {
      found = ls_fault_reader_read_layout (world->reader, place->store);
      expected =
          is_complete ? g_strdup_printf ("ok " LS_FAULT_IMAGE "=%s", world->root) : g_strdup ("ok");
    }

  return g_str_equal (found, expected) ? NULL : g_steal_pointer (&found);
}
