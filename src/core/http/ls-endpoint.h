/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a service answers and how far it is trusted: a base URL, whether its
 * TLS may go unverified, and a certificate authority of its own. All of it
 * holds for the origin of the URL and for no other. Immutable, reference
 * counted, safe to share between threads. */

typedef struct _LsEndpoint LsEndpoint;

/**
 * LsEndpointFlags:
 * @LS_ENDPOINT_NONE: TLS with certificates that the system trusts
 * @LS_ENDPOINT_INSECURE: the user allows plain http and unverified TLS
 * @LS_ENDPOINT_ANY_SCHEME: the scheme of the URL is a guess; http may be tried
 *   where the port does not speak TLS (on this computer, or when insecure)
 *
 * What is allowed with an endpoint.
 */
typedef enum
{
  LS_ENDPOINT_NONE = 0,
  LS_ENDPOINT_INSECURE = 1 << 0,
  LS_ENDPOINT_ANY_SCHEME = 1 << 1,
} LsEndpointFlags;

#define LS_TYPE_ENDPOINT (ls_endpoint_get_type ())
GType ls_endpoint_get_type (void);

LsEndpoint   *ls_endpoint_new         (const char        *url,
                                       LsEndpointFlags    flags,
                                       GTlsDatabase      *authority,
                                       GError           **error);
LsEndpoint   *ls_endpoint_ref         (LsEndpoint        *endpoint);
void          ls_endpoint_unref       (LsEndpoint        *endpoint);
GUri         *ls_endpoint_get_uri     (const LsEndpoint  *endpoint);
const char   *ls_endpoint_get_host    (const LsEndpoint  *endpoint);
const char   *ls_endpoint_get_name    (const LsEndpoint  *endpoint);
LsEndpoint   *ls_endpoint_named       (LsEndpoint        *endpoint,
                                       const char        *name);
GTlsDatabase *ls_endpoint_get_authority (const LsEndpoint *endpoint);
gboolean      ls_endpoint_is_insecure (const LsEndpoint  *endpoint);
LsEndpoint   *ls_endpoint_plain_http  (LsEndpoint        *endpoint);
GUri         *ls_endpoint_resolve     (const LsEndpoint  *endpoint,
                                       const char        *target,
                                       GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsEndpoint, ls_endpoint_unref)

G_END_DECLS
