/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-blob-fetch.h"

#include "ls-cancellable.h"
#include "ls-error.h"
#include "ls-http-retry.h"
#include "ls-range-crew.h"

/* Others join when one connection alone would still need that long. */
#define PATIENCE 1.5 /* seconds */

/* Unless it is that fast: then it is not the line that is slow, and more to do at the
 * same time makes nothing faster. */
#define FAST ((double) 48 * 1024 * 1024) /* bytes a second */

/* How long one connection is watched before that can be told. */
#define TRIAL (G_USEC_PER_SEC * 3 / 10)

/* From how much on it is worth the while, and how many join for one blob. */
#define SLOW_SIZE ((gint64) 1408 * 1024)
#define SLOW_HELPERS 7

/* Over a long line each connection waits most of the time, for answers and for what got
 * lost: nothing has to be watched to know that it is slow. */
#define FAR_SIZE ((gint64) 384 * 1024)
#define FAR_HELPERS 15

typedef struct
{
  LsIngest *ingest;
  LsImageSource *source;
  LsDescriptor *blob;
  gint64 size;
  GCancellable *cancellable; /* (nullable): the caller's */
  GCancellable *stop;        /* ends the helpers */

  gboolean is_far;
  guint max_helpers;
  int has_no_ranges; /* atomic */

  GMutex mutex; /* guards what follows */
  gint64 done;  /* bytes that came or were there */
  LsBlobProgressFunc progress;
  gpointer user_data;
} Fetch;

/* A range that one thread brings, over one connection. */
typedef struct
{
  Fetch *fetch;
  gint64 offset;
  gint64 length;  /* what is missing of it */
  gint64 in_part; /* what came of the chunk that is being read */
  gboolean moved; /* anything since the last failure */
} Range;

static void
report (Fetch *self, gint64 n_bytes)
{
  g_mutex_lock (&self->mutex);
  self->done += n_bytes;
  self->progress (self->done, FALSE, self->user_data);
  g_mutex_unlock (&self->mutex);
}

static void
on_moved (gsize n_bytes, gpointer user_data)
{
  Range *range = user_data;

  range->in_part += (gint64) n_bytes;
  report (range->fetch, (gint64) n_bytes);
}

/* Reads a range chunk by chunk. A stream that goes on to the end of the blob brings
 * more, up to where somebody else has begun. */
static gboolean
read_range (Range *range, GInputStream *stream, gboolean goes_on, GCancellable *cancellable,
            GError **error)
{
  Fetch *self = range->fetch;

  while (TRUE)
    {
      while (range->length > 0)
        {
          gssize n = ls_ingest_put_chunk (self->ingest, range->offset, stream, on_moved, range,
                                          cancellable, error);

          if (n < 0)
            {
              report (self, -range->in_part);
              range->in_part = 0;
              return FALSE;
            }
          range->in_part = 0;
          range->offset += n;
          range->length -= n;
          range->moved = TRUE;
        }

      if (!goes_on || !ls_ingest_claim_at (self->ingest, range->offset))
        return TRUE;
      range->length = MIN (LS_INGEST_CHUNK_SIZE, self->size - range->offset);
    }
}

/* Whether a range that failed may be asked for again, by the same thread and at
 * once: a line that brings something now and then is still a line. */
static gboolean
may_go_on (Range *range, const GError *error)
{
  gboolean has_moved = range->moved;

  range->moved = FALSE;

  return has_moved && ls_http_retry_is_transient (error);
}

static gboolean
claim (Fetch *self, Range *range)
{
  return !g_atomic_int_get (&self->has_no_ranges)
         && ls_ingest_claim (self->ingest, ls_range_crew_get_share (self->max_helpers),
                             &range->offset, &range->length);
}

/* Brings a range that is claimed. @first, if there is one, is open at its start, and goes
 * on to the end of the blob. */
