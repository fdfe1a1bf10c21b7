/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-bandwidth.h"

G_BEGIN_DECLS

/* A body that flows no faster than an LsBandwidth lets it and, as far as it is the
 * server that it waits for, not so slowly that it may as well have stopped. Private to
 * this room. */

#define LS_TYPE_BANDWIDTH_STREAM (ls_bandwidth_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsBandwidthStream, ls_bandwidth_stream, LS, BANDWIDTH_STREAM,
                      GFilterInputStream)

/**
 * LsPace:
 * @patience: how many seconds a server may be too slow
 * @min_speed: how many bytes a second it has to move at least
 *
 * How fast a server has to be.
 */
typedef struct
{
  guint patience;
  guint min_speed;
} LsPace;

GInputStream *ls_bandwidth_stream_new            (GInputStream      *body,
                                                  LsBandwidth       *bandwidth,
                                                  const LsPace      *pace);
GInputStream *ls_bandwidth_stream_new_for_upload (GInputStream      *body,
                                                  LsBandwidth       *bandwidth,
                                                  const LsPace      *pace);
gboolean      ls_bandwidth_stream_note_taken     (LsBandwidthStream *self,
                                                  gsize              n_bytes);

G_END_DECLS
