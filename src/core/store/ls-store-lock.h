/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Advisory locks (flock) on files of the store, between threads and between
 * processes. The kernel lets go of them when a process dies. For the store and for
 * what lies beside it. */

typedef enum
{
  LS_STORE_LOCK_SHARED,
  LS_STORE_LOCK_EXCLUSIVE,
} LsStoreLockMode;

gboolean ls_store_lock_fd      (int               fd,
                                LsStoreLockMode   mode,
                                const char       *path,
                                GCancellable     *cancellable,
                                GError          **error);
gboolean ls_store_lock_try_fd  (int               fd,
                                LsStoreLockMode   mode);
int      ls_store_lock_open    (const char       *root,
                                const char       *name,
                                GError          **error);
int      ls_store_lock_acquire (const char       *root,
                                const char       *name,
                                LsStoreLockMode   mode,
                                GCancellable     *cancellable,
                                GError          **error);
void     ls_store_lock_release (int               fd);

/* A lock that ends with the block it was declared in. */
typedef int LsStoreLock;
void     ls_store_lock_clear   (LsStoreLock      *lock);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsStoreLock, ls_store_lock_clear)

/* The lock files. */
#define LS_STORE_INDEX_LOCK "index.lock"
#define LS_STORE_USE_LOCK   "use.lock"

G_END_DECLS
