/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-splice.h"

/* libsoup 3 sends a body by g_output_stream_splice(), whose steps are of 8 KiB: three
 * system calls for each, 400 000 a GiB, which cost more than the copying itself. There
 * is no public way to say otherwise. How a stream splices is a matter of its class,
 * though, so the class that libsoup has for bodies gets a better way. Where it is
 * called otherwise, or not known yet, bodies travel as before. */
#define BODY_CLASS "SoupBodyOutputStream"

#define STEP ((gsize) 256 * 1024)

typedef gssize (*SpliceFunc) (GOutputStream *stream, GInputStream *source,
                              GOutputStreamSpliceFlags flags, GCancellable *cancellable,
                              GError **error);

static SpliceFunc splice_in_small_steps;

static gboolean
write_step (GOutputStream *stream, const guint8 *data, gsize size, GCancellable *cancellable,
            GError **error)
{
  /* The stream is marked as busy with the splice, so its public function refuses. */
  GOutputStreamClass *klass = G_OUTPUT_STREAM_GET_CLASS (stream);

  while (size > 0)
    {
      gssize n = klass->write_fn (stream, data, size, cancellable, error);

      if (n < 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }

  return TRUE;
}

static gssize
splice_in_large_steps (GOutputStream *stream, GInputStream *source, GOutputStreamSpliceFlags flags,
                       GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (STEP);
  gssize sum = 0;
  gssize n;

  while ((n = g_input_stream_read (source, buffer, STEP, cancellable, error)) > 0)
    {
      if (!write_step (stream, buffer, (gsize) n, cancellable, error))
        {
          n = -1;
          break;
        }
      sum += n;
    }

  if (n < 0)
    {
      if (flags & G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE)
        g_input_stream_close (source, NULL, NULL);
      return -1;
    }

  /* Nothing is left but to end both as the flags say. */
  return splice_in_small_steps (stream, source, flags, cancellable, error) < 0 ? -1 : sum;
}

/**
 * ls_http_splice_widen:
 *
 * Has the bodies of requests sent in large steps from the second one on that the process
 * sends: libsoup makes the class with the first. Call it before each of them, from any
 * thread.
 */
void
ls_http_splice_widen (void)
{
  static GMutex mutex;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GType type = g_type_from_name (BODY_CLASS);
  GOutputStreamClass *klass;

  if (splice_in_small_steps != NULL || !g_type_is_a (type, G_TYPE_OUTPUT_STREAM))
    return;

  klass = g_type_class_ref (type);
  splice_in_small_steps = klass->splice;
  klass->splice = splice_in_large_steps;
}
