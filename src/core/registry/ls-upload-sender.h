/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-upload-body.h"
#include "ls-upload-session.h"

G_BEGIN_DECLS

/* Sends requests with bytes of one blob in an upload session. Bytes that follow one
 * another come from one stream: to open another one may mean to ask another registry.
 * Private to this room. */

typedef struct
{
  LsUploadSession *session;
  gint64 size; /* of the blob */
  LsBlobOpenFunc open;
  gpointer open_data;
  GCancellable *cancellable;

  /* Of the request under way, or of the last one. */
  gint64 offset; /* where its bytes begin in the blob */
  gint64 body_size; /* -1, from whoever makes it: there was none yet */
  gboolean may_end;
  LsUploadBody *body; /* only where it may end early */

  GInputStream *source; /* the blob's bytes, while there is more than one request for them */
  gint64 source_offset; /* how far it will have been read when the request is out */
} LsUploadSender;

LsHttpReply *ls_upload_sender_send      (LsUploadSender  *sender,
                                         LsHttpRequest   *request,
                                         gint64           offset,
                                         gint64           size,
                                         gboolean         may_end,
                                         GError         **error);
gint64       ls_upload_sender_get_sent  (LsUploadSender  *sender);
gboolean     ls_upload_sender_check_end (LsUploadSender  *sender,
                                         GError         **error);
void         ls_upload_sender_let_go    (LsUploadSender  *sender);
void         ls_upload_sender_clear     (LsUploadSender  *sender);

G_END_DECLS
