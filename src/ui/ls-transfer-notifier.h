/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-window.h"

G_BEGIN_DECLS

/* Tells the user of a window which transfers have ended: by a toast, unless the
 * page of transfers is shown, and by a notification of the desktop while no window
 * of ours is in front. Lives as long as the window keeps it. */

#define LS_TYPE_TRANSFER_NOTIFIER (ls_transfer_notifier_get_type ())
G_DECLARE_FINAL_TYPE (LsTransferNotifier, ls_transfer_notifier, LS, TRANSFER_NOTIFIER, GObject)

LsTransferNotifier *ls_transfer_notifier_new (LsWindow *window);

G_END_DECLS
