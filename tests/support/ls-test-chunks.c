/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-chunks.h"

struct _LsTestChunks
{
  GFilterInputStream parent_instance;

  guint64 left; /* bytes of the chunk that is being read */
  gboolean has_begun;
  gboolean at_end;
};

G_DEFINE_FINAL_TYPE (LsTestChunks, ls_test_chunks, G_TYPE_FILTER_INPUT_STREAM)

static char *
read_line (LsTestChunks *self, GCancellable *cancellable, GError **error)
{
  GInputStream *in = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
  g_autoptr (GError) local_error = NULL;
  char *line =
      g_data_input_stream_read_line (G_DATA_INPUT_STREAM (in), NULL, cancellable, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (line == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The body has no end");

  return line;
}

/* After each chunk comes an empty line, and after the last one as well. */
static gboolean
begin_chunk (LsTestChunks *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *end = self->has_begun ? read_line (self, cancellable, error) : NULL;
  g_autofree char *size = NULL;
  g_autofree char *last = NULL;

  if (self->has_begun && end == NULL)
    return FALSE;

  size = read_line (self, cancellable, error);
  if (size == NULL)
    return FALSE;

  self->has_begun = TRUE;
  self->left = g_ascii_strtoull (size, NULL, 16);
  self->at_end = self->left == 0;
  last = self->at_end ? read_line (self, cancellable, error) : NULL;

  return !self->at_end || last != NULL;
}

static gssize
ls_test_chunks_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                     GError **error)
{
  LsTestChunks *self = LS_TEST_CHUNKS (stream);
  GInputStream *in = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize n_read;

  if (self->left == 0 && !self->at_end && !begin_chunk (self, cancellable, error))
    return -1;
  if (self->at_end)
    return 0;

  n_read = g_input_stream_read (in, buffer, (gsize) MIN (count, self->left), cancellable, error);
  if (n_read == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "A chunk has no end");
      return -1;
    }
  if (n_read > 0)
    self->left -= (guint64) n_read;

  return n_read;
}

static void
ls_test_chunks_class_init (LsTestChunksClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = ls_test_chunks_read;
}

static void
ls_test_chunks_init (LsTestChunks *self)
{
}

GInputStream *
ls_test_chunks_new (GDataInputStream *in)
{
  return g_object_new (LS_TYPE_TEST_CHUNKS, "base-stream", in, "close-base-stream", FALSE, NULL);
}
