/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-image.h"

#include "ls-media-type.h"

#include <string.h>

#define LAYER_MEDIA_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"
#define BLOCK_SIZE 512

/* The header of a file in a tar archive (POSIX.1-1988, ustar). */
static void
append_header (GByteArray *tar, const char *name, gsize size)
{
  char header[BLOCK_SIZE] = { 0 };
  guint sum = 0;

  g_strlcpy (header, name, 100);
  g_snprintf (header + 100, 8, "%07o", 0644);
  g_snprintf (header + 108, 8, "%07o", 0);
  g_snprintf (header + 116, 8, "%07o", 0);
  g_snprintf (header + 124, 12, "%011" G_GINT64_MODIFIER "o", (guint64) size);
  g_snprintf (header + 136, 12, "%011o", 0);
  header[156] = '0';
  memcpy (header + 257, "ustar\00000", 8);

  /* The sum is taken with blanks in its own place. */
  memset (header + 148, ' ', 8);
  for (guint i = 0; i < BLOCK_SIZE; i++)
    sum += (guchar) header[i];
  g_snprintf (header + 148, 7, "%06o", sum);

  g_byte_array_append (tar, (guint8 *) header, BLOCK_SIZE);
}

static void
append_zeros (GByteArray *tar, gsize size)
{
  guint start = tar->len;

  g_byte_array_set_size (tar, start + size);
  memset (tar->data + start, 0, size);
}

/* Bytes that do not compress, so that a layer is as large as it was asked for. */
static void
append_noise (GByteArray *tar, gsize size, guint seed)
{
  GRand *noise = g_rand_new_with_seed (seed);

  for (gsize done = 0; done < size; done += sizeof (guint32))
    {
      guint32 value = g_rand_int (noise);

      g_byte_array_append (tar, (guint8 *) &value, (guint) MIN (size - done, sizeof value));
    }
  g_rand_free (noise);
}

static GBytes *
compress (GBytes *bytes)
{
  g_autoptr (GZlibCompressor) gzip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (gzip));
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (stream, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (stream, NULL, &error);
  g_assert_no_error (error);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/**
 * ls_test_image_make_layer:
 * @size: size of the one file in the layer
 * @seed: decides on its content
 * @tar: (out) (transfer full): the archive before it was compressed
 *
 * Returns: (transfer full): a gzipped tar archive
 */
GBytes *
ls_test_image_make_layer (gsize size, guint seed, GBytes **tar)
{
  GByteArray *archive = g_byte_array_new ();
  g_autofree char *name = g_strdup_printf ("data-%u", seed);

  append_header (archive, name, size);
  append_noise (archive, size, seed);
  append_zeros (archive, (BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE + 2 * BLOCK_SIZE);
  *tar = g_byte_array_free_to_bytes (archive);

  return compress (*tar);
}

/**
 * ls_test_blob_write:
 * @store: a store
 * @media_type: what the blob is
 * @bytes: its content
 *
 * Returns: (transfer full): describes the blob, which is in the store now
 */
LsDescriptor *
ls_test_blob_write (LsStore *store, const char *media_type, GBytes *bytes)
{
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  g_autoptr (LsDescriptor) blob =
      ls_descriptor_new (media_type, digest, (gint64) g_bytes_get_size (bytes));
  g_autoptr (GError) error = NULL;

  ls_store_write_blob (store, blob, bytes, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&blob);
}

static LsDescriptor *
write_text (LsStore *store, const char *media_type, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ls_test_blob_write (store, media_type, bytes);
}

static char *
describe (LsDescriptor *blob)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (blob);

  return json_to_string (node, FALSE);
}

static LsDescriptor *
write_config (LsStore *store, LsPlatform *platform, guint seed, const char *diff_ids)
{
  g_autofree char *text = g_strdup_printf (
      "{\"created\":\"2024-05-06T07:08:09Z\",\"architecture\":\"%s\",\"os\":\"%s\","
      "\"config\":{\"Cmd\":[\"/data\"],\"Labels\":{\"seed\":\"%u\"}},"
      "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}",
      ls_platform_get_architecture (platform), ls_platform_get_os (platform), seed, diff_ids);

  return write_text (store, LS_MEDIA_TYPE_OCI_CONFIG, text);
}

/* The first layer is made by a seed of its own, so that images can share it. */
static LsManifest *
write_image (LsStore *store, LsPlatform *platform, guint n_layers, gsize layer_bytes, guint seed,
             guint base_seed)
{
  g_autoptr (GString) diff_ids = g_string_new (NULL);
  g_autoptr (GString) layers = g_string_new (NULL);
  g_autoptr (LsDescriptor) config = NULL;
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *config_json = NULL;
  g_autofree char *text = NULL;
  LsManifest *manifest;

  for (guint i = 0; i < n_layers; i++)
    {
      g_autoptr (GBytes) tar = NULL;
      g_autoptr (GBytes) gzip =
          ls_test_image_make_layer (layer_bytes, (i == 0 ? base_seed : seed) * 1000 + i, &tar);
      g_autoptr (LsDigest) diff_id = ls_digest_for_bytes (tar);
      g_autoptr (LsDescriptor) layer = ls_test_blob_write (store, LAYER_MEDIA_TYPE, gzip);
      g_autofree char *layer_json = describe (layer);

      g_string_append_printf (diff_ids, "%s\"%s\"", i > 0 ? "," : "",
                              ls_digest_to_string (diff_id));
      g_string_append_printf (layers, "%s%s", i > 0 ? "," : "", layer_json);
    }

  config = write_config (store, platform, seed, diff_ids->str);
  config_json = describe (config);
  text = g_strdup_printf ("{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\","
                          "\"config\":%s,\"layers\":[%s]}",
                          config_json, layers->str);
  blob = write_text (store, LS_MEDIA_TYPE_OCI_MANIFEST, text);

  bytes = g_bytes_new (text, strlen (text));
  manifest = ls_manifest_parse (bytes, LS_MEDIA_TYPE_OCI_MANIFEST, &error);
  g_assert_no_error (error);

  return manifest;
}

/**
 * ls_test_image_write:
 * @store: a store
 * @n_layers: number of layers
 * @layer_bytes: size of each, but for some hundred bytes
 * @seed: decides on their content; images with different seeds share no blob
 *
 * Writes an image for this computer's platform into a store, without a name.
 *
 * Returns: (transfer full): its manifest
 */
LsManifest *
ls_test_image_write (LsStore *store, guint n_layers, gsize layer_bytes, guint seed)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();

  return write_image (store, host, n_layers, layer_bytes, seed, seed);
}

