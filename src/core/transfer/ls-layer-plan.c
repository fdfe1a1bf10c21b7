/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-layer-plan.h"

#include "ls-size.h"
#include "ls-transfer-layer-private.h"

/**
 * ls_layer_plan_list:
 * @blobs: (element-type LsDescriptor): what an image consists of, each once
 *
 * Returns: (transfer full) (element-type LsTransferLayer): a layer that waits for each
 */
GPtrArray *
ls_layer_plan_list (GPtrArray *blobs)
{
  GPtrArray *layers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < blobs->len; i++)
    g_ptr_array_add (layers, ls_transfer_layer_new (blobs->pdata[i]));

  return layers;
}

static int
compare_size (gconstpointer a, gconstpointer b)
{
  gint64 size_a = ls_transfer_layer_get_bytes_total (*(LsTransferLayer **) a);
  gint64 size_b = ls_transfer_layer_get_bytes_total (*(LsTransferLayer **) b);

  return (size_a > size_b) - (size_a < size_b);
}

/**
 * ls_layer_plan_list_missing:
 * @layers: (element-type LsTransferLayer): layers that the destination was asked for
 *
 * Lists the layers that still wait. The small ones come first: they are soon
 * done, and the connections are then all busy with the large ones.
 *
 * Returns: (transfer full) (element-type LsTransferLayer): some of @layers, which
 *   must outlive the list
 */
GPtrArray *
ls_layer_plan_list_missing (GPtrArray *layers)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (guint i = 0; i < layers->len; i++)
    if (ls_transfer_layer_peek (layers->pdata[i], NULL) == LS_LAYER_WAITING)
      g_ptr_array_add (missing, layers->pdata[i]);
  g_ptr_array_sort (missing, compare_size);

  return missing;
}

/**
 * ls_layer_plan_get_total:
 * @layers: (element-type LsTransferLayer): layers
 *
 * Returns: how many bytes they have; at most %G_MAXINT64
 */
gint64
ls_layer_plan_get_total (GPtrArray *layers)
{
  gint64 sum = 0;

  for (guint i = 0; i < layers->len; i++)
    sum = ls_size_add (sum, ls_transfer_layer_get_bytes_total (layers->pdata[i]));

  return sum;
}

/* How much of a layer nobody has to bring any more. */
static gint64
get_done (LsTransferLayer *layer)
{
  gint64 done;

  switch (ls_transfer_layer_peek (layer, &done))
    {
    case LS_LAYER_EXISTS:
    case LS_LAYER_MOUNTED:
    case LS_LAYER_LEFT_OUT:
      return ls_transfer_layer_get_bytes_total (layer);
    default:
      return done;
    }
}

/**
 * ls_layer_plan_get_done:
 * @layers: (element-type LsTransferLayer): layers
 *
 * Returns: how many of their bytes are at the destination, or are not to come; at most
 *   %G_MAXINT64
 */
gint64
ls_layer_plan_get_done (GPtrArray *layers)
{
  gint64 sum = 0;

  for (guint i = 0; i < layers->len; i++)
    sum = ls_size_add (sum, get_done (layers->pdata[i]));

  return sum;
}

/**
 * ls_layer_plan_get_retry:
 * @layers: (element-type LsTransferLayer): layers
 * @reason: (out): why the last attempt at it failed
 *
 * Returns: when the first of those is tried again that wait for that, in seconds of Unix
 *   time; 0 if none does, and then @reason is left alone
 */
gint64
ls_layer_plan_get_retry (GPtrArray *layers, LsError *reason)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < layers->len; i++)
    {
      LsError layer_reason = LS_ERROR_FAILED;
      gint64 retry_at = ls_transfer_layer_get_retry (layers->pdata[i], &layer_reason);

      if (retry_at > 0 && retry_at < first)
        {
          first = retry_at;
          *reason = layer_reason;
        }
    }

  return first < G_MAXINT64 ? (first + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 0;
}
