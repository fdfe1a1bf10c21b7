/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"
#include "ls-error.h"
#include "ls-range-plan.h"

#include <gio/gio.h>

#include <sys/stat.h>

G_BEGIN_DECLS

/* The files of an image layout: where they are, and how they are opened so that no
 * planted link does harm. */

#define LS_STORE_INDEX_LOCK "index.lock"
#define LS_STORE_USE_LOCK   "use.lock"

#define LS_STORE_RESERVE_MAX (64 * 1024 * 1024)

/* Told that so many more bytes of a file were read and hashed. */
typedef void (*LsHashedFunc) (gsize    n_bytes,
                              gpointer user_data);

char    *ls_store_files_blob_directory (const char       *root,
                                        const char       *algorithm);
char    *ls_store_files_blob_path      (const char       *root,
                                        const LsDigest   *digest);
char    *ls_store_files_part_path      (const char       *root,
                                        const LsDigest   *digest);
gboolean ls_store_files_has_blob       (const char       *root,
                                        LsDescriptor     *blob);
void     ls_store_files_set_content_error
                                       (GError          **error,
                                        LsError           code,
                                        LsDigest         *digest,
                                        const char       *what);
int      ls_store_files_open_content   (const char       *root,
                                        LsDigest         *digest,
                                        struct stat      *status,
                                        GError          **error);
int      ls_store_files_open_blob      (const char       *root,
                                        LsDescriptor     *blob,
                                        GError          **error);
LsDigest *ls_store_files_hash          (int               fd,
                                        const LsDigest   *expected,
                                        LsHashedFunc      hashed,
                                        gpointer          user_data,
                                        GCancellable     *cancellable,
                                        GError          **error);
LsRangePlan *ls_store_files_read_ranges (int              fd,
                                        gint64            size,
                                        gint64            file_size);
guint64  ls_store_files_get_shortage   (const char       *root,
                                        guint64           bytes);

G_END_DECLS
