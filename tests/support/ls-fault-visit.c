/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-proxy-private.h"

#include "ls-fault-step.h"
#include "ls-test-chunks.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_SIZE (64 * 1024)
#define LONGEST_STALL_MS (150 * 1000)
#define BEARER "Bearer realm=\"/token\",service=\"faults\""

typedef struct
{
  LsFaultProxy *proxy;
  int fd;
  GDataInputStream *in;
  GOutputStream *out;

  /* Of the request that is being served. */
  LsFaultRequest request;
  GInputStream *body;
  LsFaultStep *step;
  LsFault fault; /* what shall go wrong with it; of kind NONE if nothing */
} Visit;

static gboolean
is_at (Visit *visit, LsFaultPoint point)
{
  return visit->fault.kind != LS_FAULT_NONE && visit->fault.point == point;
}

static gboolean
write_text (Visit *visit, const char *text)
{
  return g_output_stream_write_all (visit->out, text, strlen (text), NULL, NULL, NULL);
}

static void
wait_until_gone (Visit *visit)
{
  struct pollfd fd = { visit->fd, POLLRDHUP, 0 };

  poll (&fd, 1, LONGEST_STALL_MS);
}

static const char *
get_challenge (LsFaultProxy *self)
{
  if (self->auth == LS_FAULT_AUTH_NONE)
    return NULL;

  return self->auth == LS_FAULT_AUTH_BASIC ? "Basic realm=\"faults\"" : BEARER;
}

/* The head alone, where the request is a HEAD. */
static gboolean
answer (Visit *visit, char *reply)
{
  g_autofree char *text = reply;
  char *body = strstr (text, "\r\n\r\n") + 4;

  if (g_str_equal (visit->request.method, "HEAD"))
    *body = '\0';

  return write_text (visit, text);
}

/* Reads @size bytes, or all that come where it is negative. */
static gboolean
drain (GInputStream *in, gint64 size)
{
  while (size != 0)
    {
      gint64 want = size > 0 ? MIN (size, BUFFER_SIZE) : BUFFER_SIZE;
      gssize n = g_input_stream_skip (in, (gsize) want, NULL, NULL);

      if (n == 0 && size < 0)
        return TRUE;
      if (n <= 0)
        return FALSE;
      if (size > 0)
        size -= n;
    }

  return TRUE;
}

/* Lets the fault happen, with @unread bytes of the request still to come. Returns
 * whether the connection is good for another request. */
static gboolean
go_wrong (Visit *visit, gint64 unread)
{
  LsFaultProxy *self = visit->proxy;
  const LsFault *fault = &visit->fault;
  const struct linger at_once = { 1, 0 };
  char *reply;

  ls_fault_proxy_note_fired (self);
  switch (fault->kind)
    {
    case LS_FAULT_RESET:
      setsockopt (visit->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return FALSE;
    case LS_FAULT_SIGNAL:
      self->signal (self->signal_data);
      wait_until_gone (visit);
      return FALSE;
    case LS_FAULT_STALL:
      wait_until_gone (visit);
      return FALSE;
    case LS_FAULT_GARBAGE:
      write_text (visit, "\x16\x03\x01 is not HTTP\r\n\r\n");
      return FALSE;
    case LS_FAULT_STATUS:
      reply = ls_fault_error_build (fault->status, get_challenge (self), fault->headers);
      /* A server that does not want a body answers before all of it is there. */
      if (fault->point == LS_FAULT_AT_REQUEST_BODY)
        return answer (visit, reply) && drain (visit->body, unread);
      return drain (visit->body, unread) && answer (visit, reply);
    default:
      return FALSE;
    }
}

typedef enum
{
  PASSED,
  BROKEN,     /* one of the two is gone */
  WENT_WRONG, /* as it was meant to */
} Outcome;

/* Passes @size bytes on, or all that come where it is -1, up to the fault if it
 * is in there. */
static Outcome
pass (Visit *visit, GInputStream *from, GOutputStream *to, gint64 size, LsFaultPoint point,
      gint64 *n_passed)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gint64 fault_at = is_at (visit, point) ? visit->fault.offset : -1;

  *n_passed = 0;
  while (TRUE)
    {
      gint64 want = size >= 0 ? MIN (size - *n_passed, BUFFER_SIZE) : BUFFER_SIZE;
      gssize n;

      if (*n_passed == fault_at && visit->fault.kind != LS_FAULT_CORRUPT)
        return WENT_WRONG;
      if (*n_passed < fault_at)
        want = MIN (want, fault_at - *n_passed);
      if (want == 0)
        return PASSED;

      n = g_input_stream_read (from, buffer, (gsize) want, NULL, NULL);
      if (n == 0 && size < 0)
        return PASSED;
      if (n <= 0)
        return BROKEN;
      if (*n_passed == fault_at)
        {
          buffer[0] ^= 0xff;
          ls_fault_proxy_note_fired (visit->proxy);
        }
      if (!g_output_stream_write_all (to, buffer, (gsize) n, NULL, NULL, NULL))
        return BROKEN;
      *n_passed += n;
    }
}