static gboolean
bring_range (Fetch *self, Range *range, GInputStream *first, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GInputStream) stream = first != NULL ? g_object_ref (first) : NULL;

  if (stream == NULL)
    stream = ls_image_source_open_range (self->source, self->blob, range->offset, range->length,
                                         cancellable, error);
  if (stream != NULL && read_range (range, stream, first != NULL, cancellable, error))
    {
      g_input_stream_close (stream, NULL, NULL);
      return TRUE;
    }

  /* Others may be waiting for the connection. */
  if (stream != NULL)
    g_input_stream_close (stream, NULL, NULL);
  ls_ingest_release (self->ingest, range->offset, range->length);

  return FALSE;
}

/* Brings ranges, all that nobody else brings or just one. The first may be claimed
 * already, with @first open at it. */
static gboolean
bring_ranges (Fetch *self, Range *range, GInputStream *first, gboolean all,
              GCancellable *cancellable, GError **error)
{
  while (range->length > 0 || claim (self, range))
    {
      g_autoptr (GError) failure = NULL;

      if (bring_range (self, range, first, cancellable, &failure))
        {
          if (!all)
            return TRUE;
        }
      else
        {
          if (g_error_matches (failure, LS_ERROR, LS_ERROR_UNSUPPORTED))
            g_atomic_int_set (&self->has_no_ranges, TRUE);
          if (!may_go_on (range, failure))
            {
              g_propagate_error (error, g_steal_pointer (&failure));
              return FALSE;
            }
        }
      first = NULL;
      range->length = 0;
    }

  return TRUE;
}

/* What a helper cannot bring is brought by the others, and what is wrong shows with
 * them as well. */
static gboolean
help (gpointer data)
{
  Fetch *self = data;
  Range range = { .fetch = self };
  g_autoptr (GError) error = NULL;

  if (bring_ranges (self, &range, NULL, FALSE, self->stop, &error))
    return TRUE;

  g_debug ("A range of %s does not come: %s",
           ls_digest_to_string (ls_descriptor_get_digest (self->blob)), error->message);

  return FALSE;
}

static gint64
get_missing (gpointer data)
{
  Fetch *self = data;

  return g_atomic_int_get (&self->has_no_ranges) || g_cancellable_is_cancelled (self->stop)
             ? 0
             : ls_ingest_get_unclaimed (self->ingest);
}

/* @stream, if there is one, goes on at the first gap. */
static gboolean
fetch_in_ranges (Fetch *self, GInputStream *stream, GError **error)
{
  Range range = { .fetch = self };
  g_autoptr (GError) failure = NULL;
  LsRangeTask *task;
  gboolean ok;

  /* The first gap is for whoever stands there already. */
  ls_ingest_claim (self->ingest, 1 + self->max_helpers, &range.offset, &range.length);
  range.in_part = self->done - ls_ingest_get_done (self->ingest);
  task = ls_range_crew_open (help, get_missing, self, self->max_helpers);
  ok = bring_ranges (self, &range, stream, TRUE, self->cancellable, &failure);
  /* What comes over another line is not to be asked for again. */
  if (!ok && !ls_http_retry_is_transient (failure))
    g_cancellable_cancel (self->stop);
  ls_range_crew_wait (task);

  /* What a helper gave up. */
  ok = ok && bring_ranges (self, &range, NULL, TRUE, self->cancellable, &failure);
  ls_range_crew_close (task);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&failure));

  return ok;
}

static gboolean
should_have_helpers (Fetch *self, gint64 start, gint64 n_bytes)
{
  gint64 elapsed = g_get_monotonic_time () - start;
  double speed;
  gint64 missing;

  if (elapsed < TRIAL || n_bytes == 0 || g_atomic_int_get (&self->has_no_ranges)
      || !ls_image_source_has_ranges (self->source) || !ls_ingest_may_begin_ranges (self->ingest))
    return FALSE;

  speed = (double) n_bytes * G_USEC_PER_SEC / (double) elapsed;
  missing = self->size - ls_ingest_get_offset (self->ingest);

  return missing >= SLOW_SIZE && speed < FAST && (double) missing / speed > PATIENCE;
}

/* Returns: whether there is no error; the blob may have been made to come in ranges
 *   then, or be there */
