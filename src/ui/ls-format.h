/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers, sizes and times as people read them, in the user's language. Pure
 * functions that need no display; all of them return text for a label, never
 * markup. */

char *ls_format_size          (guint64    bytes);
char *ls_format_speed         (gint64     bytes_per_second);
char *ls_format_duration      (gint64     seconds);
char *ls_format_count         (gint64     count);
char *ls_format_percent       (double     fraction);
char *ls_format_relative_time (GDateTime *when,
                               GDateTime *now);
char *ls_format_exact_time    (GDateTime *when);
char *ls_format_clock_time    (gint64     unix_seconds,
                               GDateTime *now);

G_END_DECLS
