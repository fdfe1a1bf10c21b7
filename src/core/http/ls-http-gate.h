/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Lets only so many requests be under way at a time, in all and for each host,
 * and none of the patient ones to a host that asked to be left alone for a
 * while. libsoup has such limits, too, but a thread that waits for them cannot
 * be cancelled; here it can. Reference counted, safe to use from several
 * threads.
 *
 * Nobody waits for others while others may have to wait for them: a copy sends to
 * one place what it gets from another, and two of them would wait for each other.
 * So the limits do not hold up a thread that has passed and not come back, nor what
 * others wait for who have passed. */

typedef struct _LsHttpGate LsHttpGate;
typedef struct _LsHttpLease LsHttpLease;

/**
 * LsHttpGateFlags:
 * @LS_HTTP_GATE_NONE: waits for its turn
 * @LS_HTTP_GATE_IS_PATIENT: waits, too, until a host's pause is over
 * @LS_HTTP_GATE_IS_AWAITED: does not wait for its turn: those who have passed wait for it
 *
 * How to pass.
 */
typedef enum
{
  LS_HTTP_GATE_NONE = 0,
  LS_HTTP_GATE_IS_PATIENT = 1 << 0,
  LS_HTTP_GATE_IS_AWAITED = 1 << 1,
} LsHttpGateFlags;

/* Called when the first request after a long pause is about to pass; nothing
 * else is under way, and nothing can pass meanwhile. */
typedef void (*LsHttpGateFunc) (gpointer user_data);

LsHttpGate  *ls_http_gate_new      (guint          max_total,
                                    guint          max_per_host,
                                    LsHttpGateFunc after_pause,
                                    gpointer       user_data);
void         ls_http_gate_unref    (LsHttpGate    *gate);
void         ls_http_gate_set_limits (LsHttpGate  *gate,
                                    guint          max_total,
                                    guint          max_per_host);
void         ls_http_gate_pause_host (LsHttpGate  *gate,
                                    const char    *host,
                                    const char    *asked_for,
                                    gint64         until);
gint64       ls_http_gate_get_pause (LsHttpGate   *gate,
                                    const char    *host);
void         ls_http_gate_meet     (LsHttpGate    *gate,
                                    const char    *host,
                                    gint64         round_trip);
gint64       ls_http_gate_get_round_trip (LsHttpGate *gate,
                                    const char    *host);
gboolean     ls_http_gate_has_met  (LsHttpGate    *gate,
                                    const char    *host);
LsHttpLease *ls_http_gate_enter    (LsHttpGate    *gate,
                                    const char    *host,
                                    LsHttpGateFlags flags,
                                    GCancellable  *cancellable,
                                    GError       **error);
void         ls_http_lease_free    (LsHttpLease   *lease);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpGate, ls_http_gate_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpLease, ls_http_lease_free)

G_END_DECLS
