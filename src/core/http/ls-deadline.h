/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Cancels a cancellable when its time is up. A timeout between two bytes does
 * not stop a server that sends one byte now and then; this does. */

typedef struct _LsDeadline LsDeadline;

gint64      ls_deadline_for_reply (guint         patience,
                                   gsize         n_bytes);

LsDeadline *ls_deadline_new       (guint         seconds,
                                   GCancellable *cancellable);
void        ls_deadline_move      (LsDeadline   *deadline,
                                   gint64        time);
gboolean    ls_deadline_passed    (LsDeadline   *deadline);
void        ls_deadline_free      (LsDeadline   *deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsDeadline, ls_deadline_free)

G_END_DECLS
