/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-upload-log.h"

G_BEGIN_DECLS

/* One upload of an #LsUploadLog, as a file. */

typedef struct
{
  char *registry;
  char *username; /* nullable */
  char *repository;
  char *digest;
  GUri *location;
  gint64 since;     /* seconds of Unix time */
  gboolean is_busy; /* somebody is at it */
} LsUploadEntry;

LsUploadEntry *ls_upload_entry_new      (const LsUploadKey   *key,
                                         GUri                *location);
void           ls_upload_entry_free     (LsUploadEntry       *entry);
gboolean       ls_upload_entry_is_fresh (const LsUploadEntry *entry);
char          *ls_upload_entry_name     (const LsUploadKey   *key);

gboolean       ls_upload_entry_write    (const LsUploadEntry *entry,
                                         const char          *path,
                                         GError             **error);
LsUploadEntry *ls_upload_entry_read     (const char          *path,
                                         const char          *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsUploadEntry, ls_upload_entry_free)

G_END_DECLS
