/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-content.h"

#include "ls-media-type.h"
#include "ls-store-files.h"
#include "ls-store-index.h"

#include <sys/stat.h>

typedef struct
{
  LsStore *store;
  GPtrArray *contents;   /* of LsStoreContent */
  GHashTable *by_digest; /* LsDigest: LsStoreContent */
  LsReference *name;     /* whose image is being looked at */
  GHashTable *visited;   /* LsDigest: what was seen under this name */
} Listing;

static void
content_free (gpointer data)
{
  LsStoreContent *content = data;

  ls_descriptor_unref (content->blob);
  ls_descriptor_unref (content->owner);
  g_ptr_array_unref (content->names);
  g_free (content);
}

/* Returns: whether the blob is new under this name */
static gboolean
add (Listing *listing, LsDescriptor *blob, LsDescriptor *owner)
{
  LsDigest *digest = ls_descriptor_get_digest (blob);
  LsStoreContent *content = g_hash_table_lookup (listing->by_digest, digest);

  if (g_hash_table_contains (listing->visited, digest))
    return FALSE;

  if (content == NULL)
    {
      content = g_new0 (LsStoreContent, 1);
      content->blob = ls_descriptor_ref (blob);
      content->owner = ls_descriptor_ref (owner);
      content->names = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_reference_unref);
      g_ptr_array_add (listing->contents, content);
      g_hash_table_insert (listing->by_digest, ls_descriptor_get_digest (content->blob), content);
    }
  g_ptr_array_add (content->names, ls_reference_ref (listing->name));
  g_hash_table_add (listing->visited, ls_digest_ref (digest));

  return TRUE;
}

/* Whether there is a file, be it damaged or not. */
static gboolean
has_file (Listing *listing, LsDescriptor *blob)
{
  g_autofree char *path = ls_store_files_blob_path (ls_store_get_path (listing->store),
                                                    ls_descriptor_get_digest (blob));
  struct stat status;

  return lstat (path, &status) == 0;
}

static gboolean
is_document (LsDescriptor *blob)
{
  const char *media_type = ls_descriptor_get_media_type (blob);

  return ls_media_type_is_manifest (media_type) || ls_media_type_is_index (media_type);
}

/* What an image consists of has to be here, but for what only its owner may
 * distribute. Of the children of an index those are meant whose file is here. What a
 * damaged manifest names is not known. */
static void
add_tree (Listing *listing, LsDescriptor *descriptor, guint depth)
{
  g_autoptr (LsManifest) manifest = NULL;
  GPtrArray *list;

  if (!add (listing, descriptor, descriptor) || depth > LS_MANIFEST_MAX_INDEX_DEPTH
      || !is_document (descriptor))
    return;

  manifest = ls_store_read_manifest (listing->store, descriptor, NULL);
  if (manifest == NULL)
    return;

  list = ls_manifest_get_children (manifest);
  for (guint i = 0; i < list->len; i++)
    if (has_file (listing, list->pdata[i]))
      add_tree (listing, list->pdata[i], depth + 1);

  list = ls_manifest_get_layers (manifest);
  for (guint i = 0; i < list->len; i++)
    if (!ls_media_type_is_foreign_layer (ls_descriptor_get_media_type (list->pdata[i]))
        || has_file (listing, list->pdata[i]))
      add (listing, list->pdata[i], descriptor);
  if (ls_manifest_get_config (manifest) != NULL)
    add (listing, ls_manifest_get_config (manifest), descriptor);
}

/* The index that an image was chosen from is kept beside it. */
static void
add_origin (Listing *listing, LsDescriptor *root)
{
  const char *text = ls_descriptor_get_annotation (root, LS_STORE_ANNOTATION_INDEX);
  g_autoptr (LsDigest) digest = text != NULL ? ls_digest_parse (text, NULL) : NULL;
  g_autofree char *path = NULL;
  g_autoptr (LsDescriptor) descriptor = NULL;
  struct stat status;

  if (digest == NULL)
    return;

  /* Its size is not written down anywhere: the file that is there has to do. */
  path = ls_store_files_blob_path (ls_store_get_path (listing->store), digest);
  if (lstat (path, &status) < 0)
    return;
  descriptor = ls_descriptor_new (LS_MEDIA_TYPE_OCI_INDEX, digest, (gint64) status.st_size);
  add (listing, descriptor, descriptor);
}

static gboolean
was_pulled (LsStoreIndexEntry *entry)
{
  return ls_descriptor_get_annotation (entry->manifest, LS_STORE_ANNOTATION_INDEX) != NULL;
}

/**
 * ls_store_content_list:
 * @store: a store
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lists every blob that should be here, each once, with the names that lead to it.
 * Nothing but manifests is read.
 *
 * Errors: %LS_ERROR_STORE, %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (element-type LsStoreContent): the blobs; %NULL with @error
 *   set
 */
GPtrArray *
ls_store_content_list (LsStore *store, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsStoreIndex) index = ls_store_index_read (ls_store_get_path (store), error);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func (content_free);
  g_autoptr (GHashTable) by_digest = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  g_autoptr (GPtrArray) entries = NULL;
  Listing listing = { store, contents, by_digest, NULL, NULL };

  if (index == NULL)
    return NULL;

  entries = ls_store_index_list (index);
  for (int pulled = 1; pulled >= 0; pulled--)
    for (guint i = 0; i < entries->len; i++)
      {
        LsStoreIndexEntry *entry = entries->pdata[i];
        g_autoptr (GHashTable) visited = g_hash_table_new_full (
            ls_digest_hash, ls_digest_equal, (GDestroyNotify) ls_digest_unref, NULL);

        if (g_cancellable_set_error_if_cancelled (cancellable, error))
          return NULL;
        if (was_pulled (entry) != pulled)
          continue;

        listing.name = entry->name;
        listing.visited = visited;
        add_tree (&listing, entry->manifest, 0);
        add_origin (&listing, entry->manifest);
      }

  return g_steal_pointer (&contents);
}
