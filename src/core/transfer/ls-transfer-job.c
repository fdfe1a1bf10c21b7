/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-job.h"

#include "ls-blob-mover.h"
#include "ls-image-graph.h"
#include "ls-layer-plan.h"
#include "ls-transfer-layer-private.h"
#include "ls-worker.h"

#define RETRY_PAUSE_MS 1000
#define PARALLEL_MANIFESTS 4

struct _LsTransferJob
{
  GObject parent_instance;

  LsImageSource *source;
  LsImageDestination *destination;
  LsPlatformChoice *platforms;

  guint retry_pause_ms;
  gint n_fetched; /* manifests that the destination had not; counted atomically */
  LsDigest *digest;
  gint64 manifest_size;
  gboolean up_to_date;

  GMutex lock; /* guards what follows */
  GCond ended;
  gboolean has_ended;
  GPtrArray *layers; /* LsTransferLayer; NULL until the manifests are known */
  gint64 total;      /* bytes of all layers; 0 until known what is there of them */
};

G_DEFINE_FINAL_TYPE (LsTransferJob, ls_transfer_job, G_TYPE_OBJECT)

static void
ls_transfer_job_finalize (GObject *object)
{
  LsTransferJob *self = LS_TRANSFER_JOB (object);

  g_clear_object (&self->source);
  g_clear_object (&self->destination);
  g_clear_pointer (&self->platforms, ls_platform_choice_unref);
  g_clear_pointer (&self->digest, ls_digest_unref);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  g_cond_clear (&self->ended);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ls_transfer_job_parent_class)->finalize (object);
}

static void
ls_transfer_job_class_init (LsTransferJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_transfer_job_finalize;
}

static void
ls_transfer_job_init (LsTransferJob *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->ended);
  self->platforms = ls_platform_choice_new_host ();
  self->retry_pause_ms = RETRY_PAUSE_MS;
}

static LsDigest *
digest_of (LsManifest *manifest)
{
  return ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
}

static void
show_layers (LsTransferJob *self, GPtrArray *layers, gint64 total)
{
  g_mutex_lock (&self->lock);
  if (self->layers == NULL)
    self->layers = g_ptr_array_ref (layers);
  self->total = total;
  g_mutex_unlock (&self->lock);
}

/* The destination vouches for its blobs: nobody has to ask for them. */
static void
show_that_all_exists (LsTransferJob *self, GPtrArray *blobs)
{
  g_autoptr (GPtrArray) layers = ls_layer_plan_list (blobs);

  for (guint i = 0; i < layers->len; i++)
    ls_transfer_layer_report (layers->pdata[i], LS_LAYER_EXISTS, 0);
  show_layers (self, layers, ls_layer_plan_get_total (layers));
}

/* Asks for room for those of @layers that are not there yet. */
static gboolean
reserve (LsTransferJob *self, LsImageGraph *graph, GPtrArray *layers, GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GPtrArray) manifests = g_ptr_array_new ();
  g_autoptr (GPtrArray) blobs = g_ptr_array_sized_new (layers->len);

  for (guint i = 0; i < graph->nodes->len; i++)
    g_ptr_array_add (manifests, ((LsImageGraphNode *) graph->nodes->pdata[i])->manifest);
  g_ptr_array_add (manifests, graph->target);

  for (guint i = 0; i < layers->len; i++)
    if (ls_transfer_layer_peek (layers->pdata[i], NULL) != LS_LAYER_COMPLETE)
      g_ptr_array_add (blobs, ls_transfer_layer_get_blob (layers->pdata[i]));

  return ls_image_destination_reserve (self->destination, manifests, blobs, cancellable, error);
}

/* Those that are left out leave the destination as it was. */
static gboolean
has_moved (GPtrArray *layers)
{
  for (guint i = 0; i < layers->len; i++)
    if (ls_transfer_layer_peek (layers->pdata[i], NULL) == LS_LAYER_COMPLETE)
      return TRUE;

  return FALSE;
}

