/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a store may hold that somebody else made: indexes that name their children
 * over and over, and names that would like to be paths. */

#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <string.h>

#define REPETITIONS 400

/* An index that names @child over and over. */
static LsDescriptor *
write_index (LsStore *store, LsDescriptor *child)
{
  g_autoptr (GString) text = g_string_new (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[");
  g_autoptr (JsonNode) node = ls_descriptor_to_json (child);
  g_autofree char *name = json_to_string (node, FALSE);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < REPETITIONS; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", name);
  g_string_append (text, "]}");
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));

  return ls_test_blob_write (store, LS_MEDIA_TYPE_OCI_INDEX, bytes);
}

/* Three levels: millions of ways to one image. */
static void
test_many_ways (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 1000, 1);
  g_autoptr (LsReference) name = ls_test_reference ("registry.example/bomb:v1");
  g_autoptr (LsDescriptor) inner = write_index (fixture->store, ls_manifest_get_descriptor (image));
  g_autoptr (LsDescriptor) middle = write_index (fixture->store, inner);
  g_autoptr (LsDescriptor) root = write_index (fixture->store, middle);
  g_autoptr (GPtrArray) platforms = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_tag (fixture->store, name, root, NULL, &error);
  g_assert_no_error (error);
  ls_test_assert_names (fixture->store, "registry.example/bomb:v1");
  platforms = ls_store_list_platforms (fixture->store, root, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (platforms->len, ==, 1);
}

/* Names come from registries and from other programs' layouts; what is none is not
 * listed, and no file is made for one. */
static void
test_names (LsTestStore *fixture, gconstpointer data)
{
  static const char *const names[] = {
    "../../../../tmp/evil",
    "/etc/passwd",
    "a/../../b:v1",
    "..",
    "a b",
    "a\\nb",
    "\\u202eevil",
    "",
    "a:v1\\u001b",
    "x@sha256:../x",
    "https://evil.example",
    "%2e%2e/x",
  };
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 1000, 1);
  LsDescriptor *descriptor = ls_manifest_get_descriptor (image);
  g_autoptr (GString) text = g_string_new ("{\"schemaVersion\":2,\"manifests\":[");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_string_append_printf (text,
                            "%s{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
                            "\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT
                            ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}",
                            i > 0 ? "," : "",
                            ls_digest_to_string (ls_descriptor_get_digest (descriptor)),
                            ls_descriptor_get_size (descriptor), names[i]);
  g_string_append (text, "]}");
  ls_test_store_write_file (fixture, "index.json", text->str);
  ls_test_assert_names (fixture->store, "");
}

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/store-hostile/many-ways", test_many_ways);
  ADD ("/store-hostile/names", test_names);

  return g_test_run ();
}
