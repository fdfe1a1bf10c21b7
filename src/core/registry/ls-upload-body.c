/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-body.h"

#include "ls-cancellable.h"
#include "ls-error.h"

struct _LsUploadBody
{
  GFilterInputStream parent_instance;

  GCancellable *stop;
  GCancellable *interrupt; /* of a read: follows both who stops and who reads */
  gulong link;
  LsGrace *grace;  /* begins with the first bytes */
  gint64 size;     /* bytes given so far */
  GError *failure; /* why there are no more */
};

G_DEFINE_FINAL_TYPE (LsUploadBody, ls_upload_body, G_TYPE_FILTER_INPUT_STREAM)

/* Whether what was given is worth the answer. Bytes that are the wrong ones are not. */
static gboolean
may_end (LsUploadBody *self, const GError *error)
{
  return self->size > 0 && !g_error_matches (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
}

static gssize
ls_upload_body_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                     GError **error)
{
  LsUploadBody *self = LS_UPLOAD_BODY (stream);
  GInputStream *bytes = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  g_autoptr (GError) local_error = NULL;
  gssize n_read = -1;
  gulong link;

  if (self->failure != NULL)
    return 0;

  link = ls_cancellable_link (cancellable, self->interrupt);
  if (!g_cancellable_set_error_if_cancelled (self->interrupt, &local_error))
    n_read = g_input_stream_read (bytes, buffer, count, self->interrupt, &local_error);
  g_cancellable_disconnect (cancellable, link);
  if (n_read > 0 && self->size == 0 && !ls_grace_begin (self->grace, &local_error))
    n_read = -1;
  if (n_read < 0 && (g_cancellable_is_cancelled (cancellable) || !may_end (self, local_error)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return -1;
    }
  if (n_read < 0)
    {
      self->failure = g_steal_pointer (&local_error);
      return 0;
    }

  self->size += n_read;

  return n_read;
}

static void
ls_upload_body_finalize (GObject *object)
{
  LsUploadBody *self = LS_UPLOAD_BODY (object);

  g_cancellable_disconnect (self->stop, self->link);
  g_clear_object (&self->stop);
  g_clear_object (&self->interrupt);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (ls_upload_body_parent_class)->finalize (object);
}

static void
ls_upload_body_class_init (LsUploadBodyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_upload_body_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = ls_upload_body_read;
}

static void
ls_upload_body_init (LsUploadBody *self)
{
  self->interrupt = g_cancellable_new ();
}

/**
 * ls_upload_body_new:
 * @bytes: (transfer none): the bytes to send
 * @stop: (nullable): ends the body after what it has given so far
 * @grace: follows @stop; begins with the first bytes; must live until the last was read
 *
 * Returns: (transfer full): a stream that ends early instead of raising what @bytes raises
 *   or %G_IO_ERROR_CANCELLED, once it has given anything. That bytes are missing, and the
 *   cancellable with which it is read, are errors as ever.
 */
GInputStream *
ls_upload_body_new (GInputStream *bytes, GCancellable *stop, LsGrace *grace)
{
  LsUploadBody *self = g_object_new (LS_TYPE_UPLOAD_BODY, "base-stream", bytes, NULL);

  g_set_object (&self->stop, stop);
  self->link = ls_cancellable_link (stop, self->interrupt);
  self->grace = grace;

  return G_INPUT_STREAM (self);
}

/**
 * ls_upload_body_get_size:
 * @self: a body
 *
 * Returns: how many bytes it has given
 */
gint64
ls_upload_body_get_size (LsUploadBody *self)
{
  return self->size;
}

/**
 * ls_upload_body_check_failure:
 * @self: a body that was sent
 * @error: return location for an error
 *
 * Errors: what ended the body early.
 *
 * Returns: whether it came to its own end
 */
gboolean
ls_upload_body_check_failure (LsUploadBody *self, GError **error)
{
  if (self->failure == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->failure));

  return FALSE;
}
