/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>
#include <utime.h>

static guint64
collect (LsTestStore *fixture)
{
  g_autoptr (GError) error = NULL;
  guint64 bytes_freed;

  ls_store_collect_garbage (fixture->store, &bytes_freed, NULL, &error);
  g_assert_no_error (error);

  return bytes_freed;
}

static gboolean
is_whole (LsStore *store, LsManifest *image)
{
  GPtrArray *layers = ls_manifest_get_layers (image);

  for (guint i = 0; i < layers->len; i++)
    if (!ls_store_has_blob (store, g_ptr_array_index (layers, i)))
      return FALSE;

  return ls_store_has_blob (store, ls_manifest_get_config (image))
         && ls_store_has_blob (store, ls_manifest_get_descriptor (image));
}

static LsDescriptor *
write_document (LsStore *store, const char *media_type, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return ls_test_blob_write (store, media_type, bytes);
}

static char *
as_json (LsDescriptor *descriptor)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);

  return json_to_string (node, FALSE);
}

static void
test_names_keep (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) kept = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsManifest) dropped = ls_test_image_write (fixture->store, 2, 200, 2);
  guint64 size = (guint64) ls_manifest_get_total_size (dropped);
  g_autoptr (LsReference) name = ls_test_reference ("dropped:1");

  ls_test_image_tag (fixture->store, "kept:1", kept);
  ls_test_image_tag (fixture->store, "kept:2", kept);
  ls_test_image_tag (fixture->store, "dropped:1", dropped);
  g_assert_cmpuint (collect (fixture), ==, 0);

  g_assert_true (ls_store_remove (fixture->store, name, NULL, NULL));
  g_assert_true (is_whole (fixture->store, dropped));
  g_assert_cmpuint (collect (fixture), ==, size);
  g_assert_true (is_whole (fixture->store, kept));
  g_assert_false (ls_store_has_blob (fixture->store, ls_manifest_get_descriptor (dropped)));
  ls_test_assert_names (fixture->store, "docker.io/library/kept:1 docker.io/library/kept:2");
  g_assert_cmpuint (collect (fixture), ==, 0);
}

static void
test_shared_layers (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) large = ls_test_image_write (fixture->store, 3, 100, 1);
  g_autoptr (LsManifest) small = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsReference) name = ls_test_reference ("large:1");

  ls_test_image_tag (fixture->store, "large:1", large);
  ls_test_image_tag (fixture->store, "small:1", small);
  g_assert_true (ls_store_remove (fixture->store, name, NULL, NULL));
  collect (fixture);
  g_assert_true (is_whole (fixture->store, small));
  g_assert_false (is_whole (fixture->store, large));
}

/* Everything that is named from somewhere stays: children of indexes at any
 * depth, subjects, the index that an image was chosen from, and what a media type
 * of tomorrow names. */
static void
test_references_keep (LsTestStore *fixture, gconstpointer data)
{
  LsStore *store = fixture->store;
  g_autoptr (LsManifest) child = ls_test_image_write (store, 1, 10, 1);
  g_autoptr (LsManifest) subject = ls_test_image_write (store, 1, 10, 2);
  g_autoptr (LsManifest) image = ls_test_image_write (store, 1, 10, 3);
  g_autofree char *child_json = as_json (ls_manifest_get_descriptor (child));
  g_autofree char *inner_text = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[%s]}",
      child_json);
  g_autoptr (LsDescriptor) inner = write_document (store, LS_MEDIA_TYPE_OCI_INDEX, inner_text);
  g_autofree char *inner_json = as_json (inner);
  g_autofree char *subject_json = as_json (ls_manifest_get_descriptor (subject));
  g_autofree char *unknown_text =
      g_strdup_printf ("  {\"parts\":[{\"first\":%s},[[%s]]]}", inner_json, subject_json);
  g_autoptr (LsDescriptor) unknown = write_document (store, "application/x-future", unknown_text);
  g_autofree char *unknown_json = as_json (unknown);
  g_autoptr (LsDescriptor) listed = write_document (store, "text/plain", "not JSON");
  g_autofree char *outer_text = g_strdup_printf (
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[],"
      "\"subject\":%s}",
      unknown_json);
  g_autoptr (LsDescriptor) outer = write_document (store, LS_MEDIA_TYPE_OCI_INDEX, outer_text);
  g_autoptr (LsDescriptor) annotated =
      ls_descriptor_with_annotation (ls_manifest_get_descriptor (image), LS_STORE_ANNOTATION_INDEX,
                                     ls_digest_to_string (ls_descriptor_get_digest (outer)));
  g_autoptr (LsReference) name = ls_test_reference ("a:1");
  g_autoptr (GError) error = NULL;

  ls_store_tag (store, name, annotated, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (collect (fixture), ==, (guint64) ls_descriptor_get_size (listed));
  g_assert_true (is_whole (store, image));
  g_assert_true (ls_store_has_blob (store, outer));
  g_assert_true (ls_store_has_blob (store, unknown));
  g_assert_true (ls_store_has_blob (store, inner));
  g_assert_true (is_whole (store, child));
  g_assert_true (is_whole (store, subject));

  g_assert_true (ls_store_remove (store, name, NULL, NULL));
  collect (fixture);
  g_assert_false (ls_store_has_blob (store, outer));
  g_assert_false (is_whole (store, child));
  g_assert_false (is_whole (store, subject));
}

