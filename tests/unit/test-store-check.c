/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-media-type.h"
#include "ls-store-check.h"
#include "ls-test-await.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <string.h>

static LsStoreCheck *
check (LsStore *store)
{
  LsStoreCheck *self = ls_store_check_new (store);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_check_run_async (self, NULL, ls_test_keep_result, &result);
  g_assert_true (ls_store_check_is_running (self));
  ls_test_await (&result);
  ls_store_check_run_finish (self, result, &error);
  g_assert_no_error (error);
  g_assert_false (ls_store_check_is_running (self));
  g_assert_cmpint (ls_store_check_get_bytes_done (self), ==, ls_store_check_get_bytes_total (self));

  return self;
}

/* "damaged ab12cd: a:1 b:1" for each problem. */
static char *
describe (LsStoreCheck *self)
{
  static const char *const kinds[] = { "missing", "damaged", "unreadable" };
  GListModel *problems = ls_store_check_get_problems (self);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (LsStoreProblem) problem = g_list_model_get_item (problems, i);
      g_auto (GStrv) names = NULL;
      g_autofree char *joined = NULL;

      g_object_get (problem, "names", &names, NULL);
      joined = g_strjoinv (" ", names);
      g_ptr_array_add (lines,
                       g_strdup_printf ("%s %.6s: %s", kinds[ls_store_problem_get_kind (problem)],
                                        ls_digest_get_hex (ls_descriptor_get_digest (
                                            ls_store_problem_get_blob (problem))),
                                        joined));
    }
  g_ptr_array_add (lines, NULL);

  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
assert_problem (LsStoreCheck *self, const char *kind, LsDescriptor *blob, const char *names)
{
  g_autofree char *found = describe (self);
  g_autofree char *expected = g_strdup_printf (
      "%s %.6s: %s", kind, ls_digest_get_hex (ls_descriptor_get_digest (blob)), names);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_intact (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) one = ls_test_image_write (fixture->store, 2, 5000, 1);
  g_autoptr (LsManifest) other = ls_test_image_write (fixture->store, 1, 3000, 2);
  g_autoptr (LsStoreCheck) empty = check (fixture->store);
  g_autoptr (LsStoreCheck) full = NULL;

  g_assert_cmpint (ls_store_check_get_bytes_total (empty), ==, 0);

  ls_test_image_tag (fixture->store, "a:1", one);
  ls_test_image_tag (fixture->store, "a:2", one);
  ls_test_image_tag (fixture->store, "b:1", other);
  full = check (fixture->store);
  g_assert_cmpuint (g_list_model_get_n_items (ls_store_check_get_problems (full)), ==, 0);
  g_assert_cmpint (ls_store_check_get_bytes_total (full), ==,
                   ls_manifest_get_total_size (one) + ls_manifest_get_total_size (other));
  g_assert_cmpfloat (ls_store_check_get_fraction (full), ==, 1.0);
}

/* Of each blob in turn: missing, too short, other bytes. */
static void
test_damage (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 100, 1);
  g_autoptr (LsManifest) whole = ls_test_image_write (fixture->store, 2, 100, 2);
  LsDescriptor *blobs[] = { ls_manifest_get_descriptor (image), ls_manifest_get_config (image),
                            ls_manifest_get_layers (image)->pdata[0],
                            ls_manifest_get_layers (image)->pdata[1] };
  static const char *const kinds[] = { "missing", "damaged", "damaged" };

  ls_test_image_tag (fixture->store, "me/a:1", image);
  ls_test_image_tag (fixture->store, "me/a:2", image);
  ls_test_image_tag (fixture->store, "whole:1", whole);

  for (guint i = 0; i < G_N_ELEMENTS (blobs); i++)
    for (LsTestDamage damage = 0; damage < G_N_ELEMENTS (kinds); damage++)
      {
        g_autofree char *path = ls_test_store_blob_path (fixture, blobs[i]);
        g_autoptr (LsStoreCheck) found = NULL;
        g_autoptr (GBytes) content = ls_test_store_damage (path, damage);

        found = check (fixture->store);
        assert_problem (found, kinds[damage], blobs[i], "me/a:1 me/a:2");
        ls_test_store_repair (path, content);
      }
}

/* A disk that forgets does not touch the time of the file: what was verified before is
 * read again all the same, and is not trusted afterwards. */
