/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-bandwidth-stream.h"

/* Less than any line brings that works. */
#define SLOWEST_BYTES_PER_SECOND 64

struct _LsBandwidthStream
{
  GFilterInputStream parent_instance;

  LsBandwidth *bandwidth;
  gint64 patience; /* how long it may be too slow, in microseconds; 0: for ever */
  gint64 waited;   /* for the bytes since it was looked at last */
  gint64 n_brought;
};

G_DEFINE_FINAL_TYPE (LsBandwidthStream, ls_bandwidth_stream, G_TYPE_FILTER_INPUT_STREAM)

/* A server that sends a byte now and then is never silent, and never done. The time
 * that the reader takes, or that the limit costs, is not the server's. */
static gboolean
check_speed (LsBandwidthStream *self, gint64 waited, gssize n_read, GError **error)
{
  self->waited += waited;
  self->n_brought += n_read;
  if (self->waited < self->patience)
    return TRUE;

  if (self->n_brought < self->waited / G_USEC_PER_SEC * SLOWEST_BYTES_PER_SECOND)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Too few bytes come");
      return FALSE;
    }
  self->waited = 0;
  self->n_brought = 0;

  return TRUE;
}

static gssize
ls_bandwidth_stream_read (GInputStream *stream, void *buffer, gsize count,
                          GCancellable *cancellable, GError **error)
{
  LsBandwidthStream *self = LS_BANDWIDTH_STREAM (stream);
  GInputStream *body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gint64 start;
  gsize granted;
  gssize n_read;

  if (!ls_bandwidth_take (self->bandwidth, count, &granted, cancellable, error))
    return -1;

  start = ls_bandwidth_get_time (self->bandwidth);
  n_read = g_input_stream_read (body, buffer, granted, cancellable, error);
  ls_bandwidth_give_back (self->bandwidth, granted - (gsize) MAX (n_read, 0));

  if (n_read > 0 && self->patience > 0
      && !check_speed (self, ls_bandwidth_get_time (self->bandwidth) - start, n_read, error))
    return -1;

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
 * @body: (transfer none): what flows
 * @bandwidth: the limit; may change while it flows
 * @patience: how many seconds a server may bring next to nothing; 0: for ever
 *
 * Returns: (transfer full): the same bytes, and the same errors; from a server that
 *   does so for longer, %G_IO_ERROR_TIMED_OUT
 */
GInputStream *
ls_bandwidth_stream_new (GInputStream *body, LsBandwidth *bandwidth, guint patience)
{
  LsBandwidthStream *self = g_object_new (LS_TYPE_BANDWIDTH_STREAM, "base-stream", body, NULL);

  self->bandwidth = ls_bandwidth_ref (bandwidth);
  self->patience = patience * (gint64) G_USEC_PER_SEC;

  return G_INPUT_STREAM (self);
}
