/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

#define REF_NAME "org.opencontainers.image.ref.name"

static void
assert_not_found (LsStore *store, const char *name)
{
  g_autoptr (LsReference) parsed = ls_test_reference (name);
  g_autoptr (GError) error = NULL;

  g_assert_null (ls_store_resolve (store, parsed, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

static void
assert_resolves (LsStore *store, const char *name, LsDescriptor *expected)
{
  g_autoptr (LsReference) parsed = ls_test_reference (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsDescriptor) manifest = ls_store_resolve (store, parsed, &error);

  g_assert_no_error (error);
  g_assert_true (
      ls_digest_equal (ls_descriptor_get_digest (manifest), ls_descriptor_get_digest (expected)));
}

static void
test_names (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) first = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsManifest) second = ls_test_image_write (fixture->store, 1, 100, 2);
  LsDescriptor *first_manifest = ls_manifest_get_descriptor (first);
  LsDescriptor *second_manifest = ls_manifest_get_descriptor (second);
  g_autoptr (LsReference) name = ls_test_reference ("ubuntu");
  g_autoptr (GError) error = NULL;

  ls_test_image_tag (fixture->store, "ubuntu:24.04", first);
  ls_test_image_tag (fixture->store, "localhost:5000/x/y:1", first);
  ls_test_image_tag (fixture->store, "ubuntu", first);
  ls_test_assert_names (fixture->store,
                        "docker.io/library/ubuntu:24.04 docker.io/library/ubuntu:latest "
                        "localhost:5000/x/y:1");
  assert_resolves (fixture->store, "docker.io/library/ubuntu:24.04", first_manifest);
  assert_resolves (fixture->store, "ubuntu:latest", first_manifest);

  /* A name moves to another image. */
  ls_test_image_tag (fixture->store, "ubuntu", second);
  assert_resolves (fixture->store, "ubuntu", second_manifest);
  assert_resolves (fixture->store, "ubuntu:24.04", first_manifest);

  ls_store_remove (fixture->store, name, NULL, &error);
  g_assert_no_error (error);
  assert_not_found (fixture->store, "ubuntu");
  ls_test_assert_names (fixture->store, "docker.io/library/ubuntu:24.04 localhost:5000/x/y:1");
  g_assert_false (ls_store_remove (fixture->store, name, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_cmpstr (ls_error_get_subject (error), ==, "docker.io/library/ubuntu:latest");
}

static void
test_entry (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 3, 1000, 1);
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *created = NULL;
  LsStoreEntry *entry;

  ls_test_image_tag (fixture->store, "a:1", image);
  /* The second list comes from memory, and is the same. */
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&entries, g_ptr_array_unref);
      entries = ls_store_list (fixture->store, NULL, NULL);
      g_assert_cmpuint (entries->len, ==, 1);
      entry = g_ptr_array_index (entries, 0);

      g_assert_true (ls_digest_equal (entry->image_id,
                                      ls_descriptor_get_digest (ls_manifest_get_config (image))));
      g_assert_cmpint (entry->size, ==, ls_manifest_get_total_size (image));
      g_assert_cmpint (entry->size, >, 3000);
      g_assert_cmpstr (ls_platform_get_architecture (entry->platform), ==,
                       ls_platform_get_architecture (host));
      g_free (created);
      created = g_date_time_format_iso8601 (entry->created);
      g_assert_cmpstr (created, ==, "2024-05-06T07:08:09Z");
    }
}

static void
test_same_tag_twice (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autofree char *path = ls_test_store_build_path (fixture, "index.json");
  struct stat before;
  struct stat after;

  ls_test_image_tag (fixture->store, "a:1", image);
  g_assert_cmpint (stat (path, &before), ==, 0);
  ls_test_image_tag (fixture->store, "a:1", image);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  ls_test_assert_names (fixture->store, "docker.io/library/a:1");
}

