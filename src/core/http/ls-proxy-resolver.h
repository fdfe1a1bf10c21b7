/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's and the environment's proxies, for all hosts but this computer:
 * what "localhost" is to a proxy is another computer, and to ask the desktop takes
 * libraries that a registry of one's own can do without. */

#define LS_TYPE_PROXY_RESOLVER (ls_proxy_resolver_get_type ())
G_DECLARE_FINAL_TYPE (LsProxyResolver, ls_proxy_resolver, LS, PROXY_RESOLVER, GObject)

GProxyResolver *ls_proxy_resolver_new (void);

G_END_DECLS
