/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-store.h"

#include <glib/gstdio.h>

/**
 * ls_test_store_open:
 * @path: where it is, or is to be
 *
 * Returns: (transfer full): a store that is open
 */
LsStore *
ls_test_store_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  LsStore *store = ls_store_new (path);

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);

  return store;
}

/**
 * ls_test_store_set_up:
 * @fixture: an empty fixture
 * @data: what g_test_add() was given
 *
 * Makes and opens a store.
 */
void
ls_test_store_set_up (LsTestStore *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture->dir = ls_test_dir_new ();
  path = ls_test_dir_build (fixture->dir, "home/store");
  fixture->store = ls_test_store_open (path);
}

/**
 * ls_test_store_tear_down:
 * @fixture: a fixture
 * @data: what g_test_add() was given
 *
 * Deletes the store. A worker thread may still hold the object for a moment.
 */
void
ls_test_store_tear_down (LsTestStore *fixture, gconstpointer data)
{
  g_object_unref (fixture->store);
  ls_test_dir_free (fixture->dir);
}

/**
 * ls_test_store_build_path:
 * @fixture: a fixture
 * @name: path of a file, relative to the store
 *
 * Returns: (transfer full): its path
 */
char *
ls_test_store_build_path (LsTestStore *fixture, const char *name)
{
  return g_build_filename (ls_store_get_path (fixture->store), name, NULL);
}

/**
 * ls_test_store_blob_path:
 * @fixture: a fixture
 * @blob: a blob
 *
 * Returns: (transfer full): where the layout has it
 */
char *
ls_test_store_blob_path (LsTestStore *fixture, LsDescriptor *blob)
{
  LsDigest *digest = ls_descriptor_get_digest (blob);

  return g_build_filename (ls_store_get_path (fixture->store), "blobs",
                           ls_digest_get_algorithm (digest), ls_digest_get_hex (digest), NULL);
}

/**
 * ls_test_store_damage:
 * @path: a file
 * @damage: what becomes of it
 *
 * Returns: (transfer full): what was in it, for ls_test_store_repair()
 */
GBytes *
ls_test_store_damage (const char *path, LsTestDamage damage)
{
  g_autofree char *other = NULL;
  char *content;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  other = g_memdup2 (content, size);
  other[size / 2] ^= 1;
  if (damage == LS_TEST_DAMAGE_GONE)
    g_assert_cmpint (g_unlink (path), ==, 0);
  else
    g_assert_true (g_file_set_contents (
        path, other, (gssize) (damage == LS_TEST_DAMAGE_CUT ? size - 1 : size), NULL));

  return g_bytes_new_take (content, size);
}

/**
 * ls_test_store_repair:
 * @path: a file that ls_test_store_damage() has damaged
 * @content: what was in it
 */
void
ls_test_store_repair (const char *path, GBytes *content)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
}

/**
 * ls_test_store_part_path:
 * @fixture: a fixture
 * @blob: a blob
 *
 * Returns: (transfer full): where it grows
 */
char *
ls_test_store_part_path (LsTestStore *fixture, LsDescriptor *blob)
{
  LsDigest *digest = ls_descriptor_get_digest (blob);
  g_autofree char *name =
      g_strdup_printf ("%s-%s.part", ls_digest_get_algorithm (digest), ls_digest_get_hex (digest));

  return g_build_filename (ls_store_get_path (fixture->store), "ingest", name, NULL);
}

/**
 * ls_test_store_read_file:
 * @fixture: a fixture
 * @name: path of a file, relative to the store
 *
 * Returns: (transfer full): its content
 */
char *
ls_test_store_read_file (LsTestStore *fixture, const char *name)
{
  g_autofree char *path = ls_test_store_build_path (fixture, name);
  g_autoptr (GError) error = NULL;
  char *content;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);

  return content;
}

/**
 * ls_test_store_write_file:
 * @fixture: a fixture
 * @name: path of a file, relative to the store
 * @content: its new content
 *
 * Replaces a file.
 */
void
ls_test_store_write_file (LsTestStore *fixture, const char *name, const char *content)
{
  g_autofree char *path = ls_test_store_build_path (fixture, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

/**
 * ls_test_reference:
 * @text: a reference
 *
 * Returns: (transfer full): the same, parsed
 */
LsReference *
ls_test_reference (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsReference *reference = ls_reference_parse (text, &error);

  g_assert_no_error (error);

  return reference;
}

/**
 * ls_test_assert_names:
 * @store: a store
 * @expected: canonical names, in their order, with blanks between them
 *
 * Asserts that the store lists just these images.
 */
void
ls_test_assert_names (LsStore *store, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = ls_store_list (store, NULL, &error);
  g_autoptr (GString) names = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      LsStoreEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *name = ls_reference_to_canonical (entry->name);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", name);
    }
  g_assert_cmpstr (names->str, ==, expected);
}
