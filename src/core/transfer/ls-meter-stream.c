/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-meter-stream.h"

struct _LsMeterStream
{
  GFilterInputStream parent_instance;

  gint64 done;
  LsBlobProgressFunc progress;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE (LsMeterStream, ls_meter_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
ls_meter_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                      GError **error)
{
  LsMeterStream *self = LS_METER_STREAM (stream);
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize n = g_input_stream_read (base, buffer, count, cancellable, error);

  if (n > 0)
    {
      self->done += n;
      self->progress (self->done, FALSE, self->user_data);
    }

  return n;
}

static void
ls_meter_stream_class_init (LsMeterStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = ls_meter_stream_read;
}

static void
ls_meter_stream_init (LsMeterStream *self)
{
}

/**
 * ls_meter_stream_new:
 * @base: where the bytes come from
 * @offset: how many bytes of the blob came before those of @base
 * @progress: (scope notified): told after each read; must outlive the stream
 * @user_data: for @progress
 *
 * Returns: (transfer full): a stream with the bytes of @base
 */
GInputStream *
ls_meter_stream_new (GInputStream *base, gint64 offset, LsBlobProgressFunc progress,
                     gpointer user_data)
{
  LsMeterStream *self = g_object_new (LS_TYPE_METER_STREAM, "base-stream", base, NULL);

  self->done = offset;
  self->progress = progress;
  self->user_data = user_data;

  return G_INPUT_STREAM (self);
}
