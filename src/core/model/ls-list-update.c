/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-list-update.h"

/**
 * ls_list_update:
 * @model: the model that @items are the items of
 * @items: (element-type GObject): what the model holds; frees with g_object_unref()
 * @wanted: (element-type GObject): what it shall hold
 *
 * Makes @items equal to @wanted, with one #GListModel::items-changed for each
 * run of items that differs, emitted when that run is in its new state.
 *
 * What is in both arrays must be in the same order there, as it is when both
 * are sorted. Handlers must not change the model.
 */
void
ls_list_update (GListModel *model, GPtrArray *items, GPtrArray *wanted)
{
  g_autoptr (GHashTable) stays = g_hash_table_new (NULL, NULL);
  guint at = 0;

  g_return_if_fail (G_IS_LIST_MODEL (model));

  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_add (stays, g_ptr_array_index (wanted, i));

  while (at < items->len || at < wanted->len)
    {
      gpointer next = NULL;
      guint removed = 0;
      guint added = 0;

      while (at + removed < items->len
             && !g_hash_table_contains (stays, g_ptr_array_index (items, at + removed)))
        removed++;
      if (at + removed < items->len)
        next = g_ptr_array_index (items, at + removed);
      while (at + added < wanted->len && g_ptr_array_index (wanted, at + added) != next)
        added++;

      if (removed == 0 && added == 0)
        {
          at++;
          continue;
        }

      if (removed > 0)
        g_ptr_array_remove_range (items, at, removed);
      for (guint i = 0; i < added; i++)
        g_ptr_array_insert (items, at + i, g_object_ref (g_ptr_array_index (wanted, at + i)));
      g_list_model_items_changed (model, at, removed, added);
      at += added;
    }
}
