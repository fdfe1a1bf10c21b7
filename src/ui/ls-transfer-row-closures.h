/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pure functions that ls-transfer-row.ui names in its bindings. */

void ls_transfer_row_bind_closures (GtkWidgetClass *widget_class);

G_END_DECLS
