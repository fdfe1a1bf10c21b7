/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is seen of something while it is dragged. */

void ls_drag_card_show (GdkDrag    *drag,
                        const char *name);

G_END_DECLS
