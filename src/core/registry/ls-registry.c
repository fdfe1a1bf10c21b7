/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry.h"

#include "ls-registry-private.h"
#include "ls-scope.h"
#include "ls-upload-session.h"

/* Uploads that were begun and may be gone on with. */
#define MAX_SESSIONS 1024
#define FRESH_SESSION (60 * G_USEC_PER_SEC)

/* An upload that was begun. */
typedef struct
{
  GUri *location;
  gboolean is_used;
  gint64 since; /* monotonic */
} Session;

/* What is learned of a registry by whoever asks it for one user. Reference
 * counted. */
typedef struct
{
  LsAuthorizer *authorizer;
  LsUploadMemory *upload_memory;
  LsUploadLog *upload_log;
  GMutex mutex;         /* guards what follows */
  GHashTable *sessions; /* "repository@digest" -> Session */
} Knowledge;

struct _LsRegistry
{
  GObject parent_instance;

  char *name;
  char *username;
  Knowledge *knowledge;
  LsHttpPatience patience;
};

G_DEFINE_FINAL_TYPE (LsRegistry, ls_registry, G_TYPE_OBJECT)

static void
session_free (Session *session)
{
  g_uri_unref (session->location);
  g_free (session);
}

static Knowledge *
knowledge_new (LsHttp *http, LsRegistrySettings *settings, const char *name,
               LsCredentials *credentials)
{
  g_autoptr (LsEndpoint) endpoint = ls_registry_settings_get_endpoint (settings, name);
  Knowledge *self = g_atomic_rc_box_new0 (Knowledge);

  self->upload_memory = ls_upload_memory_ref (ls_registry_settings_get_upload_memory (settings));
  self->upload_log = ls_upload_log_ref (ls_registry_settings_get_upload_log (settings));
  self->sessions =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) session_free);

  self->authorizer = ls_authorizer_new (http, endpoint, name, credentials,
                                        ls_registry_settings_get_confidants (settings));
  g_mutex_init (&self->mutex);

  return self;
}

static void
knowledge_clear (gpointer data)
{
  Knowledge *self = data;

  ls_authorizer_free (self->authorizer);
  ls_upload_memory_unref (self->upload_memory);
  ls_upload_log_unref (self->upload_log);
  g_hash_table_unref (self->sessions);
  g_mutex_clear (&self->mutex);
}

static void
ls_registry_finalize (GObject *object)
{
  LsRegistry *self = LS_REGISTRY (object);

  g_free (self->name);
  g_free (self->username);
  g_atomic_rc_box_release_full (self->knowledge, knowledge_clear);

  G_OBJECT_CLASS (ls_registry_parent_class)->finalize (object);
}

static void
ls_registry_class_init (LsRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_registry_finalize;
}

static void
ls_registry_init (LsRegistry *self)
{
}

/**
 * ls_registry_new:
 * @http: the session
 * @settings: where registries answer; read now
 * @name: the registry's name, as in references
 * @credentials: (nullable): who asks; %NULL is anonymous
 *
 * Returns: (transfer full): a registry that nothing was asked of yet
 */
LsRegistry *
ls_registry_new (LsHttp *http, LsRegistrySettings *settings, const char *name,
                 LsCredentials *credentials)
{
  LsRegistry *self;

  g_return_val_if_fail (LS_IS_HTTP (http), NULL);
  g_return_val_if_fail (LS_IS_REGISTRY_SETTINGS (settings), NULL);
  g_return_val_if_fail (ls_registry_name_is_valid (name), NULL);

  self = g_object_new (LS_TYPE_REGISTRY, NULL);
  self->name = g_strdup (name);
  self->knowledge = knowledge_new (http, settings, name, credentials);
  if (credentials != NULL)
    self->username = g_strdup (ls_credentials_get_username (credentials));

  return self;
}

/**
 * ls_registry_for_transfers:
 * @self: a registry
 *
 * Gives the same registry for the work of a transfer, which is more patient than
 * a person: see #LsHttpPatience. The two share what was learned of the registry.
 *
 * Returns: (transfer full): a registry
 */
LsRegistry *
ls_registry_for_transfers (LsRegistry *self)
{
  LsRegistry *patient;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);

  patient = g_object_new (LS_TYPE_REGISTRY, NULL);
  patient->name = g_strdup (self->name);
  patient->username = g_strdup (self->username);
  patient->knowledge = g_atomic_rc_box_acquire (self->knowledge);
  patient->patience = LS_HTTP_FOR_TRANSFER;

  return patient;
}

static LsHttp *
get_http (LsRegistry *self)
{
  return ls_authorizer_get_http (self->knowledge->authorizer);
}

/**
 * ls_registry_get_pause:
 * @self: a registry
 *
 * A registry that answers 429, or 503 with Retry-After, is left alone by all
 * transfers until the time that it names, for 15 minutes at most: what it wants
 * beyond that ends a transfer with %LS_ERROR_RATE_LIMITED. May be called from
 * any thread, and costs nothing.
 *
 * Returns: until when transfers wait for the registry, in seconds of Unix time;
 *   0 if they do not
 */
