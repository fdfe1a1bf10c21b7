/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-layer-plan.h"

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
 * @total: (out): how many bytes the missing ones have; at most %G_MAXINT64
 *
 * Lists the layers that still wait. The small ones come first: they are soon
 * done, and the connections are then all busy with the large ones.
 *
 * Returns: (transfer full) (element-type LsTransferLayer): some of @layers, which
 *   must outlive the list
 */
GPtrArray *
ls_layer_plan_list_missing (GPtrArray *layers, gint64 *total)
{
  GPtrArray *missing = g_ptr_array_new ();

  *total = 0;
  for (guint i = 0; i < layers->len; i++)
    if (ls_transfer_layer_peek (layers->pdata[i], NULL) == LS_LAYER_WAITING)
      {
        gint64 size = ls_transfer_layer_get_bytes_total (layers->pdata[i]);

        g_ptr_array_add (missing, layers->pdata[i]);
        *total = *total > G_MAXINT64 - size ? G_MAXINT64 : *total + size;
      }
  g_ptr_array_sort (missing, compare_size);

  return missing;
}
