/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A cancellable that follows another one: at once while nothing can get lost, and some
 * time later from when something can. Within that time work may come to a good end. */

typedef struct _LsGrace LsGrace;

LsGrace      *ls_grace_new             (GCancellable  *cancellable,
                                        guint          seconds);
void          ls_grace_free            (LsGrace       *grace);
GCancellable *ls_grace_get_cancellable (LsGrace       *grace);
gboolean      ls_grace_begin           (LsGrace       *grace,
                                        GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsGrace, ls_grace_free)

G_END_DECLS
