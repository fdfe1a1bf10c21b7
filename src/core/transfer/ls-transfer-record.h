/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-sequel.h"

G_BEGIN_DECLS

/* What has to be known of a transfer to take it up in another run of the program:
 * names only, no secret. As text, a key file with a version. */

/* What is longer is not of this program. */
#define LS_TRANSFER_RECORDS_MAX_SIZE (4 * 1024 * 1024)

typedef struct
{
  LsTransferKind kind;
  LsReference *name;           /* at the registry */
  LsReference *source;         /* of a copy, else NULL: the name that it comes from */
  gboolean is_nameless;        /* a pull that mends content, and writes no name */
  char *account;               /* nullable: nobody */
  LsPlatformChoice *platforms; /* nullable: what is usual */
  GStrv images;                /* nullable: digests of manifests that the store expects */
  GPtrArray *sequels;          /* LsTransferSequel: what is to follow a pull; nullable */
  gboolean paused;             /* by the user, so that it does not go on by itself */
  GError *failure;             /* nullable: why it came to no good end */
} LsTransferRecord;

LsTransferRecord *ls_transfer_record_new         (LsTransfer  *transfer);
void              ls_transfer_record_free        (LsTransferRecord *record);
GBytes           *ls_transfer_records_to_bytes   (GPtrArray   *records);
GPtrArray        *ls_transfer_records_from_bytes (GBytes      *bytes,
                                                  GError     **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTransferRecord, ls_transfer_record_free)

G_END_DECLS
