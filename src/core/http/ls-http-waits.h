/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"

G_BEGIN_DECLS

/* What is waiting right now before it is tried again, by host: nothing moves
 * meanwhile, and who looks at it wants to know why. Safe to use from several
 * threads. */

typedef struct _LsHttpWaits LsHttpWaits;
typedef struct _LsHttpWait LsHttpWait;

LsHttpWaits *ls_http_waits_new   (void);
void         ls_http_waits_free  (LsHttpWaits *waits);
LsHttpWait  *ls_http_waits_begin (LsHttpWaits *waits,
                                  const char  *host,
                                  LsError      reason,
                                  gint64       until);
void         ls_http_waits_end   (LsHttpWaits *waits,
                                  LsHttpWait  *wait);
gint64       ls_http_waits_get   (LsHttpWaits *waits,
                                  const char  *host,
                                  LsError     *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpWaits, ls_http_waits_free)

G_END_DECLS
