/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* For list models that learn their whole content anew and must not disturb the
 * views for what has stayed. */

void ls_list_update (GListModel *model,
                     GPtrArray  *items,
                     GPtrArray  *wanted);

G_END_DECLS
