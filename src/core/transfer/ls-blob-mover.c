/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-blob-mover.h"

#include "ls-error.h"
#include "ls-http-retry.h"
#include "ls-http.h"
#include "ls-media-type.h"
#include "ls-transfer-layer-private.h"
#include "ls-worker.h"

/* A handful of streams fills a line and leaves the registry's patience alone. Of small
 * blobs, most of the time goes by in waiting for the answer. */
#define PARALLEL_BLOBS 6
#define PARALLEL_SMALL_BLOBS 12

/* Over a long line all of the time goes by in waiting, whatever the size. */
#define PARALLEL_FAR_BLOBS 16

#define SMALL_SIZE (2 * 1024 * 1024)

/* Attempts in a row that moved next to nothing before a blob is given up. */
#define MAX_FRUITLESS_ATTEMPTS 5

static gboolean
find_layer (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  LsTransferLayer *layer = item;
  LsBlobMover *mover = user_data;
  g_autofree char *mounted_from = NULL;
  LsBlobPresence presence;

  if (!ls_image_destination_find_blob (mover->destination, ls_transfer_layer_get_blob (layer),
                                       mover->source, &presence, &mounted_from, cancellable, error))
    return FALSE;

  if (presence == LS_BLOB_PRESENT)
    ls_transfer_layer_report (layer, LS_LAYER_EXISTS, 0);
  else if (presence == LS_BLOB_MOUNTED)
    ls_transfer_layer_report_mounted (layer, mounted_from);

  return TRUE;
}

/**
 * ls_blob_mover_find:
 * @mover: a mover
 * @layers: (element-type LsTransferLayer): layers that wait
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the destination for each layer. Those that it has, or can mount, do not wait
 * afterwards. Blocks.
 *
 * Returns: whether all were asked for
 */
gboolean
ls_blob_mover_find (LsBlobMover *mover, GPtrArray *layers, GCancellable *cancellable,
                    GError **error)
{
  return ls_worker_for_each (layers, PARALLEL_BLOBS, find_layer, mover, cancellable, error);
}

static void
on_progress (gint64 done, gboolean verifying, gpointer user_data)
{
  ls_transfer_layer_report (user_data, verifying ? LS_LAYER_VERIFYING : LS_LAYER_MOVING, done);
}

/* Waits a growing, jittered while, where it can be seen; FALSE when cancelled meanwhile. */
static gboolean
back_off (LsBlobMover *mover, LsTransferLayer *layer, const GError *failure, guint attempt,
          GCancellable *cancellable)
{
  double longest = (double) ((gint64) mover->retry_pause_ms * 1000 << attempt);
  gint64 pause = (gint64) (g_random_double_range (0.5, 1.0) * longest);
  LsError reason = (LsError) failure->code;
  gboolean is_over;

  ls_transfer_layer_report_retry (layer, g_get_real_time () + pause, reason);
  is_over = ls_http_pause (pause, cancellable, NULL);
  ls_transfer_layer_report_retry (layer, 0, reason);

  return is_over;
}

/* Only the layer that ends the transfer has failed; the others stop with it. */
static gboolean
give_up (LsTransferLayer *layer, gint64 done, GError *failure, GCancellable *cancellable,
         GError **error)
{
  /* An attempt that would have been tried again did not fail: it was cancelled. */
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (&failure);
      g_cancellable_set_error_if_cancelled (cancellable, &failure);
    }
  ls_transfer_layer_report (layer,
                            g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                                ? LS_LAYER_WAITING
                                : LS_LAYER_FAILED,
                            done);
  g_propagate_error (error, failure);

  return FALSE;
}

/* What only its owner may distribute is taken along where the source has it. Where it
 * has not, the image is complete without. */
static gboolean
may_be_left_out (LsDescriptor *blob, const GError *failure)
{
  return ls_media_type_is_foreign_layer (ls_descriptor_get_media_type (blob))
         && g_error_matches (failure, LS_ERROR, LS_ERROR_NOT_FOUND);
}

static gboolean
move_layer (gpointer item, gpointer user_data, GCancellable *cancellable, GError **error)
{
  LsTransferLayer *layer = item;
  LsBlobMover *mover = user_data;
  LsDescriptor *blob = ls_transfer_layer_get_blob (layer);
  gint64 furthest = 0;
  guint fruitless = 0;

  ls_transfer_layer_report (layer, LS_LAYER_MOVING, 0);

  for (;;)
    {
      GError *failure = NULL;
      gint64 done;

      ls_transfer_layer_begin_attempt (layer);
      if (ls_image_destination_put_blob (mover->destination, blob, mover->source, on_progress,
                                         layer, cancellable, &failure))
        break;

      if (may_be_left_out (blob, failure))
        {
          g_clear_error (&failure);
          ls_transfer_layer_report (layer, LS_LAYER_LEFT_OUT, 0);
          return TRUE;
        }

      ls_transfer_layer_peek (layer, &done);
      fruitless = ls_http_retry_count (failure, done, &furthest, fruitless);

      if (!ls_http_retry_is_transient (failure) || fruitless >= MAX_FRUITLESS_ATTEMPTS
          || !back_off (mover, layer, failure, fruitless, cancellable))
        return give_up (layer, done, failure, cancellable, error);

      g_clear_error (&failure);
    }

  ls_transfer_layer_report (layer, LS_LAYER_COMPLETE, ls_descriptor_get_size (blob));

  return TRUE;
}

/**
 * ls_blob_mover_move:
 * @mover: a mover
 * @layers: (element-type LsTransferLayer): layers that the destination lacks
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Moves the layers, the first ones first. What is moved and verified when it ends
 * stays. Blocks.
 *
 * Returns: whether all are there now
 */
gboolean
ls_blob_mover_move (LsBlobMover *mover, GPtrArray *layers, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray) small = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; i < layers->len; i++)
    {
      gboolean is_small = ls_transfer_layer_get_bytes_total (layers->pdata[i]) <= SMALL_SIZE;

      g_ptr_array_add (is_small ? small : others, layers->pdata[i]);
    }

  if (ls_image_source_is_far (mover->source))
    return ls_worker_for_each (layers, PARALLEL_FAR_BLOBS, move_layer, mover, cancellable, error);

  /* A few are no reason to have the others wait. */
  if (small->len <= PARALLEL_BLOBS)
    return ls_worker_for_each (layers, PARALLEL_BLOBS, move_layer, mover, cancellable, error);

  return ls_worker_for_each (small, PARALLEL_SMALL_BLOBS, move_layer, mover, cancellable, error)
         && ls_worker_for_each (others, PARALLEL_BLOBS, move_layer, mover, cancellable, error);
}
