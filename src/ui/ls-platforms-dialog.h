/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks which platforms of an image to pull: shows what the registry offers under a
 * name. Signal "chosen" (char *: the LsPlatformChoice as text, guint: how many). */

#define LS_TYPE_PLATFORMS_DIALOG (ls_platforms_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsPlatformsDialog, ls_platforms_dialog, LS, PLATFORMS_DIALOG, AdwWindow)

LsPlatformsDialog *ls_platforms_dialog_new (LsContext   *context,
                                            LsReference *name);

G_END_DECLS