/* The head of a reply: the status line and the fields, and how much follows. */
static char *
read_reply_head (Visit *visit, GDataInputStream *in, gint64 *size)
{
  g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  g_autoptr (GString) head = g_string_new ("HTTP/1.1");

  if (line == NULL || !g_str_has_prefix (line, "HTTP/1."))
    return NULL;

  g_string_append_printf (head, "%s\r\n", g_strchomp (line) + strlen ("HTTP/1.x"));
  *size = -1;
  while (TRUE)
    {
      g_autofree char *field = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (field == NULL)
        return NULL;
      if (*g_strchomp (field) == '\0')
        break;
      if (g_ascii_strncasecmp (field, "Connection:", strlen ("Connection:")) == 0)
        continue;
      if (g_ascii_strncasecmp (field, "Content-Length:", strlen ("Content-Length:")) == 0)
        *size = g_ascii_strtoll (field + strlen ("Content-Length:"), NULL, 10);
      g_string_append_printf (head, "%s\r\n", field);
    }
  /* Whoever finds that a kept connection is gone may send a request again at once, and
   * that would be to the same address. */
  if (visit->request.is_elsewhere)
    g_string_append (head, "Connection: close\r\n");
  g_string_append (head, "\r\n");

  return g_strdup (head->str);
}

/* Passes a reply on, be it the registry's or our own. */
static gboolean
pass_reply (Visit *visit, GInputStream *from)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (from);
  g_autofree char *head = NULL;
  gint64 n_passed;
  gint64 size;
  Outcome outcome;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_LF);
  head = read_reply_head (visit, in, &size);
  if (head == NULL)
    return FALSE;

  if (is_at (visit, LS_FAULT_AT_REPLY))
    return go_wrong (visit, 0);
  if (is_at (visit, LS_FAULT_AT_REPLY_HEAD))
    {
      head[strlen (head) / 2] = '\0';
      return write_text (visit, head) && go_wrong (visit, 0);
    }
  if (!write_text (visit, head))
    return FALSE;
  if (g_str_equal (visit->request.method, "HEAD"))
    return TRUE;

  outcome = pass (visit, G_INPUT_STREAM (in), visit->out, size, LS_FAULT_AT_REPLY_BODY, &n_passed);
  ls_fault_proxy_count (visit->proxy, visit->step, 0, n_passed);
  if (outcome == WENT_WRONG)
    return go_wrong (visit, 0);

  return outcome == PASSED && size >= 0 && !visit->request.is_elsewhere;
}

static gboolean
pass_own_reply (Visit *visit, char *reply)
{
  g_autoptr (GInputStream) stream =
      g_memory_input_stream_new_from_data (reply, (gssize) strlen (reply), g_free);

  return drain (visit->body, visit->request.size) && pass_reply (visit, stream);
}

static char *
make_token (LsFaultProxy *self)
{
  g_autofree char *body = NULL;

  body = g_strdup_printf ("{\"token\":\"token-%d\",\"expires_in\":300}",
                          g_atomic_int_add (&self->n_tokens, 1));

  return ls_fault_reply_build (200, NULL, NULL, body);
}

static gboolean
has_password (Visit *visit)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) LS_FAULT_USER ":" LS_FAULT_PASSWORD,
                                              strlen (LS_FAULT_USER ":" LS_FAULT_PASSWORD));
  g_autofree char *expected = g_strconcat ("Basic ", encoded, NULL);

  return g_strcmp0 (visit->request.authorization, expected) == 0;
}

