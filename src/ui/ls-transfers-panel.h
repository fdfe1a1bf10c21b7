/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A content page of all transfers of this run, newest first, with what can be
 * done about each. */

#define LS_TYPE_TRANSFERS_PANEL (ls_transfers_panel_get_type ())
G_DECLARE_FINAL_TYPE (LsTransfersPanel, ls_transfers_panel, LS, TRANSFERS_PANEL, AdwBin)

GtkWidget *ls_transfers_panel_new (LsContext *context);

G_END_DECLS
