/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-registry.h"

G_BEGIN_DECLS

/* The session in which a registry takes one blob: its address, which changes
 * with every answer. Private to this room. */

typedef struct
{
  LsRegistry *registry;
  const char *repository;
  const char *digest;
  GUri *location;   /* its query holds the registry's state; NULL while there is no session */
  gint64 min_chunk; /* fewer bytes in one request only at the end */
  gboolean is_recalled; /* from an earlier run of the program, and not asked for since */
} LsUploadSession;

LsHttpRequest *ls_upload_session_create_request (LsUploadSession  *session,
                                                 const char       *method,
                                                 GUri             *uri,
                                                 GCancellable     *cancellable,
                                                 GError          **error);
LsHttpRequest *ls_upload_session_create_post    (LsUploadSession  *session,
                                                 const char       *query,
                                                 GCancellable     *cancellable,
                                                 GError          **error);
LsHttpReply   *ls_upload_session_send           (LsUploadSession  *session,
                                                 LsHttpRequest    *request,
                                                 GCancellable     *cancellable,
                                                 GError          **error);
gboolean       ls_upload_session_begin          (LsUploadSession  *session,
                                                 LsHttpReply      *reply,
                                                 GError          **error);
gboolean       ls_upload_session_go_on          (LsUploadSession  *session,
                                                 LsHttpReply      *reply,
                                                 GError          **error);
GUri          *ls_upload_session_get_commit_uri (LsUploadSession  *session);
gboolean       ls_upload_session_find_offset    (LsUploadSession  *session,
                                                 gint64           *offset,
                                                 GCancellable     *cancellable,
                                                 GError          **error);
void           ls_upload_session_forget         (LsUploadSession  *session);

/* What outlives the program. */
gboolean       ls_upload_session_recall         (LsUploadSession  *session,
                                                 GCancellable     *cancellable,
                                                 GError          **error);
void           ls_upload_session_note           (LsUploadSession  *session,
                                                 GCancellable     *cancellable);
void           ls_upload_session_leave          (LsUploadSession  *session,
                                                 gboolean          goes_on);
void           ls_upload_session_delete         (LsUploadSession  *session);

G_END_DECLS
