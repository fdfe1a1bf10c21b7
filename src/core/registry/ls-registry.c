/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry.h"

#include "ls-registry-private.h"
#include "ls-scope.h"
#include "ls-upload-session.h"
#include "ls-upload-shelf.h"

/* What is learned of a registry by whoever asks it for one user. Reference
 * counted. */
typedef struct
{
  LsAuthorizer *authorizer;
  LsUploadMemory *upload_memory;
  LsUploadLog *upload_log;
  LsUploadShelf *upload_shelf;
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

static Knowledge *
knowledge_new (LsHttp *http, LsRegistrySettings *settings, const char *name,
               LsCredentials *credentials)
{
  g_autoptr (LsEndpoint) endpoint = ls_registry_settings_get_endpoint (settings, name);
  Knowledge *self = g_atomic_rc_box_new0 (Knowledge);

  self->upload_memory = ls_upload_memory_ref (ls_registry_settings_get_upload_memory (settings));
  self->upload_log = ls_upload_log_ref (ls_registry_settings_get_upload_log (settings));
  self->upload_shelf = ls_upload_shelf_new ();
  self->authorizer = ls_authorizer_new (http, endpoint, name, credentials,
                                        ls_registry_settings_get_confidants (settings));

  return self;
}

static void
knowledge_clear (gpointer data)
{
  Knowledge *self = data;

  ls_authorizer_free (self->authorizer);
  ls_upload_memory_unref (self->upload_memory);
  ls_upload_log_unref (self->upload_log);
  ls_upload_shelf_free (self->upload_shelf);
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

/**
 * ls_registry_get_authorizer:
 * @self: a registry
 *
 * Returns: (transfer none): the one who sends for @self
 */
LsAuthorizer *
ls_registry_get_authorizer (LsRegistry *self)
{
  return self->knowledge->authorizer;
}

/**
 * ls_registry_get_upload_memory:
 * @self: a registry
 *
 * Returns: (transfer none): what is known of how registries take blobs
 */
LsUploadMemory *
ls_registry_get_upload_memory (LsRegistry *self)
{
  return self->knowledge->upload_memory;
}

/**
 * ls_registry_get_upload_log:
 * @self: a registry
 *
 * Returns: (transfer none): the uploads that are under way, also those of earlier runs
 */
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

/**
 * ls_registry_find_home:
 * @self: a registry
 * @uri: an address
 * @is_home: (out): whether @uri is at the registry itself, and not at another server
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Errors: those of ls_authorizer_find_endpoint().
 *
 * Returns: whether it is known where the registry is
 */
gboolean
ls_registry_find_home (LsRegistry *self, GUri *uri, gboolean *is_home, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (LsEndpoint) endpoint = find_endpoint (self, cancellable, error);

  *is_home = endpoint != NULL && ls_origin_equal (uri, ls_endpoint_get_uri (endpoint));

  return endpoint != NULL;
}

/**
 * ls_registry_keep_session:
 * @self: a registry
 * @repository: the name of a repository
 * @digest: the digest of a blob
 * @location: the address of an upload session that was begun for it and is of use still
 * @is_used: whether it may have some of the blob's bytes
 *
 * Keeps an upload session for the next one who sends the same blob.
 */
void
ls_registry_keep_session (LsRegistry *self, const char *repository, const char *digest,
                          GUri *location, gboolean is_used)
{
  ls_upload_shelf_keep (self->knowledge->upload_shelf, repository, digest, location, is_used);
}

/**
 * ls_registry_steal_session:
 * @self: a registry
 * @repository: the name of a repository
 * @digest: the digest of a blob
 * @is_unsure: (out): whether the registry has to be asked how much of the blob it has, or
 *   whether there is a session still
 *
 * Gives an upload session to one user only.
 *
 * Returns: (transfer full) (nullable): its address; %NULL where none was kept
 */
GUri *
ls_registry_steal_session (LsRegistry *self, const char *repository, const char *digest,
                           gboolean *is_unsure)
{
  return ls_upload_shelf_take (self->knowledge->upload_shelf, repository, digest, is_unsure);
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
  g_autoptr (GPtrArray) locations = NULL;
  g_autoptr (GPtrArray) kept = NULL;

  g_return_if_fail (LS_IS_REGISTRY (self));

  locations = take_logged (self, repository);
  kept = ls_upload_shelf_drop_repository (self->knowledge->upload_shelf, repository);
  for (guint i = 0; i < kept->len; i++)
    add_location (locations, kept->pdata[i]);

  for (guint i = 0; i < locations->len; i++)
    {
      LsUploadSession upload = { .registry = self, .repository = repository };

      upload.location = g_uri_ref (locations->pdata[i]);
      ls_upload_session_delete (&upload);
    }
}

/**
 * ls_registry_back_off:
 * @self: a registry
 * @failure: why something failed
 * @n_failures: how many failures there were before
 * @cancellable: (nullable): ends the wait
 *
 * Waits before something is tried again.
 *
 * Returns: whether it may be tried; %FALSE when @cancellable was cancelled
 */
gboolean
ls_registry_back_off (LsRegistry *self, const GError *failure, guint n_failures,
                      GCancellable *cancellable)
{
  g_auto (GStrv) hosts = ls_authorizer_dup_hosts (self->knowledge->authorizer);

  return ls_http_back_off (get_http (self), hosts[0], failure, n_failures, cancellable, NULL);
}

/**
 * ls_registry_create_request:
 * @self: a registry
 * @method: the method, such as `GET`
 * @repository: the name of a repository
 * @what: the kind of item, such as `manifests`
 * @item: which one
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes a request for `v2/<repository>/<what>/<item>`. The parts were checked against
 * their grammars, which leave nothing to escape.
 *
 * Errors: those of ls_authorizer_find_endpoint() and ls_http_request_new_for_target().
 *
 * Returns: (transfer full): the request; %NULL with @error set
 */
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

/**
 * ls_registry_create_request_to:
 * @self: a registry
 * @method: the method, such as `PATCH`
 * @uri: an address that the registry named
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Errors: those of ls_authorizer_find_endpoint().
 *
 * Returns: (transfer full): a request for @uri; %NULL with @error set
 */
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

/**
 * ls_registry_send_for:
 * @self: a registry
 * @request: a request
 * @repository: the name of a repository
 * @actions: what is done there: %LS_REGISTRY_PULL or %LS_REGISTRY_PUSH
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends @request with a token for @actions on @repository. Blocks.
 *
 * Errors: those of ls_authorizer_send().
 *
 * Returns: (transfer full): the reply, whatever its status; %NULL with @error set
 */
LsHttpReply *
ls_registry_send_for (LsRegistry *self, LsHttpRequest *request, const char *repository,
                      const char *actions, GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = ls_scope_for_repository (repository, actions);
  const char *scopes[] = { scope, NULL };

  return ls_authorizer_send (self->knowledge->authorizer, request, scopes, cancellable, error);
}

/**
 * ls_registry_check:
 * @self: a registry
 * @reply: a reply
 * @subject: what it is about, for the error
 * @error: return location for an error
 *
 * Makes an error of a reply that is no success.
 *
 * Errors: those of ls_authorizer_make_error().
 *
 * Returns: whether @reply is a success
 */
gboolean
ls_registry_check (LsRegistry *self, LsHttpReply *reply, const char *subject, GError **error)
{
  if (ls_http_reply_is_success (reply))
    return TRUE;

  g_propagate_error (error, ls_authorizer_make_error (self->knowledge->authorizer, reply, subject));

  return FALSE;
}
