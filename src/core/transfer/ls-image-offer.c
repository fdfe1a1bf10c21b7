/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-offer.h"

#include "ls-attestation.h"
#include "ls-image-config.h"
#include "ls-image-graph.h"
#include "ls-worker.h"

struct _LsImageOffer
{
  GObject parent_instance;

  LsImageSource *source;
  LsStore *store;
  LsManifest *root;
  GPtrArray *offers; /* of LsPlatformOffer */
  GHashTable *here;  /* LsDigest: gint64; what the store had of a blob */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LsImageOffer, ls_image_offer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
ls_image_offer_get_item_type (GListModel *model)
{
  return LS_TYPE_PLATFORM_OFFER;
}

static guint
ls_image_offer_get_n_items (GListModel *model)
{
  return LS_IMAGE_OFFER (model)->offers->len;
}

static gpointer
ls_image_offer_get_item (GListModel *model, guint position)
{
  LsImageOffer *self = LS_IMAGE_OFFER (model);

  return position < self->offers->len ? g_object_ref (self->offers->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ls_image_offer_get_item_type;
  iface->get_n_items = ls_image_offer_get_n_items;
  iface->get_item = ls_image_offer_get_item;
}

static void
ls_image_offer_finalize (GObject *object)
{
  LsImageOffer *self = LS_IMAGE_OFFER (object);

  g_clear_object (&self->source);
  g_clear_object (&self->store);
  g_clear_pointer (&self->root, ls_manifest_unref);
  g_clear_pointer (&self->here, g_hash_table_unref);
  g_clear_pointer (&self->offers, g_ptr_array_unref);

  G_OBJECT_CLASS (ls_image_offer_parent_class)->finalize (object);
}

static void
ls_image_offer_class_init (LsImageOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_image_offer_finalize;
}

static void
ls_image_offer_init (LsImageOffer *self)
{
  self->offers = g_ptr_array_new_with_free_func (g_object_unref);
  self->here = g_hash_table_new_full (ls_digest_hash, ls_digest_equal,
                                      (GDestroyNotify) ls_digest_unref, g_free);
}

/* Far from what there is, and from what a sum of two such could not hold. */
#define MAX_SUM (G_GINT64_CONSTANT (1) << 60)

typedef struct
{
  GHashTable *here;
  GHashTable *seen; /* LsDigest: what was counted */
  gint64 size;
  gint64 size_here;
} Sum;

static void
add_blob (Sum *sum, LsDescriptor *blob)
{
  gint64 *here = g_hash_table_lookup (sum->here, ls_descriptor_get_digest (blob));

  if (!g_hash_table_add (sum->seen, ls_descriptor_get_digest (blob)))
    return;

  sum->size = MIN (sum->size + ls_descriptor_get_size (blob), MAX_SUM);
  if (here != NULL)
    sum->size_here = MIN (sum->size_here + *here, MAX_SUM);
}

static void
add_image (Sum *sum, LsManifest *image)
{
  GPtrArray *layers = ls_manifest_get_layers (image);

  for (guint i = 0; i < layers->len; i++)
    add_blob (sum, layers->pdata[i]);
  if (ls_manifest_get_config (image) != NULL)
    add_blob (sum, ls_manifest_get_config (image));
}

static void
look_for_blob (LsImageOffer *self, LsDescriptor *blob)
{
  gint64 here = ls_store_has_blob (self->store, blob) ? ls_descriptor_get_size (blob)
                                                      : ls_store_get_part_size (self->store, blob);

  if (here > 0)
    g_hash_table_replace (self->here, ls_digest_ref (ls_descriptor_get_digest (blob)),
                          g_memdup2 (&here, sizeof here));
}

/* Asked once, so that views may measure without waiting for the disk. */
static void
look_for_blobs (LsImageOffer *self, LsManifest *image)
{
  GPtrArray *layers = ls_manifest_get_layers (image);

  for (guint i = 0; i < layers->len; i++)
    look_for_blob (self, layers->pdata[i]);
  if (ls_manifest_get_config (image) != NULL)
    look_for_blob (self, ls_manifest_get_config (image));
}

static GHashTable *
find_attestations (LsImageGraph *graph)
{
  GHashTable *attestations = ls_attestation_table_new ();

  ls_attestation_table_add (attestations, graph->root);
  for (guint i = 0; i < graph->nodes->len; i++)
    ls_attestation_table_add (attestations,
                              ((LsImageGraphNode *) graph->nodes->pdata[i])->manifest);

  return attestations;
}

static void
add_offer (LsImageOffer *self, LsPlatform *platform, LsManifest *image, GPtrArray *attestations,
           gboolean is_host)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  Sum sum = { self->here, seen, 0, 0 };

  look_for_blobs (self, image);
  add_image (&sum, image);
  g_ptr_array_add (self->offers, ls_platform_offer_new (platform, image, sum.size, sum.size_here,
                                                        attestations, is_host));
}

static LsImageGraphNode *
find_node (LsImageGraph *graph, LsDescriptor *descriptor)
{
  for (guint i = 0; i < graph->nodes->len; i++)
    {
      LsImageGraphNode *node = graph->nodes->pdata[i];

      if (ls_digest_equal (ls_descriptor_get_digest (node->descriptor),
                           ls_descriptor_get_digest (descriptor)))
        return node;
    }

  return NULL;
}

/* The image that a pull chooses by itself. */
static LsImageGraphNode *
find_host (LsImageGraph *graph)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  LsManifest *index = graph->root;
  LsImageGraphNode *node = NULL;