static void
test_use (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsStore) other = ls_store_new (ls_store_get_path (fixture->store));
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (GError) error = NULL;
  int uses[2];

  uses[0] = ls_store_begin_use (fixture->store, NULL, &error);
  g_assert_no_error (error);
  uses[1] = ls_store_begin_use (other, NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (collect (fixture), ==, 0);
  ls_store_end_use (other, uses[1]);
  g_assert_cmpuint (collect (fixture), ==, 0);
  g_assert_true (is_whole (fixture->store, image));
  ls_store_end_use (fixture->store, uses[0]);
  g_assert_cmpuint (collect (fixture), >, 0);
  ls_store_end_use (fixture->store, -1);
}

static char *
make_part (LsTestStore *fixture, const char *content, gboolean old, LsDescriptor **blob)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  struct utimbuf times = { 0, 0 };
  char *path;

  *blob = ls_descriptor_new ("application/octet-stream", digest, (gint64) strlen (content));
  path = ls_test_store_part_path (fixture, *blob);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  if (old)
    g_assert_cmpint (utime (path, &times), ==, 0);

  return path;
}

static void
test_partial_blobs (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsDescriptor) fresh_blob = NULL;
  g_autoptr (LsDescriptor) stale_blob = NULL;
  g_autoptr (LsDescriptor) busy_blob = NULL;
  g_autofree char *fresh = make_part (fixture, "fresh", FALSE, &fresh_blob);
  g_autofree char *stale = make_part (fixture, "stale", TRUE, &stale_blob);
  g_autofree char *busy = make_part (fixture, "busy", TRUE, &busy_blob);
  g_autoptr (LsIngest) ingest = ls_store_ingest (fixture->store, busy_blob, NULL, NULL);

  g_assert_nonnull (ingest);
  g_assert_cmpuint (collect (fixture), ==, strlen ("stale"));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (busy, G_FILE_TEST_EXISTS));
}

static char *
note_path (LsTestStore *fixture, LsDigest *image)
{
  g_autofree char *name = g_strdup_printf ("ingest/sha256-%s.manifest", ls_digest_get_hex (image));

  return ls_test_store_build_path (fixture, name);
}

/* What a remembered transfer has brought stays, however long it takes; what nobody
 * comes back for goes. */
static void
test_expectations_age (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 100, 1);
  LsDigest *digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (image));
  LsDescriptor *layer = ls_manifest_get_layers (image)->pdata[0];
  LsDescriptor *missing = ls_manifest_get_layers (image)->pdata[1];
  g_autofree char *note = note_path (fixture, digest);
  g_autofree char *part = ls_test_store_part_path (fixture, missing);
  struct utimbuf times = { 0, 0 };

  ls_store_discard_blob (fixture->store, missing);
  g_assert_true (g_file_set_contents (part, "the start", -1, NULL));
  g_assert_true (ls_store_expect_image (fixture->store, image, NULL, NULL));
  g_assert_cmpint (utime (part, &times), ==, 0);
  g_assert_cmpint (utime (note, &times), ==, 0);

  ls_store_renew_expectation (fixture->store, digest);
  collect (fixture);
  g_assert_true (ls_store_has_blob (fixture->store, layer));
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));

  ls_store_drop_expectation (fixture->store, digest);
  collect (fixture);
  g_assert_false (ls_store_has_blob (fixture->store, layer));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (note, G_FILE_TEST_EXISTS));

  /* One that is not expected is fine. */
  ls_store_drop_expectation (fixture->store, digest);
  ls_store_renew_expectation (fixture->store, digest);
}

/* What another transfer waits for as well stays for that one. */
static void
test_shared_expectation (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) dropped = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsManifest) paused = ls_test_image_write (fixture->store, 3, 100, 1);
  LsDigest *digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (dropped));
  LsDescriptor *missing = ls_manifest_get_layers (dropped)->pdata[1];
  LsDescriptor *missing_too = ls_manifest_get_layers (paused)->pdata[1];
  g_autofree char *part = ls_test_store_part_path (fixture, missing);
  g_autofree char *dropped_note = note_path (fixture, digest);

  g_assert_true (
      ls_digest_equal (ls_descriptor_get_digest (missing), ls_descriptor_get_digest (missing_too)));
  ls_store_discard_blob (fixture->store, missing);
  g_assert_true (g_file_set_contents (part, "the start", -1, NULL));
  g_assert_true (ls_store_expect_image (fixture->store, dropped, NULL, NULL));
  g_assert_true (ls_store_expect_image (fixture->store, paused, NULL, NULL));

  ls_store_drop_expectation (fixture->store, digest);
  collect (fixture);
  g_assert_false (g_file_test (dropped_note, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));

  ls_store_drop_expectation (fixture->store,
                             ls_descriptor_get_digest (ls_manifest_get_descriptor (paused)));
  collect (fixture);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