/* Of each blob in turn: missing, too short, and for documents other bytes. */
static void
test_half_images (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsManifest) whole = ls_test_image_write (fixture->store, 2, 100, 2);
  g_autoptr (LsReference) half_name = ls_test_reference ("half:2");
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  LsDescriptor *blobs[] = { manifest, ls_manifest_get_config (image),
                            g_ptr_array_index (ls_manifest_get_layers (image), 0),
                            g_ptr_array_index (ls_manifest_get_layers (image), 1) };

  ls_test_image_tag (fixture->store, "half:1", image);
  ls_test_image_tag (fixture->store, "whole:1", whole);

  for (guint i = 0; i < G_N_ELEMENTS (blobs); i++)
    for (LsTestDamage damage = 0; damage < (i < 2 ? 3 : 2); damage++)
      {
        g_autoptr (LsStore) fresh = ls_store_new (ls_store_get_path (fixture->store));
        g_autofree char *path = ls_test_store_blob_path (fixture, blobs[i]);
        g_autoptr (GBytes) content = ls_test_store_damage (path, damage);
        g_autoptr (GError) error = NULL;

        ls_test_assert_names (fresh, "docker.io/library/whole:1");
        assert_not_found (fresh, "half:1");
        g_assert_false (ls_store_tag (fresh, half_name, manifest, NULL, &error));
        g_assert_cmpint (error->code, ==,
                         damage == LS_TEST_DAMAGE_GONE || i >= 2 ? LS_ERROR_NOT_FOUND
                                                                 : LS_ERROR_DIGEST_MISMATCH);
        g_assert_cmpstr (ls_error_get_subject (error), ==,
                         ls_digest_to_string (ls_descriptor_get_digest (blobs[i])));

        ls_test_store_repair (path, content);
        ls_test_assert_names (fresh, "docker.io/library/half:1 docker.io/library/whole:1");
      }
}

static void
test_annotation_is_kept (LsTestStore *fixture, gconstpointer data)
{
  g_autofree char *digest_hex = g_strnfill (64, 'a');
  g_autofree char *digest = g_strconcat ("sha256:", digest_hex, NULL);
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsDescriptor) annotated = ls_descriptor_with_annotation (
      ls_manifest_get_descriptor (image), LS_STORE_ANNOTATION_INDEX, digest);
  g_autoptr (LsReference) name = ls_test_reference ("a:1");
  g_autoptr (LsDescriptor) found = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  LsStoreEntry *entry;

  g_assert_true (ls_store_tag (fixture->store, name, annotated, NULL, NULL));
  ls_test_image_tag (fixture->store, "b:1", image);

  found = ls_store_resolve (fixture->store, name, NULL);
  g_assert_cmpstr (ls_descriptor_get_annotation (found, LS_STORE_ANNOTATION_INDEX), ==, digest);
  entries = ls_store_list (fixture->store, NULL, NULL);
  entry = g_ptr_array_index (entries, 0);
  g_assert_cmpstr (ls_descriptor_get_annotation (entry->manifest, LS_STORE_ANNOTATION_INDEX), ==,
                   digest);
  entry = g_ptr_array_index (entries, 1);
  g_assert_null (ls_descriptor_get_annotation (entry->manifest, LS_STORE_ANNOTATION_INDEX));
}

static void
test_names_with_digest (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsManifest) other = ls_test_image_write (fixture->store, 1, 10, 2);
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (manifest));
  g_autofree char *text = g_strconcat ("docker.io/library/a@", digest, NULL);
  g_autoptr (LsReference) name = ls_test_reference (text);
  g_autoptr (LsDescriptor) from_index = ls_descriptor_with_annotation (
      ls_manifest_get_descriptor (other), LS_STORE_ANNOTATION_INDEX, digest);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      ls_store_tag (fixture->store, name, ls_manifest_get_descriptor (other), NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);

  ls_test_image_tag (fixture->store, text, image);
  ls_test_assert_names (fixture->store, text);
  assert_resolves (fixture->store, text, manifest);
  /* The digest of the index that the image was chosen from is as good. */
  g_assert_true (ls_store_tag (fixture->store, name, from_index, NULL, NULL));
  assert_resolves (fixture->store, text, from_index);
}

/* An entry of containerd's that gets another name does not keep the first. */
static void
test_retag_foreign_entry (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsDescriptor) annotated = ls_descriptor_with_annotation (
      ls_manifest_get_descriptor (image), "io.containerd.image.name", "docker.io/library/old:1");
  g_autoptr (LsReference) name = ls_test_reference ("new:1");

  g_assert_true (ls_store_tag (fixture->store, name, annotated, NULL, NULL));
  ls_test_assert_names (fixture->store, "docker.io/library/new:1");
}

