/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"

G_BEGIN_DECLS

/* Which blobs of an image have to be moved, and in which order, and how far that is. What
 * the destination had before counts as done: the figures are the same whether an image
 * comes in one attempt, in several, or in several runs of the program. */

GPtrArray *ls_layer_plan_list         (GPtrArray *blobs);
GPtrArray *ls_layer_plan_list_missing (GPtrArray *layers);
gint64     ls_layer_plan_get_total    (GPtrArray *layers);
gint64     ls_layer_plan_get_done     (GPtrArray *layers);
gint64     ls_layer_plan_get_retry    (GPtrArray *layers,
                                       LsError   *reason);

G_END_DECLS
