/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-http.h"

#include <string.h>

static gboolean
hang_up_after_reply (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out,
                     gpointer data)
{
  ls_fake_server_write (out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

  return FALSE;
}

static gboolean
hang_up_unheard (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  return FALSE;
}

static GInputStream *
open_body (gpointer data, GCancellable *cancellable, GError **error)
{
  return g_memory_input_stream_new_from_data ("content", 7, NULL);
}

/* The server lets the kept connection die under the next request. Whoever sends
 * that again has to send the body again, too: libsoup 3.2 by itself would send
 * an empty one, and the server might well say that it is fine. */
static void
test_dropped_connection (LsTestHttp *self, gconstpointer data)
{
  const char *method = data;
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, method);
  g_autoptr (LsHttpReply) first = NULL;
  g_autoptr (LsHttpReply) second = NULL;
  g_autoptr (GError) error = NULL;

  ls_fake_server_add (self->server, "GET", "/a", 200, "", "");
  first = ls_test_http_get (self, &error);
  g_assert_no_error (error);

  ls_fake_server_handle (self->server, method, "/a", hang_up_unheard, NULL);
  ls_fake_server_handle (self->server, method, "/a", ls_test_http_accept_content, NULL);
  ls_http_request_set_body_func (request, "application/octet-stream", 7, open_body, NULL);
  ls_http_request_set_may_repeat (request, TRUE);
  second = ls_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_http_reply_get_status (second), ==, 201);
  g_assert_cmpuint (ls_fake_server_count (self->server, method, "/a"), ==, 2);
}

static void
test_closed_connection (LsTestHttp *self, gconstpointer data)
{
  ls_fake_server_handle (self->server, "GET", "/a", hang_up_after_reply, NULL);
  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsHttpReply) reply = ls_test_http_get (self, &error);

      g_assert_no_error (error);
    }
}

typedef struct
{
  GMutex mutex;
  GCond changed;
  int n_waiting;
} Meeting;

/* Answers when eight requests are there at the same time. */
static gboolean
meet (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  Meeting *meeting = data;
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  gboolean all_there = TRUE;

  g_mutex_lock (&meeting->mutex);
  meeting->n_waiting++;
  g_cond_broadcast (&meeting->changed);
  while (all_there && meeting->n_waiting < 8)
    all_there = g_cond_wait_until (&meeting->changed, &meeting->mutex, end);
  g_mutex_unlock (&meeting->mutex);

  return ls_fake_server_write (out, all_there ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                              : "HTTP/1.1 400 Alone\r\nContent-Length: 0\r\n\r\n");
}

static gpointer
get_in_thread (gpointer data)
{
  LsTestHttp *self = data;
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (LsHttpReply) reply = ls_http_send (self->http, request, NULL, NULL);

  return GUINT_TO_POINTER (reply != NULL ? ls_http_reply_get_status (reply) : 0);
}

/* libsoup's own limit is two connections a host. */
static void
test_many_at_once (LsTestHttp *self, gconstpointer data)
{
  Meeting meeting = { 0 };
  GThread *threads[8];

  g_clear_object (&self->http);
  self->http = ls_http_new ();
  ls_fake_server_handle (self->server, "GET", "/a", meet, &meeting);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_in_thread, self);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 200);
}

/* Every name leads to this computer, after a while. */
typedef struct
{
  GResolver parent_instance;
  int n_at_once;
  int n_collisions;
} SlowResolver;

typedef GResolverClass SlowResolverClass;

static GType slow_resolver_get_type (void);
G_DEFINE_TYPE (SlowResolver, slow_resolver, G_TYPE_RESOLVER)

static GList *
slow_resolver_lookup (GResolver *resolver, const char *name, GResolverNameLookupFlags flags,
                      GCancellable *cancellable, GError **error)
{
  SlowResolver *self = (SlowResolver *) resolver;

  if (g_atomic_int_add (&self->n_at_once, 1) > 0)
    g_atomic_int_inc (&self->n_collisions);
  g_usleep (20 * 1000);
  g_atomic_int_add (&self->n_at_once, -1);

  return g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
}

static GList *
slow_resolver_lookup_by_name (GResolver *resolver, const char *name, GCancellable *cancellable,
                              GError **error)
{
  return slow_resolver_lookup (resolver, name, 0, cancellable, error);
}

static void
slow_resolver_class_init (SlowResolverClass *klass)
{
  klass->lookup_by_name = slow_resolver_lookup_by_name;
  klass->lookup_by_name_with_flags = slow_resolver_lookup;
}

static void
slow_resolver_init (SlowResolver *self)
{
}

/* Nothing is known of the host yet, and every thread wants to know its address.
 * GNetworkAddress keeps what it learns without a lock, and libsoup shares one
 * among all connections to a host: they have to ask one after the other. */
static void
test_name_resolved_in_turn (LsTestHttp *self, gconstpointer data)
{
  g_autofree char *url = ls_fake_server_dup_url (self->server, "registry.example", "");
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (GResolver) slow = g_object_new (slow_resolver_get_type (), NULL);
  GThread *threads[8];

  g_resolver_set_default (slow);
  g_clear_pointer (&self->endpoint, ls_endpoint_unref);
  self->endpoint = ls_endpoint_new (url, LS_ENDPOINT_INSECURE, NULL, NULL);
  ls_fake_server_add (self->server, "GET", "/a", 200, "", "");

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_in_thread, self);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 200);

  g_assert_cmpint (((SlowResolver *) slow)->n_collisions, ==, 0);
  g_resolver_set_default (usual);
}

/* As many are under way as may be: who waits for a turn can be cancelled. */
static void
test_cancel_in_the_queue (LsTestHttp *self, gconstpointer data)
{
  g_autoptr (LsHttpRequest) request = ls_test_http_request (self, "GET");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *threads[16];
  GThread *thread;
  gint64 start;

  g_clear_object (&self->http);
  self->http = ls_http_new ();
  ls_fake_server_handle (self->server, "GET", "/a", ls_test_http_say_and_wait, (gpointer) "");
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("get", get_in_thread, self);
  while (ls_fake_server_count (self->server, "GET", "/a") < G_N_ELEMENTS (threads))
    g_usleep (5 * 1000);

  start = g_get_monotonic_time ();
  thread = g_thread_new ("cancel", ls_test_http_cancel_soon, cancellable);
  g_assert_null (ls_http_send (self->http, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (ls_fake_server_n_connections (self->server), ==, G_N_ELEMENTS (threads));

  g_thread_join (thread);
  g_clear_pointer (&self->server, ls_fake_server_free);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_http_add ("/http/connections/cancel-in-the-queue", NULL, test_cancel_in_the_queue);
  ls_test_http_add ("/http/connections/dropped-put", "PUT", test_dropped_connection);
  ls_test_http_add ("/http/connections/dropped-post", "POST", test_dropped_connection);
  ls_test_http_add ("/http/connections/dropped-patch", "PATCH", test_dropped_connection);
  ls_test_http_add ("/http/connections/closed-connection", NULL, test_closed_connection);
  ls_test_http_add ("/http/connections/name-resolved-in-turn", NULL, test_name_resolved_in_turn);
  ls_test_http_add ("/http/connections/many-at-once", NULL, test_many_at_once);

  return g_test_run ();
}
