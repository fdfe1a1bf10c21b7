/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-endpoint.h"
#include "ls-origin.h"

G_BEGIN_DECLS

/* What to ask of a server. Belongs to one thread; may be sent several times. */

typedef struct _LsHttpRequest LsHttpRequest;

/**
 * LsHttpBodyFunc:
 * @user_data: what was given with the function
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens the body of a request from its start. Called again whenever the
 * request has to be sent again.
 *
 * Returns: (transfer full): a stream; %NULL with @error set
 */
typedef GInputStream *(*LsHttpBodyFunc) (gpointer       user_data,
                                         GCancellable  *cancellable,
                                         GError       **error);

/**
 * LsHttpPatience:
 * @LS_HTTP_FOR_PERSON: somebody looks at it: a server that is busy is asked again
 *   for a few seconds only, a line that fails is told at once
 * @LS_HTTP_FOR_TRANSFER: work that goes on by itself: waits minutes for a server
 *   that asks for it, and some seconds for a line that failed
 *
 * Who waits for a request, and so for how long.
 */
typedef enum
{
  LS_HTTP_FOR_PERSON,
  LS_HTTP_FOR_TRANSFER,
} LsHttpPatience;

/* The largest reply that is read where nothing else is said. */
#define LS_HTTP_DEFAULT_MAX_SIZE (1024 * 1024)

LsHttpRequest *ls_http_request_new               (const char      *method,
                                                  LsEndpoint      *endpoint,
                                                  GUri            *uri);
LsHttpRequest *ls_http_request_new_for_target    (const char      *method,
                                                  LsEndpoint      *endpoint,
                                                  const char      *target,
                                                  GError         **error);
void           ls_http_request_free              (LsHttpRequest   *request);
void           ls_http_request_set_header        (LsHttpRequest   *request,
                                                  const char      *name,
                                                  const char      *value);
void           ls_http_request_set_authorization (LsHttpRequest   *request,
                                                  const char      *value);
void           ls_http_request_set_body          (LsHttpRequest   *request,
                                                  const char      *content_type,
                                                  GBytes          *body);
void           ls_http_request_set_body_func     (LsHttpRequest   *request,
                                                  const char      *content_type,
                                                  gint64           size,
                                                  LsHttpBodyFunc   open,
                                                  gpointer         user_data);
void           ls_http_request_set_max_size      (LsHttpRequest   *request,
                                                  gsize            max_size);
void           ls_http_request_set_max_reach     (LsHttpRequest   *request,
                                                  LsReach          max_reach);
void           ls_http_request_set_may_repeat    (LsHttpRequest   *request,
                                                  gboolean         may_repeat);
void           ls_http_request_set_patience      (LsHttpRequest   *request,
                                                  LsHttpPatience   patience);
void           ls_http_request_set_same_origin   (LsHttpRequest   *request,
                                                  gboolean         same_origin);
void           ls_http_request_set_is_awaited    (LsHttpRequest   *request,
                                                  gboolean         is_awaited);

const char    *ls_http_request_get_method        (LsHttpRequest   *request);
LsEndpoint    *ls_http_request_get_endpoint      (LsHttpRequest   *request);
GUri          *ls_http_request_get_uri           (LsHttpRequest   *request);
const char    *ls_http_request_get_authorization (LsHttpRequest   *request);
GHashTable    *ls_http_request_get_headers       (LsHttpRequest   *request);
gsize          ls_http_request_get_max_size      (LsHttpRequest   *request);
LsReach        ls_http_request_get_max_reach     (LsHttpRequest   *request);
gboolean       ls_http_request_get_may_repeat    (LsHttpRequest   *request);
LsHttpPatience ls_http_request_get_patience      (LsHttpRequest   *request);
gboolean       ls_http_request_get_same_origin   (LsHttpRequest   *request);
gboolean       ls_http_request_get_is_awaited    (LsHttpRequest   *request);
char          *ls_http_request_dup_peer_name     (LsHttpRequest   *request,
                                                  GUri            *uri);
gboolean       ls_http_request_has_body          (LsHttpRequest   *request);
GInputStream  *ls_http_request_open_body         (LsHttpRequest   *request,
                                                  const char     **content_type,
                                                  gint64          *size,
                                                  GCancellable    *cancellable,
                                                  GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpRequest, ls_http_request_free)

G_END_DECLS
