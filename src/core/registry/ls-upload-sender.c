/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-sender.h"

#include "ls-grace.h"
#include "ls-http-stream.h"

#define CONTENT_TYPE "application/octet-stream" /* form data would be eaten as a form */

/* How long a request may take to end early, in seconds. */
#define GRACE 4

/* Who opens the body, and with which patience. */
typedef struct
{
  LsUploadSender *sender;
  LsGrace *grace; /* NULL where the request may not end early */
} Opening;

/* Again when the request is sent again. */
static GInputStream *
open_body (gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;
  LsUploadSender *self = opening->sender;
  g_autoptr (GInputStream) body = NULL;

  g_clear_object (&self->body);
  if (self->source == NULL || self->source_offset != self->offset)
    {
      ls_upload_sender_let_go (self);
      self->source = self->open (self->offset, self->open_data, cancellable, error);
    }
  if (self->source == NULL)
    return NULL;

  self->source_offset = self->offset + self->body_size;
  body = ls_http_stream_new_for_upload (self->source, self->session->digest, self->body_size);
  if (self->source_offset < self->size)
    g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (body), FALSE);
  else
    ls_upload_sender_let_go (self);

  if (opening->grace == NULL)
    return g_steal_pointer (&body);

  self->body = LS_UPLOAD_BODY (ls_upload_body_new (body, self->cancellable, opening->grace));

  return G_INPUT_STREAM (g_object_ref (self->body));
}

/**
 * ls_upload_sender_send:
 * @sender: a sender
 * @request: a request for its session
 * @offset: where in the blob its bytes begin
 * @size: how many there are; 0: it goes without
 * @may_end: whether it may end early, which must be with all that is left of the blob
 * @error: return location for an error
 *
 * Sends a request with bytes. One that may end early does so, some of its bytes
 * having gone out, when the sender's cancellable is cancelled or the blob cannot be
 * read any further; see ls_upload_sender_check_end().
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_upload_sender_send (LsUploadSender *sender, LsHttpRequest *request, gint64 offset, gint64 size,
                       gboolean may_end, GError **error)
{
  g_autoptr (LsGrace) grace = may_end ? ls_grace_new (sender->cancellable, GRACE) : NULL;
  GCancellable *cancellable =
      grace != NULL ? ls_grace_get_cancellable (grace) : sender->cancellable;
  Opening opening = { sender, grace };
  LsHttpReply *reply;

  sender->offset = offset;
  sender->body_size = size;
  sender->may_end = may_end;
  if (size > 0)
    ls_http_request_set_body_func (request, CONTENT_TYPE, may_end ? -1 : size, open_body, &opening);
  else
    ls_http_request_set_header (request, "Content-Type", CONTENT_TYPE);

  reply = ls_upload_session_send (sender->session, request, cancellable, error);

  /* The stream is somewhere in the middle. */
  if (reply == NULL || !ls_http_reply_is_success (reply))
    ls_upload_sender_let_go (sender);
  if (reply == NULL)
    g_clear_object (&sender->body);

  return reply;
}

/**
 * ls_upload_sender_get_sent:
 * @sender: a sender
 *
 * Returns: how many bytes were in the last request, which had a reply
 */
gint64
ls_upload_sender_get_sent (LsUploadSender *sender)
{
  return sender->may_end ? ls_upload_body_get_size (sender->body) : sender->body_size;
}

/**
 * ls_upload_sender_check_end:
 * @sender: a sender
 * @error: return location for an error
 *
 * Errors: what ended the last request early, %G_IO_ERROR_CANCELLED being one.
 *
 * Returns: whether all of its bytes are out
 */
gboolean
ls_upload_sender_check_end (LsUploadSender *sender, GError **error)
{
  return !sender->may_end || ls_upload_body_check_failure (sender->body, error);
}

/**
 * ls_upload_sender_let_go:
 * @sender: a sender
 *
 * Has the next request open the blob anew.
 */
void
ls_upload_sender_let_go (LsUploadSender *sender)
{
  g_clear_object (&sender->source);
}

/**
 * ls_upload_sender_clear:
 * @sender: a sender
 *
 * Frees what is in it.
 */
void
ls_upload_sender_clear (LsUploadSender *sender)
{
  ls_upload_sender_let_go (sender);
  g_clear_object (&sender->body);
}
