/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-private.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-store-files.h"
#include "ls-store-index.h"

/**
 * ls_store_platform_free:
 * @platform: (transfer full): an image of an entry
 */
void
ls_store_platform_free (LsStorePlatform *platform)
{
  g_clear_pointer (&platform->platform, ls_platform_unref);
  g_clear_pointer (&platform->manifest, ls_descriptor_unref);
  g_clear_pointer (&platform->attestations, g_ptr_array_unref);
  g_free (platform);
}

/**
 * ls_store_entry_free:
 * @entry: (transfer full): an entry
 *
 * Frees an entry and what it holds.
 */
void
ls_store_entry_free (LsStoreEntry *entry)
{
  g_clear_pointer (&entry->name, ls_reference_unref);
  g_clear_pointer (&entry->manifest, ls_descriptor_unref);
  g_clear_pointer (&entry->created, g_date_time_unref);
  g_clear_pointer (&entry->image_id, ls_digest_unref);
  g_clear_pointer (&entry->platform, ls_platform_unref);
  g_clear_pointer (&entry->platforms, g_ptr_array_unref);
  g_free (entry);
}

static LsStoreEntry *
make_entry (LsReference *name, LsDescriptor *root, LsStoreImage *image)
{
  LsStoreEntry *entry = g_new0 (LsStoreEntry, 1);

  entry->name = ls_reference_ref (name);
  entry->manifest = ls_descriptor_ref (root);
  entry->created = image->created != NULL ? g_date_time_ref (image->created) : NULL;
  entry->image_id = ls_digest_ref (image->image_id);
  entry->platform = image->platform != NULL ? ls_platform_ref (image->platform) : NULL;
  entry->platforms = g_ptr_array_ref (image->platforms);
  entry->is_whole = image->is_whole;
  entry->size = image->size;

  return entry;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  LsReference *left = (*(LsStoreEntry *const *) a)->name;
  LsReference *right = (*(LsStoreEntry *const *) b)->name;
  int order;

  order = g_strcmp0 (ls_reference_get_registry (left), ls_reference_get_registry (right));
  if (order == 0)
    order = g_strcmp0 (ls_reference_get_repository (left), ls_reference_get_repository (right));
  if (order == 0)
    order = g_strcmp0 (ls_reference_get_version (left), ls_reference_get_version (right));

  return order;
}

/**
 * ls_store_list:
 * @self: a store
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists the images that have a name and are whole, and the indexes of which at
 * least one image is. Names are complete: a tool that wrote only a repository meant
 * its tag `latest`. The second call is fast, as what was read of an image is
 * remembered.
 *
 * Errors: %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (element-type LsStoreEntry) (nullable): sorted by name
 */
GPtrArray *
ls_store_list (LsStore *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsStoreIndex) index = NULL;
  g_autoptr (GPtrArray) named = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);

  index = ls_store_index_read (ls_store_get_path (self), error);
  if (index == NULL)
    return NULL;

  named = ls_store_index_list (index);
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_store_entry_free);
  for (guint i = 0; i < named->len; i++)
    {
      LsStoreIndexEntry *entry = g_ptr_array_index (named, i);
      g_autoptr (LsStoreImage) image = NULL;
      g_autoptr (GError) reason = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;

      image = ls_store_find_image (self, entry->manifest, &reason);
      if (image != NULL)
        g_ptr_array_add (entries, make_entry (entry->name, entry->manifest, image));
      else
        g_debug ("An entry of the store is not listed: %s", reason->message);
    }

  g_ptr_array_sort (entries, compare_names);

  return g_steal_pointer (&entries);
}

/**
 * ls_store_resolve:
 * @self: a store
 * @name: a name; `latest` is assumed when it has neither tag nor digest
 * @error: return location for an error
 *
 * Finds the image or index that a name leads to, if ls_store_list() shows it.
 *
 * Errors: %LS_ERROR_NOT_FOUND, with the canonical name as subject, also when the
 * image is not whole; %LS_ERROR_STORE.
 *
 * Returns: (transfer full) (nullable): its descriptor, with the annotations of the entry
 */
LsDescriptor *
ls_store_resolve (LsStore *self, LsReference *name, GError **error)
{
  g_autoptr (LsReference) complete = NULL;
  g_autoptr (LsStoreIndex) index = NULL;
  g_autoptr (LsDescriptor) root = NULL;
  g_autoptr (LsStoreImage) image = NULL;
  g_autoptr (GError) reason = NULL;
  g_autofree char *canonical = NULL;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  index = ls_store_index_read (ls_store_get_path (self), error);
  if (index == NULL)
    return NULL;

  complete = ls_reference_with_latest (name);
  root = ls_store_index_find (index, complete);
  if (root != NULL)
    image = ls_store_find_image (self, root, &reason);
  if (image != NULL)
    return g_steal_pointer (&root);

  canonical = ls_reference_to_canonical (complete);
  g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "%s is not in the store%s%s", canonical,
               reason != NULL ? " as a whole: " : "", reason != NULL ? reason->message : "");
  if (error != NULL)
    ls_error_set_subject (*error, canonical);

  return NULL;
}

/**
 * ls_store_list_platforms:
 * @self: a store
 * @root: an image or an index
 * @is_whole: (out) (optional): whether nothing of it is missing, not even an attestation
 * @error: return location for an error
 *
 * Says which images of an index are here as a whole and which are only known; what is
 * an image has just itself.
 *
 * Errors: those of ls_store_tag() for what is not here at all.
 *
 * Returns: (transfer full) (element-type LsStorePlatform) (nullable): those that are
 *   here, this computer's platform first; then the others
 */
