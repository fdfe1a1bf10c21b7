/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-range-plan.h"

#include <string.h>

/* Speaks of the size of the chunks as well. */
#define MAGIC "longshore 128k ranges\n"
#define MAGIC_SIZE (sizeof MAGIC - 1)

/* What one request asks for. Large at first, so that there are few of them, and
 * small at the end, so that all connections end at about the same time. */
#define SHORTEST_CLAIM LS_RANGE_CHUNK_SIZE
#define LONGEST_CLAIM ((gint64) 256 * LS_RANGE_CHUNK_SIZE)

struct _LsRangePlan
{
  gint64 size;
  gsize n_chunks;
  gsize n_free;    /* neither there nor claimed */
  gsize front;     /* chunks before which all are there */
  gsize next_free; /* no chunk before it is free */
  gint64 done;
  guint8 *map;     /* MAGIC, then a bit for each chunk that is there */
  guint8 *claimed; /* a bit for each chunk that somebody fetches or has fetched */
};

static gsize
count_chunks (gint64 size)
{
  return (gsize) ((size + LS_RANGE_CHUNK_SIZE - 1) / LS_RANGE_CHUNK_SIZE);
}

static gboolean
get_bit (const guint8 *bits, gsize i)
{
  return (bits[i / 8] >> (i % 8)) & 1;
}

static void
set_bit (guint8 *bits, gsize i, gboolean value)
{
  if (value)
    bits[i / 8] |= (guint8) (1u << (i % 8));
  else
    bits[i / 8] &= (guint8) ~(1u << (i % 8));
}

static gboolean
is_done (LsRangePlan *plan, gsize chunk)
{
  return get_bit (plan->map + MAGIC_SIZE, chunk);
}

static gint64
length_of (LsRangePlan *plan, gsize chunk)
{
  return MIN (LS_RANGE_CHUNK_SIZE, plan->size - (gint64) chunk * LS_RANGE_CHUNK_SIZE);
}

/**
 * ls_range_plan_map_size:
 * @size: number of bytes of a blob
 *
 * Returns: number of bytes of its map
 */
gsize
ls_range_plan_map_size (gint64 size)
{
  return MAGIC_SIZE + (count_chunks (size) + 7) / 8;
}

/**
 * ls_range_plan_new:
 * @size: number of bytes of the blob, from 1 to %LS_RANGE_MAX_SIZE
 *
 * Returns: (transfer full): a plan of which nothing is done
 */
LsRangePlan *
ls_range_plan_new (gint64 size)
{
  LsRangePlan *plan;

  g_return_val_if_fail (size > 0 && size <= LS_RANGE_MAX_SIZE, NULL);

  plan = g_new0 (LsRangePlan, 1);
  plan->size = size;
  plan->n_chunks = count_chunks (size);
  plan->n_free = plan->n_chunks;
  plan->map = g_malloc0 (ls_range_plan_map_size (size));
  memcpy (plan->map, MAGIC, MAGIC_SIZE);
  plan->claimed = g_malloc0 ((plan->n_chunks + 7) / 8);

  return plan;
}

/**
 * ls_range_plan_new_from_map:
 * @size: number of bytes of the blob
 * @map: (array length=map_size): what ls_range_plan_get_map() gave once, or
 *   anything else
 * @map_size: number of bytes
 *
 * Returns: (transfer full) (nullable): a plan; %NULL if that is no map of this blob
 */
LsRangePlan *
ls_range_plan_new_from_map (gint64 size, gconstpointer map, gsize map_size)
{
  LsRangePlan *plan;

  if (size <= 0 || size > LS_RANGE_MAX_SIZE || map_size != ls_range_plan_map_size (size)
      || memcmp (map, MAGIC, MAGIC_SIZE) != 0)
    return NULL;

  plan = ls_range_plan_new (size);
  for (gsize i = 0; i < plan->n_chunks; i++)
    if (get_bit ((const guint8 *) map + MAGIC_SIZE, i))
      ls_range_plan_set_done (plan, (gint64) i * LS_RANGE_CHUNK_SIZE);

  return plan;
}

/**
 * ls_range_plan_free:
 * @plan: (transfer full): a plan
 */
void
ls_range_plan_free (LsRangePlan *plan)
{
  g_free (plan->map);
  g_free (plan->claimed);
  g_free (plan);
}

/**
 * ls_range_plan_get_map:
 * @plan: a plan
 *
 * Returns: (transfer none): ls_range_plan_map_size() bytes that say which chunks
 *   are there
 */
const guint8 *
ls_range_plan_get_map (LsRangePlan *plan)
{
  return plan->map;
}

/**
 * ls_range_plan_find_in_map:
 * @plan: a plan
 * @offset: where a chunk begins
 *
 * Returns: the only byte of the map that changes with that chunk
 */
gsize
ls_range_plan_find_in_map (LsRangePlan *plan, gint64 offset)
{
  return MAGIC_SIZE + (gsize) (offset / LS_RANGE_CHUNK_SIZE) / 8;
}

/**
 * ls_range_plan_set_front:
 * @plan: a plan of which nothing is done
 * @front: how many bytes are there from the start; a whole number of chunks, or
 *   the whole blob
 */
