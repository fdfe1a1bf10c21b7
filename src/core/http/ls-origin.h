/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Origins and addresses: to whom credentials belong, and how deep into the
 * user's own network an address lies. */

/**
 * LsReach:
 * @LS_REACH_PUBLIC: anywhere on the internet
 * @LS_REACH_PRIVATE: a private network (RFC 1918, RFC 6598, unique local)
 * @LS_REACH_LINK_LOCAL: this network segment; cloud metadata services live here
 * @LS_REACH_LOOPBACK: this computer
 *
 * How close to the user an address is. A server may send us only to addresses
 * that are no closer than itself: a public registry that leads to the router,
 * to a metadata service or to this computer is an attack.
 */
typedef enum
{
  LS_REACH_PUBLIC,
  LS_REACH_PRIVATE,
  LS_REACH_LINK_LOCAL,
  LS_REACH_LOOPBACK,
} LsReach;

/* How Longshore parses URIs: the path and the query stay as they came. */
#define LS_URI_FLAGS                                                                               \
  (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY                 \
   | G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE)

guint16  ls_uri_get_port        (GUri           *uri);
gboolean ls_uri_is_https        (GUri           *uri);
gboolean ls_uri_is_http_family  (GUri           *uri);
char    *ls_uri_dup_host_port   (GUri           *uri);
gboolean ls_origin_equal        (GUri           *a,
                                 GUri           *b);
gboolean ls_host_is_loopback    (const char     *host);
LsReach  ls_reach_of_host       (const char     *host);
LsReach  ls_reach_of_address    (GInetAddress   *address);

G_END_DECLS
