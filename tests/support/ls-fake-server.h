/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A scripted HTTP/1.1 server on a free port of 127.0.0.1, in threads of its own,
 * for what a real server will not do. It speaks the protocol by hand, so that
 * it can break it:
 *
 *   g_autoptr (LsFakeServer) server = ls_fake_server_new (NULL);
 *   ls_fake_server_add (server, "GET", "/v2/", 200, "", "{}");
 *   ls_fake_server_add (server, "GET", "/old", 307, "Location: /new\r\n", "");
 *   ls_fake_server_handle (server, "GET", "/endless", send_endlessly, NULL);
 *
 * Routes are matched without the query. Several replies for one route are given
 * in their order, and the last one for ever; what has no route is 404. With a
 * certificate the server speaks TLS only. */

typedef struct _LsFakeServer LsFakeServer;

typedef struct
{
  char *method;
  char *target;        /* with the query */
  GHashTable *headers; /* names in lower case; several values are joined by commas */
  gint64 content_length;
  GBytes *body;         /* NULL while it is unread */
  GInputStream *in;     /* where an unread body comes from */
  GInputStream *joined; /* NULL unless its length was not said */
} LsFakeRequest;

/* Answers by hand. Returns whether the connection is good for another request.
 * Writing fails once the client is gone; that ends the handler, too. */
typedef gboolean (*LsFakeFunc) (LsFakeServer  *server,
                                LsFakeRequest *request,
                                GOutputStream *out,
                                gpointer       user_data);

LsFakeServer *ls_fake_server_new           (GTlsCertificate *certificate);
void          ls_fake_server_free          (LsFakeServer    *server);
guint16       ls_fake_server_get_port      (LsFakeServer    *server);
char         *ls_fake_server_dup_url       (LsFakeServer    *server,
                                            const char      *host,
                                            const char      *path);
void          ls_fake_server_add           (LsFakeServer    *server,
                                            const char      *method,
                                            const char      *path,
                                            guint            status,
                                            const char      *headers,
                                            const char      *body);
void          ls_fake_server_handle        (LsFakeServer    *server,
                                            const char      *method,
                                            const char      *path,
                                            LsFakeFunc       func,
                                            gpointer         user_data);
/* The same, before the body is read. */
void          ls_fake_server_handle_unread (LsFakeServer    *server,
                                            const char      *method,
                                            const char      *path,
                                            LsFakeFunc       func,
                                            gpointer         user_data);
gboolean      ls_fake_server_write         (GOutputStream   *out,
                                            const char      *text);
/* Waits, or comes back at once with FALSE when the server is being freed. */
gboolean      ls_fake_server_wait          (LsFakeServer    *server,
                                            guint            milliseconds);
/* "GET /v2/ Bearer x" for each request, or "GET /v2/ -" without authorization. */
GStrv         ls_fake_server_get_log       (LsFakeServer    *server);
guint         ls_fake_server_count         (LsFakeServer    *server,
                                            const char      *method,
                                            const char      *path);
guint         ls_fake_server_n_connections (LsFakeServer    *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFakeServer, ls_fake_server_free)

G_END_DECLS
