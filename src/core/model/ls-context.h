/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-account-list.h"
#include "ls-image-list.h"
#include "ls-image-offer.h"
#include "ls-image-variant.h"
#include "ls-place-list.h"
#include "ls-search.h"
#include "ls-store-check.h"
#include "ls-transfer-queue.h"
#include "ls-transfer-sequel.h"

G_BEGIN_DECLS

/* What one running Longshore works with: the lists that views bind to and the
 * operations that move images between places. Passed to whoever needs it;
 * there are no singletons. Read-only properties: images, accounts, places,
 * transfers. */

#define LS_TYPE_CONTEXT (ls_context_get_type ())
G_DECLARE_FINAL_TYPE (LsContext, ls_context, LS, CONTEXT, GObject)

LsContext       *ls_context_new                (const char           *config_dir,
                                                const char           *data_dir);
/* Where to keep what was found out about registries and can be found out again. */
void             ls_context_set_cache_dir      (LsContext            *self,
                                                const char           *cache_dir);
void             ls_context_load               (LsContext            *self);
/* For the end of the program: what is not finished is stopped, remembered, and
 * goes on in the next run. */
void             ls_context_stop               (LsContext            *self);
LsImageList     *ls_context_get_images         (LsContext            *self);
LsAccountList   *ls_context_get_accounts       (LsContext            *self);
LsPlaceList     *ls_context_get_places         (LsContext            *self);
LsTransferQueue *ls_context_get_transfers      (LsContext            *self);
/* For its limits, which settings are bound to: max-connections,
 * max-connections-per-host and bandwidth-limit. */
LsHttp          *ls_context_get_http           (LsContext            *self);
const GError    *ls_context_get_settings_error (LsContext            *self);
gboolean         ls_context_is_insecure        (LsContext            *self,
                                                const char           *registry);
LsSearch        *ls_context_create_search      (LsContext            *self);
LsAccount       *ls_context_find_account       (LsContext            *self,
                                                LsReference          *name);

/* Asks what a pull of @name could bring, for a choice of platforms. */
void             ls_context_inspect_async  (LsContext            *self,
                                            LsReference          *name,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
LsImageOffer    *ls_context_inspect_finish (LsContext            *self,
                                            GAsyncResult         *result,
                                            GError              **error);

/* Reads what an image on this computer consists of: LsImageVariant, one for each of
 * its platforms that is here. */
void             ls_context_describe_async  (LsContext            *self,
                                             LsImage              *image,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
GPtrArray       *ls_context_describe_finish (LsContext            *self,
                                             GAsyncResult         *result,
                                             GError              **error);

/* Queues a pull of @name (without tag and digest: latest). Whoever asks again for
 * what is not finished yet gets the transfer that is there. */
void             ls_context_pull_async    (LsContext            *self,
                                           LsReference          *name,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void             ls_context_pull_platforms_async (LsContext            *self,
                                                  LsReference          *name,
                                                  LsPlatformChoice     *platforms,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
LsTransfer      *ls_context_pull_finish   (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

/* Tags @image as @name when it has another name, and queues the push with
 * @account, or with the account that fits @name when @account is NULL. Fails
 * with LS_ERROR_UNAUTHORIZED before anything is done when nobody is signed in at
 * Docker Hub; a transfer that another registry refuses so goes on by itself
 * after a sign-in there. A whole index goes byte for byte; one that is not all here
 * fails with LS_ERROR_PARTLY_HELD before anything moves, unless platforms are chosen. */
void             ls_context_push_async    (LsContext            *self,
                                           LsImage              *image,
                                           LsReference          *name,
                                           LsAccount            *account,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void             ls_context_push_platforms_async (LsContext            *self,
                                                  LsImage              *image,
                                                  LsReference          *name,
                                                  LsAccount            *account,
                                                  LsPlatformChoice     *platforms,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
LsTransfer      *ls_context_push_finish   (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

/* A push that waits for a pull of the rest of its image. */
void             ls_context_push_after    (LsContext            *self,
                                           LsTransfer           *pull,
                                           LsTransferSequel     *sequel);
GPtrArray       *ls_context_take_sequels  (LsContext            *self,
                                           LsTransfer           *pull);

/* Queues a copy from one name at a registry to another, at the same registry or not:
 * nothing is kept on this computer. Of an index all is copied, byte for byte, unless
 * platforms are chosen. The account is the one at the destination, or NULL for the one
 * that fits; the source is read as whoever fits there. */
void             ls_context_copy_async    (LsContext            *self,
                                           LsReference          *from,
                                           LsReference          *to,
                                           LsAccount            *account,
                                           LsPlatformChoice     *platforms,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
LsTransfer      *ls_context_copy_finish   (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

void             ls_context_tag_async     (LsContext            *self,
                                           LsImage              *image,
                                           LsReference          *name,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean         ls_context_tag_finish    (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* Takes the name away. Until ls_context_collect_garbage() the blobs stay, so
 * that ls_context_tag_async() with the same image and name brings it back. */
void             ls_context_remove_async  (LsContext            *self,
                                           LsImage              *image,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean         ls_context_remove_finish (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

/* A check of the whole store, to be run by ls_store_check_run_async(). */
LsStoreCheck    *ls_context_create_check  (LsContext            *self);
/* Fetches again what a check found to be wrong, from where the images say that they
 * are: queues a transfer for each image. The names lead to what they led to before. */
void             ls_context_mend_async    (LsContext            *self,
                                           LsStoreCheck         *check,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
guint            ls_context_mend_finish   (LsContext            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

void             ls_context_collect_garbage (LsContext          *self);

G_END_DECLS
