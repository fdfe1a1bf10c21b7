/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-image.h"

#include "ls-attestation.h"
#include "ls-error.h"
#include "ls-image-config.h"
#include "ls-media-type.h"

static gboolean
check_blob (LsStore *store, LsDescriptor *blob, GError **error)
{
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (blob));

  if (ls_store_has_blob (store, blob))
    return TRUE;

  g_set_error (error, LS_ERROR, LS_ERROR_NOT_FOUND, "Blob %s is not in the store", digest);
  if (error != NULL)
    ls_error_set_subject (*error, digest);

  return FALSE;
}

static gboolean
is_image_config (LsDescriptor *config)
{
  const char *media_type = ls_descriptor_get_media_type (config);

  return g_strcmp0 (media_type, LS_MEDIA_TYPE_OCI_CONFIG) == 0
         || g_strcmp0 (media_type, LS_MEDIA_TYPE_DOCKER_CONFIG) == 0;
}

/* An image as it was found, before it is known whether it is the one to show. */
typedef struct
{
  LsStorePlatform *entry;
  LsDigest *image_id;
  GDateTime *created; /* nullable */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->entry, ls_store_platform_free);
  g_clear_pointer (&found->image_id, ls_digest_unref);
  g_clear_pointer (&found->created, g_date_time_unref);
  g_free (found);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Found, found_free)

typedef struct
{
  LsStore *store;
  GPtrArray *images;        /* of Found */
  GHashTable *attestations; /* an attestation table, of the indexes */
  GHashTable *visited;      /* LsDigest: what indexes name */
  GHashTable *blobs;        /* LsDigest: what was counted */
  gint64 size;
  gboolean is_whole;
  GError *first_gap; /* why an image, or anything else, is not here */
} Search;

/* The config of an artifact, which is no image to run, has a form of its own. */
static gboolean
load_config (LsStore *store, LsDescriptor *descriptor, Found *found, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (LsImageConfig) config = NULL;
  GDateTime *created;
  LsPlatform *platform;

  found->image_id = ls_digest_ref (ls_descriptor_get_digest (descriptor));
  if (!is_image_config (descriptor))
    return check_blob (store, descriptor, error);

  bytes = ls_store_read_blob (store, descriptor, LS_IMAGE_CONFIG_MAX_SIZE, error);
  if (bytes == NULL)
    return FALSE;
  config = ls_image_config_parse (bytes, error);
  if (config == NULL)
    return FALSE;

  created = ls_image_config_get_created (config);
  found->created = created != NULL ? g_date_time_ref (created) : NULL;
  platform = ls_image_config_get_platform (config);
  if (found->entry->platform == NULL && platform != NULL)
    found->entry->platform = ls_platform_ref (platform);

  return TRUE;
}

/* What only its owner may distribute may be left out. */
static gboolean
check_layers (LsStore *store, LsManifest *manifest, GError **error)
{
  GPtrArray *layers = ls_manifest_get_layers (manifest);

  for (guint i = 0; i < layers->len; i++)
    if (!ls_media_type_is_foreign_layer (ls_descriptor_get_media_type (layers->pdata[i]))
        && !check_blob (store, layers->pdata[i], error))
      return FALSE;

  return TRUE;
}

static void
count (Search *search, LsDescriptor *blob)
{
  if (g_hash_table_add (search->blobs, ls_digest_ref (ls_descriptor_get_digest (blob))))
    search->size = MIN (search->size + ls_descriptor_get_size (blob), G_MAXINT64 / 2);
}

static void
count_manifest (Search *search, LsDescriptor *descriptor, LsManifest *manifest)
{
  GPtrArray *layers = ls_manifest_get_layers (manifest);

  count (search, descriptor);
  if (ls_manifest_get_config (manifest) != NULL)
    count (search, ls_manifest_get_config (manifest));
  for (guint i = 0; i < layers->len; i++)
    if (ls_store_has_blob (search->store, layers->pdata[i]))
      count (search, layers->pdata[i]);
}

static void
note_gap (Search *search, GError *gap)
{
  search->is_whole = FALSE;
  if (search->first_gap == NULL)
    search->first_gap = gap;
  else
    g_error_free (gap);
}