void
ls_range_plan_set_front (LsRangePlan *plan, gint64 front)
{
  for (gint64 offset = 0; offset < front; offset += LS_RANGE_CHUNK_SIZE)
    ls_range_plan_set_done (plan, offset);
}

/**
 * ls_range_plan_get_front:
 * @plan: a plan
 *
 * Returns: up to where nothing is missing, in bytes
 */
gint64
ls_range_plan_get_front (LsRangePlan *plan)
{
  return MIN ((gint64) plan->front * LS_RANGE_CHUNK_SIZE, plan->size);
}

/**
 * ls_range_plan_get_done:
 * @plan: a plan
 *
 * Returns: how many bytes are there
 */
gint64
ls_range_plan_get_done (LsRangePlan *plan)
{
  return plan->done;
}

/**
 * ls_range_plan_get_unclaimed:
 * @plan: a plan
 *
 * Returns: about how many bytes are missing that nobody fetches: those of whole chunks
 */
gint64
ls_range_plan_get_unclaimed (LsRangePlan *plan)
{
  return (gint64) plan->n_free * LS_RANGE_CHUNK_SIZE;
}

static gint64
choose_length (LsRangePlan *plan, guint n_workers)
{
  gint64 share = (gint64) (plan->n_free / (2 * MAX (n_workers, 1))) * LS_RANGE_CHUNK_SIZE;

  return CLAMP (share, SHORTEST_CLAIM, LONGEST_CLAIM);
}

/**
 * ls_range_plan_claim:
 * @plan: a plan
 * @n_workers: how many connections there are
 * @offset: (out): where to begin
 * @length: (out): how many bytes to fetch
 *
 * Hands out the first bytes that are missing and that nobody fetches.
 *
 * Returns: whether there are any
 */
gboolean
ls_range_plan_claim (LsRangePlan *plan, guint n_workers, gint64 *offset, gint64 *length)
{
  gint64 longest = choose_length (plan, n_workers);
  gsize chunk = plan->next_free;

  while (chunk < plan->n_chunks && get_bit (plan->claimed, chunk))
    chunk++;
  plan->next_free = chunk;
  if (chunk == plan->n_chunks)
    return FALSE;

  *offset = (gint64) chunk * LS_RANGE_CHUNK_SIZE;
  *length = 0;
  for (; chunk < plan->n_chunks && *length < longest && !get_bit (plan->claimed, chunk); chunk++)
    {
      ls_range_plan_claim_at (plan, (gint64) chunk * LS_RANGE_CHUNK_SIZE);
      *length += length_of (plan, chunk);
    }

  return TRUE;
}

/**
 * ls_range_plan_claim_at:
 * @plan: a plan
 * @offset: where a chunk begins
 *
 * Hands out one chunk, to someone whose connection brings it next anyway.
 *
 * Returns: whether it is missing, and nobody else fetches it
 */
gboolean
ls_range_plan_claim_at (LsRangePlan *plan, gint64 offset)
{
  gsize chunk = (gsize) (offset / LS_RANGE_CHUNK_SIZE);

  if (chunk >= plan->n_chunks || get_bit (plan->claimed, chunk))
    return FALSE;

  set_bit (plan->claimed, chunk, TRUE);
  plan->n_free--;

  return TRUE;
}

/**
 * ls_range_plan_release:
 * @plan: a plan
 * @offset: where a claim begins
 * @length: how many bytes it has
 *
 * Gives back what has not come.
 */
void
ls_range_plan_release (LsRangePlan *plan, gint64 offset, gint64 length)
{
  gsize first = (gsize) (offset / LS_RANGE_CHUNK_SIZE);
  gsize end = MIN (first + count_chunks (length), plan->n_chunks);

  for (gsize chunk = first; chunk < end; chunk++)
    if (get_bit (plan->claimed, chunk) && !is_done (plan, chunk))
      {
        set_bit (plan->claimed, chunk, FALSE);
        plan->n_free++;
        plan->next_free = MIN (plan->next_free, chunk);
      }
}

/**
 * ls_range_plan_set_done:
 * @plan: a plan
 * @offset: where a chunk begins
 *
 * Says that a chunk is there.
 */
void
ls_range_plan_set_done (LsRangePlan *plan, gint64 offset)
{
  gsize chunk = (gsize) (offset / LS_RANGE_CHUNK_SIZE);

  g_return_if_fail (chunk < plan->n_chunks);

  if (is_done (plan, chunk))
    return;

  ls_range_plan_claim_at (plan, offset);
  set_bit (plan->map + MAGIC_SIZE, chunk, TRUE);
  plan->done += length_of (plan, chunk);
  while (plan->front < plan->n_chunks && is_done (plan, plan->front))
    plan->front++;
}

/**
 * ls_range_plan_chunk_length:
 * @plan: a plan
 * @offset: where a chunk begins
 *
 * Returns: how many bytes it has; the last one may be shorter than the others
 */
gint64
ls_range_plan_chunk_length (LsRangePlan *plan, gint64 offset)
{
  return length_of (plan, (gsize) (offset / LS_RANGE_CHUNK_SIZE));
}
