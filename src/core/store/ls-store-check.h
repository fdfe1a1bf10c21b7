/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store-problem.h"
#include "ls-store.h"

G_BEGIN_DECLS

/* A check of everything in the store that a name leads to, against its digest: the
 * files are read anew, whatever was found earlier. One object for one run. Lives in the
 * main context; the work runs in worker threads.
 *
 * Properties (read-only, notified a few times a second while it runs): running,
 * bytes-done, bytes-total (0: not known yet), fraction (0 to 1), problems (GListModel of
 * LsStoreProblem, which grows meanwhile). */

#define LS_TYPE_STORE_CHECK (ls_store_check_get_type ())
G_DECLARE_FINAL_TYPE (LsStoreCheck, ls_store_check, LS, STORE_CHECK, GObject)

LsStoreCheck *ls_store_check_new             (LsStore             *store);
void          ls_store_check_run_async       (LsStoreCheck        *self,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
gboolean      ls_store_check_run_finish      (LsStoreCheck        *self,
                                              GAsyncResult        *result,
                                              GError             **error);
gboolean      ls_store_check_is_running      (LsStoreCheck        *self);
gint64        ls_store_check_get_bytes_done  (LsStoreCheck        *self);
gint64        ls_store_check_get_bytes_total (LsStoreCheck        *self);
double        ls_store_check_get_fraction    (LsStoreCheck        *self);
GListModel   *ls_store_check_get_problems    (LsStoreCheck        *self);

G_END_DECLS