static gboolean
fetch_in_one_piece (Fetch *self, GInputStream *stream, gboolean *is_slow, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gint64 n_bytes = 0;
  gssize n;

  *is_slow = FALSE;
  while ((n = ls_ingest_fill (self->ingest, stream, self->cancellable, error)) > 0)
    {
      report (self, n);
      n_bytes += n;
      *is_slow = should_have_helpers (self, start, n_bytes);
      if (*is_slow)
        return TRUE;
    }

  return n == 0;
}

static gboolean
fetch_from_stream (Fetch *self, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  gboolean is_slow;

  stream = ls_image_source_open_blob (self->source, self->blob, ls_ingest_get_offset (self->ingest),
                                      self->cancellable, error);
  if (stream == NULL || !fetch_in_one_piece (self, stream, &is_slow, error))
    return FALSE;

  if (is_slow)
    return ls_ingest_begin_ranges (self->ingest, error) && fetch_in_ranges (self, stream, error);

  g_input_stream_close (stream, NULL, NULL);

  return TRUE;
}

static void
start_over_at (Fetch *self, gint64 offset)
{
  g_mutex_lock (&self->mutex);
  self->done = offset;
  g_mutex_unlock (&self->mutex);
  report (self, 0);
}

/* The server does not send ranges, or another one answers now. */
static gboolean
has_turned_out_not_to_have_ranges (Fetch *self)
{
  return g_atomic_int_get (&self->has_no_ranges) && ls_ingest_has_ranges (self->ingest)
         && ls_ingest_get_done (self->ingest) < self->size;
}

/* Ranges from the first byte on: no connection is given up in the middle for others. */
static gboolean
should_come_in_ranges (Fetch *self)
{
  return self->is_far && ls_image_source_has_ranges (self->source)
         && ls_ingest_may_begin_ranges (self->ingest) && self->size - self->done >= FAR_SIZE;
}

static gboolean
fetch (Fetch *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (ls_ingest_has_ranges (self->ingest))
    fetch_in_ranges (self, NULL, &failure);
  else if (!should_come_in_ranges (self))
    fetch_from_stream (self, &failure);
  else if (ls_ingest_begin_ranges (self->ingest, &failure))
    fetch_in_ranges (self, NULL, &failure);

  if ((failure == NULL || g_error_matches (failure, LS_ERROR, LS_ERROR_UNSUPPORTED))
      && has_turned_out_not_to_have_ranges (self))
    {
      if (!ls_ingest_end_ranges (self->ingest, error))
        return FALSE;
      start_over_at (self, ls_ingest_get_offset (self->ingest));
      return fetch_from_stream (self, error);
    }
  if (failure == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

/**
 * ls_blob_fetch_run:
 * @ingest: where the blob goes
 * @source: where it comes from
 * @blob: the blob
 * @progress: (scope call): told of the bytes as they come, from several threads but
 *   from one at a time
 * @user_data: for @progress
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Brings what the ingest lacks; nothing is left to do but ls_ingest_commit().
 * Blocks. After an error another attempt goes on where this one ended.
 *
 * Errors: those of @source and of ls_ingest_write().
 *
 * Returns: whether all of it came
 */
gboolean
ls_blob_fetch_run (LsIngest *ingest, LsImageSource *source, LsDescriptor *blob,
                   LsBlobProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  gboolean is_far = ls_image_source_is_far (source);
  Fetch fetch_data = {
    .ingest = ingest,
    .source = source,
    .blob = blob,
    .size = ls_descriptor_get_size (blob),
    .cancellable = cancellable,
    .stop = stop,
    .is_far = is_far,
    .max_helpers = is_far ? FAR_HELPERS : SLOW_HELPERS,
    .done = ls_ingest_get_done (ingest),
    .progress = progress,
    .user_data = user_data,
  };
  gulong link = ls_cancellable_link (cancellable, stop);
  gboolean ok = TRUE;

  g_mutex_init (&fetch_data.mutex);
  report (&fetch_data, 0);
  if (fetch_data.done < fetch_data.size)
    {
      ls_range_crew_enter ();
      ok = fetch (&fetch_data, error);
      ls_range_crew_leave ();
    }
  g_cancellable_disconnect (cancellable, link);
  g_mutex_clear (&fetch_data.mutex);

  return ok;
}
