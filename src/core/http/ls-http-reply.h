/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-origin.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* What a server answered, whatever its status: status, header fields and
 * either the whole body or, from ls_http_open(), its stream. */

typedef struct _LsHttpReply LsHttpReply;

LsHttpReply  *ls_http_reply_new              (guint               status,
                                              SoupMessageHeaders *headers,
                                              GUri               *uri);
void          ls_http_reply_free             (LsHttpReply        *reply);

guint         ls_http_reply_get_status       (LsHttpReply        *reply);
gboolean      ls_http_reply_is_success       (LsHttpReply        *reply);
GUri         *ls_http_reply_get_uri          (LsHttpReply        *reply);
const char   *ls_http_reply_get_header       (LsHttpReply        *reply,
                                              const char         *name);
char         *ls_http_reply_dup_content_type (LsHttpReply        *reply);
gint64        ls_http_reply_get_content_length (LsHttpReply      *reply);
GBytes       *ls_http_reply_get_body         (LsHttpReply        *reply);
void          ls_http_reply_take_body        (LsHttpReply        *reply,
                                              GBytes             *body);
GInputStream *ls_http_reply_steal_stream     (LsHttpReply        *reply);
void          ls_http_reply_take_stream      (LsHttpReply        *reply,
                                              GInputStream       *stream);
gboolean      ls_http_reply_get_left_origin  (LsHttpReply        *reply);
LsReach       ls_http_reply_get_reach        (LsHttpReply        *reply);
void          ls_http_reply_set_route        (LsHttpReply        *reply,
                                              gboolean            left_origin,
                                              LsReach             reach);
gint64        ls_http_reply_get_retry_at     (LsHttpReply        *reply,
                                              gint64              now);
GError       *ls_http_reply_to_error         (LsHttpReply        *reply,
                                              const char         *subject);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsHttpReply, ls_http_reply_free)

G_END_DECLS
