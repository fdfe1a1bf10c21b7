/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Advisory locks (flock) on files, between threads and between processes. The kernel
 * lets go of them when a process dies. */

typedef enum
{
  LS_FILE_LOCK_SHARED,
  LS_FILE_LOCK_EXCLUSIVE,
} LsFileLockMode;

gboolean ls_file_lock_fd      (int               fd,
                               LsFileLockMode    mode,
                               const char       *path,
                               GCancellable     *cancellable,
                               GError          **error);
gboolean ls_file_lock_try_fd  (int               fd,
                               LsFileLockMode    mode);
int      ls_file_lock_open    (const char       *folder,
                               const char       *name,
                               GError          **error);
int      ls_file_lock_acquire (const char       *folder,
                               const char       *name,
                               LsFileLockMode    mode,
                               GCancellable     *cancellable,
                               GError          **error);
void     ls_file_lock_release (int               fd);

/* A lock that ends with the block it was declared in. */
typedef int LsFileLock;
void     ls_file_lock_clear   (LsFileLock       *lock);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsFileLock, ls_file_lock_clear)

G_END_DECLS
