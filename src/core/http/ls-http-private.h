/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-bandwidth.h"
#include "ls-http-gate.h"
#include "ls-http-waits.h"
#include "ls-http.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What LsHttp holds for the files that send. Private to this room. */

SoupSession *ls_http_get_session     (LsHttp *self);
LsHttpGate  *ls_http_get_gate        (LsHttp *self);
LsHttpGate  *ls_http_get_name_gate   (LsHttp *self);
LsHttpWaits *ls_http_get_waits       (LsHttp *self);
LsBandwidth *ls_http_get_bandwidth   (LsHttp *self);
guint        ls_http_get_timeout     (LsHttp *self);
guint        ls_http_get_min_speed   (LsHttp *self);
guint        ls_http_get_retry_delay (LsHttp *self);

G_END_DECLS