static void
assert_spelled (LsTestStore *fixture, const char *spelling, gboolean expected)
{
  g_autofree char *index = ls_test_store_read_file (fixture, "index.json");
  g_autofree char *annotation = g_strdup_printf ("\"" REF_NAME "\":\"%s\"", spelling);

  g_assert_true ((strstr (index, annotation) != NULL) == expected);
}

/* Other programs find an image by the letters that they were given. */
static void
test_spelling (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsDescriptor) spelled =
      ls_descriptor_with_annotation (ls_manifest_get_descriptor (image), REF_NAME, "1.0");
  g_autoptr (LsReference) name = ls_test_reference ("1.0");
  g_autoptr (LsReference) other = ls_test_reference ("other:1.0");
  g_autoptr (GError) error = NULL;

  ls_test_image_tag (fixture->store, "1.0", image);
  assert_spelled (fixture, "docker.io/library/1.0:latest", TRUE);

  ls_store_tag (fixture->store, name, spelled, NULL, &error);
  g_assert_no_error (error);
  assert_spelled (fixture, "1.0", TRUE);
  assert_spelled (fixture, "docker.io/library/1.0:latest", FALSE);
  assert_resolves (fixture->store, "1.0", spelled);

  /* It is not the spelling of any other name. */
  ls_store_tag (fixture->store, other, spelled, NULL, &error);
  g_assert_no_error (error);
  assert_spelled (fixture, "docker.io/library/other:1.0", TRUE);
}

static void
test_duplicate_entries (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) first = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsManifest) second = ls_test_image_write (fixture->store, 1, 10, 2);
  LsManifest *manifests[] = { first, second };
  g_autoptr (GString) text = g_string_new ("{\"schemaVersion\":2,\"manifests\":[");
  g_autoptr (LsReference) name = ls_test_reference ("a:1");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (LsDescriptor) entry = ls_descriptor_with_annotation (
          ls_manifest_get_descriptor (manifests[i]), REF_NAME, i == 0 ? "a:1" : "library/a:1");
      g_autoptr (JsonNode) node = ls_descriptor_to_json (entry);
      g_autofree char *json = json_to_string (node, FALSE);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", json);
    }
  g_string_append (text, "]}");
  ls_test_store_write_file (fixture, "index.json", text->str);

  ls_test_assert_names (fixture->store, "docker.io/library/a:1");
  assert_resolves (fixture->store, "a:1", ls_manifest_get_descriptor (first));
  g_assert_true (ls_store_remove (fixture->store, name, NULL, NULL));
  ls_test_assert_names (fixture->store, "");
}

static LsDescriptor *
write_index (LsStore *store, const char *children)
{
  g_autofree char *text = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[%s]}",
      children);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ls_test_blob_write (store, LS_MEDIA_TYPE_OCI_INDEX, bytes);
}

static char *
make_child (const char *digest, gint64 size, const char *architecture)
{
  return g_strdup_printf ("{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"%s\","
                          "\"size\":%" G_GINT64_FORMAT ",\"platform\":{\"os\":\"linux\","
                          "\"architecture\":\"%s\"}}",
                          digest, size, architecture);
}