test_strange_files (LsTestStore *fixture, gconstpointer data)
{
  const char *names[] = { "blobs/sha256/README", "blobs/sha256/.hidden", "blobs/other/abc",
                          "ingest/notes.txt", "stranger" };
  g_autofree char *other = ls_test_store_build_path (fixture, "blobs/other");
  g_autofree char *hex = g_strnfill (64, 'a');
  g_autofree char *link_name = g_strconcat ("blobs/sha256/", hex, NULL);
  g_autofree char *link_path = ls_test_store_build_path (fixture, link_name);
  g_autofree char *target = ls_test_dir_build (fixture->dir, "target");

  g_assert_cmpint (g_mkdir (other, 0755), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ls_test_store_write_file (fixture, names[i], "kept");
  g_assert_true (g_file_set_contents (target, "kept", -1, NULL));
  g_assert_cmpint (symlink (target, link_path), ==, 0);

  g_assert_cmpuint (collect (fixture), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = ls_test_store_build_path (fixture, names[i]);

      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  g_assert_true (g_file_test (target, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
}

/* A damaged manifest leads nowhere, and does not keep the rest from its due. */
static void
test_damaged_manifest (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) damaged = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsManifest) whole = ls_test_image_write (fixture->store, 1, 10, 2);
  g_autofree char *path = ls_test_store_blob_path (fixture, ls_manifest_get_descriptor (damaged));

  ls_test_image_tag (fixture->store, "damaged:1", damaged);
  ls_test_image_tag (fixture->store, "whole:1", whole);
  g_assert_true (g_file_set_contents (path, "{\"digest\":", -1, NULL));
  g_assert_cmpuint (collect (fixture), >, 0);
  g_assert_true (is_whole (fixture->store, whole));
  ls_test_assert_names (fixture->store, "docker.io/library/whole:1");
}

static void
age (LsTestStore *fixture, LsManifest *image, const char *suffix)
{
  LsDigest *digest = ls_descriptor_get_digest (ls_manifest_get_descriptor (image));
  g_autofree char *name =
      g_strdup_printf ("ingest/sha256-%s.manifest%s", ls_digest_get_hex (digest), suffix);
  g_autofree char *path = ls_test_store_build_path (fixture, name);
  struct utimbuf times;

  if (*suffix != '\0')
    ls_test_store_write_file (fixture, name, "{");
  times.actime = times.modtime = time (NULL) - 8 * 24 * 60 * 60;
  g_assert_cmpint (utime (path, &times), ==, 0);
}

/* What an interrupted pull has brought so far stays for the next attempt. */
static void
test_expected_images_keep (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 100, 1);
  LsDescriptor *layer = ls_manifest_get_layers (image)->pdata[0];
  g_autoptr (GError) error = NULL;

  ls_store_discard_blob (fixture->store, ls_manifest_get_layers (image)->pdata[1]);
  ls_store_expect_image (fixture->store, image, NULL, &error);
  g_assert_no_error (error);
  collect (fixture);
  g_assert_true (ls_store_has_blob (fixture->store, layer));

  /* It may be expected twice, and nothing else is kept by it. */
  {
    g_autoptr (LsManifest) other = ls_test_image_write (fixture->store, 1, 200, 2);

    ls_store_expect_image (fixture->store, image, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (collect (fixture), ==, ls_manifest_get_total_size (other));
    g_assert_true (ls_store_has_blob (fixture->store, layer));
  }

  ls_store_stop_expecting (fixture->store, image);
  collect (fixture);
  g_assert_false (ls_store_has_blob (fixture->store, layer));
}

static void
test_nobody_comes_back (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 100, 1);
  g_autofree char *ingest = ls_test_store_build_path (fixture, "ingest");
  g_autoptr (GDir) directory = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_expect_image (fixture->store, image, NULL, &error);
  g_assert_no_error (error);
  age (fixture, image, "");
  age (fixture, image, ".new");
  collect (fixture);
  g_assert_false (ls_store_has_blob (fixture->store, ls_manifest_get_layers (image)->pdata[0]));
  directory = g_dir_open (ingest, 0, NULL);
  g_assert_null (g_dir_read_name (directory));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store-garbage/names-keep", test_names_keep);
  ADD ("/store-garbage/shared-layers", test_shared_layers);
  ADD ("/store-garbage/references-keep", test_references_keep);
  ADD ("/store-garbage/use", test_use);
  ADD ("/store-garbage/partial-blobs", test_partial_blobs);
  ADD ("/store-garbage/strange-files", test_strange_files);
  ADD ("/store-garbage/damaged-manifest", test_damaged_manifest);
  ADD ("/store-garbage/expected-images-keep", test_expected_images_keep);
  ADD ("/store-garbage/expectations-age", test_expectations_age);
  ADD ("/store-garbage/shared-expectation", test_shared_expectation);
  ADD ("/store-garbage/nobody-comes-back", test_nobody_comes_back);
#undef ADD

  return g_test_run ();
}
