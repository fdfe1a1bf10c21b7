/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A web server on a free port of the loopback interface, in the main loop of
 * the test. The test's function answers every request. */

typedef void (*FakeServerFunc) (SoupServerMessage *message,
                                const char        *path,
                                GHashTable        *query,
                                gpointer           user_data);

SoupServer *fake_server_new      (FakeServerFunc     answer,
                                  gpointer           user_data);
void        fake_server_free     (SoupServer        *server);
char       *fake_server_dup_name (SoupServer        *server);
void        fake_server_reply    (SoupServerMessage *message,
                                  guint              status,
                                  const char        *content_type,
                                  const char        *body);

G_END_DECLS
