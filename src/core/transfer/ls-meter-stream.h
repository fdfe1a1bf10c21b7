/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"

G_BEGIN_DECLS

/* Passes bytes through and tells how many went by. */

#define LS_TYPE_METER_STREAM (ls_meter_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsMeterStream, ls_meter_stream, LS, METER_STREAM, GFilterInputStream)

GInputStream *ls_meter_stream_new (GInputStream       *base,
                                   gint64              offset,
                                   LsBlobProgressFunc  progress,
                                   gpointer            user_data);

G_END_DECLS
