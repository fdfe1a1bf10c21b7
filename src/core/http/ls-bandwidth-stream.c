/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-bandwidth-stream.h"

struct _LsBandwidthStream
{
  GFilterInputStream parent_instance;

  LsBandwidth *bandwidth;
  LsPace pace;
  gboolean is_upload;
  gint64 handed_on; /* when the server was last given something to take */
  gint64 waited;    /* for the server, in microseconds, since it was looked at last */
  gint64 n_moved;
};

G_DEFINE_FINAL_TYPE (LsBandwidthStream, ls_bandwidth_stream, G_TYPE_FILTER_INPUT_STREAM)

/* A server that moves a byte now and then is never silent, and never done. The time
 * that the other end of the stream takes, or that the limit costs, is not the server's. */
static gboolean
is_fast_enough (LsBandwidthStream *self, gint64 waited, gint64 n_bytes)
{
  self->waited += waited;
  self->n_moved += n_bytes;
  if (self->waited < self->pace.patience * (gint64) G_USEC_PER_SEC)
    return TRUE;

  if (self->n_moved < self->waited / G_USEC_PER_SEC * self->pace.min_speed)
    return FALSE;

  self->waited = 0;
  self->n_moved = 0;

  return TRUE;
}

static gssize
ls_bandwidth_stream_read (GInputStream *stream, void *buffer, gsize count,
                          GCancellable *cancellable, GError **error)
{
  LsBandwidthStream *self = LS_BANDWIDTH_STREAM (stream);
  GInputStream *body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gint64 start;
  gint64 end;
  gsize granted;
  gssize n_read;

  if (!ls_bandwidth_take (self->bandwidth, count, &granted, cancellable, error))
    return -1;

  start = ls_bandwidth_get_time (self->bandwidth);
  n_read = g_input_stream_read (body, buffer, granted, cancellable, error);
  ls_bandwidth_give_back (self->bandwidth, granted - (gsize) MAX (n_read, 0));

  end = ls_bandwidth_get_time (self->bandwidth);
  self->handed_on = end;
  if (n_read > 0 && !self->is_upload && !is_fast_enough (self, end - start, n_read))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Too few bytes come");
      return -1;
    }

  return n_read;
}

static void
ls_bandwidth_stream_finalize (GObject *object)
{
  LsBandwidthStream *self = LS_BANDWIDTH_STREAM (object);

  g_clear_pointer (&self->bandwidth, ls_bandwidth_unref);

  G_OBJECT_CLASS (ls_bandwidth_stream_parent_class)->finalize (object);
}

static void
ls_bandwidth_stream_class_init (LsBandwidthStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_bandwidth_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = ls_bandwidth_stream_read;
}

static void
ls_bandwidth_stream_init (LsBandwidthStream *self)
{
}

/**
 * ls_bandwidth_stream_new:
 * @body: (transfer none): what a server sends
 * @bandwidth: the limit; may change while it flows
 * @pace: how fast the server has to be
 *
 * Returns: (transfer full): the same bytes, and the same errors; from a server that
 *   is too slow, %G_IO_ERROR_TIMED_OUT
 */
GInputStream *
ls_bandwidth_stream_new (GInputStream *body, LsBandwidth *bandwidth, const LsPace *pace)
{
  LsBandwidthStream *self = g_object_new (LS_TYPE_BANDWIDTH_STREAM, "base-stream", body, NULL);

  self->bandwidth = ls_bandwidth_ref (bandwidth);
  self->pace = *pace;

  return G_INPUT_STREAM (self);
}

/**
 * ls_bandwidth_stream_new_for_upload:
 * @body: (transfer none): what a server is sent; may come as slowly as it likes
 * @bandwidth: the limit; may change while it flows
 * @pace: how fast the server has to be
 *
 * Returns: (transfer full): the same bytes, and the same errors
 */
GInputStream *
ls_bandwidth_stream_new_for_upload (GInputStream *body, LsBandwidth *bandwidth, const LsPace *pace)
{
  GInputStream *stream = ls_bandwidth_stream_new (body, bandwidth, pace);

  LS_BANDWIDTH_STREAM (stream)->is_upload = TRUE;

  return stream;
}

/**
 * ls_bandwidth_stream_note_taken:
 * @self: a stream for an upload
 * @n_bytes: how many of the bytes that were read last the server has taken now
 *
 * To be told of each part that is taken: the whole of what one read gave may be much for
 * a server that is too slow.
 *
 * Returns: whether the server is fast enough
 */
gboolean
ls_bandwidth_stream_note_taken (LsBandwidthStream *self, gsize n_bytes)
{
  gint64 before = self->handed_on;

  self->handed_on = ls_bandwidth_get_time (self->bandwidth);

  return is_fast_enough (self, self->handed_on - before, (gint64) n_bytes);
}
