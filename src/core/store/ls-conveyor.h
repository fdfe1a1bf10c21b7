/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A thread that handles what it is given, one after the other. A few small items
 * are not worth a thread: without one they are handled when somebody waits for
 * them. The thread gives way to all that somebody waits for: what handles an item must
 * not use GLib's thread pools. Private to the store. */

typedef struct _LsConveyor LsConveyor;

/* Takes @item over. */
typedef void (*LsConveyorFunc) (gpointer item,
                                gpointer user_data);

LsConveyor *ls_conveyor_new        (const char      *name,
                                    LsConveyorFunc   handle,
                                    GDestroyNotify   drop,
                                    gpointer         user_data);
void        ls_conveyor_free       (LsConveyor      *self);
void        ls_conveyor_push       (LsConveyor      *self,
                                    gpointer         item,
                                    gboolean         needs_thread);
gboolean    ls_conveyor_wait       (LsConveyor      *self,
                                    GCancellable    *cancellable,
                                    GError         **error);
gboolean    ls_conveyor_is_stopped (LsConveyor      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsConveyor, ls_conveyor_free)

G_END_DECLS
