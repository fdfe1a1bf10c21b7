/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a transfer that was cut goes on by itself, and when. Pure functions:
 * what time it is, and the dice, come from the caller. */

gboolean ls_transfer_retry_is_worth     (const GError *error,
                                         gboolean      reached,
                                         gboolean      online);
gboolean ls_transfer_retry_needs_network (const GError *error);
gint64   ls_transfer_retry_get_time     (const GError *error,
                                         guint         fruitless,
                                         double        random,
                                         gint64        now);

G_END_DECLS