static void
test_silent_damage (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 100, 1);
  LsDescriptor *layer = ls_manifest_get_layers (image)->pdata[0];
  g_autofree char *path = ls_test_store_blob_path (fixture, layer);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) times = NULL;
  g_autoptr (LsStoreCheck) found = NULL;
  g_autoptr (GError) error = NULL;
  FILE *stream;

  ls_test_image_tag (fixture->store, "a:1", image);
  g_assert_true (ls_store_verify_blob (fixture->store, layer, NULL, NULL));
  times = g_file_query_info (file, "time::modified,time::modified-usec,time::modified-nsec", 0,
                             NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  stream = g_fopen (path, "r+");
  g_assert_nonnull (stream);
  g_assert_cmpint (fseek (stream, 50, SEEK_SET), ==, 0);
  fputs ("???", stream);
  fclose (stream);
  g_file_set_attributes_from_info (file, times, 0, NULL, NULL);

  found = check (fixture->store);
  assert_problem (found, "damaged", layer, "a:1");
  g_assert_false (ls_store_verify_blob (fixture->store, layer, NULL, NULL));
}

/* Of an index only what is here is looked at, however many images it has; and an image
 * that was pulled alone from one has it beside. */
static void
test_indexes (LsTestStore *fixture, gconstpointer data)
{
  static const char *const platforms[] = { "linux/amd64", "linux/arm64", "linux/s390x", NULL };
  g_autoptr (LsManifest) index = ls_test_index_write (fixture->store, platforms, 1);
  GPtrArray *children = ls_manifest_get_children (index);
  g_autofree char *absent = ls_test_store_blob_path (fixture, children->pdata[1]);
  g_autofree char *index_path =
      ls_test_store_blob_path (fixture, ls_manifest_get_descriptor (index));
  g_autoptr (LsManifest) image = NULL;
  g_autoptr (LsReference) name = ls_test_reference ("alone:1");
  g_autoptr (LsDescriptor) alone = NULL;
  g_autoptr (LsStoreCheck) nothing = NULL;
  g_autoptr (LsStoreCheck) layer_gone = NULL;
  g_autoptr (LsStoreCheck) index_gone = NULL;
  g_autofree char *layer = NULL;

  ls_test_image_tag (fixture->store, "multi:1", index);
  g_assert_cmpint (g_unlink (absent), ==, 0);
  nothing = check (fixture->store);
  g_assert_cmpuint (g_list_model_get_n_items (ls_store_check_get_problems (nothing)), ==, 0);

  image = ls_store_read_manifest (fixture->store, children->pdata[2], NULL);
  layer = ls_test_store_blob_path (fixture, ls_manifest_get_layers (image)->pdata[1]);
  g_assert_cmpint (g_unlink (layer), ==, 0);
  layer_gone = check (fixture->store);
  assert_problem (layer_gone, "missing", ls_manifest_get_layers (image)->pdata[1], "multi:1");

  g_clear_pointer (&image, ls_manifest_unref);
  image = ls_store_read_manifest (fixture->store, children->pdata[0], NULL);
  alone = ls_descriptor_with_annotation (
      ls_manifest_get_descriptor (image), LS_STORE_ANNOTATION_INDEX,
      ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (index))));
  g_assert_true (ls_store_tag (fixture->store, name, alone, NULL, NULL));
  g_assert_true (g_file_set_contents (index_path, "{}", -1, NULL));
  index_gone = check (fixture->store);
  /* What the damaged index names is not known any more. */
  assert_problem (index_gone, "damaged", ls_manifest_get_descriptor (index), "alone:1 multi:1");
}

static void
test_cancel (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 5000, 1);
  g_autoptr (LsStoreCheck) self = ls_store_check_new (fixture->store);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_image_tag (fixture->store, "a:1", image);
  ls_store_check_run_async (self, cancellable, ls_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  ls_test_await (&result);
  g_assert_false (ls_store_check_run_finish (self, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (ls_store_check_is_running (self));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store-check/intact", test_intact);
  ADD ("/store-check/damage", test_damage);
  ADD ("/store-check/silent-damage", test_silent_damage);
  ADD ("/store-check/indexes", test_indexes);
  ADD ("/store-check/cancel", test_cancel);
#undef ADD

  return g_test_run ();
}
