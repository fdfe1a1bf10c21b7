/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which pieces of a blob are there, and which somebody is fetching, while it comes
 * over several connections. Pieces are handed out in their order, so that the
 * front, up to which nothing is missing, keeps up with the rest. What is there
 * can be kept as a small map beside the bytes and outlives the process. Not safe
 * in threads. Private to the store. */

#define LS_RANGE_CHUNK_SIZE ((gint64) 128 * 1024)

/* A map's size follows from the blob's, which somebody else has told us. */
#define LS_RANGE_MAX_SIZE ((gint64) 1 << 40)

typedef struct _LsRangePlan LsRangePlan;

LsRangePlan *ls_range_plan_new           (gint64        size);
LsRangePlan *ls_range_plan_new_from_map  (gint64        size,
                                          gconstpointer map,
                                          gsize         map_size);
void         ls_range_plan_free          (LsRangePlan  *plan);
gsize        ls_range_plan_map_size      (gint64        size);
const guint8 *ls_range_plan_get_map      (LsRangePlan  *plan);
gsize        ls_range_plan_find_in_map   (LsRangePlan  *plan,
                                          gint64        offset);

void         ls_range_plan_set_front     (LsRangePlan  *plan,
                                          gint64        front);
gint64       ls_range_plan_get_front     (LsRangePlan  *plan);
gint64       ls_range_plan_get_done      (LsRangePlan  *plan);
gint64       ls_range_plan_get_unclaimed (LsRangePlan  *plan);

gboolean     ls_range_plan_claim         (LsRangePlan  *plan,
                                          guint         n_workers,
                                          gint64       *offset,
                                          gint64       *length);
gboolean     ls_range_plan_claim_at      (LsRangePlan  *plan,
                                          gint64        offset);
void         ls_range_plan_release       (LsRangePlan  *plan,
                                          gint64        offset,
                                          gint64        length);
void         ls_range_plan_set_done      (LsRangePlan  *plan,
                                          gint64        offset);
gint64       ls_range_plan_chunk_length  (LsRangePlan  *plan,
                                          gint64        offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsRangePlan, ls_range_plan_free)

G_END_DECLS
