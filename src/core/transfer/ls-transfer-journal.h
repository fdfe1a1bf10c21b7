/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer-record.h"

G_BEGIN_DECLS

/* The transfers that are not finished, on the disk, so that the next run of the
 * program can take them up, however this one ends. One file, transfers.ini, which
 * is replaced atomically and belongs to the process that has the lock
 * beside it. A second process on the same folder has a file of its own,
 * transfers-1.ini; what it leaves is taken over by whoever opens the journal next
 * when it is gone. Never what a living process is at. */

#define LS_TYPE_TRANSFER_JOURNAL (ls_transfer_journal_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferJournal, ls_transfer_journal, LS, TRANSFER_JOURNAL, GObject)

LsTransferJournal *ls_transfer_journal_new   (const char         *folder);
GPtrArray         *ls_transfer_journal_open  (LsTransferJournal  *self,
                                              GError            **error);
gboolean           ls_transfer_journal_is_open (LsTransferJournal *self);
void               ls_transfer_journal_save  (LsTransferJournal  *self,
                                              GPtrArray          *records);
void               ls_transfer_journal_flush (LsTransferJournal  *self);
void               ls_transfer_journal_close (LsTransferJournal  *self);

G_END_DECLS
