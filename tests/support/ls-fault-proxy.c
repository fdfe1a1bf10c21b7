/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-proxy-private.h"

#include <string.h>

static void
step_free (LsFaultStep *step)
{
  g_free (step->name);
  g_free (step);
}

static gboolean
is_read (const char *name)
{
  return g_str_has_prefix (name, "GET blobs/") || g_str_has_prefix (name, "GET elsewhere/");
}

/* What a request for a blob asks for: all of it, where it does not say. Returns the length of
 * what comes before that. */
static gsize
parse_read (const char *name, gint64 *first, gint64 *last)
{
  const char *range = strchr (name + strlen ("GET "), ' ');
  char *end;

  *first = 0;
  *last = G_MAXINT64;
  if (range == NULL)
    return strlen (name);

  *first = g_ascii_strtoll (range, &end, 10);
  if (g_ascii_isdigit (end[1]))
    *last = g_ascii_strtoll (end + 1, NULL, 10);

  return range - name;
}

/* Who asks for which part of a blob depends on who is faster. What is meant by a range
 * is the request for its first byte, whatever comes with it. */
static gboolean
reads_what_is_meant (LsFaultProxy *self, const char *name, LsFault *fault)
{
  gint64 first, last, meant, unused;
  gsize length;

  if (!is_read (self->fault_step))
    return FALSE;

  length = parse_read (name, &first, &last);
  if (parse_read (self->fault_step, &meant, &unused) != length
      || strncmp (name, self->fault_step, length) != 0 || meant < first || meant > last)
    return FALSE;

  if (fault->point == LS_FAULT_AT_REPLY_BODY)
    fault->offset = MIN (meant - first + fault->offset, last - first);

  return ++self->n_reads_of_step == fault->nth;
}

static gboolean
is_meant (LsFaultProxy *self, LsFaultStep *step, LsFault *fault)
{
  if (fault->kind == LS_FAULT_NONE)
    return FALSE;
  if (fault->nth == 0)
    return g_str_has_prefix (step->name, self->fault_step);
  if (is_read (step->name))
    return reads_what_is_meant (self, step->name, fault);

  return g_str_equal (step->name, self->fault_step) && step->nth == fault->nth;
}

LsFaultStep *
ls_fault_proxy_note_step (LsFaultProxy *proxy, const char *name, LsFault *fault)
{
  LsFaultStep *step = g_new0 (LsFaultStep, 1);

  step->name = g_strdup (name);
  step->nth = 1;

  g_mutex_lock (&proxy->mutex);
  while (proxy->is_held)
    g_cond_wait (&proxy->changed, &proxy->mutex);
  for (guint i = 0; i < proxy->steps->len; i++)
    if (g_str_equal (((LsFaultStep *) proxy->steps->pdata[i])->name, name))
      step->nth++;
  g_ptr_array_add (proxy->steps, step);

  *fault = proxy->fault;
  if (!is_meant (proxy, step, fault))
    *fault = (LsFault){ 0 };
  g_mutex_unlock (&proxy->mutex);

  return step;
}

void
ls_fault_proxy_note_fired (LsFaultProxy *proxy)
{
  g_mutex_lock (&proxy->mutex);
  proxy->has_fired = TRUE;
  g_mutex_unlock (&proxy->mutex);
}

void
ls_fault_proxy_count (LsFaultProxy *proxy, LsFaultStep *step, gint64 request_size,
                      gint64 reply_size)
{
  g_mutex_lock (&proxy->mutex);
  step->request_size += request_size;
  step->reply_size += reply_size;
  g_mutex_unlock (&proxy->mutex);
}

#define SIGNED_PREFIX "/elsewhere"
#define SIGNATURE "?signature="

char *
ls_fault_proxy_sign (LsFaultProxy *proxy, const char *target)
{
  char *address;

  g_mutex_lock (&proxy->mutex);
  address = g_strdup_printf ("http://127.0.0.1:%u" SIGNED_PREFIX "%s" SIGNATURE "%u",
                             proxy->elsewhere.port, target, ++proxy->n_signatures);
  g_hash_table_add (proxy->signatures, g_strdup (strstr (address, SIGNED_PREFIX)));
  g_mutex_unlock (&proxy->mutex);

  return address;
}

gboolean
ls_fault_proxy_use_up (LsFaultProxy *proxy, const char *signed_target, const char *authorization,
                       char **target)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&proxy->mutex);
  const char *path = signed_target + strlen (SIGNED_PREFIX);
  gboolean is_good = g_hash_table_remove (proxy->signatures, signed_target);

  if (proxy->abuse == NULL && !is_good)
    proxy->abuse = g_strdup_printf ("an address that is used up: %s", signed_target);
  if (proxy->abuse == NULL && authorization != NULL)
    proxy->abuse = g_strdup_printf ("a secret sent to %s", signed_target);
  *target = g_strndup (path, strcspn (path, "?"));

  return is_good;
}

