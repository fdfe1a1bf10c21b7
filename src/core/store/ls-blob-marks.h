/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-digest.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* Which blobs of a store were read and found to be what their names say, so that
 * gigabytes need not be read again for each transfer; and which of them the disk
 * may not have yet. The first outlives the process, as an extended attribute of
 * the file that says when it was last written: it only counts while that is so, and
 * it is only set once the disk has the blob. Safe to use from several threads.
 * Private to the store. */

typedef struct _LsBlobMarks LsBlobMarks;

LsBlobMarks *ls_blob_marks_new        (const char         *root);
void         ls_blob_marks_free       (LsBlobMarks        *marks);
gboolean     ls_blob_marks_is_intact  (LsBlobMarks        *marks,
                                       LsDigest           *digest,
                                       int                 fd,
                                       const struct stat  *status);
void         ls_blob_marks_add_new    (LsBlobMarks        *marks,
                                       LsDigest           *digest,
                                       const struct stat  *status);
void         ls_blob_marks_add_old    (LsBlobMarks        *marks,
                                       LsDigest           *digest,
                                       int                 fd,
                                       const struct stat  *status);
void         ls_blob_marks_forget     (LsBlobMarks        *marks,
                                       LsDigest           *digest,
                                       int                 fd);
gboolean     ls_blob_marks_sync       (LsBlobMarks        *marks,
                                       GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsBlobMarks, ls_blob_marks_free)

G_END_DECLS