  while (index != NULL && ls_manifest_is_index (index))
    {
      g_autoptr (LsDescriptor) child = ls_manifest_select_platform (index, host, NULL);

      node = child != NULL ? find_node (graph, child) : NULL;
      index = node != NULL ? node->manifest : NULL;
    }

  return node;
}

static void
add_images (LsImageOffer *self, LsImageGraph *graph)
{
  g_autoptr (GHashTable) attestations = find_attestations (graph);
  LsImageGraphNode *host = find_host (graph);

  for (guint i = 0; i < graph->nodes->len; i++)
    {
      LsImageGraphNode *node = graph->nodes->pdata[i];
      LsDigest *digest = ls_descriptor_get_digest (node->descriptor);

      if (!ls_manifest_is_index (node->manifest))
        add_offer (self, ls_descriptor_get_platform (node->descriptor), node->manifest,
                   ls_attestation_table_list (attestations, digest), node == host);
    }
}

/* What a plain image runs on stands in its config. It is not worth a failure. */
static LsPlatform *
read_platform (LsImageSource *source, LsManifest *image, GCancellable *cancellable)
{
  LsDescriptor *descriptor = ls_manifest_get_config (image);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (LsImageConfig) config = NULL;
  g_autofree char *buffer = NULL;
  gsize size = (gsize) ls_descriptor_get_size (descriptor);
  gsize n = 0;

  if (size < 1 || size > LS_IMAGE_CONFIG_MAX_SIZE)
    return NULL;
  stream = ls_image_source_open_blob (source, descriptor, 0, cancellable, NULL);
  if (stream == NULL)
    return NULL;

  buffer = g_malloc (size);
  if (!g_input_stream_read_all (stream, buffer, size, &n, cancellable, NULL) || n != size)
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&buffer), size);
  if (!ls_digest_matches (ls_descriptor_get_digest (descriptor), bytes))
    return NULL;
  config = ls_image_config_parse (bytes, NULL);
  if (config == NULL || ls_image_config_get_platform (config) == NULL)
    return NULL;

  return ls_platform_ref (ls_image_config_get_platform (config));
}

static LsManifest *
get_manifest (LsDescriptor *descriptor, gpointer user_data, GCancellable *cancellable,
              GError **error)
{
  LsImageOffer *self = user_data;
  LsManifest *manifest;

  manifest = ls_store_find_manifest (self->store, ls_descriptor_get_digest (descriptor),
                                     ls_descriptor_get_media_type (descriptor), NULL);
  if (manifest != NULL)
    return manifest;

  return ls_image_source_get_manifest (self->source, descriptor, cancellable, error);
}

/**
 * ls_image_offer_read:
 * @source: a name at a registry
 * @store: the store on this computer
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks what a pull of the name could bring: every image of an index, however deep, but
 * no attestation by itself. The manifests come a few at a time; what is in the store is
 * not asked for. Blocks.
 *
 * Errors: those of ls_image_source_resolve() and ls_image_graph_survey().
 *
 * Returns: (transfer full): the offer; %NULL with @error set
 */
