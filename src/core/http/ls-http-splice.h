/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sends bodies in large steps. Private to this room. */

void ls_http_splice_widen (void);

G_END_DECLS
