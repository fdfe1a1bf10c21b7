/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http.h"

#include "config.h"
#include "ls-http-private.h"
#include "ls-proxy-resolver.h"

#define MAX_CONNECTIONS 64
#define MAX_CONNECTIONS_PER_HOST 16
#define DEFAULT_TIMEOUT 60      /* seconds without a byte */
#define DEFAULT_MIN_SPEED 64    /* bytes a second: less than any line moves that works */
#define DEFAULT_RETRY_DELAY 500 /* milliseconds */

/* libsoup's own limits are out of the way: a thread that waited for them could
 * not be cancelled. The gate has ours. */
#define MOST_CONNECTIONS 256

struct _LsHttp
{
  GObject parent_instance;

  LsHttpGate *gate;
  LsHttpGate *name_gate;
  LsHttpWaits *waits;
  LsBandwidth *bandwidth;
  guint timeout;
  guint min_speed;
  guint retry_delay;
  GProxyResolver *proxy_resolver;

  guint max_connections;
  guint max_connections_per_host;

  GMutex session_lock;  /* guards what follows */
  SoupSession *session; /* NULL until the first request */
  GMainContext *context;
};

enum
{
  PROP_0,
  PROP_TIMEOUT,
  PROP_MIN_SPEED,
  PROP_RETRY_DELAY,
  PROP_PROXY_RESOLVER,
  PROP_MAX_CONNECTIONS,
  PROP_MAX_CONNECTIONS_PER_HOST,
  PROP_BANDWIDTH_LIMIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsHttp, ls_http, G_TYPE_OBJECT)

/**
 * ls_http_prepare_process:
 *
 * Keeps libsoup to HTTP/1.1, whose bodies are bounded in memory and several
 * times faster in libsoup 3.2. The only switch for that is an environment
 * variable, so call this at the start of main(), before there are threads.
 */
void
ls_http_prepare_process (void)
{
  if (g_getenv ("SOUP_FORCE_HTTP1") == NULL)
    g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
}

/* Kept connections are worth keeping while they are used. After a pause they
 * may be dead without anybody having said so (a machine that slept, a router
 * that forgets), and the next request would wait in vain for an answer. */
static void
drop_connections (gpointer data)
{
  LsHttp *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->session_lock);

  if (self->session != NULL)
    soup_session_abort (self->session);
}

static SoupSession *
make_session (LsHttp *self)
{
  g_autoptr (GProxyResolver) resolver = NULL;
  SoupSession *session;

  /* libsoup ends idle connections from the session's context. Ours is never
   * run: from another thread that would race with a request that is just
   * taking the connection. */
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  session = soup_session_new_with_options ("max-conns", MOST_CONNECTIONS, "max-conns-per-host",
                                           MOST_CONNECTIONS, "timeout", self->timeout, "user-agent",
                                           "Longshore/" LS_VERSION, NULL);
  g_main_context_pop_thread_default (self->context);

  resolver =
      self->proxy_resolver != NULL ? g_object_ref (self->proxy_resolver) : ls_proxy_resolver_new ();
  soup_session_set_proxy_resolver (session, resolver);

  /* Blobs are named by the digest of the bytes as they are sent. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  /* It would answer challenges by itself, and is not safe with threads in 3.2. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);

  return session;
}

/**
 * ls_http_get_session:
 * @self: the door to the network
 *
 * Gives the session, which the first request makes: it loads the libraries for TLS and
 * proxies, which the window must not wait for. May be called from any thread.
 *
 * Returns: (transfer none): the session
 */
SoupSession *
ls_http_get_session (LsHttp *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->session_lock);

  if (self->session == NULL)
    self->session = make_session (self);

  return self->session;
}

/**
 * ls_http_get_gate:
 * @self: the door to the network
 *
 * Returns: (transfer none): how many requests may be under way, by origin
 */
LsHttpGate *
ls_http_get_gate (LsHttp *self)
{
  return self->gate;
}

/**
 * ls_http_get_name_gate:
 * @self: the door to the network
 *
 * Returns: (transfer none): how many questions for the addresses of names may be under way
 */
LsHttpGate *
ls_http_get_name_gate (LsHttp *self)
{
  return self->name_gate;
}

/**
 * ls_http_get_waits:
 * @self: the door to the network
 *
 * Returns: (transfer none): who waits for what, to be told to the user
 */
LsHttpWaits *
ls_http_get_waits (LsHttp *self)
{
  return self->waits;
}

/**
 * ls_http_get_bandwidth:
 * @self: the door to the network
 *
 * Returns: (transfer none): how many bytes a second may travel
 */
LsBandwidth *
ls_http_get_bandwidth (LsHttp *self)
{
  return self->bandwidth;
}