static gboolean
move_blobs (LsTransferJob *self, LsImageGraph *graph, gboolean *moved, GCancellable *cancellable,
            GError **error)
{
  LsBlobMover mover = { self->source, self->destination, self->retry_pause_ms };
  g_autoptr (GPtrArray) layers = ls_layer_plan_list (graph->blobs);
  g_autoptr (GPtrArray) missing = NULL;
  g_autoptr (GError) failure = NULL;

  show_layers (self, layers, 0);
  if (!ls_blob_mover_find (&mover, layers, cancellable, error))
    return FALSE;

  missing = ls_layer_plan_list_missing (layers);
  show_layers (self, layers, ls_layer_plan_get_total (layers));
  if (!reserve (self, graph, missing, cancellable, error))
    return FALSE;
  if (ls_blob_mover_move (&mover, missing, cancellable, &failure))
    {
      *moved = has_moved (missing);
      return TRUE;
    }

  /* The layer that found the disk full knows what it lacks itself. Whoever makes
   * room needs to know what all of them lack. */
  if (g_error_matches (failure, LS_ERROR, LS_ERROR_NO_SPACE)
      && !reserve (self, graph, missing, cancellable, error))
    return FALSE;

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

static gboolean
put_manifest (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  LsImageGraphNode *node = item;
  LsTransferJob *self = user_data;

  return ls_image_destination_put_manifest (self->destination, node->descriptor, node->manifest,
                                            cancellable, error);
}

/* Images name no other manifests and need not wait for each other; of indexes, those
 * inside come first. */
static gboolean
put_manifests (LsTransferJob *self, LsImageGraph *graph, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new ();
  g_autoptr (GPtrArray) indexes = g_ptr_array_new ();

  for (guint i = 0; i < graph->nodes->len; i++)
    {
      LsImageGraphNode *node = graph->nodes->pdata[i];

      g_ptr_array_add (ls_manifest_is_index (node->manifest) ? indexes : images, node);
    }

  return ls_worker_for_each (images, PARALLEL_MANIFESTS, put_manifest, self, cancellable, error)
         && ls_worker_for_each (indexes, 1, put_manifest, self, cancellable, error);
}

static LsManifest *
get_manifest (LsDescriptor *descriptor, gpointer user_data, GCancellable *cancellable,
              GError **error)
{
  LsTransferJob *self = user_data;
  LsManifest *manifest;

  manifest =
      ls_image_destination_read_manifest (self->destination, ls_descriptor_get_digest (descriptor),
                                          ls_descriptor_get_media_type (descriptor));
  if (manifest != NULL)
    return manifest;

  g_atomic_int_inc (&self->n_fetched);

  return ls_image_source_get_manifest (self->source, descriptor, cancellable, error);
}

/* What has not changed since the last time is read where it is: then a pull costs one
 * request, which no registry counts. */
static LsManifest *
get_root (LsTransferJob *self, LsDigest *origin, gboolean holds_parts, GCancellable *cancellable,
          GError **error)
{
  g_autoptr (LsDigest) offered = NULL;
  LsManifest *root = NULL;

  if (origin != NULL && holds_parts)
    offered = ls_image_source_peek (self->source, cancellable);
  if (offered != NULL && ls_digest_equal (offered, origin))
    root = ls_image_destination_read_manifest (self->destination, origin, NULL);

  return root != NULL ? root : ls_image_source_resolve (self->source, cancellable, error);
}

/* Whether a destination that vouches for what it has has got the whole root. */
static gboolean
is_there_as_a_whole (LsTransferJob *self, LsManifest *root, LsDigest *current)
{
  return current != NULL && ls_digest_equal (digest_of (root), current)
         && (!ls_manifest_is_index (root)
             || ls_platform_choice_get_kind (self->platforms) == LS_PLATFORM_CHOICE_ALL);
}

/* Who has more of an index than the one image that is pulled keeps that. */
static LsIndexMode
choose_mode (LsManifest *root, LsDigest *current, gboolean holds_parts)
{
  if (!holds_parts)
    return LS_INDEX_WHOLE;

  return current != NULL && ls_digest_equal (digest_of (root), current) ? LS_INDEX_JOINED
                                                                        : LS_INDEX_IN_PART;
}

static void
set_result (LsTransferJob *self, LsDigest *digest, LsManifest *root, LsManifest *target,
            gboolean up_to_date)
{
  LsManifest *named = ls_digest_equal (digest, digest_of (root)) ? root : target;

  self->digest = ls_digest_ref (digest);
  self->manifest_size = ls_descriptor_get_size (ls_manifest_get_descriptor (named));
  self->up_to_date = up_to_date;
}

static gboolean
run (LsTransferJob *self, GCancellable *cancellable, GError **error)
{
  gboolean holds_parts = ls_image_destination_holds_parts (self->destination);
  g_autoptr (LsDigest) current = NULL;
  g_autoptr (LsDigest) origin = NULL;
  g_autoptr (LsDigest) digest = NULL;
  g_autoptr (LsManifest) root = NULL;
  g_autoptr (LsImageGraph) graph = NULL;
  gboolean same;
  gboolean moved;

  current = ls_image_destination_get_current (self->destination, &origin, cancellable);
  root = get_root (self, origin, holds_parts, cancellable, error);
  if (root == NULL)
    return FALSE;
  if (!holds_parts && ls_manifest_is_index (root) && is_there_as_a_whole (self, root, current))
    {
      g_autoptr (GPtrArray) nothing = g_ptr_array_new ();

      show_that_all_exists (self, nothing);
      set_result (self, current, root, root, TRUE);
      return TRUE;
    }

  graph = ls_image_graph_walk (root, self->platforms, choose_mode (root, current, holds_parts),
                               get_manifest, self, cancellable, error);
  if (graph == NULL)
    return FALSE;
  same = current != NULL && ls_digest_equal (digest_of (graph->target), current);
  if (same && !holds_parts)
    {
      show_that_all_exists (self, graph->blobs);
      set_result (self, current, root, graph->target, TRUE);
      return TRUE;
    }

  if (!ls_image_source_check_blobs (self->source, graph->blobs, error)
      || !move_blobs (self, graph, &moved, cancellable, error))
    return FALSE;
  if (self->n_fetched > 0)
    moved = TRUE;

  /* The same image by way of another index is up to date; but the way is remembered. */
  if (same && !moved && ls_digest_equal (digest_of (root), origin))
    digest = ls_digest_ref (origin);
  else if (put_manifests (self, graph, cancellable, error))
    digest =
        ls_image_destination_finish (self->destination, root, graph->target, cancellable, error);
  if (digest == NULL)
    return FALSE;
  set_result (self, digest, root, graph->target, same && !moved);

  return TRUE;
}

/**
 * ls_transfer_job_run:
 * @self: a job that was not run yet
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Moves the image. Blocks until it is there or the first error; what was moved
 * and verified until then stays.
 *
 * Errors: %LS_ERROR_PARTLY_HELD when the source lacks a part of what is to be moved, and
 * otherwise those of ls_image_graph_walk(), of the source and of the destination.
 *
 * Returns: whether the image is at the destination now
 */
gboolean
ls_transfer_job_run (LsTransferJob *self, GCancellable *cancellable, GError **error)
{
  gboolean ok = ls_image_destination_begin (self->destination, cancellable, error);

  if (ok)
    {
      ok = run (self, cancellable, error);
      ls_image_destination_end (self->destination);
    }
  ls_image_source_release (self->source);

  g_mutex_lock (&self->lock);
  self->has_ended = TRUE;
  g_cond_broadcast (&self->ended);
  g_mutex_unlock (&self->lock);

  return ok;
}

/**
 * ls_transfer_job_wait:
 * @self: a job that is run by another thread
 * @until: how long to wait at most, in microseconds of monotonic time
 *
 * Waits for the end of the work, be it good or bad.
 *
 * Returns: whether that came in time
 */
gboolean
ls_transfer_job_wait (LsTransferJob *self, gint64 until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  while (!self->has_ended && g_cond_wait_until (&self->ended, &self->lock, until))
    ;

  return self->has_ended;
}

/**
 * ls_transfer_job_new:
 * @source: where the image is
 * @destination: where it goes
 *
 * Returns: (transfer full): a job to run once; of an index it moves the image for this
 *   computer
 */
LsTransferJob *
ls_transfer_job_new (LsImageSource *source, LsImageDestination *destination)
{
  LsTransferJob *self = g_object_new (LS_TYPE_TRANSFER_JOB, NULL);

  self->source = g_object_ref (source);
  self->destination = g_object_ref (destination);

  return self;
}

/**
 * ls_transfer_job_set_platforms:
 * @self: a job that was not run yet
 * @platforms: which images of an index to move
 *
 * Chooses platforms. One of them gives its image alone, unless the name leads to that
 * very index already: then it joins what is there. Several give the index, which the
 * store on this computer holds in part; a registry does not, and gets a new index of just
 * these. All give the index byte for byte.
 */
void
ls_transfer_job_set_platforms (LsTransferJob *self, LsPlatformChoice *platforms)
{
  g_return_if_fail (platforms != NULL);

  ls_platform_choice_ref (platforms);
  ls_platform_choice_unref (self->platforms);
  self->platforms = platforms;
}

/**
 * ls_transfer_job_set_retry_pause:
 * @self: a job that was not run yet
 * @milliseconds: the longest pause before a blob is tried again
 *
 * Sets how long a line that failed gets to recover; every further pause is
 * twice as long, at most.
 */
void
ls_transfer_job_set_retry_pause (LsTransferJob *self, guint milliseconds)
{
  self->retry_pause_ms = milliseconds;
}

/**
 * ls_transfer_job_dup_layers:
 * @self: a job
 *
 * Returns: (transfer full) (nullable) (element-type LsTransferLayer): the blobs
 *   of the image; %NULL until its manifest is known
 */
GPtrArray *
ls_transfer_job_dup_layers (LsTransferJob *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->layers != NULL ? g_ptr_array_ref (self->layers) : NULL;
}

/**
 * ls_transfer_job_get_total:
 * @self: a job
 *
 * Returns: how many bytes the image has, with those that the destination had already;
 *   0 until it is known which these are
 */
gint64
ls_transfer_job_get_total (LsTransferJob *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->total;
}

/**
 * ls_transfer_job_get_done:
 * @self: a job
 *
 * Returns: how many of these bytes are at the destination
 */
gint64
ls_transfer_job_get_done (LsTransferJob *self)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (self);

  return layers != NULL ? ls_layer_plan_get_done (layers) : 0;
}

