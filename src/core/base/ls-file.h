/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that must not be found half written: how they are read, and replaced so that
 * neither a planted link, a full disk nor a crash does harm. Blocks on the disk. */

/**
 * LsFileFlags:
 * @LS_FILE_DEFAULT: everybody may read it who may enter its folder, and the disk is waited for
 * @LS_FILE_PRIVATE: nobody else may read it
 * @LS_FILE_QUICK: the disk is not waited for: it has to outlive the program, and not the
 *   computer
 *
 * How a file is replaced.
 */
typedef enum
{
  LS_FILE_DEFAULT = 0,
  LS_FILE_PRIVATE = 1 << 0,
  LS_FILE_QUICK = 1 << 1,
} LsFileFlags;

void     ls_file_set_error      (GError      **error,
                                 int           saved_errno,
                                 const char   *path,
                                 const char   *action);
GBytes  *ls_file_read           (const char   *path,
                                 gsize         max_size,
                                 GError      **error);
GBytes  *ls_file_read_fd        (int           fd,
                                 const char   *path,
                                 gsize         max_size,
                                 GError      **error);
gboolean ls_file_write_all      (int           fd,
                                 gconstpointer data,
                                 gsize         size,
                                 gsize        *written);
gboolean ls_file_replace        (const char   *path,
                                 GBytes       *bytes,
                                 LsFileFlags   flags,
                                 GError      **error);
gboolean ls_file_make_directory (const char   *path,
                                 int           mode,
                                 GError      **error);
gboolean ls_file_sync_directory (const char   *path,
                                 GError      **error);

G_END_DECLS