static void
test_index_entry (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  g_autofree char *absent_hex = g_strnfill (64, 'b');
  g_autofree char *absent = g_strconcat ("sha256:", absent_hex, NULL);
  g_autofree char *mine =
      make_child (ls_digest_to_string (ls_descriptor_get_digest (manifest)),
                  ls_descriptor_get_size (manifest), ls_platform_get_architecture (host));
  g_autofree char *other = make_child (absent, 5, "s390x");
  g_autofree char *both = g_strconcat (other, ",", mine, NULL);
  g_autoptr (LsDescriptor) index = write_index (fixture->store, both);
  g_autoptr (LsDescriptor) other_index = write_index (fixture->store, other);
  g_autoptr (LsReference) name = ls_test_reference ("multi:1");
  g_autoptr (LsReference) other_name = ls_test_reference ("other:1");
  g_autoptr (LsDescriptor) found = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  LsStorePlatform *platform;
  LsStoreEntry *entry;

  ls_store_tag (fixture->store, name, index, NULL, &error);
  g_assert_no_error (error);
  ls_test_assert_names (fixture->store, "docker.io/library/multi:1");
  assert_resolves (fixture->store, "multi:1", index);
  found = ls_store_resolve (fixture->store, name, NULL);
  g_assert_null (ls_descriptor_get_annotation (found, LS_STORE_ANNOTATION_INDEX));

  entries = ls_store_list (fixture->store, NULL, NULL);
  entry = entries->pdata[0];
  g_assert_false (entry->is_whole);
  g_assert_true (
      ls_digest_equal (entry->image_id, ls_descriptor_get_digest (ls_manifest_get_config (image))));
  g_assert_cmpint (entry->size, ==,
                   ls_manifest_get_total_size (image) + ls_descriptor_get_size (index));
  g_assert_cmpuint (entry->platforms->len, ==, 2);
  platform = entry->platforms->pdata[0];
  g_assert_true (platform->is_here);
  g_assert_cmpint (platform->size, ==, ls_manifest_get_total_size (image));
  platform = entry->platforms->pdata[1];
  g_assert_false (platform->is_here);
  g_assert_cmpstr (ls_platform_get_architecture (platform->platform), ==, "s390x");

  g_assert_false (ls_store_tag (fixture->store, other_name, other_index, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_cmpstr (ls_error_get_subject (error), ==, absent);
}

/* Few indexes, and a thousand million ways to the innermost one. */
static void
test_many_ways (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsDescriptor) inner = ls_descriptor_ref (ls_manifest_get_descriptor (image));
  g_autoptr (LsReference) name = ls_test_reference ("many:1");
  g_autoptr (GPtrArray) platforms = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_whole = FALSE;

  for (guint depth = 0; depth < 3; depth++)
    {
      g_autoptr (JsonNode) node = ls_descriptor_to_json (inner);
      g_autofree char *child = json_to_string (node, FALSE);
      g_autoptr (GString) children = g_string_new (child);

      for (guint i = 0; depth > 0 && i < 1000; i++)
        g_string_append_printf (children, ",%s", child);
      ls_descriptor_unref (inner);
      inner = write_index (fixture->store, children->str);
    }

  ls_store_tag (fixture->store, name, inner, NULL, &error);
  g_assert_no_error (error);
  platforms = ls_store_list_platforms (fixture->store, inner, &is_whole, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (platforms->len, ==, 1);
  g_assert_true (is_whole);
}

/* Signed files, charts and such have a config that is no image's. */
static void
test_artifact (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("{}", 2);
  g_autoptr (LsDescriptor) config =
      ls_test_blob_write (fixture->store, "application/vnd.oci.empty.v1+json", empty);
  g_autofree char *text = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\","
      "\"artifactType\":\"application/x\",\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\","
      "\"size\":2},\"layers\":[]}",
      ls_descriptor_get_media_type (config),
      ls_digest_to_string (ls_descriptor_get_digest (config)));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (LsDescriptor) manifest =
      ls_test_blob_write (fixture->store, LS_MEDIA_TYPE_OCI_MANIFEST, bytes);
  g_autoptr (LsReference) name = ls_test_reference ("artifact:1");
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  LsStoreEntry *entry;

  ls_store_tag (fixture->store, name, manifest, NULL, &error);
  g_assert_no_error (error);
  entries = ls_store_list (fixture->store, NULL, NULL);
  g_assert_cmpuint (entries->len, ==, 1);
  entry = g_ptr_array_index (entries, 0);
  g_assert_null (entry->created);
  g_assert_null (entry->platform);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store-names/names", test_names);
  ADD ("/store-names/entry", test_entry);
  ADD ("/store-names/same-tag-twice", test_same_tag_twice);
  ADD ("/store-names/half-images", test_half_images);
  ADD ("/store-names/annotation-is-kept", test_annotation_is_kept);
  ADD ("/store-names/names-with-digest", test_names_with_digest);
  ADD ("/store-names/retag-foreign-entry", test_retag_foreign_entry);
  ADD ("/store-names/spelling", test_spelling);
  ADD ("/store-names/duplicate-entries", test_duplicate_entries);
  ADD ("/store-names/index-entry", test_index_entry);
  ADD ("/store-names/many-ways", test_many_ways);
  ADD ("/store-names/artifact", test_artifact);
#undef ADD

  return g_test_run ();
}