static void
append_child (GString *json, LsManifest *image, const char *more)
{
  g_autofree char *child = describe (ls_manifest_get_descriptor (image));

  child[strlen (child) - 1] = '\0';
  g_string_append_printf (json, "%s%s,%s}", json->str[json->len - 1] == '[' ? "" : ",", child,
                          more);
}

/**
 * ls_test_index_write:
 * @store: a store
 * @platforms: which platforms it is to have: "linux/amd64"
 * @seed: decides on their content
 *
 * Writes an index into a store, without a name: an image of two layers for each
 * platform, the first of which they share, and after those an attestation of the first
 * image.
 *
 * Returns: (transfer full): the index
 */
LsManifest *
ls_test_index_write (LsStore *store, const char *const *platforms, guint seed)
{
  g_autoptr (GString) json = g_string_new (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[");
  g_autoptr (LsManifest) attestation = ls_test_image_write (store, 1, 50, seed * 100 + 99);
  g_autoptr (LsManifest) first = NULL;
  g_autoptr (LsDescriptor) blob = NULL;
  g_autofree char *more = NULL;

  for (guint i = 0; platforms[i] != NULL; i++)
    {
      g_autoptr (LsPlatform) platform = ls_platform_parse (platforms[i], NULL);
      g_autofree char *member =
          g_strdup_printf ("\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}",
                           ls_platform_get_os (platform), ls_platform_get_architecture (platform));
      g_autoptr (LsManifest) image =
          write_image (store, platform, 2, 1000, seed * 100 + i, seed * 100);

      append_child (json, image, member);
      if (first == NULL)
        first = ls_manifest_ref (image);
    }
  more = g_strdup_printf (
      "\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{"
      "\"vnd.docker.reference.type\":\"attestation-manifest\","
      "\"vnd.docker.reference.digest\":\"%s\"}",
      ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (first))));
  append_child (json, attestation, more);
  g_string_append (json, "]}");
  blob = write_text (store, LS_MEDIA_TYPE_OCI_INDEX, json->str);

  return ls_store_read_manifest (store, blob, NULL);
}

/**
 * ls_test_image_tag:
 * @store: a store
 * @name: a reference
 * @manifest: an image in the store
 *
 * Gives an image a name.
 */
void
ls_test_image_tag (LsStore *store, const char *name, LsManifest *manifest)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsReference) reference = ls_reference_parse (name, &error);

  g_assert_no_error (error);
  ls_store_tag (store, reference, ls_manifest_get_descriptor (manifest), NULL, &error);
  g_assert_no_error (error);
}