static gboolean
may_pass (Visit *visit)
{
  switch (visit->proxy->auth)
    {
    case LS_FAULT_AUTH_BASIC:
      return has_password (visit);
    case LS_FAULT_AUTH_TOKEN:
      return visit->request.authorization != NULL
             && g_str_has_prefix (visit->request.authorization, "Bearer token-");
    default:
      return TRUE;
    }
}

/* Begins a request to the registry. It is asked as by a client of HTTP/1.0, so that its
 * replies end with the connection. */
static GSocketConnection *
ask_registry (Visit *visit, const char *method, const char *target, const char *fields)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) registry = NULL;
  g_autofree char *head = g_strdup_printf ("%s %s HTTP/1.0\r\n%s\r\n", method, target, fields);

  g_socket_client_set_enable_proxy (client, FALSE);
  registry = g_socket_client_connect_to_host (client, "127.0.0.1", visit->proxy->registry_port,
                                              NULL, NULL);
  if (registry == NULL
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (registry)), head,
                                     strlen (head), NULL, NULL, NULL))
    return NULL;

  return g_steal_pointer (&registry);
}

/* Keeps the body of a request until all of it is there, as many a server in front of a
 * registry does; HTTP/1.0 wants to know its length. */
static gboolean
serve_all_at_once (Visit *visit)
{
  LsFaultRequest *request = &visit->request;
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GSocketConnection) registry = NULL;
  g_autofree char *fields = NULL;
  gint64 n_passed;
  Outcome outcome;

  outcome = pass (visit, visit->body, memory, request->size, LS_FAULT_AT_REQUEST_BODY, &n_passed);
  ls_fault_proxy_count (visit->proxy, visit->step, n_passed, 0);
  if (outcome == WENT_WRONG)
    return go_wrong (visit, request->size - n_passed);
  if (outcome == BROKEN)
    return FALSE;

  fields = request->size >= 0 ? g_strdup (request->fields)
                              : g_strdup_printf ("%sContent-Length: %" G_GINT64_FORMAT "\r\n",
                                                 request->fields, n_passed);
  registry = ask_registry (visit, request->method, request->target, fields);

  return registry != NULL
         && g_output_stream_write_all (
             g_io_stream_get_output_stream (G_IO_STREAM (registry)),
             g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)), (gsize) n_passed,
             NULL, NULL, NULL)
         && pass_reply (visit, g_io_stream_get_input_stream (G_IO_STREAM (registry)));
}

/* Has the registry serve the request. */
static gboolean
serve_by_registry (Visit *visit)
{
  LsFaultRequest *request = &visit->request;
  g_autoptr (GSocketConnection) registry =
      ask_registry (visit, request->method, request->target, request->fields);
  GOutputStream *out;
  gint64 n_passed;
  Outcome outcome;

  if (registry == NULL)
    return FALSE;

  out = g_io_stream_get_output_stream (G_IO_STREAM (registry));
  outcome = pass (visit, visit->body, out, request->size, LS_FAULT_AT_REQUEST_BODY, &n_passed);
  ls_fault_proxy_count (visit->proxy, visit->step, n_passed, 0);
  if (outcome == WENT_WRONG)
    return go_wrong (visit, request->size - n_passed);
  if (outcome == BROKEN)
    return FALSE;

  return pass_reply (visit, g_io_stream_get_input_stream (G_IO_STREAM (registry)));
}

/* Opens an upload for a blob that has come along. Returns where it goes. */
static char *
open_upload (Visit *visit)
{
  g_autofree char *target = g_strndup (visit->request.target, strcspn (visit->request.target, "?"));
  g_autoptr (GSocketConnection) registry =
      ask_registry (visit, "POST", target, "Host: 127.0.0.1\r\nContent-Length: 0\r\n");
  g_autoptr (GDataInputStream) in = NULL;
  char *line;

  if (registry == NULL)
    return NULL;

  in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (registry)));
  while ((line = g_data_input_stream_read_line (in, NULL, NULL, NULL)) != NULL)
    {
      g_autofree char *field = g_strchomp (line);
      g_autoptr (GUri) uri = NULL;

      if (g_ascii_strncasecmp (field, "Location:", strlen ("Location:")) != 0)
        continue;
      uri = g_uri_parse (g_strchug (field + strlen ("Location:")), G_URI_FLAGS_ENCODED, NULL);
      return uri != NULL ? g_strdup_printf ("%s?%s&%s", g_uri_get_path (uri), g_uri_get_query (uri),
                                            strchr (visit->request.target, '?') + 1)
                         : NULL;
    }

  return NULL;
}