/**
 * ls_transfer_job_get_moved:
 * @self: a job
 *
 * Returns: how many bytes have gone by; what an interrupted attempt had left is
 *   done without having moved
 */
gint64
ls_transfer_job_get_moved (LsTransferJob *self)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (self);
  gint64 sum = 0;

  for (guint i = 0; layers != NULL && i < layers->len; i++)
    sum += ls_transfer_layer_get_moved (layers->pdata[i]);

  return sum;
}

/**
 * ls_transfer_job_get_retry:
 * @self: a job
 * @reason: (out): why the last attempt failed
 *
 * A blob that could not be moved for a reason that may pass is tried again after a
 * while, in the same run.
 *
 * Returns: when the first one is, in seconds of Unix time; 0 if none waits for that, and
 *   then @reason is left alone
 */
gint64
ls_transfer_job_get_retry (LsTransferJob *self, LsError *reason)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (self);

  return layers != NULL ? ls_layer_plan_get_retry (layers, reason) : 0;
}

/**
 * ls_transfer_job_get_digest:
 * @self: a job that has run
 *
 * Returns: (transfer none) (nullable): the digest that the name leads to now
 */
LsDigest *
ls_transfer_job_get_digest (LsTransferJob *self)
{
  return self->digest;
}

/**
 * ls_transfer_job_get_manifest_size:
 * @self: a job that has run
 *
 * Returns: the size of the image's manifest in bytes
 */
gint64
ls_transfer_job_get_manifest_size (LsTransferJob *self)
{
  return self->manifest_size;
}

/**
 * ls_transfer_job_get_up_to_date:
 * @self: a job that has run
 *
 * Returns: whether the name led to this image before
 */
gboolean
ls_transfer_job_get_up_to_date (LsTransferJob *self)
{
  return self->up_to_date;
}
