/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-graph.h"

#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-worker.h"

/* The specification knows no limits; these are far from what is in use. The last
 * one bounds the memory. */
#define MAX_MANIFESTS 1024
#define MAX_MANIFEST_BYTES (32 * 1024 * 1024)

#define PARALLEL_REQUESTS 4

typedef struct
{
  LsImageGraph *graph;
  LsManifestFunc get_manifest;
  gpointer user_data;
  GCancellable *cancellable;
  gboolean images_only; /* leaves out what cannot be run */

  GHashTable *nodes; /* LsDigest: LsImageGraphNode; what was found below the root */
  GHashTable *blobs; /* LsDigest: LsDescriptor; what is in graph->blobs */
  gint64 bytes;
} Walk;

static void
node_free (gpointer data)
{
  LsImageGraphNode *node = data;

  ls_descriptor_unref (node->descriptor);
  g_clear_pointer (&node->manifest, ls_manifest_unref);
  g_free (node);
}

static LsDigest *
digest_of (LsManifest *manifest)
{
  return ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
}

static gboolean
refuse (GError **error, LsError code, LsDescriptor *descriptor, const char *what)
{
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (descriptor));

  g_set_error (error, LS_ERROR, code, "%s %s", digest, what);
  if (error != NULL)
    ls_error_set_subject (*error, digest);

  return FALSE;
}

static gboolean
is_document (LsDescriptor *child)
{
  const char *media_type = ls_descriptor_get_media_type (child);

  return ls_media_type_is_manifest (media_type) || ls_media_type_is_index (media_type);
}

static gboolean
fetch (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  LsImageGraphNode *node = item;
  Walk *walk = user_data;
  LsDescriptor *found;

  node->manifest = walk->get_manifest (node->descriptor, walk->user_data, cancellable, error);
  if (node->manifest == NULL)
    return FALSE;

  /* Nothing else makes sure that the graph has no circle. */
  if (!ls_digest_matches (ls_descriptor_get_digest (node->descriptor),
                          ls_manifest_get_bytes (node->manifest)))
    return refuse (error, LS_ERROR_DIGEST_MISMATCH, node->descriptor, "is another manifest");

  /* Others will take the index at its word. */
  found = ls_manifest_get_descriptor (node->manifest);
  if (ls_descriptor_get_size (found) != ls_descriptor_get_size (node->descriptor))
    return refuse (error, LS_ERROR_DIGEST_MISMATCH, node->descriptor,
                   "has another size than the index says");
  if (g_strcmp0 (ls_descriptor_get_media_type (found),
                 ls_descriptor_get_media_type (node->descriptor))
      != 0)
    return refuse (error, LS_ERROR_PROTOCOL, node->descriptor,
                   "is of another type than the index says");

  return TRUE;
}

/* Makes a node of a child, which is to be fetched then, unless there is one. */
static gboolean
add_node (Walk *walk, LsDescriptor *child, GPtrArray *wanted, GError **error)
{
  LsDigest *digest = ls_descriptor_get_digest (child);
  LsImageGraphNode *node = g_hash_table_lookup (walk->nodes, digest);

  if (node != NULL)
    return TRUE;

  if (ls_descriptor_get_size (child) > LS_MANIFEST_MAX_SIZE)
    return refuse (error, LS_ERROR_TOO_LARGE, child, "is larger than manifests may be");
  walk->bytes += ls_descriptor_get_size (child);
  if (walk->bytes > MAX_MANIFEST_BYTES || g_hash_table_size (walk->nodes) == MAX_MANIFESTS)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_TOO_LARGE,
                           "The index has more manifests than are read");
      return FALSE;
    }

  node = g_new0 (LsImageGraphNode, 1);
  node->descriptor = ls_descriptor_ref (child);
  g_hash_table_insert (walk->nodes, digest, node);
  g_ptr_array_add (wanted, node);

  return TRUE;
}

static gboolean
fetch_all (Walk *walk, GPtrArray *wanted, GError **error)
{
  return ls_worker_for_each (wanted, PARALLEL_REQUESTS, fetch, walk, walk->cancellable, error);
}

