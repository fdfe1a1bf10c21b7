/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-stream.h"

#include "ls-http-error.h"

struct _LsHttpStream
{
  GFilterInputStream parent_instance;

  char *host;    /* who sends it; NULL for an upload */
  char *subject; /* what is sent, for an upload */
  LsHttpLease *lease;
  gint64 missing;    /* bytes still promised, -1: nothing was promised */
  gboolean is_whole; /* the body has no more bytes than were promised */
};

G_DEFINE_FINAL_TYPE (LsHttpStream, ls_http_stream, G_TYPE_FILTER_INPUT_STREAM)

/* libsoup 3.2 takes the end of the connection for the end of a chunked body,
 * and an upload that ends early would leave the server waiting for the rest. */
static void
report_missing (LsHttpStream *self, GError **error)
{
  if (self->host != NULL)
    ls_http_set_error (error, LS_ERROR_OFFLINE, self->host,
                       "%s ended the download with %" G_GINT64_FORMAT " bytes missing", self->host,
                       self->missing);
  else
    ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, self->subject,
                       "%s is %" G_GINT64_FORMAT " bytes shorter than it should be", self->subject,
                       self->missing);
}

static gssize
ls_http_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                     GError **error)
{
  LsHttpStream *self = LS_HTTP_STREAM (stream);
  GInputStream *body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  g_autoptr (GError) local_error = NULL;
  gssize n_read;

  if (self->missing >= 0)
    count = (gsize) MIN ((guint64) count, (guint64) self->missing);
  if (count == 0)
    return 0;

  n_read = g_input_stream_read (body, buffer, count, cancellable, &local_error);
  if (n_read < 0)
    {
      if (self->host != NULL)
        g_propagate_error (error, ls_http_error_from_transport (local_error, self->host, 0));
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return -1;
    }

  if (n_read == 0 && self->missing > 0)
    {
      report_missing (self, error);
      return -1;
    }

  if (self->missing >= 0)
    self->missing -= n_read;

  return n_read;
}

/* Only once it has seen the end of a body does libsoup keep the connection. That
 * end is known here: nothing is waited for. */
static void
meet_the_end (LsHttpStream *self)
{
  GInputStream *body = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
  guint8 byte;

  if (self->is_whole && self->missing == 0)
    g_input_stream_read (body, &byte, 1, NULL, NULL);
}

static gboolean
ls_http_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  LsHttpStream *self = LS_HTTP_STREAM (stream);
  gboolean ok;

  meet_the_end (self);
  ok = G_INPUT_STREAM_CLASS (ls_http_stream_parent_class)->close_fn (stream, cancellable, error);

  g_clear_pointer (&self->lease, ls_http_lease_free);

  return ok;
}

static void
ls_http_stream_finalize (GObject *object)
{
  LsHttpStream *self = LS_HTTP_STREAM (object);

  g_free (self->host);
  g_free (self->subject);

  G_OBJECT_CLASS (ls_http_stream_parent_class)->finalize (object);
}

static void
ls_http_stream_class_init (LsHttpStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_http_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = ls_http_stream_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = ls_http_stream_close;
}

static void
ls_http_stream_init (LsHttpStream *self)
{
  self->missing = -1;
}

/**
 * ls_http_stream_new:
 * @body: (transfer none): the body as libsoup gives it
 * @host: the server, for error texts
 * @lease: (transfer full): given back when the stream is closed
 *
 * Returns: (transfer full): a stream whose errors are those of this room
 */
GInputStream *
ls_http_stream_new (GInputStream *body, const char *host, LsHttpLease *lease)
{
  LsHttpStream *self;

  self = g_object_new (LS_TYPE_HTTP_STREAM, "base-stream", body, NULL);
  self->host = g_strdup (host);
  self->lease = lease;

  return G_INPUT_STREAM (self);
}

/**
 * ls_http_stream_new_for_upload:
 * @body: (transfer none): the bytes to send
 * @subject: what they are, for error texts
 * @size: how many there must be
 *
 * Returns: (transfer full): a stream that raises %LS_ERROR_DIGEST_MISMATCH when
 *   there are fewer bytes than @size, and the errors of @body as they are
 */
GInputStream *
ls_http_stream_new_for_upload (GInputStream *body, const char *subject, gint64 size)
{
  LsHttpStream *self;

  self = g_object_new (LS_TYPE_HTTP_STREAM, "base-stream", body, NULL);
  self->subject = g_strdup (subject);
  self->missing = size;

  return G_INPUT_STREAM (self);
}

/**
 * ls_http_stream_set_promised_size:
 * @self: a stream from which nothing was read yet
 * @size: how many bytes must come
 * @is_whole: whether the server has said that these are all bytes of the body, so
 *   that its connection can serve again when they have come
 *
 * The stream ends after @size bytes, whatever the server sends on; an earlier
 * end is %LS_ERROR_OFFLINE, which a caller may mend by resuming.
 */
void
ls_http_stream_set_promised_size (LsHttpStream *self, gint64 size, gboolean is_whole)
{
  g_return_if_fail (LS_IS_HTTP_STREAM (self));
  g_return_if_fail (size >= 0);

  self->missing = size;
  self->is_whole = is_whole;
}
