/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index.json of an OCI layout, which any program may have written. */

#include "ls-fuzz.h"
#include "ls-store-index.h"

/* What one entry says can be said again, and taken back. */
static void
check_entries (LsStoreIndex *index, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      LsStoreIndexEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (LsDescriptor) found = ls_store_index_find (index, entry->name);

      g_assert_true (ls_reference_get_tag (entry->name) != NULL
                     || ls_reference_get_digest (entry->name) != NULL);
      g_assert_nonnull (found);
      g_assert_true (ls_digest_equal (ls_descriptor_get_digest (found),
                                      ls_descriptor_get_digest (entry->manifest)));
    }
}

static void
check_same (GPtrArray *before, GPtrArray *after)
{
  g_assert_cmpuint (after->len, ==, before->len);
  for (guint i = 0; i < before->len; i++)
    {
      LsStoreIndexEntry *a = g_ptr_array_index (before, i);
      LsStoreIndexEntry *b = g_ptr_array_index (after, i);

      g_assert_true (ls_reference_equal (a->name, b->name));
      g_assert_true (ls_digest_equal (ls_descriptor_get_digest (a->manifest),
                                      ls_descriptor_get_digest (b->manifest)));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (LsStoreIndex) index = NULL;
  g_autoptr (LsStoreIndex) again = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  ls_fuzz_write ("index.json", data, size);
  index = ls_store_index_read (ls_fuzz_get_dir (), &error);
  if (index == NULL)
    {
      ls_fuzz_assert_error (error);
      return 0;
    }

  before = ls_store_index_list (index);
  check_entries (index, before);
  ls_store_index_write (index, &error);
  g_assert_no_error (error);
  again = ls_store_index_read (ls_fuzz_get_dir (), &error);
  g_assert_no_error (error);
  after = ls_store_index_list (again);
  check_same (before, after);

  for (guint i = 0; i < before->len; i++)
    {
      LsStoreIndexEntry *entry = g_ptr_array_index (before, i);

      ls_store_index_set (index, entry->name, entry->manifest);
      g_assert_true (ls_store_index_remove (index, entry->name));
      g_assert_null (ls_store_index_find (index, entry->name));
    }

  return 0;
}