static gboolean
refuse_depth (GError **error)
{
  g_set_error (error, LS_ERROR, LS_ERROR_UNSUPPORTED,
               "The index holds more than %d indexes inside each other",
               LS_MANIFEST_MAX_INDEX_DEPTH);

  return FALSE;
}

/* A blob may be named in many places, and is one all the same. */
static gboolean
add_blob (Walk *walk, LsDescriptor *blob, GError **error)
{
  LsDescriptor *known = g_hash_table_lookup (walk->blobs, ls_descriptor_get_digest (blob));

  if (known == NULL)
    {
      g_ptr_array_add (walk->graph->blobs, ls_descriptor_ref (blob));
      g_hash_table_insert (walk->blobs, ls_descriptor_get_digest (blob), blob);
    }
  else if (ls_descriptor_get_size (known) != ls_descriptor_get_size (blob))
    return refuse (error, LS_ERROR_PROTOCOL, blob, "has two sizes in one image");

  return TRUE;
}

static gboolean
add_blobs_of (Walk *walk, LsManifest *manifest, GError **error)
{
  GPtrArray *layers = ls_manifest_get_layers (manifest);
  LsDescriptor *config = ls_manifest_get_config (manifest);

  for (guint i = 0; i < layers->len; i++)
    if (!add_blob (walk, layers->pdata[i], error))
      return FALSE;

  return config == NULL || add_blob (walk, config, error);
}

/* What an index names and is no manifest that is known counts as a blob: it is
 * copied, and what it means is not looked into. */
static gboolean
add_children (Walk *walk, LsManifest *index, GPtrArray *wanted, GError **error)
{
  GPtrArray *children = ls_manifest_get_children (index);
  g_autoptr (GPtrArray) images = walk->images_only ? ls_manifest_list_images (index) : NULL;

  for (guint i = 0; i < children->len; i++)
    {
      LsDescriptor *child = children->pdata[i];
      gboolean added;

      if (images != NULL && !g_ptr_array_find (images, child, NULL)
          && !ls_media_type_is_index (ls_descriptor_get_media_type (child)))
        continue;
      added = is_document (child) ? add_node (walk, child, wanted, error)
                                  : add_blob (walk, child, error);
      if (!added)
        return FALSE;
    }

  return TRUE;
}

/* Level by level, so that the requests of one level are made at once. */
static gboolean
find_everything (Walk *walk, GError **error)
{
  g_autoptr (GPtrArray) level = g_ptr_array_new ();

  if (!add_children (walk, walk->graph->root, level, error) || !fetch_all (walk, level, error))
    return FALSE;

  for (guint depth = 1; level->len > 0; depth++)
    {
      g_autoptr (GPtrArray) next = g_ptr_array_new ();

      for (guint i = 0; i < level->len; i++)
        {
          LsImageGraphNode *node = level->pdata[i];

          if (!ls_manifest_is_index (node->manifest))
            continue;
          if (depth == LS_MANIFEST_MAX_INDEX_DEPTH)
            return refuse_depth (error);
          if (!add_children (walk, node->manifest, next, error))
            return FALSE;
        }
      if (!fetch_all (walk, next, error))
        return FALSE;

      g_ptr_array_unref (level);
      level = g_steal_pointer (&next);
    }

  return TRUE;
}

static LsManifest *
get_child (Walk *walk, LsDescriptor *child, GError **error)
{
  LsImageGraphNode *node;
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  if (!add_node (walk, child, wanted, error) || !fetch_all (walk, wanted, error))
    return NULL;

  node = g_hash_table_lookup (walk->nodes, ls_descriptor_get_digest (child));

  return node->manifest;
}

/* Follows indexes down to the image for @platform. @parent is the index that
 * names it. */
static LsManifest *
find_image (Walk *walk, LsPlatform *platform, LsManifest **parent, GError **error)
{
  LsManifest *manifest = walk->graph->root;

  *parent = NULL;
  for (guint depth = 0; ls_manifest_is_index (manifest); depth++)
    {
      g_autoptr (LsDescriptor) child = NULL;

      if (depth == LS_MANIFEST_MAX_INDEX_DEPTH)
        {
          refuse_depth (error);
          return NULL;
        }
      child = ls_manifest_select_platform (manifest, platform, error);
      if (child == NULL)
        return NULL;
      *parent = manifest;
      manifest = get_child (walk, child, error);
      if (manifest == NULL)
        return NULL;
    }

  return manifest;
}