LsImageOffer *
ls_image_offer_read (LsImageSource *source, LsStore *store, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (LsImageOffer) self = g_object_new (LS_TYPE_IMAGE_OFFER, NULL);

  self->source = g_object_ref (source);
  self->store = g_object_ref (store);
  self->root = ls_image_source_resolve (source, cancellable, error);
  if (self->root == NULL)
    return NULL;

  if (ls_manifest_is_index (self->root))
    {
      g_autoptr (LsImageGraph) graph =
          ls_image_graph_survey (self->root, get_manifest, self, cancellable, error);

      if (graph == NULL)
        return NULL;
      add_images (self, graph);
    }
  else
    {
      g_autoptr (LsPlatform) platform = read_platform (source, self->root, cancellable);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      add_offer (self, platform, self->root, g_ptr_array_new (), TRUE);
    }

  return g_steal_pointer (&self);
}

/**
 * ls_image_offer_is_index:
 * @self: an offer
 *
 * Returns: whether there is something to choose: the name leads to an index
 */
gboolean
ls_image_offer_is_index (LsImageOffer *self)
{
  return ls_manifest_is_index (self->root);
}

/**
 * ls_image_offer_measure:
 * @self: an offer
 * @chosen: (element-type LsPlatformOffer): some of it
 * @size_here: (out) (optional): how many of the bytes are in the store
 *
 * Adds up what several platforms take; what they share counts once. Attestations are
 * not counted: they are small, and their size is not known.
 *
 * Returns: bytes of configs and layers, compressed
 */
gint64
ls_image_offer_measure (LsImageOffer *self, GPtrArray *chosen, gint64 *size_here)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  Sum sum = { self->here, seen, 0, 0 };

  for (guint i = 0; i < chosen->len; i++)
    add_image (&sum, ls_platform_offer_get_image (chosen->pdata[i]));
  if (size_here != NULL)
    *size_here = sum.size_here;

  return sum.size;
}

/**
 * ls_image_offer_make_choice:
 * @self: an offer
 * @chosen: (element-type LsPlatformOffer): at least one of it
 *
 * Returns: (transfer full): the choice that stands for @chosen: everything, if those are
 *   several and all there are
 */
LsPlatformChoice *
ls_image_offer_make_choice (LsImageOffer *self, GPtrArray *chosen)
{
  g_autoptr (GPtrArray) platforms = g_ptr_array_new ();

  g_return_val_if_fail (chosen->len > 0, NULL);

  if (!ls_image_offer_is_index (self))
    return ls_platform_choice_new_host ();
  if (chosen->len > 1 && chosen->len == self->offers->len)
    return ls_platform_choice_new_all ();

  for (guint i = 0; i < chosen->len; i++)
    {
      LsPlatform *platform = ls_platform_offer_get_platform (chosen->pdata[i]);

      if (platform != NULL)
        g_ptr_array_add (platforms, platform);
    }

  return platforms->len > 0 ? ls_platform_choice_new_some (platforms)
                            : ls_platform_choice_new_host ();
}

static void
list_attested (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray *attestations = ls_platform_offer_get_attestations (task_data);
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();

  for (guint i = 0; i < attestations->len; i++)
    {
      GError *error = NULL;
      g_autoptr (LsManifest) read =
          get_manifest (attestations->pdata[i], source, cancellable, &error);

      if (read == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
      ls_attestation_add_types (read, types);
    }

  g_task_return_pointer (task, g_strv_builder_end (types), (GDestroyNotify) g_strfreev);
}

/**
 * ls_image_offer_list_attested_async:
 * @self: an offer
 * @image: one of it
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks what is attested of @image. For somebody who wants to know: some registries count
 * each manifest that is read as a pull.
 */
void
ls_image_offer_list_attested_async (LsImageOffer *self, LsPlatformOffer *image,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ls_image_offer_list_attested_async);
  g_task_set_task_data (task, g_object_ref (image), g_object_unref);
  ls_worker_run (task, list_attested);
}

/**
 * ls_image_offer_list_attested_finish:
 * @self: an offer
 * @result: the result given to the callback
 * @error: return location for an error
 *
 * Errors: those of ls_image_source_get_manifest().
 *
 * Returns: (transfer full): types of in-toto predicates, as their makers have written them;
 *   an empty text where none is said; %NULL with @error set
 */
GStrv
ls_image_offer_list_attested_finish (LsImageOffer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ls_image_offer_list_attested_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
