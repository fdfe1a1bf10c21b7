/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Those who bring ranges of blobs, of all transfers together. Each blob has a thread of its
 * own; as long as there are fewer of these than connections that are worth having, others
 * help where most is missing, range by range. */

typedef struct _LsRangeTask LsRangeTask;

/**
 * LsRangeFunc:
 * @user_data: what was given with the function
 *
 * Brings one range. Called from several threads at once.
 *
 * Returns: whether another one may be asked for; not after a failure
 */
typedef gboolean (*LsRangeFunc) (gpointer user_data);

/**
 * LsRangeMissingFunc:
 * @user_data: what was given with the function
 *
 * Must not call the crew.
 *
 * Returns: how many bytes are missing that nobody brings
 */
typedef gint64 (*LsRangeMissingFunc) (gpointer user_data);

void         ls_range_crew_enter     (void);
void         ls_range_crew_leave     (void);
LsRangeTask *ls_range_crew_open      (LsRangeFunc         bring,
                                      LsRangeMissingFunc  missing,
                                      gpointer            user_data,
                                      guint               max_helpers);
guint        ls_range_crew_get_share (guint               max_helpers);
void         ls_range_crew_wait      (LsRangeTask        *task);
void         ls_range_crew_close     (LsRangeTask        *task);

G_END_DECLS
