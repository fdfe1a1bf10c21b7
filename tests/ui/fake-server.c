/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-server.h"

typedef struct
{
  FakeServerFunc answer;
  gpointer user_data;
} Answerer;

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Answerer *answerer = user_data;

  answerer->answer (message, path, query, answerer->user_data);
}

/**
 * fake_server_new:
 * @answer: answers every request, now or, after pausing it, later
 * @user_data: for @answer
 *
 * Returns: (transfer full): a server that listens
 */
SoupServer *
fake_server_new (FakeServerFunc answer, gpointer user_data)
{
  SoupServer *server = soup_server_new (NULL, NULL);
  Answerer *answerer = g_new (Answerer, 1);
  g_autoptr (GError) error = NULL;

  answerer->answer = answer;
  answerer->user_data = user_data;
  soup_server_add_handler (server, NULL, on_request, answerer, g_free);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  return server;
}

/**
 * fake_server_free:
 * @server: (transfer full): a server
 *
 * Ends the server and its connections, which the main loop then lets go of.
 */
void
fake_server_free (SoupServer *server)
{
  soup_server_disconnect (server);
  g_object_unref (server);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/**
 * fake_server_dup_name:
 * @server: a server that listens
 *
 * Returns: (transfer full): its host and port ("127.0.0.1:40000")
 */
char *
fake_server_dup_name (SoupServer *server)
{
  GSList *uris = soup_server_get_uris (server);
  char *name;

  g_assert_nonnull (uris);
  name = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return name;
}

void
fake_server_reply (SoupServerMessage *message, guint status, const char *content_type,
                   const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, content_type, SOUP_MEMORY_COPY, body, strlen (body));
}
