/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Uploads to one registry that were begun in this run of the program, and that nobody is
 * at: the next one who sends the same blob goes on. Safe to use from several threads. */

typedef struct _LsUploadShelf LsUploadShelf;

LsUploadShelf *ls_upload_shelf_new             (void);
void           ls_upload_shelf_free            (LsUploadShelf *shelf);
void           ls_upload_shelf_keep            (LsUploadShelf *shelf,
                                                const char    *repository,
                                                const char    *digest,
                                                GUri          *location,
                                                gboolean       is_used);
GUri          *ls_upload_shelf_take            (LsUploadShelf *shelf,
                                                const char    *repository,
                                                const char    *digest,
                                                gboolean      *is_unsure);
GPtrArray     *ls_upload_shelf_drop_repository (LsUploadShelf *shelf,
                                                const char    *repository);

G_END_DECLS
