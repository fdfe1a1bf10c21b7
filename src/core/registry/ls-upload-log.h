/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The uploads of large blobs that are under way, on the disk, so that the next run of
 * the program can go on with them, however this one ends. Safe to use from any
 * thread.
 *
 * What is kept is the address of an upload, and a registry may put into its query
 * what it wants to see again: whoever has it may add to that one upload, or end it.
 * It is no password and no token: it opens nothing else, the registry asks for those
 * besides, and forgets it by itself. So it may be written down, but as little as
 * possible: into a file of its own that nobody else may read, in a folder that nobody
 * else may enter, no longer than the upload takes, and a day at the very most. It is
 * in no log. Only addresses at the registry itself are kept: one on another server
 * may be signed, and then it is all that is asked for.
 *
 * A folder belongs to one process at a time: what a living process is at is
 * nobody else's. */

typedef struct
{
  const char *registry;
  const char *username; /* nullable: nobody */
  const char *repository;
  const char *digest;
} LsUploadKey;

typedef struct _LsUploadLog LsUploadLog;

LsUploadLog *ls_upload_log_new   (void);
LsUploadLog *ls_upload_log_ref   (LsUploadLog       *log);
void         ls_upload_log_unref (LsUploadLog       *log);
gboolean     ls_upload_log_open  (LsUploadLog       *log,
                                  const char        *folder,
                                  GError           **error);
void         ls_upload_log_close (LsUploadLog       *log);

/* One upload. */
void         ls_upload_log_note  (LsUploadLog       *log,
                                  const LsUploadKey *key,
                                  GUri              *location);
GUri        *ls_upload_log_take  (LsUploadLog       *log,
                                  const LsUploadKey *key);
void         ls_upload_log_rest  (LsUploadLog       *log,
                                  const LsUploadKey *key);
void         ls_upload_log_drop  (LsUploadLog       *log,
                                  const LsUploadKey *key);

/* All that rest. */
GPtrArray   *ls_upload_log_drop_repository (LsUploadLog *log,
                                            const char  *registry,
                                            const char  *username,
                                            const char  *repository);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsUploadLog, ls_upload_log_unref)

G_END_DECLS