static void
look_at_image (Search *search, LsDescriptor *descriptor, LsManifest *manifest)
{
  g_autoptr (Found) found = g_new0 (Found, 1);
  LsPlatform *platform = ls_descriptor_get_platform (descriptor);
  g_autoptr (LsManifest) read = NULL;
  GError *gap = NULL;

  found->entry = g_new0 (LsStorePlatform, 1);
  found->entry->manifest = ls_descriptor_ref (descriptor);
  found->entry->platform = platform != NULL ? ls_platform_ref (platform) : NULL;

  if (manifest == NULL)
    manifest = read = ls_store_read_manifest (search->store, descriptor, &gap);
  if (manifest != NULL)
    found->entry->size = ls_manifest_get_total_size (manifest);
  found->entry->is_here =
      manifest != NULL
      && load_config (search->store, ls_manifest_get_config (manifest), found, &gap)
      && check_layers (search->store, manifest, &gap);
  if (found->entry->is_here)
    count_manifest (search, descriptor, manifest);
  else
    note_gap (search, gap);

  g_ptr_array_add (search->images, g_steal_pointer (&found));
}

/* What is in an index beside images: attestations, and what is not known here. */
static void
look_at_other (Search *search, LsDescriptor *child)
{
  g_autoptr (LsManifest) manifest = NULL;
  GError *gap = NULL;

  if (ls_media_type_is_manifest (ls_descriptor_get_media_type (child)))
    {
      manifest = ls_store_read_manifest (search->store, child, &gap);
      if (manifest != NULL && check_blob (search->store, ls_manifest_get_config (manifest), &gap)
          && check_layers (search->store, manifest, &gap))
        count_manifest (search, child, manifest);
    }
  else if (check_blob (search->store, child, &gap))
    count (search, child);

  if (gap != NULL)
    note_gap (search, gap);
}

static void look_at_index (Search *search, LsDescriptor *descriptor, LsManifest *index,
                           guint depth);

static void
look_at_nested_index (Search *search, LsDescriptor *child, guint depth)
{
  GError *gap = NULL;
  g_autoptr (LsManifest) index = ls_store_read_manifest (search->store, child, &gap);

  if (index != NULL && depth < LS_MANIFEST_MAX_INDEX_DEPTH)
    look_at_index (search, child, index, depth);
  else if (index == NULL)
    note_gap (search, gap);
  else
    note_gap (search, g_error_new (LS_ERROR, LS_ERROR_UNSUPPORTED,
                                   "%s holds more than %d indexes inside each other",
                                   ls_digest_to_string (ls_descriptor_get_digest (child)),
                                   LS_MANIFEST_MAX_INDEX_DEPTH));
}

static void
look_at_index (Search *search, LsDescriptor *descriptor, LsManifest *index, guint depth)
{
  GPtrArray *children = ls_manifest_get_children (index);
  g_autoptr (GPtrArray) images = ls_manifest_list_images (index);

  count (search, descriptor);
  ls_attestation_table_add (search->attestations, index);
  for (guint i = 0; i < children->len; i++)
    {
      LsDescriptor *child = children->pdata[i];

      /* There may be more ways to it than anybody can go. */
      if (!g_hash_table_add (search->visited, ls_digest_ref (ls_descriptor_get_digest (child))))
        continue;

      if (g_ptr_array_find (images, child, NULL))
        look_at_image (search, child, NULL);
      else if (ls_media_type_is_index (ls_descriptor_get_media_type (child)))
        look_at_nested_index (search, child, depth + 1);
      else
        look_at_other (search, child);
    }
}

/* Of those that are here, the one for this computer's platform, or else the first. */
static Found *
choose_shown (Search *search)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  Found *best = NULL;
  int best_rank = G_MAXINT;

  for (guint i = 0; i < search->images->len; i++)
    {
      Found *found = search->images->pdata[i];
      LsPlatform *platform = found->entry->platform;
      int rank = platform != NULL ? ls_platform_rank (host, platform) : -1;

      if (rank < 0)
        rank = G_MAXINT - 1;
      if (found->entry->is_here && rank < best_rank)
        {
          best = found;
          best_rank = rank;
        }
    }

  return best;
}