typedef struct
{
  LsFaultProxy *proxy;
  GSocketConnection *connection;
} Visit;

static gpointer
run_visit (gpointer data)
{
  Visit *visit = data;
  LsFaultProxy *self = visit->proxy;

  ls_fault_visit_run (self, visit->connection);

  g_mutex_lock (&self->mutex);
  g_ptr_array_remove_fast (self->connections, visit->connection);
  g_mutex_unlock (&self->mutex);
  g_io_stream_close (G_IO_STREAM (visit->connection), NULL, NULL);
  g_object_unref (visit->connection);
  g_free (visit);

  return NULL;
}

static gpointer
wait_at_door (gpointer data)
{
  LsFaultDoor *door = data;
  LsFaultProxy *self = door->proxy;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (door->listener, NULL, self->stop, NULL)) != NULL)
    {
      Visit *visit = g_new0 (Visit, 1);

      visit->proxy = self;
      visit->connection = connection;
      g_mutex_lock (&self->mutex);
      g_ptr_array_add (self->connections, connection);
      g_ptr_array_add (self->threads, g_thread_new ("fault-visit", run_visit, visit));
      g_mutex_unlock (&self->mutex);
    }

  return NULL;
}

static void
open_door (LsFaultProxy *self, LsFaultDoor *door)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  door->proxy = self;
  door->listener = g_socket_listener_new ();
  g_socket_listener_add_address (door->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  door->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  door->thread = g_thread_new ("fault-proxy", wait_at_door, door);
}

static void
close_door (LsFaultDoor *door)
{
  g_thread_join (door->thread);
  g_socket_listener_close (door->listener);
  g_object_unref (door->listener);
}

/**
 * ls_fault_proxy_new:
 * @registry_port: where an open registry listens on 127.0.0.1
 * @auth: what the proxy asks for
 *
 * Returns: (transfer full): a proxy on a port of 127.0.0.1, without a fault
 */
LsFaultProxy *
ls_fault_proxy_new (guint16 registry_port, LsFaultAuth auth)
{
  LsFaultProxy *self = g_new0 (LsFaultProxy, 1);

  self->registry_port = registry_port;
  self->auth = auth;
  self->stop = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->connections = g_ptr_array_new ();
  self->signatures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->steps = g_ptr_array_new ();
  self->former_steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);

  open_door (self, &self->door);
  open_door (self, &self->elsewhere);

  return self;
}

/**
 * ls_fault_proxy_free:
 * @proxy: (transfer full): a proxy
 *
 * Cuts all connections and waits for those who serve them.
 */
void
ls_fault_proxy_free (LsFaultProxy *proxy)
{
  g_cancellable_cancel (proxy->stop);
  close_door (&proxy->door);
  close_door (&proxy->elsewhere);

  g_mutex_lock (&proxy->mutex);
  for (guint i = 0; i < proxy->connections->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (proxy->connections->pdata[i]), TRUE, TRUE,
                       NULL);
  g_mutex_unlock (&proxy->mutex);
  for (guint i = 0; i < proxy->threads->len; i++)
    g_thread_join (proxy->threads->pdata[i]);

  g_object_unref (proxy->stop);
  g_ptr_array_unref (proxy->threads);
  g_ptr_array_unref (proxy->connections);
  g_ptr_array_extend_and_steal (proxy->former_steps, proxy->steps);
  g_ptr_array_unref (proxy->former_steps);
  g_mutex_clear (&proxy->mutex);
  g_cond_clear (&proxy->changed);
  g_hash_table_unref (proxy->signatures);
  g_free (proxy->abuse);
  g_free (proxy->fault_step);
  g_free (proxy);
}

/**
 * ls_fault_proxy_set_manners:
 * @proxy: a proxy that nobody uses yet
 * @manners: what it does otherwise than the registry behind it
 */
void
ls_fault_proxy_set_manners (LsFaultProxy *proxy, LsFaultManners manners)
{
  proxy->manners = manners;
}

/**
 * ls_fault_proxy_get_port:
 * @proxy: a proxy
 *
 * Returns: its port on 127.0.0.1
 */
guint16
ls_fault_proxy_get_port (LsFaultProxy *proxy)
{
  return proxy->door.port;
}

/**
 * ls_fault_proxy_set_fault:
 * @proxy: a proxy that nobody uses at the moment
 * @fault: (nullable): what goes wrong from now on
 *
 * Starts over: the steps and bytes that were counted are forgotten.
 */
