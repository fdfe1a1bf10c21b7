/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which blobs of an image have to be moved, and in which order. */

GPtrArray *ls_layer_plan_list         (GPtrArray *blobs);
GPtrArray *ls_layer_plan_list_missing (GPtrArray *layers,
                                       gint64    *total);

G_END_DECLS
