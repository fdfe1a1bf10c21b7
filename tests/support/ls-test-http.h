/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fake-server.h"
#include "ls-http.h"

G_BEGIN_DECLS

/* A fixture for tests of the http room: a scripted server, its endpoint and a
 * session that waits for one second only. All requests are for /a. */

typedef struct
{
  LsFakeServer *server;
  LsEndpoint *endpoint;
  LsHttp *http;
} LsTestHttp;

void           ls_test_http_add         (const char     *path,
                                         gconstpointer   data,
                                         void          (*test) (LsTestHttp *, gconstpointer));
LsHttpRequest *ls_test_http_request     (LsTestHttp     *self,
                                         const char     *method);
LsHttpReply   *ls_test_http_get         (LsTestHttp     *self,
                                         GError        **error);
void           ls_test_http_assert_body (LsHttpReply    *reply,
                                         const char     *expected);

/* A session that reaches everything but this computer through @proxy, so that
 * servers with made-up names seem to be on the internet. */
LsHttp        *ls_test_http_new_behind  (LsFakeServer   *proxy);

/* Cancels a GCancellable a moment later; for g_thread_new(). */
gpointer       ls_test_http_cancel_soon (gpointer        cancellable);

/* An LsFakeFunc: is content with a body that says "content". */
gboolean       ls_test_http_accept_content (LsFakeServer  *server,
                                            LsFakeRequest *request,
                                            GOutputStream *out,
                                            gpointer       data);

/* An LsFakeFunc: writes the text in its data, then waits for the end of the test. */
gboolean       ls_test_http_say_and_wait (LsFakeServer  *server,
                                          LsFakeRequest *request,
                                          GOutputStream *out,
                                          gpointer       text);
/* The same, and hangs up. */
gboolean       ls_test_http_say_and_hang_up (LsFakeServer  *server,
                                             LsFakeRequest *request,
                                             GOutputStream *out,
                                             gpointer       text);

G_END_DECLS
