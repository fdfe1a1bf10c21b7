/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"
#include "ls-transfer-journal.h"

G_BEGIN_DECLS

struct _LsContext
{
  GObject parent_instance;

  LsHttp *http;
  LsRegistrySettings *settings;
  GError *settings_error;
  LsStore *store;
  LsImageList *images;
  LsAccountList *accounts;
  LsPlaceList *places;
  LsTransferQueue *transfers;
  LsHub *hub;

  LsTransferJournal *journal;
  char *uploads_folder;
  GQueue *records; /* (nullable) of LsTransferRecord: what is still to be taken up */
  gboolean is_stopped;
  gboolean is_going_on; /* what an earlier run has left, without being asked */
};

/* What the files of LsContext share. */
LsTransfer *ls_context_create_transfer   (LsContext      *self,
                                          LsTransferKind  kind,
                                          LsReference    *name,
                                          LsRegistry     *registry,
                                          GError        **error);
LsTransfer *ls_context_queue_transfer    (LsContext      *self,
                                          LsTransfer     *transfer);
gboolean    ls_context_are_alike         (LsTransfer     *a,
                                          LsTransfer     *b);
void        ls_context_watch_transfers   (LsContext      *self);
void        ls_context_save_transfers    (LsContext      *self);
LsAccount  *ls_context_choose_reader     (LsContext      *self,
                                          LsReference    *from,
                                          LsReference    *to,
                                          LsAccount      *writer);

void        ls_context_keep_leftovers    (LsContext      *self,
                                          LsTransfer     *transfer);
void        ls_context_drop_uploads      (LsTransfer     *transfer,
                                          GParamSpec     *pspec,
                                          LsContext      *self);
void        ls_context_drop_leftovers    (LsTransferQueue *transfers,
                                          LsTransfer     *transfer,
                                          LsContext      *self);

/* Taking up what an earlier run has left. */
void        ls_context_take_up_transfers (LsContext      *self,
                                          GPtrArray      *records);
void        ls_context_go_on             (LsContext      *self);
gboolean    ls_context_prepare_transfer  (LsTransferQueue *transfers,
                                          LsTransfer     *transfer,
                                          LsContext      *self);

G_END_DECLS
