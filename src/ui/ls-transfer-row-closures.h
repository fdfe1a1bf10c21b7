/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pure functions of a row: those that ls-transfer-row.ui names in its bindings, and
 * the text for screen readers. */

void  ls_transfer_row_bind_closures  (GtkWidgetClass *widget_class);
char *ls_transfer_row_describe_state (LsTransfer     *transfer);

G_END_DECLS