static GPtrArray *
list_platforms (Search *search, Found *shown)
{
  GPtrArray *platforms = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_store_platform_free);

  for (guint i = 0; i < search->images->len; i++)
    {
      LsStorePlatform *entry = ((Found *) search->images->pdata[i])->entry;

      entry->attestations = ls_attestation_table_list (search->attestations,
                                                       ls_descriptor_get_digest (entry->manifest));
    }

  if (shown != NULL)
    g_ptr_array_add (platforms, g_steal_pointer (&shown->entry));
  for (int here = 1; here >= 0; here--)
    for (guint i = 0; i < search->images->len; i++)
      {
        Found *found = search->images->pdata[i];

        if (found->entry != NULL && found->entry->is_here == here)
          g_ptr_array_add (platforms, g_steal_pointer (&found->entry));
      }

  return platforms;
}

static LsStoreImage *
make_image (Search *search, LsDescriptor *root)
{
  LsStoreImage *image = g_new0 (LsStoreImage, 1);
  Found *shown = choose_shown (search);

  g_atomic_ref_count_init (&image->ref_count);
  image->root = ls_descriptor_ref (root);
  image->is_whole = search->is_whole;
  image->size = search->size;
  /* An index without images is its own. */
  image->image_id =
      ls_digest_ref (shown != NULL ? shown->image_id : ls_descriptor_get_digest (root));
  if (shown != NULL)
    {
      image->created = g_steal_pointer (&shown->created);
      if (shown->entry->platform != NULL)
        image->platform = ls_platform_ref (shown->entry->platform);
    }
  image->platforms = list_platforms (search, shown);

  return image;
}

static gboolean
has_image_or_needs_none (Search *search)
{
  for (guint i = 0; i < search->images->len; i++)
    if (((Found *) search->images->pdata[i])->entry->is_here)
      return TRUE;

  return search->images->len == 0 && search->is_whole;
}

/**
 * ls_store_image_load:
 * @store: a store
 * @root: a manifest or an index
 * @error: return location for an error
 *
 * Reads an image and checks that nothing of it is missing; of an index, that at least
 * one image is there, and which.
 *
 * Errors: %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH, both with a digest as
 * subject, %LS_ERROR_PROTOCOL, %LS_ERROR_UNSUPPORTED, %LS_ERROR_TOO_LARGE,
 * %LS_ERROR_STORE; of an index, for the first gap in it.
 *
 * Returns: (transfer full) (nullable): the image
 */
LsStoreImage *
ls_store_image_load (LsStore *store, LsDescriptor *root, GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (found_free);
  g_autoptr (GHashTable) attestations = ls_attestation_table_new ();
  g_autoptr (GHashTable) visited = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                                          (GDestroyNotify) ls_digest_unref, NULL);
  g_autoptr (GHashTable) blobs = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                                        (GDestroyNotify) ls_digest_unref, NULL);
  g_autoptr (LsManifest) manifest = ls_store_read_manifest (store, root, error);
  g_autoptr (GError) gap = NULL;
  Search search = { store, images, attestations, visited, blobs, 0, TRUE, NULL };

  if (manifest == NULL)
    return NULL;

  if (ls_manifest_is_index (manifest))
    look_at_index (&search, root, manifest, 0);
  else
    look_at_image (&search, root, manifest);
  gap = search.first_gap;

  if (!has_image_or_needs_none (&search))
    {
      g_propagate_error (error, g_steal_pointer (&gap));
      return NULL;
    }

  return make_image (&search, root);
}

/**
 * ls_store_image_ref:
 * @image: an image
 *
 * Returns: (transfer full): the same image
 */
LsStoreImage *
ls_store_image_ref (LsStoreImage *image)
{
  g_atomic_ref_count_inc (&image->ref_count);

  return image;
}

/**
 * ls_store_image_unref:
 * @image: (transfer full): an image
 */
void
ls_store_image_unref (LsStoreImage *image)
{
  if (!g_atomic_ref_count_dec (&image->ref_count))
    return;

  g_clear_pointer (&image->root, ls_descriptor_unref);
  g_clear_pointer (&image->image_id, ls_digest_unref);
  g_clear_pointer (&image->created, g_date_time_unref);
  g_clear_pointer (&image->platform, ls_platform_unref);
  g_clear_pointer (&image->platforms, g_ptr_array_unref);
  g_free (image);
}
