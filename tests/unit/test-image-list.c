/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-image-list.h"
#include "ls-test-dir.h"
#include "ls-test-image.h"

typedef struct
{
  LsTestDir *dir;
  LsStore *store;
  LsImageList *list;
  GString *journal; /* the items-changed signals */
} Fixture;

static void
on_items_changed (GListModel *list, guint position, guint removed, guint added, GString *journal)
{
  g_string_append_printf (journal, "%u -%u +%u;", position, removed, added);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->dir = ls_test_dir_new ();
  path = ls_test_dir_build (fixture->dir, "store");
  fixture->store = ls_store_new (path);
  ls_store_open (fixture->store, NULL, &error);
  g_assert_no_error (error);
  ls_store_watch (fixture->store, &error);
  g_assert_no_error (error);

  fixture->list = ls_image_list_new (fixture->store);
  fixture->journal = g_string_new ("");
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed),
                    fixture->journal);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer list = fixture->list;
  gpointer store = fixture->store;
  gint64 limit = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  /* A reading that is under way keeps the list until it ends, and the store until
   * its worker is back. */
  g_object_add_weak_pointer (list, &list);
  g_object_add_weak_pointer (store, &store);
  g_object_unref (fixture->list);
  g_object_unref (fixture->store);
  while ((list != NULL || store != NULL) && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, FALSE);
  g_assert_null (list);
  g_assert_null (store);
  g_string_free (fixture->journal, TRUE);
  ls_test_dir_free (fixture->dir);
}

static void
wait_for_items (Fixture *fixture, guint n)
{
  GListModel *model = G_LIST_MODEL (fixture->list);
  gint64 limit = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while ((g_list_model_get_n_items (model) != n
          || ls_image_list_get_state (fixture->list) == LS_LOAD_STATE_LOADING)
         && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, n);
}

static void
tag (Fixture *fixture, const char *name, guint seed)
{
  g_autoptr (LsManifest) manifest = ls_test_image_write (fixture->store, 2, 1000, seed);

  ls_test_image_tag (fixture->store, name, manifest);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (ls_image_list_get_state (fixture->list), ==, LS_LOAD_STATE_LOADING);
  ls_image_list_load (fixture->list);
  wait_for_items (fixture, 0);
  g_assert_cmpint (ls_image_list_get_state (fixture->list), ==, LS_LOAD_STATE_EMPTY);
}

static void
test_shows_images (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsImage) image = NULL;
  g_autoptr (LsReference) name = ls_reference_parse ("localhost:5000/team/app:1.0", NULL);

  tag (fixture, "localhost:5000/team/app:1.0", 1);
  ls_image_list_load (fixture->list);
  wait_for_items (fixture, 1);
  g_assert_cmpint (ls_image_list_get_state (fixture->list), ==, LS_LOAD_STATE_READY);

  image = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_cmpstr (ls_image_get_repository (image), ==, "localhost:5000/team/app");
  g_assert_cmpstr (ls_image_get_tag (image), ==, "1.0");
  g_assert_cmpuint (strlen (ls_image_get_image_id (image)), ==, 12);
  g_assert_true (g_str_has_prefix (ls_image_get_digest (image), "sha256:"));
  g_assert_cmpint (ls_image_get_size (image), >, 2000);
  g_assert_true (ls_image_list_find (fixture->list, name) == image);
}

static void
test_follows_the_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsReference) middle = ls_reference_parse ("b:1", NULL);
  g_autoptr (LsImage) first = NULL;
  g_autoptr (LsImage) still_first = NULL;
  g_autoptr (GError) error = NULL;

  tag (fixture, "a:1", 1);
  tag (fixture, "c:1", 2);
  ls_image_list_load (fixture->list);
  wait_for_items (fixture, 2);
  first = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);

  /* What stays keeps its object, so that views keep their selection. */
  g_string_truncate (fixture->journal, 0);
  tag (fixture, "b:1", 3);
  wait_for_items (fixture, 3);
  g_assert_cmpstr (fixture->journal->str, ==, "1 -0 +1;");
  still_first = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_true (first == still_first);

  g_string_truncate (fixture->journal, 0);
  ls_store_remove (fixture->store, middle, NULL, &error);
  g_assert_no_error (error);
  wait_for_items (fixture, 2);
  g_assert_cmpstr (fixture->journal->str, ==, "1 -1 +0;");
}

static void
test_other_process (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsStore) other = ls_store_new (ls_store_get_path (fixture->store));
  g_autoptr (LsManifest) manifest = NULL;

  ls_image_list_load (fixture->list);
  wait_for_items (fixture, 0);

  manifest = ls_test_image_write (other, 1, 10, 1);
  ls_test_image_tag (other, "elsewhere:1", manifest);
  wait_for_items (fixture, 1);
}

static void
test_replaced_tag (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LsImage) before = NULL;
  g_autoptr (LsImage) after = NULL;
  gint64 limit = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  tag (fixture, "a:1", 1);
  ls_image_list_load (fixture->list);
  wait_for_items (fixture, 1);
  before = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);

  g_string_truncate (fixture->journal, 0);
  tag (fixture, "a:1", 2);
  while (fixture->journal->len == 0 && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (fixture->journal->str, ==, "0 -1 +1;");
  after = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_cmpstr (ls_image_get_digest (before), !=, ls_image_get_digest (after));
}

static void
test_damaged_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *index =
      g_build_filename (ls_store_get_path (fixture->store), "index.json", NULL);

  g_assert_true (g_file_set_contents (index, "{ no", -1, NULL));
  ls_image_list_load (fixture->list);
  while (ls_image_list_get_state (fixture->list) == LS_LOAD_STATE_LOADING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (ls_image_list_get_state (fixture->list), ==, LS_LOAD_STATE_FAILED);
  g_assert_error (ls_image_list_get_error (fixture->list), LS_ERROR, LS_ERROR_STORE);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/image-list/empty", test_empty);
  ADD ("/image-list/shows-images", test_shows_images);
  ADD ("/image-list/follows-the-store", test_follows_the_store);
  ADD ("/image-list/other-process", test_other_process);
  ADD ("/image-list/replaced-tag", test_replaced_tag);
  ADD ("/image-list/damaged-store", test_damaged_store);

  return g_test_run ();
}
