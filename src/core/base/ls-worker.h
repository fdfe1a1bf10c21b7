/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Longshore's own worker threads. GTask's shared pool is small and GIO's
 * resolver and file functions wait in it; a slow registry must not fill it. */

void     ls_worker_run      (GTask            *task,
                             GTaskThreadFunc   func);

/* Does one part of a work; called from several threads at once. */
typedef gboolean (*LsWorkerFunc) (gpointer       item,
                                  gpointer       user_data,
                                  GCancellable  *cancellable,
                                  GError       **error);

gboolean ls_worker_for_each (GPtrArray        *items,
                             guint             n_threads,
                             LsWorkerFunc      func,
                             gpointer          user_data,
                             GCancellable     *cancellable,
                             GError          **error);

G_END_DECLS
