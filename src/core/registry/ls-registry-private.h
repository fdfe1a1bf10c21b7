/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-authorizer.h"
#include "ls-registry.h"
#include "ls-upload-log.h"

G_BEGIN_DECLS

/* What the files that make up LsRegistry share. Private to this room. */

LsAuthorizer  *ls_registry_get_authorizer   (LsRegistry         *self);
gboolean       ls_registry_find_home        (LsRegistry         *self,
                                             GUri               *uri,
                                             gboolean           *is_home,
                                             GCancellable       *cancellable,
                                             GError            **error);
LsHttpRequest *ls_registry_create_request_to (LsRegistry       *self,
                                             const char         *method,
                                             GUri               *uri,
                                             GCancellable       *cancellable,
                                             GError            **error);
LsHttpRequest *ls_registry_create_request   (LsRegistry         *self,
                                             const char         *method,
                                             const char         *repository,
                                             const char         *what,
                                             const char         *item,
                                             GCancellable       *cancellable,
                                             GError            **error);
LsHttpReply   *ls_registry_send_for         (LsRegistry         *self,
                                             LsHttpRequest      *request,
                                             const char         *repository,
                                             const char         *actions,
                                             GCancellable       *cancellable,
                                             GError            **error);
gboolean       ls_registry_check            (LsRegistry         *self,
                                             LsHttpReply        *reply,
                                             const char         *subject,
                                             GError            **error);

/* How the registry takes blobs. */
LsUploadMemory *ls_registry_get_upload_memory (LsRegistry       *self);
LsUploadLog   *ls_registry_get_upload_log   (LsRegistry         *self);
/* An upload session at @location that was begun for a blob and is of use still;
 * is_used: it may have some of its bytes. */
void           ls_registry_keep_session     (LsRegistry         *self,
                                             const char         *repository,
                                             const char         *digest,
                                             GUri               *location,
                                             gboolean            is_used);
GUri          *ls_registry_steal_session    (LsRegistry         *self,
                                             const char         *repository,
                                             const char         *digest,
                                             gboolean           *is_unsure);
gboolean       ls_registry_back_off         (LsRegistry         *self,
                                             const GError       *failure,
                                             guint               n_failures,
                                             GCancellable       *cancellable);

#define LS_REGISTRY_PULL "pull"
#define LS_REGISTRY_PUSH "pull,push"

G_END_DECLS
