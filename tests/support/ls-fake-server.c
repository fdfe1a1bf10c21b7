/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fake-server.h"

#include "ls-test-chunks.h"

#include <string.h>

struct _LsFakeServer
{
  GSocketListener *listener;
  GCancellable *stop;
  GThread *thread;
  GPtrArray *threads; /* of the connections */
  GTlsCertificate *certificate;
  guint16 port;

  GMutex mutex;
  GCond stopped;
  gboolean is_stopping;
  GPtrArray *routes;
  GPtrArray *log;
  GPtrArray *connections; /* that are open now */
  guint n_connections;    /* that ever were */
};

typedef struct
{
  char *method;
  char *path;
  char *text; /* head and body of the reply, or NULL where a function answers */
  LsFakeFunc func;
  gpointer user_data;
  gboolean reads_body;
  gboolean is_used;
} Route;

static void
route_free (Route *route)
{
  g_free (route->method);
  g_free (route->path);
  g_free (route->text);
  g_free (route);
}

static void
request_clear (LsFakeRequest *request)
{
  g_free (request->method);
  g_free (request->target);
  g_clear_pointer (&request->headers, g_hash_table_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_object (&request->joined);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsFakeRequest, request_clear)

/* Reads the request line and the header fields. */
static gboolean
read_head (GDataInputStream *in, LsFakeRequest *request)
{
  g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  g_auto (GStrv) words = line != NULL ? g_strsplit (g_strchomp (line), " ", 3) : NULL;

  if (words == NULL || g_strv_length (words) != 3)
    return FALSE;

  request->method = g_strdup (words[0]);
  request->target = g_strdup (words[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  while (TRUE)
    {
      g_autofree char *field = g_data_input_stream_read_line (in, NULL, NULL, NULL);
      char *colon;
      char *name;
      const char *former;

      if (field == NULL)
        return FALSE;
      if (*g_strchomp (field) == '\0')
        break;

      colon = strchr (field, ':');
      if (colon == NULL)
        return FALSE;

      *colon = '\0';
      name = g_ascii_strdown (field, -1);
      former = g_hash_table_lookup (request->headers, name);
      g_hash_table_replace (request->headers, name,
                            former != NULL
                                ? g_strconcat (former, ", ", g_strstrip (colon + 1), NULL)
                                : g_strdup (g_strstrip (colon + 1)));
    }

  if (g_hash_table_contains (request->headers, "content-length"))
    request->content_length =
        g_ascii_strtoll (g_hash_table_lookup (request->headers, "content-length"), NULL, 10);

  return TRUE;
}

/* Has a body of unknown length read as if its length had been said. */
static gboolean
join_chunks (GDataInputStream *in, LsFakeRequest *request)
{
  g_autoptr (GInputStream) chunks = ls_test_chunks_new (in);
  g_autoptr (GOutputStream) joined = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) bytes = NULL;

  request->content_length =
      g_output_stream_splice (joined, chunks, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);
  if (request->content_length < 0)
    return FALSE;

  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (joined));
  request->joined = g_memory_input_stream_new_from_bytes (bytes);
  request->in = request->joined;

  return TRUE;
}

static gboolean
read_body (LsFakeRequest *request)
{
  gsize n_read;
  char *data;

  if (g_strcmp0 (g_hash_table_lookup (request->headers, "expect"), "100-continue") == 0)
    return FALSE;

  data = g_malloc ((gsize) request->content_length + 1);
  if (!g_input_stream_read_all (request->in, data, (gsize) request->content_length, &n_read, NULL,
                                NULL)
      || (gint64) n_read != request->content_length)
    {
      g_free (data);
      return FALSE;
    }
  request->body = g_bytes_new_take (data, n_read);

  return TRUE;
}

static void
note_request (LsFakeServer *self, LsFakeRequest *request)
{
  const char *authorization = g_hash_table_lookup (request->headers, "authorization");

  g_ptr_array_add (self->log, g_strdup_printf ("%s %s %s", request->method, request->target,
                                               authorization != NULL ? authorization : "-"));
}

static gboolean
matches (Route *route, LsFakeRequest *request)
{
  gsize length = strcspn (request->target, "?");

  return g_str_equal (route->method, request->method) && strlen (route->path) == length
         && strncmp (route->path, request->target, length) == 0;
}

/* The first route for this that was not used yet, or else the last one. */
static Route
choose_route (LsFakeServer *self, LsFakeRequest *request)
{
  Route missing = { .text = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                    .reads_body = TRUE };
  Route *chosen = NULL;
  Route result;

  g_mutex_lock (&self->mutex);
  note_request (self, request);
  for (guint i = 0; i < self->routes->len; i++)
    {
      Route *route = g_ptr_array_index (self->routes, i);

      if (!matches (route, request))
        continue;
      chosen = route;
      if (!route->is_used)
        break;
    }
  if (chosen != NULL)
    chosen->is_used = TRUE;
  result = chosen != NULL ? *chosen : missing;
  g_mutex_unlock (&self->mutex);

  return result;
}

static gboolean
send_text (Route *route, LsFakeRequest *request, GOutputStream *out)
{
  const char *end = strstr (route->text, "\r\n\r\n");
  gsize length = strlen (route->text);

  if (g_str_equal (request->method, "HEAD"))
    length = (gsize) (end - route->text) + 4;

  return g_output_stream_write_all (out, route->text, length, NULL, NULL, NULL);
}

static void
serve (LsFakeServer *self, GIOStream *stream)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  GOutputStream *out = g_io_stream_get_output_stream (stream);
  gboolean goes_on = TRUE;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_LF);
  while (goes_on)
    {
      g_auto (LsFakeRequest) request = { 0 };
      Route route;

      if (!read_head (in, &request))
        return;

      request.in = G_INPUT_STREAM (in);
      route = choose_route (self, &request);
      if (g_hash_table_contains (request.headers, "transfer-encoding")
          && !join_chunks (in, &request))
        return;
      if (route.reads_body && !read_body (&request))
        return;

      goes_on = route.func != NULL ? route.func (self, &request, out, route.user_data)
                                   : send_text (&route, &request, out);
    }
}

