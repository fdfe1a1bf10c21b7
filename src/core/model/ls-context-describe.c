/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an image on this computer consists of. */

#include "ls-context-private.h"

#include "ls-media-type.h"
#include "ls-worker.h"

/* Where BuildKit says what an attestation is about: on the layer that has it. */
#define ANNOTATION_PREDICATE "in-toto.io/predicate-type"

static void
add_predicates (LsStore *store, LsDescriptor *attestation, GStrvBuilder *types)
{
  g_autoptr (LsManifest) manifest = ls_store_read_manifest (store, attestation, NULL);
  GPtrArray *layers = NULL;

  if (manifest != NULL && !ls_manifest_is_index (manifest))
    layers = ls_manifest_get_layers (manifest);
  if (layers == NULL || layers->len == 0)
    {
      g_strv_builder_add (types, "");
      return;
    }

  for (guint i = 0; i < layers->len; i++)
    {
      const char *type = ls_descriptor_get_annotation (layers->pdata[i], ANNOTATION_PREDICATE);

      g_strv_builder_add (types, type != NULL ? type : "");
    }
}

/* The index that is @root, and those in it that are here, each once: an attestation stands
 * beside its image. */
static GPtrArray *
list_indexes (LsStore *store, LsManifest *root)
{
  GPtrArray *indexes = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_manifest_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);

  if (ls_manifest_is_index (root))
    g_ptr_array_add (indexes, ls_manifest_ref (root));

  for (guint i = 0; i < indexes->len; i++)
    {
      GPtrArray *children = ls_manifest_get_children (indexes->pdata[i]);

      for (guint j = 0; j < children->len; j++)
        {
          LsDescriptor *child = children->pdata[j];
          LsManifest *index = NULL;

          if (ls_media_type_is_index (ls_descriptor_get_media_type (child))
              && g_hash_table_add (seen, ls_descriptor_get_digest (child)))
            index = ls_store_read_manifest (store, child, NULL);
          if (index != NULL)
            g_ptr_array_add (indexes, index);
        }
    }

  return indexes;
}

static GStrv
list_attestations (LsStore *store, GPtrArray *indexes, LsDescriptor *image)
{
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();

  for (guint i = 0; i < indexes->len; i++)
    {
      GPtrArray *children = ls_manifest_get_children (indexes->pdata[i]);

      for (guint j = 0; j < children->len; j++)
        if (ls_descriptor_attests (children->pdata[j], ls_descriptor_get_digest (image)))
          add_predicates (store, children->pdata[j], types);
    }

  return g_strv_builder_end (types);
}

static LsImageVariant *
read_variant (LsStore *store, GPtrArray *indexes, LsStorePlatform *platform)
{
  g_autoptr (LsManifest) image = ls_store_read_manifest (store, platform->manifest, NULL);
  g_autofree char *text =
      platform->platform != NULL ? ls_platform_to_string (platform->platform) : g_strdup ("");
  g_autoptr (LsImageVariant) variant = NULL;
  GPtrArray *layers;

  if (image == NULL || ls_manifest_is_index (image))
    return NULL;

  variant = ls_image_variant_new (text, list_attestations (store, indexes, platform->manifest));
  layers = ls_manifest_get_layers (image);
  for (guint i = 0; i < layers->len; i++)
    g_ptr_array_add (variant->layers, ls_descriptor_ref (layers->pdata[i]));
  variant->size = ls_manifest_get_total_size (image);

  return g_steal_pointer (&variant);
}

static void
describe (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  LsStore *store = LS_CONTEXT (source)->store;
  g_autoptr (GPtrArray) variants =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ls_image_variant_free);
  g_autoptr (GPtrArray) platforms = NULL;
  g_autoptr (GPtrArray) indexes = NULL;
  g_autoptr (LsManifest) root = NULL;
  GError *error = NULL;

  root = ls_store_read_manifest (store, task_data, &error);
  if (root != NULL)
    platforms = ls_store_list_platforms (store, task_data, NULL, &error);
  if (platforms == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  indexes = list_indexes (store, root);
  for (guint i = 0; i < platforms->len; i++)
    {
      LsStorePlatform *platform = platforms->pdata[i];
      LsImageVariant *variant = platform->is_here ? read_variant (store, indexes, platform) : NULL;

      if (variant != NULL)
        g_ptr_array_add (variants, variant);
    }

  g_task_return_pointer (task, g_steal_pointer (&variants), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * ls_context_describe_async:
 * @self: the context
 * @image: an image on this computer
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * Reads what @image consists of, for each of its platforms that is here.
 */
void
ls_context_describe_async (LsContext *self, LsImage *image, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ls_context_describe_async);
  g_task_set_task_data (task, ls_descriptor_ref (ls_image_get_manifest (image)),
                        (GDestroyNotify) ls_descriptor_unref);
  ls_worker_run (task, describe);
}

/**
 * ls_context_describe_finish:
 * @self: the context
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type LsImageVariant): this computer's platform first;
 *   %NULL with @error set
 */
GPtrArray *
ls_context_describe_finish (LsContext *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_context_describe_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