/* What comes in one request the registry gets in two. */
static gboolean
serve_single_post (Visit *visit)
{
  LsFaultRequest *request = &visit->request;
  char *target = open_upload (visit);

  if (target == NULL)
    return FALSE;

  g_free (request->target);
  request->target = target;
  g_free (request->method);
  request->method = g_strdup ("PUT");

  return serve_by_registry (visit);
}

/* Serves a blob where the registry has redirected it to. */
static gboolean
serve_elsewhere (Visit *visit)
{
  LsFaultRequest *request = &visit->request;
  char *target;
  gboolean is_good =
      ls_fault_proxy_use_up (visit->proxy, request->target, request->authorization, &target);

  g_free (request->target);
  request->target = target;
  if (!is_good)
    {
      pass_own_reply (visit, ls_fault_error_build (403, NULL, NULL));
      return FALSE;
    }
  if (is_at (visit, LS_FAULT_AT_REQUEST))
    {
      go_wrong (visit, 0);
      return FALSE;
    }

  return serve_by_registry (visit);
}

static gboolean
redirect (Visit *visit)
{
  g_autofree char *address = ls_fault_proxy_sign (visit->proxy, visit->request.target);
  g_autofree char *fields = g_strdup_printf ("Location: %s\r\n", address);

  return pass_own_reply (visit, ls_fault_reply_build (307, NULL, fields, ""));
}

/* Serves what passed the door in the registry's place where it behaves otherwise. */
static gboolean
serve_inside (Visit *visit)
{
  LsFaultManners manners = visit->proxy->manners;
  LsFaultRequest *request = &visit->request;

  if ((manners & LS_FAULT_REDIRECTS) && g_str_has_prefix (request->name, "GET blobs/"))
    return redirect (visit);
  if ((manners & LS_FAULT_SINGLE_POSTS) && g_str_has_prefix (request->name, "POST uploads/"))
    return serve_single_post (visit);
  if ((manners & LS_FAULT_REFUSES_MOUNTS) && g_str_has_prefix (request->name, "POST mounts/"))
    *strchr (request->target, '?') = '\0';

  return (manners & LS_FAULT_BUFFERS) || request->size < 0 ? serve_all_at_once (visit)
                                                           : serve_by_registry (visit);
}

static gboolean
serve (Visit *visit)
{
  visit->step = ls_fault_proxy_note_step (visit->proxy, visit->request.name, &visit->fault);

  if (visit->request.is_elsewhere)
    return serve_elsewhere (visit);
  if (is_at (visit, LS_FAULT_AT_REQUEST))
    return go_wrong (visit, visit->request.size);
  if (g_str_equal (visit->request.name, "GET /token"))
    return pass_own_reply (visit,
                           has_password (visit)
                               ? make_token (visit->proxy)
                               : ls_fault_error_build (401, get_challenge (visit->proxy), NULL));
  if (!may_pass (visit))
    return pass_own_reply (visit, ls_fault_error_build (401, get_challenge (visit->proxy), NULL));

  return serve_inside (visit);
}

/**
 * ls_fault_visit_run:
 * @proxy: a proxy
 * @connection: a client's connection
 *
 * Serves a client until one of the two has enough.
 */
void
ls_fault_visit_run (LsFaultProxy *proxy, GSocketConnection *connection)
{
  Visit self = { .proxy = proxy };
  Visit *visit = &self;
  gboolean goes_on = TRUE;

  visit->fd = g_socket_get_fd (g_socket_connection_get_socket (connection));
  visit->in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  visit->out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_data_input_stream_set_newline_type (visit->in, G_DATA_STREAM_NEWLINE_TYPE_LF);

  while (goes_on)
    {
      goes_on = ls_fault_request_read (&visit->request, visit->in);
      visit->body = visit->request.size < 0 ? ls_test_chunks_new (visit->in)
                                            : g_object_ref (G_INPUT_STREAM (visit->in));
      goes_on = goes_on && serve (visit);
      g_clear_object (&visit->body);
      ls_fault_request_clear (&visit->request);
      memset (&visit->request, 0, sizeof visit->request);
    }

  g_object_unref (visit->in);
}
