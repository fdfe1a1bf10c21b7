/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How long ago something was, kept true while it is seen; the exact time is in
 * the tooltip. Property: time (GDateTime, nullable). */

#define LS_TYPE_TIME_LABEL (ls_time_label_get_type ())
G_DECLARE_FINAL_TYPE (LsTimeLabel, ls_time_label, LS, TIME_LABEL, GtkWidget)

const char *ls_time_label_get_text (LsTimeLabel *self);
void        ls_time_label_set_time (LsTimeLabel *self,
                                    GDateTime   *time);

G_END_DECLS