gint64
ls_registry_get_pause (LsRegistry *self)
{
  g_auto (GStrv) hosts = NULL;
  gint64 pause = 0;

  g_return_val_if_fail (LS_IS_REGISTRY (self), 0);

  hosts = ls_authorizer_dup_hosts (self->knowledge->authorizer);
  for (guint i = 0; hosts[i] != NULL; i++)
    pause = MAX (pause, ls_http_get_pause (get_http (self), hosts[i]));

  return pause;
}

/**
 * ls_registry_get_round_trip:
 * @self: a registry
 *
 * Tells a long line from a short one, whatever the registry itself takes to answer. May
 * be called from any thread, and costs nothing.
 *
 * Returns: how long a message to the registry and its answer take on their way at
 *   their quickest, in microseconds; 0 as long as no connection was made
 */
gint64
ls_registry_get_round_trip (LsRegistry *self)
{
  g_auto (GStrv) hosts = NULL;
  gint64 round_trip = 0;

  g_return_val_if_fail (LS_IS_REGISTRY (self), 0);

  hosts = ls_authorizer_dup_hosts (self->knowledge->authorizer);
  for (guint i = 0; hosts[i] != NULL; i++)
    round_trip = MAX (round_trip, ls_http_get_round_trip (get_http (self), hosts[i]));

  return round_trip;
}

/**
 * ls_registry_get_retry:
 * @self: a registry
 * @reason: (out): why the last attempt failed
 *
 * Requests of transfers are sent again after a while where the registry fails or
 * cannot be reached. May be called from any thread, and costs nothing.
 *
 * Returns: when the next one is, in seconds of Unix time; 0 if none waits for that,
 *   and then @reason is left alone
 */
gint64
ls_registry_get_retry (LsRegistry *self, LsError *reason)
{
  g_auto (GStrv) hosts = NULL;
  gint64 retry = 0;

  g_return_val_if_fail (LS_IS_REGISTRY (self), 0);

  hosts = ls_authorizer_dup_hosts (self->knowledge->authorizer);
  for (guint i = 0; retry == 0 && hosts[i] != NULL; i++)
    retry = ls_http_get_retry (get_http (self), hosts[i], reason);

  return retry;
}

/**
 * ls_registry_get_name:
 * @self: a registry
 *
 * Returns: (transfer none): its name, as in references
 */
const char *
ls_registry_get_name (LsRegistry *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);

  return self->name;
}

/**
 * ls_registry_get_username:
 * @self: a registry
 *
 * Returns: (nullable) (transfer none): who asks; %NULL is anonymous
 */
const char *
ls_registry_get_username (LsRegistry *self)
{
  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);

  return self->username;
}

/* The one who sends for @self. */
LsAuthorizer *
ls_registry_get_authorizer (LsRegistry *self)
{
  return self->knowledge->authorizer;
}

LsUploadMemory *
ls_registry_get_upload_memory (LsRegistry *self)
{
  return self->knowledge->upload_memory;
}

LsUploadLog *
ls_registry_get_upload_log (LsRegistry *self)
{
  return self->knowledge->upload_log;
}

static LsEndpoint *
find_endpoint (LsRegistry *self, GCancellable *cancellable, GError **error)
{
  return ls_authorizer_find_endpoint (self->knowledge->authorizer, self->patience, cancellable,
                                      error);
}

/* Whether @uri is at the registry itself, and not at another server. */
gboolean
ls_registry_find_home (LsRegistry *self, GUri *uri, gboolean *is_home, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (LsEndpoint) endpoint = find_endpoint (self, cancellable, error);

  *is_home = endpoint != NULL && ls_origin_equal (uri, ls_endpoint_get_uri (endpoint));

  return endpoint != NULL;
}

static char *
make_session_key (const char *repository, const char *digest)
{
  return g_strconcat (repository, "@", digest, NULL);
}

/* Keeps an upload session for the next one who sends the same blob. */
void
ls_registry_keep_session (LsRegistry *self, const char *repository, const char *digest,
                          GUri *location, gboolean is_used)
{
  Knowledge *knowledge = self->knowledge;
  Session *session = g_new (Session, 1);

  session->location = g_uri_ref (location);
  session->is_used = is_used;
  session->since = g_get_monotonic_time ();

  g_mutex_lock (&knowledge->mutex);
  if (g_hash_table_size (knowledge->sessions) >= MAX_SESSIONS)
    g_hash_table_remove_all (knowledge->sessions);
  g_hash_table_replace (knowledge->sessions, make_session_key (repository, digest), session);
  g_mutex_unlock (&knowledge->mutex);
}

/* Gives a session to one user only. @is_unsure: the registry has to be asked how
 * much of the blob it has, or whether there is a session still. */