typedef struct
{
  LsFakeServer *server;
  GSocketConnection *connection;
} Visit;

static gpointer
run_visit (gpointer data)
{
  Visit *visit = data;
  LsFakeServer *self = visit->server;
  g_autoptr (GIOStream) stream = G_IO_STREAM (g_object_ref (visit->connection));

  if (self->certificate != NULL)
    {
      GIOStream *tls = g_tls_server_connection_new (stream, self->certificate, NULL);

      g_object_unref (stream);
      stream = tls;
    }
  serve (self, stream);
  g_io_stream_close (stream, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (visit->connection), NULL, NULL);

  g_mutex_lock (&self->mutex);
  g_ptr_array_remove_fast (self->connections, visit->connection);
  g_mutex_unlock (&self->mutex);
  g_object_unref (visit->connection);
  g_free (visit);

  return NULL;
}

static gpointer
run_server (gpointer data)
{
  LsFakeServer *self = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (self->listener, NULL, self->stop, NULL)) != NULL)
    {
      Visit *visit = g_new (Visit, 1);

      visit->server = self;
      visit->connection = connection;

      g_mutex_lock (&self->mutex);
      self->n_connections++;
      g_ptr_array_add (self->connections, connection);
      g_mutex_unlock (&self->mutex);
      g_ptr_array_add (self->threads, g_thread_new ("fake-visit", run_visit, visit));
    }

  return NULL;
}

/**
 * ls_fake_server_new:
 * @certificate: (nullable): a certificate with its key, for TLS
 *
 * Returns: (transfer full): a server that answers 404 to everything
 */
LsFakeServer *
ls_fake_server_new (GTlsCertificate *certificate)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;
  LsFakeServer *self = g_new0 (LsFakeServer, 1);

  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->stop = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  self->routes = g_ptr_array_new_with_free_func ((GDestroyNotify) route_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->connections = g_ptr_array_new ();
  self->threads = g_ptr_array_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->stopped);

  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("fake-server", run_server, self);

  return self;
}

/**
 * ls_fake_server_free:
 * @server: (transfer full): a server
 *
 * Cuts all connections and waits for the handlers to notice.
 */
void
ls_fake_server_free (LsFakeServer *server)
{
  g_cancellable_cancel (server->stop);
  g_thread_join (server->thread);

  g_mutex_lock (&server->mutex);
  server->is_stopping = TRUE;
  g_cond_broadcast (&server->stopped);
  for (guint i = 0; i < server->connections->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (server->connections->pdata[i]), TRUE, TRUE,
                       NULL);
  g_mutex_unlock (&server->mutex);

  for (guint i = 0; i < server->threads->len; i++)
    g_thread_join (server->threads->pdata[i]);

  g_socket_listener_close (server->listener);
  g_object_unref (server->listener);
  g_object_unref (server->stop);
  g_clear_object (&server->certificate);
  g_ptr_array_unref (server->routes);
  g_ptr_array_unref (server->log);
  g_ptr_array_unref (server->connections);
  g_ptr_array_unref (server->threads);
  g_mutex_clear (&server->mutex);
  g_cond_clear (&server->stopped);
  g_free (server);
}

/**
 * ls_fake_server_get_port:
 * @server: a server
 *
 * Returns: its port on 127.0.0.1
 */
guint16
ls_fake_server_get_port (LsFakeServer *server)
{
  return server->port;
}

/**
 * ls_fake_server_dup_url:
 * @server: a server
 * @host: "127.0.0.1", "localhost", "any.localhost"
 * @path: a path
 *
 * Returns: (transfer full): the URL
 */
char *
ls_fake_server_dup_url (LsFakeServer *server, const char *host, const char *path)
{
  return g_strdup_printf ("%s://%s:%u%s", server->certificate != NULL ? "https" : "http", host,
                          server->port, path);
}

