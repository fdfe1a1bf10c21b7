/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for the name of an image to pull, and tells what it means while it is
 * typed: the full name, the registry and the account. Activates win.pull with
 * the full name on the window that it is transient for. */

#define LS_TYPE_PULL_DIALOG (ls_pull_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsPullDialog, ls_pull_dialog, LS, PULL_DIALOG, AdwWindow)

LsPullDialog *ls_pull_dialog_new (LsContext  *context,
                                  const char *text);

G_END_DECLS
