/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-json.h"
#include "ls-media-type.h"
#include "ls-test-await.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

#define REF_NAME "org.opencontainers.image.ref.name"

static JsonObject *
read_index (LsTestStore *fixture)
{
  g_autofree char *text = ls_test_store_read_file (fixture, "index.json");
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  JsonObject *index = ls_json_parse_object (bytes, 1 << 20, &error);

  g_assert_no_error (error);

  return index;
}

static void
test_open (LsTestStore *fixture, gconstpointer data)
{
  g_autofree char *layout = ls_test_store_read_file (fixture, "oci-layout");
  g_autoptr (JsonObject) index = read_index (fixture);
  g_autoptr (LsStore) again = ls_store_new (ls_store_get_path (fixture->store));
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (GError) error = NULL;
  gint64 version;
  struct stat status;

  g_assert_cmpstr (layout, ==, "{\"imageLayoutVersion\":\"1.0.0\"}");
  g_assert_true (ls_json_get_int64 (index, "schemaVersion", &version));
  g_assert_cmpint (version, ==, 2);
  g_assert_cmpint (stat (ls_store_get_path (fixture->store), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0700);
  ls_test_assert_names (fixture->store, "");

  /* What is there stays. */
  ls_test_image_tag (fixture->store, "a:1", image);
  ls_store_open (again, NULL, &error);
  g_assert_no_error (error);
  ls_test_assert_names (again, "docker.io/library/a:1");
}

/* A killed process may have got no further than this. */
static void
test_open_half_made (LsTestStore *fixture, gconstpointer data)
{
  g_autofree char *layout = ls_test_store_build_path (fixture, "oci-layout");
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (GError) error = NULL;

  ls_test_image_tag (fixture->store, "a:1", image);
  g_assert_cmpint (g_unlink (layout), ==, 0);
  ls_test_store_write_file (fixture, "index.json.new", "{");
  ls_store_open (fixture->store, NULL, &error);
  g_assert_no_error (error);
  ls_test_assert_names (fixture->store, "docker.io/library/a:1");
  ls_test_image_tag (fixture->store, "a:2", image);
  ls_test_assert_names (fixture->store, "docker.io/library/a:1 docker.io/library/a:2");
}

static void
test_other_layout (LsTestStore *fixture, gconstpointer data)
{
  const char *contents[] = { "", "[]", "{\"imageLayoutVersion\":\"2.0.0\"}",
                             "{\"imageLayoutVersion\":1}" };
  g_autofree char *path = ls_test_store_build_path (fixture, "oci-layout");

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GError) error = NULL;

      ls_test_store_write_file (fixture, "oci-layout", contents[i]);
      g_assert_false (ls_store_open (fixture->store, NULL, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
      g_assert_cmpstr (ls_error_get_subject (error), ==, path);
    }
}

static char *
nested_index (guint depth)
{
  g_autofree char *open = g_strnfill (depth, '[');
  g_autofree char *close = g_strnfill (depth, ']');

  return g_strdup_printf ("{\"manifests\":%s%s}", open, close);
}

static void
assert_damaged (LsTestStore *fixture, const char *content)
{
  g_autoptr (LsStore) store = ls_store_new (ls_store_get_path (fixture->store));
  g_autofree char *path = ls_test_store_build_path (fixture, "index.json");
  g_autofree char *after = NULL;
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  g_autoptr (LsReference) name = ls_test_reference ("a:1");
  GError *errors[6] = { NULL };

  ls_test_store_write_file (fixture, "index.json", content);
  g_assert_false (ls_store_open (store, NULL, &errors[0]));
  g_assert_null (ls_store_list (store, NULL, &errors[1]));
  g_assert_null (ls_store_resolve (store, name, &errors[2]));
  g_assert_false (ls_store_tag (store, name, manifest, NULL, &errors[3]));
  g_assert_false (ls_store_remove (store, name, NULL, &errors[4]));
  g_assert_false (ls_store_collect_garbage (store, NULL, NULL, &errors[5]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], LS_ERROR, LS_ERROR_STORE);
      g_assert_cmpstr (ls_error_get_subject (errors[i]), ==, path);
      g_error_free (errors[i]);
    }

  after = ls_test_store_read_file (fixture, "index.json");
  g_assert_cmpstr (after, ==, content);
  g_assert_true (ls_store_has_blob (store, manifest));
}

