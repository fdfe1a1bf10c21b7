/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-room.h"

struct _LsStoreRoom
{
  GMutex mutex;       /* guards what follows */
  GHashTable *claims; /* of the owner: a GPtrArray of LsDescriptor */
};

/**
 * ls_store_room_new:
 *
 * Returns: (transfer full): room that nobody claims
 */
LsStoreRoom *
ls_store_room_new (void)
{
  LsStoreRoom *self = g_new0 (LsStoreRoom, 1);

  g_mutex_init (&self->mutex);
  self->claims = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);

  return self;
}

/**
 * ls_store_room_free:
 * @room: (transfer full): room
 */
void
ls_store_room_free (LsStoreRoom *room)
{
  g_hash_table_unref (room->claims);
  g_mutex_clear (&room->mutex);
  g_free (room);
}

/**
 * ls_store_room_claim:
 * @room: room
 * @owner: who is going to write; only compared
 * @blobs: (element-type LsDescriptor): what
 *
 * Takes the place of what @owner has claimed before.
 */
void
ls_store_room_claim (LsStoreRoom *room, gconstpointer owner, GPtrArray *blobs)
{
  GPtrArray *claim = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);

  for (guint i = 0; i < blobs->len; i++)
    g_ptr_array_add (claim, ls_descriptor_ref (blobs->pdata[i]));

  g_mutex_lock (&room->mutex);
  g_hash_table_replace (room->claims, (gpointer) owner, claim);
  g_mutex_unlock (&room->mutex);
}

/**
 * ls_store_room_leave:
 * @room: room
 * @owner: who does not write any more, or never did
 */
void
ls_store_room_leave (LsStoreRoom *room, gconstpointer owner)
{
  g_mutex_lock (&room->mutex);
  g_hash_table_remove (room->claims, owner);
  g_mutex_unlock (&room->mutex);
}

/**
 * ls_store_room_list:
 * @room: room
 *
 * Returns: (transfer full) (element-type LsDescriptor): what is claimed, each blob once
 */
GPtrArray *
ls_store_room_list (LsStoreRoom *room)
{
  GPtrArray *blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_digest_hash, ls_digest_equal);
  GHashTableIter iter;
  gpointer claim;

  g_mutex_lock (&room->mutex);
  g_hash_table_iter_init (&iter, room->claims);
  while (g_hash_table_iter_next (&iter, NULL, &claim))
    for (guint i = 0; i < ((GPtrArray *) claim)->len; i++)
      {
        LsDescriptor *blob = ((GPtrArray *) claim)->pdata[i];

        if (g_hash_table_add (seen, ls_descriptor_get_digest (blob)))
          g_ptr_array_add (blobs, ls_descriptor_ref (blob));
      }
  g_mutex_unlock (&room->mutex);

  return blobs;
}
