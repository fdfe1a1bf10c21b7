/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Checks all images on this computer against their digests, as soon as it is shown,
 * lists what is damaged or missing, and fetches that again when told to. */

#define LS_TYPE_CHECK_DIALOG (ls_check_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsCheckDialog, ls_check_dialog, LS, CHECK_DIALOG, AdwWindow)

GtkWidget *ls_check_dialog_new (LsContext *context);

G_END_DECLS
