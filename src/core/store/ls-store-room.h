/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"

G_BEGIN_DECLS

/* What those who write into a store at the same time are still going to write. Each of them
 * alone may find room on the disk that is not there for all. Of any thread. */
typedef struct _LsStoreRoom LsStoreRoom;

LsStoreRoom *ls_store_room_new    (void);
void         ls_store_room_free   (LsStoreRoom   *room);
void         ls_store_room_claim  (LsStoreRoom   *room,
                                   gconstpointer  owner,
                                   GPtrArray     *blobs);
void         ls_store_room_leave  (LsStoreRoom   *room,
                                   gconstpointer  owner);
GPtrArray   *ls_store_room_list   (LsStoreRoom   *room);

G_END_DECLS