/**
 * ls_http_get_timeout:
 * @self: the door to the network
 *
 * Returns: how long a server may be silent, in seconds
 */
guint
ls_http_get_timeout (LsHttp *self)
{
  return self->timeout;
}

/**
 * ls_http_get_min_speed:
 * @self: the door to the network
 *
 * Returns: how many bytes of a body a second a server has to bring, or to take, at least
 */
guint
ls_http_get_min_speed (LsHttp *self)
{
  return self->min_speed;
}

/**
 * ls_http_get_retry_delay:
 * @self: the door to the network
 *
 * Returns: the longest delay before the second attempt, in milliseconds
 */
guint
ls_http_get_retry_delay (LsHttp *self)
{
  return self->retry_delay;
}

static void
ls_http_finalize (GObject *object)
{
  LsHttp *self = LS_HTTP (object);

  g_clear_object (&self->session);
  g_clear_object (&self->proxy_resolver);
  g_clear_pointer (&self->gate, ls_http_gate_unref);
  g_clear_pointer (&self->name_gate, ls_http_gate_unref);
  g_clear_pointer (&self->waits, ls_http_waits_free);
  g_clear_pointer (&self->bandwidth, ls_bandwidth_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->session_lock);

  G_OBJECT_CLASS (ls_http_parent_class)->finalize (object);
}

static void
ls_http_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsHttp *self = LS_HTTP (object);

  switch (property_id)
    {
    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout);
      break;
    case PROP_MIN_SPEED:
      g_value_set_uint (value, self->min_speed);
      break;
    case PROP_RETRY_DELAY:
      g_value_set_uint (value, self->retry_delay);
      break;
    case PROP_PROXY_RESOLVER:
      g_value_set_object (value, self->proxy_resolver);
      break;
    case PROP_MAX_CONNECTIONS:
      g_value_set_uint (value, self->max_connections);
      break;
    case PROP_MAX_CONNECTIONS_PER_HOST:
      g_value_set_uint (value, self->max_connections_per_host);
      break;
    case PROP_BANDWIDTH_LIMIT:
      g_value_set_int64 (value, ls_bandwidth_get_limit (self->bandwidth));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
set_limits (LsHttp *self, guint max_connections, guint max_connections_per_host)
{
  gboolean total_changes = self->max_connections != max_connections;
  gboolean per_host_changes = self->max_connections_per_host != max_connections_per_host;

  self->max_connections = max_connections;
  self->max_connections_per_host = max_connections_per_host;
  ls_http_gate_set_limits (self->gate, max_connections, max_connections_per_host);

  if (total_changes)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONNECTIONS]);
  if (per_host_changes)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_CONNECTIONS_PER_HOST]);
}

