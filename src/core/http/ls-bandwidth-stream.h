/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-bandwidth.h"

G_BEGIN_DECLS

/* A body that flows no faster than an LsBandwidth lets it and, if it comes from a
 * server, not so slowly that it may as well have stopped. Private to this room. */

#define LS_TYPE_BANDWIDTH_STREAM (ls_bandwidth_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsBandwidthStream, ls_bandwidth_stream, LS, BANDWIDTH_STREAM,
                      GFilterInputStream)

GInputStream *ls_bandwidth_stream_new (GInputStream *body,
                                       LsBandwidth  *bandwidth,
                                       guint         patience);

G_END_DECLS