GUri *
ls_registry_steal_session (LsRegistry *self, const char *repository, const char *digest,
                           gboolean *is_unsure)
{
  g_autofree char *key = make_session_key (repository, digest);
  GUri *location = NULL;
  Session *session;

  *is_unsure = FALSE;
  g_mutex_lock (&self->knowledge->mutex);
  session = g_hash_table_lookup (self->knowledge->sessions, key);
  if (session != NULL)
    {
      location = g_uri_ref (session->location);
      *is_unsure = session->is_used || g_get_monotonic_time () - session->since > FRESH_SESSION;
      g_hash_table_remove (self->knowledge->sessions, key);
    }
  g_mutex_unlock (&self->knowledge->mutex);

  return location;
}

/* What is left of an earlier run; the registry may have moved since. */
static GPtrArray *
take_logged (LsRegistry *self, const char *repository)
{
  GPtrArray *locations = ls_upload_log_drop_repository (self->knowledge->upload_log, self->name,
                                                        self->username, repository);

  for (guint i = locations->len; i > 0; i--)
    {
      gboolean is_home;

      ls_registry_find_home (self, locations->pdata[i - 1], &is_home, NULL, NULL);
      if (!is_home)
        g_ptr_array_remove_index_fast (locations, i - 1);
    }

  return locations;
}

/* The same upload may be remembered in two places. */
static void
add_location (GPtrArray *locations, GUri *location)
{
  g_autofree char *text = g_uri_to_string (location);

  for (guint i = 0; i < locations->len; i++)
    {
      g_autofree char *other = g_uri_to_string (locations->pdata[i]);

      if (g_str_equal (text, other))
        return;
    }
  g_ptr_array_add (locations, g_uri_ref (location));
}

/**
 * ls_registry_drop_uploads:
 * @self: a registry
 * @repository: the name of a repository
 *
 * Tells the registry that nobody goes on with the uploads to @repository that were cut
 * or cancelled, in this run of the program or before. Those that are under way are not touched.
 * Blocks, and does not tell of failures: registries forget uploads by themselves, too.
 */
void
ls_registry_drop_uploads (LsRegistry *self, const char *repository)
{
  Knowledge *knowledge;
  g_autofree char *prefix = make_session_key (repository, "");
  g_autoptr (GPtrArray) locations = NULL;
  GHashTableIter iter;
  gpointer key;
  gpointer session;

  g_return_if_fail (LS_IS_REGISTRY (self));

  knowledge = self->knowledge;
  locations = take_logged (self, repository);
  g_mutex_lock (&knowledge->mutex);
  g_hash_table_iter_init (&iter, knowledge->sessions);
  while (g_hash_table_iter_next (&iter, &key, &session))
    if (g_str_has_prefix (key, prefix))
      {
        add_location (locations, ((Session *) session)->location);
        g_hash_table_iter_remove (&iter);
      }
  g_mutex_unlock (&knowledge->mutex);

  for (guint i = 0; i < locations->len; i++)
    {
      LsUploadSession upload = { .registry = self, .repository = repository };

      upload.location = g_uri_ref (locations->pdata[i]);
      ls_upload_session_delete (&upload);
    }
}

/* Waits before something is tried again. */
gboolean
ls_registry_back_off (LsRegistry *self, const GError *failure, guint n_failures,
                      GCancellable *cancellable)
{
  g_auto (GStrv) hosts = ls_authorizer_dup_hosts (self->knowledge->authorizer);

  return ls_http_back_off (get_http (self), hosts[0], failure, n_failures, cancellable, NULL);
}

/* A request for "v2/<repository>/<what>/<item>". The parts were checked against
 * their grammars, which leave nothing to escape. */
LsHttpRequest *
ls_registry_create_request (LsRegistry *self, const char *method, const char *repository,
                            const char *what, const char *item, GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (LsEndpoint) endpoint = find_endpoint (self, cancellable, error);
  g_autofree char *target = NULL;
  LsHttpRequest *request;

  if (endpoint == NULL)
    return NULL;

  target = g_strdup_printf ("v2/%s/%s/%s", repository, what, item);
  request = ls_http_request_new_for_target (method, endpoint, target, error);
  if (request != NULL)
    ls_http_request_set_patience (request, self->patience);

  return request;
}

/* A request for an address that the registry named. */
LsHttpRequest *
ls_registry_create_request_to (LsRegistry *self, const char *method, GUri *uri,
                               GCancellable *cancellable, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = find_endpoint (self, cancellable, error);
  LsHttpRequest *request;

  if (endpoint == NULL)
    return NULL;

  request = ls_http_request_new (method, endpoint, uri);
  ls_http_request_set_patience (request, self->patience);

  return request;
}

/* Sends @request with a token for @actions on @repository. */
LsHttpReply *
ls_registry_send_for (LsRegistry *self, LsHttpRequest *request, const char *repository,
                      const char *actions, GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = ls_scope_for_repository (repository, actions);
  const char *scopes[] = { scope, NULL };

  return ls_authorizer_send (self->knowledge->authorizer, request, scopes, cancellable, error);
}

/* Makes an error of a reply that is no success. */
gboolean
ls_registry_check (LsRegistry *self, LsHttpReply *reply, const char *subject, GError **error)
{
  if (ls_http_reply_is_success (reply))
    return TRUE;

  g_propagate_error (error, ls_authorizer_make_error (self->knowledge->authorizer, reply, subject));

  return FALSE;
}
