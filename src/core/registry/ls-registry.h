/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-credentials.h"
#include "ls-http.h"
#include "ls-manifest.h"
#include "ls-pull-limit.h"
#include "ls-reference.h"
#include "ls-registry-settings.h"

G_BEGIN_DECLS

/* One registry as one user (or nobody) sees it: the client side of the OCI
 * distribution specification 1.1 with Docker's token authentication. Keeps the
 * challenge and the tokens, so share one object for all work of an account.
 * Safe to use from several threads at once. Functions without _async block:
 * call them from worker threads. */

#define LS_TYPE_REGISTRY (ls_registry_get_type ())
G_DECLARE_FINAL_TYPE (LsRegistry, ls_registry, LS, REGISTRY, GObject)

/**
 * LsBlobOpenFunc:
 * @offset: where to start, in bytes
 * @user_data: what was given with the function
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the bytes of a blob for an upload, from @offset to its end. Called
 * again, from the same thread, when the upload has to go back.
 *
 * Returns: (transfer full): a stream; %NULL with @error set
 */
typedef GInputStream *(*LsBlobOpenFunc) (gint64         offset,
                                         gpointer       user_data,
                                         GCancellable  *cancellable,
                                         GError       **error);

LsRegistry   *ls_registry_new            (LsHttp              *http,
                                          LsRegistrySettings  *settings,
                                          const char          *name,
                                          LsCredentials       *credentials);
/* The same registry and user, tokens and all, for work that goes on by itself:
 * it waits (minutes at most) for a server that asks for patience, and a few
 * seconds for a line that fails, where a person would be told at once. */
LsRegistry   *ls_registry_for_transfers  (LsRegistry          *self);
/* What that work waits for right now: seconds of Unix time, to be shown as
 * "waiting for NAME until 14:05" and asked for again every second; or 0. */
gint64        ls_registry_get_pause      (LsRegistry          *self);
gint64        ls_registry_get_round_trip (LsRegistry         *self);
/* When its next attempt is, after one that failed: in the same way, or 0. */
gint64        ls_registry_get_retry      (LsRegistry          *self,
                                          LsError             *reason);
void          ls_registry_drop_uploads   (LsRegistry          *self,
                                          const char          *repository);
const char   *ls_registry_get_name       (LsRegistry          *self);
const char   *ls_registry_get_username   (LsRegistry          *self);

gboolean      ls_registry_sign_in        (LsRegistry          *self,
                                          GCancellable        *cancellable,
                                          GError             **error);
void          ls_registry_sign_in_async  (LsRegistry          *self,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean      ls_registry_sign_in_finish (LsRegistry          *self,
                                          GAsyncResult        *result,
                                          GError             **error);

/* Docker Hub's pull limit: read without using up a pull, and as it was last seen
 * with any manifest. %NULL where there is none. */
gboolean      ls_registry_read_pull_limit (LsRegistry         *self,
                                          LsPullLimit        **limit,
                                          GCancellable        *cancellable,
                                          GError             **error);
void          ls_registry_read_pull_limit_async  (LsRegistry          *self,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
gboolean      ls_registry_read_pull_limit_finish (LsRegistry          *self,
                                                  GAsyncResult        *result,
                                                  LsPullLimit        **limit,
                                                  GError             **error);

LsDescriptor *ls_registry_head_manifest  (LsRegistry          *self,
                                          const char          *repository,
                                          const char          *tag_or_digest,
                                          GCancellable        *cancellable,
                                          GError             **error);
LsManifest   *ls_registry_get_manifest   (LsRegistry          *self,
                                          const char          *repository,
                                          const char          *tag_or_digest,
                                          GCancellable        *cancellable,
                                          GError             **error);
gboolean      ls_registry_put_manifest   (LsRegistry          *self,
                                          const char          *repository,
                                          const char          *tag_or_digest,
                                          LsManifest          *manifest,
                                          GCancellable        *cancellable,
                                          GError             **error);

gboolean      ls_registry_has_blob       (LsRegistry          *self,
                                          const char          *repository,
                                          LsDescriptor        *blob,
                                          gboolean            *exists,
                                          GCancellable        *cancellable,
                                          GError             **error);
GInputStream *ls_registry_open_blob      (LsRegistry          *self,
                                          const char          *repository,
                                          LsDescriptor        *blob,
                                          gint64               offset,
                                          gint64               length,
                                          GCancellable        *cancellable,
                                          GError             **error);
GInputStream *ls_registry_open_range     (LsRegistry          *self,
                                          const char          *repository,
                                          LsDescriptor        *blob,
                                          gint64               offset,
                                          gint64               length,
                                          GCancellable        *cancellable,
                                          GError             **error);
gboolean      ls_registry_mount_blob     (LsRegistry          *self,
                                          const char          *repository,
                                          LsDescriptor        *blob,
                                          const char          *from_repository,
                                          gboolean            *mounted,
                                          GCancellable        *cancellable,
                                          GError             **error);
gboolean      ls_registry_put_blob       (LsRegistry          *self,
                                          const char          *repository,
                                          LsDescriptor        *blob,
                                          LsBlobOpenFunc       open,
                                          gpointer             user_data,
                                          GCancellable        *cancellable,
                                          GError             **error);

GStrv         ls_registry_list_tags        (LsRegistry          *self,
                                            const char          *repository,
                                            GCancellable        *cancellable,
                                            GError             **error);

G_END_DECLS
