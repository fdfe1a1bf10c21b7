/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an image on this computer consists of. */

#include "ls-context-private.h"

#include "ls-attestation.h"
#include "ls-worker.h"

/* What of them is not here is listed too. */
static GStrv
list_attestations (LsStore *store, GPtrArray *attestations)
{
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();

  for (guint i = 0; i < attestations->len; i++)
    {
      g_autoptr (LsManifest) read = ls_store_read_manifest (store, attestations->pdata[i], NULL);

      ls_attestation_add_types (read, types);
    }

  return g_strv_builder_end (types);
}

static LsImageVariant *
read_variant (LsStore *store, LsStorePlatform *platform)
{
  g_autoptr (LsManifest) image = ls_store_read_manifest (store, platform->manifest, NULL);
  g_autofree char *text =
      platform->platform != NULL ? ls_platform_to_string (platform->platform) : g_strdup ("");
  g_autoptr (LsImageVariant) variant = NULL;
  GPtrArray *layers;

  if (image == NULL || ls_manifest_is_index (image))
    return NULL;

  variant = ls_image_variant_new (text, list_attestations (store, platform->attestations));
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
  GError *error = NULL;

  platforms = ls_store_list_platforms (store, task_data, NULL, &error);
  if (platforms == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < platforms->len; i++)
    {
      LsStorePlatform *platform = platforms->pdata[i];
      LsImageVariant *variant = platform->is_here ? read_variant (store, platform) : NULL;

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