GPtrArray *
ls_store_list_platforms (LsStore *self, LsDescriptor *root, gboolean *is_whole, GError **error)
{
  g_autoptr (LsStoreImage) image = NULL;

  g_return_val_if_fail (LS_IS_STORE (self), NULL);
  g_return_val_if_fail (root != NULL, NULL);

  image = ls_store_find_image (self, root, error);
  if (image == NULL)
    return NULL;
  if (is_whole != NULL)
    *is_whole = image->is_whole;

  return g_ptr_array_ref (image->platforms);
}

/* A name with a digest promises content: that very manifest, or the index that
 * it was chosen from. */
static gboolean
check_promise (LsReference *name, LsDescriptor *manifest, GError **error)
{
  LsDigest *promised = ls_reference_get_digest (name);
  const char *index = ls_descriptor_get_annotation (manifest, LS_STORE_ANNOTATION_INDEX);
  g_autofree char *canonical = NULL;

  if (promised == NULL || ls_digest_equal (promised, ls_descriptor_get_digest (manifest))
      || g_strcmp0 (ls_digest_to_string (promised), index) == 0)
    return TRUE;

  canonical = ls_reference_to_canonical (name);
  g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME, "%s cannot name %s", canonical,
               ls_digest_to_string (ls_descriptor_get_digest (manifest)));
  if (error != NULL)
    ls_error_set_subject (*error, canonical);

  return FALSE;
}

/**
 * ls_store_tag:
 * @self: a store
 * @name: a name; `latest` is assumed when it has neither tag nor digest
 * @manifest: what it is to lead to; its annotations are kept
 * @cancellable: (nullable): ends the wait for another process
 * @error: return location for an error
 *
 * Names an image, in place of what had that name before. When this returns,
 * all of the image and its name are on the disk.
 *
 * Errors: %LS_ERROR_NOT_FOUND when a part of the image is missing, with its digest
 * as subject, %LS_ERROR_DIGEST_MISMATCH when one is damaged,
 * %LS_ERROR_INVALID_NAME when @name has a digest of something else,
 * %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the name leads to the image now
 */
gboolean
ls_store_tag (LsStore *self, LsReference *name, LsDescriptor *manifest, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (LsReference) complete = NULL;
  g_autoptr (LsStoreImage) image = NULL;
  g_autoptr (LsStoreIndex) index = NULL;
  g_auto (LsFileLock) lock = -1;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (manifest != NULL, FALSE);

  complete = ls_reference_with_latest (name);
  if (!check_promise (complete, manifest, error))
    return FALSE;

  if (!ls_blob_marks_sync (ls_store_get_marks (self), error))
    return FALSE;

  /* Garbage collection waits for this lock too, so that what is found to be
   * whole still is when it has its name. */
  lock = ls_file_lock_acquire (ls_store_get_path (self), LS_STORE_INDEX_LOCK,
                               LS_FILE_LOCK_EXCLUSIVE, cancellable, error);
  if (lock < 0)
    return FALSE;
  image = ls_store_image_load (self, manifest, error);
  index = image != NULL ? ls_store_index_read (ls_store_get_path (self), error) : NULL;
  if (index == NULL)
    return FALSE;

  if (!ls_store_index_set (index, complete, manifest))
    {
      /* More of an index may be here than before. */
      ls_store_notify_changed (self);
      return TRUE;
    }
  if (!ls_store_index_write (index, error))
    return FALSE;
  ls_store_notify_changed (self);

  return TRUE;
}

/**
 * ls_store_settle:
 * @self: a store
 * @error: return location for an error
 *
 * Makes sure that the disk has what was written, and looks at the images anew: some
 * that were not whole may be so now. For blobs that came without a name; one who tags
 * needs none of this.
 *
 * Errors: %LS_ERROR_STORE, %LS_ERROR_NO_SPACE.
 *
 * Returns: whether the disk has everything
 */
gboolean
ls_store_settle (LsStore *self, GError **error)
{
  g_return_val_if_fail (LS_IS_STORE (self), FALSE);

  if (!ls_blob_marks_sync (ls_store_get_marks (self), error))
    return FALSE;
  ls_store_forget_images (self);
  ls_store_notify_changed (self);

  return TRUE;
}

/**
 * ls_store_remove:
 * @self: a store
 * @name: a name; `latest` is assumed when it has neither tag nor digest
 * @cancellable: (nullable): ends the wait for another process
 * @error: return location for an error
 *
 * Takes a name away. The image stays until ls_store_collect_garbage() finds that
 * no other name leads to it.
 *
 * Errors: %LS_ERROR_NOT_FOUND, with the canonical name as subject,
 * %LS_ERROR_NO_SPACE, %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the name was there and is gone
 */
gboolean
ls_store_remove (LsStore *self, LsReference *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsReference) complete = NULL;
  g_autoptr (LsStoreIndex) index = NULL;
  g_auto (LsFileLock) lock = -1;

  g_return_val_if_fail (LS_IS_STORE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  lock = ls_file_lock_acquire (ls_store_get_path (self), LS_STORE_INDEX_LOCK,
                               LS_FILE_LOCK_EXCLUSIVE, cancellable, error);
  index = lock >= 0 ? ls_store_index_read (ls_store_get_path (self), error) : NULL;
  if (index == NULL)
    return FALSE;

  complete = ls_reference_with_latest (name);
  if (!ls_store_index_remove (index, complete))
    {
      g_autofree char *canonical = ls_reference_to_canonical (complete);

      g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "%s is not in the store", canonical);
      if (error != NULL)
        ls_error_set_subject (*error, canonical);
      return FALSE;
    }
  if (!ls_store_index_write (index, error))
    return FALSE;
  ls_store_notify_changed (self);

  return TRUE;
}