static void
ls_http_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsHttp *self = LS_HTTP (object);

  switch (property_id)
    {
    case PROP_TIMEOUT:
      self->timeout = g_value_get_uint (value);
      break;
    case PROP_MIN_SPEED:
      self->min_speed = g_value_get_uint (value);
      break;
    case PROP_RETRY_DELAY:
      self->retry_delay = g_value_get_uint (value);
      break;
    case PROP_PROXY_RESOLVER:
      self->proxy_resolver = g_value_dup_object (value);
      break;
    case PROP_MAX_CONNECTIONS:
      set_limits (self, g_value_get_uint (value), self->max_connections_per_host);
      break;
    case PROP_MAX_CONNECTIONS_PER_HOST:
      set_limits (self, self->max_connections, g_value_get_uint (value));
      break;
    case PROP_BANDWIDTH_LIMIT:
      ls_http_set_bandwidth_limit (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_http_class_init (LsHttpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ls_http_finalize;
  object_class->get_property = ls_http_get_property;
  object_class->set_property = ls_http_set_property;

  /**
   * LsHttp:timeout:
   *
   * How long a server may be silent, in seconds.
   */
  properties[PROP_TIMEOUT] =
      g_param_spec_uint ("timeout", NULL, NULL, 1, 3600, DEFAULT_TIMEOUT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * LsHttp:min-speed:
   *
   * How many bytes of a body a second a server has to bring, or to take, at least. It
   * may be slower than that for twice as long as it may be silent.
   */
  properties[PROP_MIN_SPEED] =
      g_param_spec_uint ("min-speed", NULL, NULL, 0, G_MAXUINT, DEFAULT_MIN_SPEED,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * LsHttp:retry-delay:
   *
   * How long to wait, at most, before a failed request is sent for the second
   * time, in milliseconds; twice as long before the third time, and so on.
   */
  properties[PROP_RETRY_DELAY] =
      g_param_spec_uint ("retry-delay", NULL, NULL, 1, 60 * 1000, DEFAULT_RETRY_DELAY,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * LsHttp:proxy-resolver:
   *
   * Where proxies are found; %NULL for what the desktop and the environment say,
   * which have no say where this computer itself is meant.
   */
  properties[PROP_PROXY_RESOLVER] =
      g_param_spec_object ("proxy-resolver", NULL, NULL, G_TYPE_PROXY_RESOLVER,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * LsHttp:max-connections:
   *
   * How many requests may be under way at a time. May be set at any time.
   */
  properties[PROP_MAX_CONNECTIONS] =
      g_param_spec_uint ("max-connections", NULL, NULL, 1, MOST_CONNECTIONS, MAX_CONNECTIONS,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * LsHttp:max-connections-per-host:
   *
   * How many of them may be to one host. May be set at any time.
   */
  properties[PROP_MAX_CONNECTIONS_PER_HOST] = g_param_spec_uint (
      "max-connections-per-host", NULL, NULL, 1, MOST_CONNECTIONS, MAX_CONNECTIONS_PER_HOST,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * LsHttp:bandwidth-limit:
   *
   * How many bytes a second all transfers together may move, in both directions;
   * 0 for as many as the line can. May be set at any time.
   */
  properties[PROP_BANDWIDTH_LIMIT] =
      g_param_spec_int64 ("bandwidth-limit", NULL, NULL, 0, G_MAXINT64, 0,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  ls_http_prepare_process ();
}

static void
ls_http_init (LsHttp *self)
{
  g_mutex_init (&self->session_lock);
  self->max_connections = MAX_CONNECTIONS;
  self->max_connections_per_host = MAX_CONNECTIONS_PER_HOST;
  self->gate = ls_http_gate_new (MAX_CONNECTIONS, MAX_CONNECTIONS_PER_HOST, drop_connections, self);
  self->name_gate = ls_http_gate_new (MOST_CONNECTIONS, 1, NULL, NULL);
  self->waits = ls_http_waits_new ();
  self->bandwidth = ls_bandwidth_new ();
}

/**
 * ls_http_new:
 *
 * Returns: (transfer full): a new session; one is enough for a program
 */
LsHttp *
ls_http_new (void)
{
  return g_object_new (LS_TYPE_HTTP, NULL);
}

/**
 * ls_http_set_bandwidth_limit:
 * @self: the session
 * @bytes_per_second: how much all transfers together may move; 0: as much as can
 *
 * Holds at once, for what is under way, too.
 */
void
ls_http_set_bandwidth_limit (LsHttp *self, gint64 bytes_per_second)
{
  g_return_if_fail (LS_IS_HTTP (self));
  g_return_if_fail (bytes_per_second >= 0);

  if (ls_bandwidth_get_limit (self->bandwidth) == bytes_per_second)
    return;

  ls_bandwidth_set_limit (self->bandwidth, bytes_per_second);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BANDWIDTH_LIMIT]);
}

/**
 * ls_http_get_pause:
 * @self: the session
 * @host: a host, with its port where that is not the usual one
 *
 * A host that answers 429 or a 503 with Retry-After is left alone by all
 * transfers until then. Safe to call from any thread, and cheap.
 *
 * Returns: until when transfers wait for @host, in seconds of Unix time; 0 if
 *   they do not
 */
gint64
ls_http_get_pause (LsHttp *self, const char *host)
{
  g_return_val_if_fail (LS_IS_HTTP (self), 0);

  return ls_http_gate_get_pause (self->gate, host);
}

/**
 * ls_http_get_round_trip:
 * @self: the session
 * @host: a host, with its port where that is not the usual one
 *
 * Safe to call from any thread, and cheap.
 *
 * Returns: how long a message to @host and its answer take on their way at their
 *   quickest, in microseconds; 0 if no connection was made yet
 */
gint64
ls_http_get_round_trip (LsHttp *self, const char *host)
{
  g_return_val_if_fail (LS_IS_HTTP (self), 0);

  return ls_http_gate_get_round_trip (self->gate, host);
}

/**
 * ls_http_get_retry:
 * @self: the session
 * @host: a host, with its port where that is not the usual one
 * @reason: (out): why the last attempt failed
 *
 * A transfer asks again, after a while, a host that failed or cannot be reached.
 * Safe to call from any thread, and cheap.
 *
 * Returns: when it does, in seconds of Unix time; 0 if none waits for that, and
 *   then @reason is left alone
 */
gint64
ls_http_get_retry (LsHttp *self, const char *host, LsError *reason)
{
  g_return_val_if_fail (LS_IS_HTTP (self), 0);
  g_return_val_if_fail (reason != NULL, 0);

  return ls_http_waits_get (self->waits, host, reason);
}