void
ls_fault_proxy_set_fault (LsFaultProxy *proxy, const LsFault *fault)
{
  g_mutex_lock (&proxy->mutex);
  g_clear_pointer (&proxy->fault_step, g_free);
  proxy->fault = (LsFault){ 0 };
  if (fault != NULL)
    {
      proxy->fault = *fault;
      proxy->fault_step = g_strdup (fault->step);
    }
  proxy->has_fired = FALSE;
  proxy->n_reads_of_step = 0;
  g_ptr_array_extend_and_steal (proxy->former_steps, proxy->steps);
  proxy->steps = g_ptr_array_new ();
  g_mutex_unlock (&proxy->mutex);
}

/**
 * ls_fault_proxy_set_signal:
 * @proxy: a proxy that nobody uses at the moment
 * @func: called in a thread of the proxy's
 * @user_data: given to @func
 *
 * Says what %LS_FAULT_SIGNAL does.
 */
void
ls_fault_proxy_set_signal (LsFaultProxy *proxy, LsFaultFunc func, gpointer user_data)
{
  proxy->signal = func;
  proxy->signal_data = user_data;
}

/**
 * ls_fault_proxy_hold:
 * @proxy: a proxy that nobody uses at the moment
 *
 * Has all requests wait, so that who is to be killed can be told to the proxy.
 */
void
ls_fault_proxy_hold (LsFaultProxy *proxy)
{
  g_mutex_lock (&proxy->mutex);
  proxy->is_held = TRUE;
  g_mutex_unlock (&proxy->mutex);
}

/**
 * ls_fault_proxy_let_go:
 * @proxy: a proxy
 *
 * Ends the wait.
 */
void
ls_fault_proxy_let_go (LsFaultProxy *proxy)
{
  g_mutex_lock (&proxy->mutex);
  proxy->is_held = FALSE;
  g_cond_broadcast (&proxy->changed);
  g_mutex_unlock (&proxy->mutex);
}

/**
 * ls_fault_proxy_has_fired:
 * @proxy: a proxy
 *
 * Returns: whether anything went wrong since ls_fault_proxy_set_fault()
 */
gboolean
ls_fault_proxy_has_fired (LsFaultProxy *proxy)
{
  gboolean has_fired;

  g_mutex_lock (&proxy->mutex);
  has_fired = proxy->has_fired;
  g_mutex_unlock (&proxy->mutex);

  return has_fired;
}

/**
 * ls_fault_proxy_dup_steps:
 * @proxy: a proxy
 *
 * Returns: (transfer full) (element-type LsFaultStep): what passed so far
 */
GPtrArray *
ls_fault_proxy_dup_steps (LsFaultProxy *proxy)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);

  g_mutex_lock (&proxy->mutex);
  for (guint i = 0; i < proxy->steps->len; i++)
    {
      LsFaultStep *step = proxy->steps->pdata[i];
      LsFaultStep *copy = g_memdup2 (step, sizeof *step);

      copy->name = g_strdup (step->name);
      g_ptr_array_add (steps, copy);
    }
  g_mutex_unlock (&proxy->mutex);

  return steps;
}

/**
 * ls_fault_proxy_dup_abuse:
 * @proxy: a proxy
 *
 * Returns: (transfer full) (nullable): what was wrong with a request to the server that
 *   blobs are redirected to
 */
char *
ls_fault_proxy_dup_abuse (LsFaultProxy *proxy)
{
  char *abuse;

  g_mutex_lock (&proxy->mutex);
  abuse = g_strdup (proxy->abuse);
  g_mutex_unlock (&proxy->mutex);

  return abuse;
}

static gint64
sum_up (LsFaultProxy *self, glong field)
{
  gint64 sum = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->steps->len; i++)
    {
      LsFaultStep *step = self->steps->pdata[i];

      if (strstr (step->name, " blobs/") != NULL || strstr (step->name, " elsewhere/") != NULL
          || strstr (step->name, " uploads") != NULL)
        sum += G_STRUCT_MEMBER (gint64, step, field);
    }
  g_mutex_unlock (&self->mutex);

  return sum;
}

/**
 * ls_fault_proxy_get_sent:
 * @proxy: a proxy
 *
 * Returns: bytes of blobs that clients were sent
 */
gint64
ls_fault_proxy_get_sent (LsFaultProxy *proxy)
{
  return sum_up (proxy, G_STRUCT_OFFSET (LsFaultStep, reply_size));
}

/**
 * ls_fault_proxy_get_taken:
 * @proxy: a proxy
 *
 * Returns: bytes of blobs that clients sent
 */
gint64
ls_fault_proxy_get_taken (LsFaultProxy *proxy)
{
  return sum_up (proxy, G_STRUCT_OFFSET (LsFaultStep, request_size));
}