static void
add_route (LsFakeServer *self, Route *route)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->routes, route);
  g_mutex_unlock (&self->mutex);
}

/**
 * ls_fake_server_add:
 * @server: a server
 * @method: a method
 * @path: a path without query
 * @status: the status
 * @headers: header fields, each with its CR and LF
 * @body: the body; Content-Length says how long it is unless @headers do
 *
 * Adds a reply.
 */
void
ls_fake_server_add (LsFakeServer *server, const char *method, const char *path, guint status,
                    const char *headers, const char *body)
{
  Route *route = g_new0 (Route, 1);
  g_autofree char *length = g_strdup_printf ("Content-Length: %zu\r\n", strlen (body));

  route->method = g_strdup (method);
  route->path = g_strdup (path);
  route->reads_body = TRUE;
  route->text = g_strdup_printf ("HTTP/1.1 %u Scripted\r\n%s%s\r\n%s", status, headers,
                                 strstr (headers, "Content-Length") != NULL ? "" : length, body);
  add_route (server, route);
}

static void
add_func (LsFakeServer *self, const char *method, const char *path, LsFakeFunc func,
          gpointer user_data, gboolean reads_body)
{
  Route *route = g_new0 (Route, 1);

  route->method = g_strdup (method);
  route->path = g_strdup (path);
  route->func = func;
  route->user_data = user_data;
  route->reads_body = reads_body;
  add_route (self, route);
}

/**
 * ls_fake_server_handle:
 * @server: a server
 * @method: a method
 * @path: a path without query
 * @func: answers, in a thread of the server's
 * @user_data: given to @func
 *
 * Adds a reply that is made by hand.
 */
void
ls_fake_server_handle (LsFakeServer *server, const char *method, const char *path, LsFakeFunc func,
                       gpointer user_data)
{
  add_func (server, method, path, func, user_data, TRUE);
}

/**
 * ls_fake_server_handle_unread:
 * @server: a server
 * @method: a method
 * @path: a path without query
 * @func: answers, before the request's body is read
 * @user_data: given to @func
 *
 * Adds a reply that is made by hand.
 */
void
ls_fake_server_handle_unread (LsFakeServer *server, const char *method, const char *path,
                              LsFakeFunc func, gpointer user_data)
{
  add_func (server, method, path, func, user_data, FALSE);
}

/**
 * ls_fake_server_write:
 * @out: where a handler writes
 * @text: what to write
 *
 * Returns: whether the client is still there
 */
gboolean
ls_fake_server_write (GOutputStream *out, const char *text)
{
  return g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

/**
 * ls_fake_server_wait:
 * @server: a server
 * @milliseconds: how long
 *
 * Returns: whether to go on; %FALSE once the server is being freed
 */
gboolean
ls_fake_server_wait (LsFakeServer *server, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * (gint64) 1000;
  gboolean goes_on;

  g_mutex_lock (&server->mutex);
  while (!server->is_stopping && g_cond_wait_until (&server->stopped, &server->mutex, end))
    ;
  goes_on = !server->is_stopping;
  g_mutex_unlock (&server->mutex);

  return goes_on;
}

/**
 * ls_fake_server_get_log:
 * @server: a server
 *
 * Returns: (transfer full): a line for each request: method, target and
 *   authorization, or "-"
 */
GStrv
ls_fake_server_get_log (LsFakeServer *server)
{
  GPtrArray *log = g_ptr_array_new ();

  g_mutex_lock (&server->mutex);
  for (guint i = 0; i < server->log->len; i++)
    g_ptr_array_add (log, g_strdup (server->log->pdata[i]));
  g_mutex_unlock (&server->mutex);
  g_ptr_array_add (log, NULL);

  return (GStrv) g_ptr_array_free (log, FALSE);
}

/**
 * ls_fake_server_count:
 * @server: a server
 * @method: a method
 * @path: a path without query
 *
 * Returns: how many such requests there were
 */
guint
ls_fake_server_count (LsFakeServer *server, const char *method, const char *path)
{
  g_autofree char *start = g_strdup_printf ("%s %s", method, path);
  gsize length = strlen (start);
  guint count = 0;

  g_mutex_lock (&server->mutex);
  for (guint i = 0; i < server->log->len; i++)
    {
      const char *line = server->log->pdata[i];

      if (g_str_has_prefix (line, start) && (line[length] == ' ' || line[length] == '?'))
        count++;
    }
  g_mutex_unlock (&server->mutex);

  return count;
}

/**
 * ls_fake_server_n_connections:
 * @server: a server
 *
 * Returns: how many connections were made to it
 */
guint
ls_fake_server_n_connections (LsFakeServer *server)
{
  guint n_connections;

  g_mutex_lock (&server->mutex);
  n_connections = server->n_connections;
  g_mutex_unlock (&server->mutex);

  return n_connections;
}