static gboolean
add_attestations (Walk *walk, LsManifest *image, LsManifest *index, GError **error)
{
  GPtrArray *children = ls_manifest_get_children (index);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; i < children->len; i++)
    if (is_document (children->pdata[i])
        && ls_descriptor_attests (children->pdata[i], digest_of (image))
        && !add_node (walk, children->pdata[i], wanted, error))
      return FALSE;

  return fetch_all (walk, wanted, error);
}

/* One image goes alone, as a pull of one platform always did; several go with
 * what was attested of them. */
static gboolean
find_images (Walk *walk, GPtrArray *platforms, LsIndexMode mode, GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new ();
  g_autoptr (GPtrArray) parents = g_ptr_array_new ();

  for (guint i = 0; i < platforms->len; i++)
    {
      LsManifest *parent;
      LsManifest *image = find_image (walk, platforms->pdata[i], &parent, error);

      if (image == NULL)
        return FALSE;
      if (g_ptr_array_find (images, image, NULL))
        continue;
      g_ptr_array_add (images, image);
      g_ptr_array_add (parents, parent);
    }

  if (images->len == 1 && mode != LS_INDEX_JOINED)
    {
      walk->graph->target = ls_manifest_ref (images->pdata[0]);
      return TRUE;
    }

  for (guint i = 0; i < images->len; i++)
    if (!add_attestations (walk, images->pdata[i], parents->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* Whether all that @index names is among what was found. What was @seen is not looked
 * at again: there may be more ways to a manifest than anybody can go. */
static gboolean
is_complete (Walk *walk, LsManifest *index, GHashTable *seen)
{
  GPtrArray *children = ls_manifest_get_children (index);

  for (guint i = 0; i < children->len; i++)
    {
      LsDigest *digest = ls_descriptor_get_digest (children->pdata[i]);
      LsImageGraphNode *node = g_hash_table_lookup (walk->nodes, digest);

      if (node == NULL
          || (g_hash_table_add (seen, digest) && !is_complete (walk, node->manifest, seen)))
        return FALSE;
    }

  return TRUE;
}

/* Lists the descriptors of what was found and is no index, in the order of the
 * indexes. */
static void
list_leaves (Walk *walk, LsManifest *index, GHashTable *seen, GPtrArray *leaves)
{
  GPtrArray *children = ls_manifest_get_children (index);

  for (guint i = 0; i < children->len; i++)
    {
      LsDigest *digest = ls_descriptor_get_digest (children->pdata[i]);
      LsImageGraphNode *node = g_hash_table_lookup (walk->nodes, digest);

      if (node == NULL)
        continue;
      if (!ls_manifest_is_index (node->manifest))
        g_ptr_array_add (leaves, children->pdata[i]);
      else if (g_hash_table_add (seen, digest))
        list_leaves (walk, node->manifest, seen, leaves);
    }
}

static LsManifest *
choose_target (Walk *walk, LsIndexMode mode, GError **error)
{
  LsManifest *root = walk->graph->root;
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  g_autoptr (GPtrArray) leaves = NULL;

  if (mode != LS_INDEX_WHOLE || is_complete (walk, root, seen))
    return ls_manifest_ref (root);

  leaves = g_ptr_array_new ();
  g_hash_table_remove_all (seen);
  list_leaves (walk, root, seen, leaves);

  return ls_manifest_new_index (root, leaves, error);
}

/* Puts what is below @parent into the list, children before parents; and each once,
 * since what is in its place is not found again. */
static gboolean
place (Walk *walk, LsManifest *parent, GError **error)
{
  GPtrArray *children = ls_manifest_get_children (parent);

  for (guint i = 0; i < children->len; i++)
    {
      LsDigest *digest = ls_descriptor_get_digest (children->pdata[i]);
      LsImageGraphNode *node = g_hash_table_lookup (walk->nodes, digest);

      if (node == NULL)
        continue;
      if (!place (walk, node->manifest, error))
        return FALSE;
      g_hash_table_steal (walk->nodes, digest);
      g_ptr_array_add (walk->graph->nodes, node);
    }

  return add_blobs_of (walk, parent, error);
}

static gboolean
find (Walk *walk, LsPlatformChoice *choice, LsIndexMode mode, GError **error)
{
  LsImageGraph *graph = walk->graph;
  g_autoptr (GPtrArray) platforms = NULL;

  if (!ls_manifest_is_index (graph->root))
    graph->target = ls_manifest_ref (graph->root);
  else if (ls_platform_choice_get_kind (choice) == LS_PLATFORM_CHOICE_ALL)
    {
      if (!find_everything (walk, error))
        return FALSE;
      graph->target = ls_manifest_ref (graph->root);
    }
  else
    {
      platforms = ls_platform_choice_dup_platforms (choice);
      if (!find_images (walk, platforms, mode, error))
        return FALSE;
      if (graph->target == NULL)
        graph->target = choose_target (walk, mode, error);
    }

  return graph->target != NULL && place (walk, graph->target, error);
}

static LsImageGraph *
graph_new (LsManifest *root)
{
  LsImageGraph *graph = g_new0 (LsImageGraph, 1);

  graph->root = ls_manifest_ref (root);
  graph->nodes = g_ptr_array_new_with_free_func (node_free);
  graph->blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);

  return graph;
}

/**
 * ls_image_graph_walk:
 * @root: what a name leads to
 * @choice: which images of it are meant, if it is an index
 * @mode: what becomes of an index when not all of it is chosen
 * @get_manifest: (scope call): how to get what is below @root
 * @user_data: for @get_manifest
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out what has to be moved. Indexes inside indexes are followed (OCI image
 * specification, image-index.md), to a depth and number that no honest one has.
 * Blocks.
 *
 * Errors: %LS_ERROR_NO_PLATFORM, whose subject lists what is on offer;
 * %LS_ERROR_UNSUPPORTED (too many indexes inside each other); %LS_ERROR_TOO_LARGE;
 * %LS_ERROR_PROTOCOL and %LS_ERROR_DIGEST_MISMATCH when an index says of a child what
 * is not so; and those of @get_manifest.
 *
 * Returns: (transfer full): the graph; %NULL with @error set
 */
LsImageGraph *
ls_image_graph_walk (LsManifest *root, LsPlatformChoice *choice, LsIndexMode mode,
                     LsManifestFunc get_manifest, gpointer user_data, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (LsImageGraph) graph = graph_new (root);
  g_autoptr (GHashTable) nodes =
      g_hash_table_new_full (ls_digest_hash, ls_digest_equal, NULL, node_free);
  g_autoptr (GHashTable) blobs = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  Walk walk = { graph, get_manifest, user_data, cancellable, FALSE, nodes, blobs, 0 };

  if (!find (&walk, choice, mode, error))
    return NULL;

  return g_steal_pointer (&graph);
}

/**
 * ls_image_graph_survey:
 * @root: what a name leads to
 * @get_manifest: (scope call): how to get what is below @root
 * @user_data: for @get_manifest
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Like ls_image_graph_walk() for everything, but for attestations and what else cannot
 * be run: some registries count each manifest as a pull.
 *
 * Returns: (transfer full): a graph of images only; %NULL with @error set
 */
LsImageGraph *
ls_image_graph_survey (LsManifest *root, LsManifestFunc get_manifest, gpointer user_data,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (LsImageGraph) graph = graph_new (root);
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();
  g_autoptr (GHashTable) nodes =
      g_hash_table_new_full (ls_digest_hash, ls_digest_equal, NULL, node_free);
  g_autoptr (GHashTable) blobs = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  Walk walk = { graph, get_manifest, user_data, cancellable, TRUE, nodes, blobs, 0 };

  if (!find (&walk, all, LS_INDEX_WHOLE, error))
    return NULL;

  return g_steal_pointer (&graph);
}

/**
 * ls_image_graph_free:
 * @graph: (transfer full): a graph
 */
void
ls_image_graph_free (LsImageGraph *graph)
{
  g_clear_pointer (&graph->root, ls_manifest_unref);
  g_clear_pointer (&graph->target, ls_manifest_unref);
  g_clear_pointer (&graph->nodes, g_ptr_array_unref);
  g_clear_pointer (&graph->blobs, g_ptr_array_unref);
  g_free (graph);
}