static void
test_damaged_index (LsTestStore *fixture, gconstpointer data)
{
  const char *contents[] = { "",
                             "null",
                             "[]",
                             "{",
                             "{\"schemaVersion\":2}",
                             "{\"manifests\":{}}",
                             "{\"manifests\":null}",
                             "{\"manifests\":[],\"manifests\":[]}",
                             "{\"manifests\":[]} x" };
  g_autofree char *deep = nested_index (100000);

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    assert_damaged (fixture, contents[i]);
  assert_damaged (fixture, deep);
}

/* A list that vanished is no empty list: its images would be deleted. */
static void
test_missing_index (LsTestStore *fixture, gconstpointer data)
{
  g_autofree char *path = ls_test_store_build_path (fixture, "index.json");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (ls_store_open (fixture->store, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_assert_false (ls_store_collect_garbage (fixture->store, NULL, NULL, NULL));
}

/* What other tools wrote, with members that nobody here knows. */
static void
test_foreign_index (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  g_autofree char *mine = g_strdup_printf (
      "\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT,
      ls_descriptor_get_media_type (manifest),
      ls_digest_to_string (ls_descriptor_get_digest (manifest)), ls_descriptor_get_size (manifest));
  g_autofree char *text = g_strdup_printf (
      "{\"schemaVersion\":2,\"x\":{\"y\":[1.5,null,true,9007199254740993,\"\\u00e9\\n\"]},"
      "\"annotations\":{\"k\":\"v\"},\"manifests\":["
      "{%s,\"annotations\":{\"" REF_NAME "\":\"latest\",\"other\":\"kept\"},\"future\":[{}]},"
      "{%s,\"annotations\":{\"" REF_NAME "\":\"24.04\","
      "\"io.containerd.image.name\":\"docker.io/library/ctr:24.04\"}},"
      "{%s,\"annotations\":{\"" REF_NAME "\":\"NOT a reference\"}},"
      "{%s,\"annotations\":{\"" REF_NAME "\":7}},"
      "{%s,\"annotations\":\"none\"},"
      "{%s},"
      "{\"annotations\":{\"" REF_NAME "\":\"docker.io/library/no-descriptor:1\"}},"
      "{\"mediaType\":\"a/b\",\"digest\":\"sha256:../../x\",\"size\":1,"
      "\"annotations\":{\"" REF_NAME "\":\"docker.io/library/evil:1\"}},"
      "7,null,[]]}",
      mine, mine, mine, mine, mine, mine);
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (JsonNode) before_node = NULL;
  g_autoptr (JsonNode) after_node = NULL;
  g_autoptr (LsReference) name = ls_test_reference ("new:1");

  ls_test_store_write_file (fixture, "index.json", text);
  before = read_index (fixture);
  ls_test_assert_names (fixture->store,
                        "docker.io/library/ctr:24.04 docker.io/library/latest:latest");

  ls_test_image_tag (fixture->store, "new:1", image);
  ls_test_assert_names (fixture->store,
                        "docker.io/library/ctr:24.04 docker.io/library/latest:latest "
                        "docker.io/library/new:1");
  g_assert_true (ls_store_remove (fixture->store, name, NULL, NULL));

  after = read_index (fixture);
  before_node = json_node_init_object (json_node_alloc (), before);
  after_node = json_node_init_object (json_node_alloc (), after);
  g_assert_true (json_node_equal (before_node, after_node));
}

static void
test_cancelled (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsReference) name = ls_test_reference ("a:1");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *errors[4] = { NULL };

  ls_test_image_tag (fixture->store, "a:1", image);
  g_cancellable_cancel (cancellable);
  g_assert_false (ls_store_open (fixture->store, cancellable, &errors[0]));
  g_assert_null (ls_store_list (fixture->store, cancellable, &errors[1]));
  g_assert_false (ls_store_remove (fixture->store, name, cancellable, &errors[2]));
  g_assert_false (ls_store_collect_garbage (fixture->store, NULL, cancellable, &errors[3]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_error_free (errors[i]);
    }
  ls_test_assert_names (fixture->store, "docker.io/library/a:1");
}

typedef struct
{
  LsStore *store;
  LsManifest *image;
  guint number;
} Tagger;

static gpointer
tag_in_thread (gpointer data)
{
  Tagger *tagger = data;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u:%u", tagger->number, i);
      g_autoptr (GPtrArray) entries = NULL;

      ls_test_image_tag (tagger->store, name, tagger->image);
      entries = ls_store_list (tagger->store, NULL, NULL);
      g_assert_cmpuint (entries->len, >, i);
    }

  return NULL;
}

static void
test_threads (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  Tagger taggers[6];
  GThread *threads[6];
  g_autoptr (GPtrArray) entries = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      taggers[i] = (Tagger){ fixture->store, image, i };
      threads[i] = g_thread_new ("tagger", tag_in_thread, &taggers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  entries = ls_store_list (fixture->store, NULL, NULL);
  g_assert_cmpuint (entries->len, ==, 60);
}

static void
test_async (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (LsReference) name = ls_test_reference ("a:1");
  g_autoptr (GAsyncResult) tagged = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GAsyncResult) removed_again = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_tag_async (fixture->store, name, ls_manifest_get_descriptor (image), NULL,
                      ls_test_keep_result, &tagged);
  ls_test_await (&tagged);
  g_assert_true (ls_store_tag_finish (fixture->store, tagged, &error));
  g_assert_no_error (error);

  ls_store_list_async (fixture->store, NULL, ls_test_keep_result, &listed);
  ls_test_await (&listed);
  entries = ls_store_list_finish (fixture->store, listed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);

  ls_store_remove_async (fixture->store, name, NULL, ls_test_keep_result, &removed);
  ls_test_await (&removed);
  g_assert_true (ls_store_remove_finish (fixture->store, removed, &error));
  g_assert_no_error (error);

  ls_store_remove_async (fixture->store, name, NULL, ls_test_keep_result, &removed_again);
  ls_test_await (&removed_again);
  g_assert_false (ls_store_remove_finish (fixture->store, removed_again, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

static void
count (LsStore *store, guint *n_changes)
{
  (*n_changes)++;
}

static gboolean
has_changed (gpointer n_changes)
{
  return *(guint *) n_changes > 0;
}

static void
test_watch (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsStore) watching = ls_store_new (ls_store_get_path (fixture->store));
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  g_autoptr (GError) error = NULL;
  guint n_changes = 0;

  ls_store_watch (watching, &error);
  g_assert_no_error (error);
  g_signal_connect (watching, "changed", G_CALLBACK (count), &n_changes);

  /* By another one, by itself, and when the file is replaced by a stranger. */
  ls_test_image_tag (fixture->store, "a:1", image);
  ls_test_await_until (has_changed, &n_changes);
  n_changes = 0;
  ls_test_image_tag (watching, "a:2", image);
  ls_test_await_until (has_changed, &n_changes);
  n_changes = 0;
  ls_test_store_write_file (fixture, "index.json", "{\"schemaVersion\":2,\"manifests\":[]}");
  ls_test_await_until (has_changed, &n_changes);
}

/* However much happens, it is told ten times a second at most. */
static void
test_watch_often (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 10, 1);
  gint64 start = g_get_monotonic_time ();
  gint64 tenths;
  guint n_changes = 0;

  g_assert_true (ls_store_watch (fixture->store, NULL));
  g_signal_connect (fixture->store, "changed", G_CALLBACK (count), &n_changes);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("b:%u", i);

      ls_test_image_tag (fixture->store, name, image);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  ls_test_await_until (has_changed, &n_changes);
  tenths = (g_get_monotonic_time () - start) / (G_USEC_PER_SEC / 10);
  g_assert_cmpint (n_changes, <=, tenths + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store/open", test_open);
  ADD ("/store/open-half-made", test_open_half_made);
  ADD ("/store/other-layout", test_other_layout);
  ADD ("/store/damaged-index", test_damaged_index);
  ADD ("/store/missing-index", test_missing_index);
  ADD ("/store/foreign-index", test_foreign_index);
  ADD ("/store/cancelled", test_cancelled);
  ADD ("/store/threads", test_threads);
  ADD ("/store/async", test_async);
  ADD ("/store/watch", test_watch);
  ADD ("/store/watch-often", test_watch_often);
#undef ADD

  return g_test_run ();
}
