/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A limit on how many bytes a second go by, in both directions and through all
 * streams together. The streams get their turns in the order in which they
 * come, a small slice each time, so that none is left behind. Reference
 * counted, safe to use from several threads. */

typedef struct _LsBandwidth LsBandwidth;

/* Where the time comes from, in microseconds that only go forward, and how to
 * wait; for tests. */
typedef struct
{
  gint64 (*get_time)   (gpointer user_data);
  void   (*wait_until) (gint64   time,
                        gpointer user_data);
} LsBandwidthClock;

LsBandwidth  *ls_bandwidth_new            (void);
LsBandwidth  *ls_bandwidth_new_with_clock (const LsBandwidthClock *clock,
                                           gpointer                user_data);
LsBandwidth  *ls_bandwidth_ref            (LsBandwidth            *bandwidth);
void          ls_bandwidth_unref          (LsBandwidth            *bandwidth);
void          ls_bandwidth_set_limit      (LsBandwidth            *bandwidth,
                                           gint64                  bytes_per_second);
gint64        ls_bandwidth_get_limit      (LsBandwidth            *bandwidth);
gint64        ls_bandwidth_get_time       (LsBandwidth            *bandwidth);
gboolean      ls_bandwidth_take           (LsBandwidth            *bandwidth,
                                           gsize                   wanted,
                                           gsize                  *granted,
                                           GCancellable           *cancellable,
                                           GError                **error);
void          ls_bandwidth_give_back      (LsBandwidth            *bandwidth,
                                           gsize                   unused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsBandwidth, ls_bandwidth_unref)

G_END_DECLS
