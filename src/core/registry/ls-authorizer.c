/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-authorizer.h"

#include "ls-challenge.h"
#include "ls-http-error.h"
#include "ls-ping.h"
#include "ls-registry-contact.h"
#include "ls-token-broker.h"
#include "ls-token-request.h"

/* How a request is sent, until it is served: a stale token is renewed once, and
 * the scopes that the registry names are tried once. */
typedef enum
{
  AS_IT_IS,
  WITH_NEW_TOKEN,
  WITH_OTHER_SCOPES,
} Step;

struct _LsAuthorizer
{
  LsHttp *http;
  LsCredentials *credentials;
  LsTokenBroker *broker;
  LsRegistryContact *contact;
  char *name;
  LsConfidants *confidants; /* over all runs */

  GMutex mutex;           /* guards what follows */
  GUri *confidant;        /* who has seen the password, and so may see it again */
  gboolean is_signing_in; /* anew: who has seen it before does not count */
};

typedef LsHttpReply *(*SendFunc) (LsHttp *http, LsHttpRequest *request, GCancellable *cancellable,
                                  GError **error);

/**
 * ls_authorizer_new:
 * @http: the session
 * @endpoint: where the registry answers
 * @name: the registry's name, for people
 * @credentials: (nullable): who asks; %NULL is anonymous
 * @confidants: who has seen which password
 *
 * Returns: (transfer full): an authorizer that nothing was sent with yet
 */
LsAuthorizer *
ls_authorizer_new (LsHttp *http, LsEndpoint *endpoint, const char *name, LsCredentials *credentials,
                   LsConfidants *confidants)
{
  LsAuthorizer *self = g_new0 (LsAuthorizer, 1);

  self->http = g_object_ref (http);
  self->contact = ls_registry_contact_new (http, endpoint, name);
  self->name = g_strdup (name);
  self->credentials = credentials != NULL ? ls_credentials_ref (credentials) : NULL;
  self->broker = ls_token_broker_new (http, credentials);
  self->confidants = ls_confidants_ref (confidants);
  g_mutex_init (&self->mutex);

  return self;
}

/**
 * ls_authorizer_free:
 * @authorizer: (transfer full): an authorizer that nobody is using
 */
void
ls_authorizer_free (LsAuthorizer *authorizer)
{
  ls_token_broker_free (authorizer->broker);
  ls_registry_contact_free (authorizer->contact);
  g_clear_pointer (&authorizer->confidant, g_uri_unref);
  ls_confidants_unref (authorizer->confidants);
  g_clear_pointer (&authorizer->credentials, ls_credentials_unref);
  g_object_unref (authorizer->http);
  g_mutex_clear (&authorizer->mutex);
  g_free (authorizer->name);
  g_free (authorizer);
}

static gboolean
is_bearer (LsChallenge *challenge)
{
  return challenge != NULL && ls_challenge_get_scheme (challenge) == LS_CHALLENGE_BEARER;
}

/**
 * ls_authorizer_get_http:
 * @authorizer: an authorizer
 *
 * Returns: (transfer none): the session that it asks with
 */
LsHttp *
ls_authorizer_get_http (LsAuthorizer *authorizer)
{
  return authorizer->http;
}

/**
 * ls_authorizer_dup_hosts:
 * @authorizer: an authorizer
 *
 * Returns: (transfer full): who is asked for the registry: its host and, where it has
 *   one, that of its token server
 */
GStrv
ls_authorizer_dup_hosts (LsAuthorizer *authorizer)
{
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  g_autoptr (LsEndpoint) endpoint = ls_registry_contact_dup_endpoint (authorizer->contact);
  g_autoptr (LsChallenge) challenge = ls_registry_contact_dup_challenge (authorizer->contact);
  g_autoptr (GUri) realm = NULL;

  g_strv_builder_add (hosts, ls_endpoint_get_host (endpoint));
  if (is_bearer (challenge))
    realm = g_uri_parse_relative (ls_endpoint_get_uri (endpoint),
                                  ls_challenge_get_realm (challenge), LS_URI_FLAGS, NULL);
  if (realm != NULL && ls_uri_is_http_family (realm))
    {
      g_autofree char *host = ls_uri_dup_host_port (realm);

      g_strv_builder_add (hosts, host);
    }

  return g_strv_builder_end (hosts);
}

/**
 * ls_authorizer_find_endpoint:
 * @authorizer: an authorizer
 * @patience: who waits for it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out where the registry answers, which it is asked for only if the settings
 * leave that open.
 *
 * Raises %LS_ERROR_NOT_A_REGISTRY when what answers is none, and what
 * ls_ping() raises.
 *
 * Returns: (transfer full): the endpoint for all requests; %NULL with @error set
 */
LsEndpoint *
ls_authorizer_find_endpoint (LsAuthorizer *authorizer, LsHttpPatience patience,
                             GCancellable *cancellable, GError **error)
{
  return ls_registry_contact_find_endpoint (authorizer->contact, patience, cancellable, error);
}

/* Called with the lock held. */
static void
note_confidant (LsAuthorizer *self)
{
  ls_confidants_note (self->confidants, self->name, ls_credentials_get_username (self->credentials),
                      self->confidant);
}

/* A registry that was broken into would like to name another token server, or to see
 * the password itself. It stays with whoever got it first, in this run of the program
 * or in an earlier one, until the user signs in anew. */
static gboolean
confide (LsAuthorizer *self, const LsTokenSource *source, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *now = NULL;
  g_autofree char *before = NULL;

  if (self->credentials == NULL)
    return TRUE;

  if (ls_challenge_get_scheme (source->challenge) == LS_CHALLENGE_BASIC)
    uri = g_uri_ref (ls_endpoint_get_uri (source->registry));
  else
    uri = ls_token_source_resolve_realm (source, error);
  if (uri == NULL)
    return FALSE;

  locker = g_mutex_locker_new (&self->mutex);
  if (self->confidant == NULL && !self->is_signing_in)
    self->confidant = ls_confidants_find (self->confidants, self->name,
                                          ls_credentials_get_username (self->credentials));
  if (self->confidant == NULL)
    {
      self->confidant = g_uri_ref (uri);
      if (!self->is_signing_in)
        note_confidant (self);
    }
  if (ls_origin_equal (self->confidant, uri))
    return TRUE;

  now = ls_uri_dup_host_port (uri);
  before = ls_uri_dup_host_port (self->confidant);
  ls_http_set_error (error, LS_ERROR_CONFIDANT_CHANGED, self->name,
                     "%s wants the password to be sent to %s, but it went to %s before", self->name,
                     now, before);

  return FALSE;
}

/* What to put into Authorization; nothing for an open registry. @refused is
 * the token that was just turned down. */
static gboolean
get_authorization (LsAuthorizer *self, const char *const *scopes, const char *refused,
                   LsHttpPatience patience, char **authorization, char **token,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (LsChallenge) challenge = ls_registry_contact_dup_challenge (self->contact);
  g_autoptr (LsEndpoint) endpoint = ls_registry_contact_dup_endpoint (self->contact);
  const LsTokenSource source = {
    .challenge = challenge,
    .registry = endpoint,
    .name = self->name,
    .reach = ls_registry_contact_get_reach (self->contact),
    .patience = patience,
  };

  *authorization = NULL;
  *token = NULL;
  if (challenge == NULL)
    return TRUE;

  if (!confide (self, &source, error))
    return FALSE;

  if (ls_challenge_get_scheme (challenge) == LS_CHALLENGE_BASIC)
    {
      if (self->credentials != NULL)
        *authorization = ls_basic_authorization (ls_credentials_get_username (self->credentials),
                                                 ls_credentials_get_secret (self->credentials));
      return TRUE;
    }

  *token = ls_token_broker_get (self->broker, &source, scopes, refused, cancellable, error);
  if (*token == NULL)
    return FALSE;

  *authorization = g_strconcat ("Bearer ", *token, NULL);

  return TRUE;
}

/* Credentials go to the registry's own origin and nowhere else: an upload
 * location on another host is served without them. */
static gboolean
is_for_registry (LsHttpRequest *request)
{
  return ls_origin_equal (ls_http_request_get_uri (request),
                          ls_endpoint_get_uri (ls_http_request_get_endpoint (request)));
}

/* The scopes of the challenge, when they are others than were asked for. */
static GStrv
dup_challenge_scopes (LsHttpReply *reply, const char *const *scopes)
{
  g_autoptr (LsChallenge) challenge =
      ls_challenge_parse (ls_http_reply_get_header (reply, "WWW-Authenticate"));
  g_auto (GStrv) wanted = NULL;

  if (challenge == NULL || ls_challenge_get_scope (challenge) == NULL
      || *ls_challenge_get_scope (challenge) == '\0')
    return NULL;

  wanted = g_strsplit (ls_challenge_get_scope (challenge), " ", 16);
  if (g_strv_equal ((const char *const *) wanted, scopes))
    return NULL;

  return g_steal_pointer (&wanted);
}

/* Nobody's first request may as well be a question of its own. Whoever has credentials
 * needs the challenge anyway: who is served without gets what everybody gets. What has a
 * body, or comes as a stream, does not go out in vain. */
static gboolean
may_be_first (LsAuthorizer *self, LsHttpRequest *request, SendFunc send)
{
  const char *method = ls_http_request_get_method (request);

  return self->credentials == NULL && send == ls_http_send && is_for_registry (request)
         && (g_str_equal (method, "HEAD") || g_str_equal (method, "GET"));
}

static LsHttpReply *
send_authorized (LsAuthorizer *self, LsHttpRequest *request, const char *const *scopes,
                 SendFunc send, GCancellable *cancellable, GError **error)
{
  LsHttpPatience patience = ls_http_request_get_patience (request);
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_auto (GStrv) other_scopes = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  char *authorization = NULL;
  char *token = NULL;

  if (may_be_first (self, request, send)
      && (!ls_registry_contact_make_by (self->contact, request, &reply, cancellable, error)
          || reply != NULL))
    return g_steal_pointer (&reply);

  endpoint = ls_registry_contact_make (self->contact, patience, cancellable, error);
  if (endpoint == NULL)
    return NULL;

  if (!is_for_registry (request))
    {
      ls_http_request_set_max_reach (request, ls_registry_contact_get_reach (self->contact));
      return send (self->http, request, cancellable, error);
    }

  for (Step step = AS_IT_IS; step <= WITH_OTHER_SCOPES; step++)
    {
      char *refused = g_steal_pointer (&token);
      char *former = g_steal_pointer (&authorization);
      gboolean ok = TRUE;
      gboolean is_same;

      if (step == WITH_OTHER_SCOPES)
        {
          other_scopes = dup_challenge_scopes (reply, scopes);
          scopes = (const char *const *) other_scopes;
        }
      if (scopes != NULL)
        ok = get_authorization (self, scopes, refused, patience, &authorization, &token,
                                cancellable, error);
      is_same = step != AS_IT_IS && g_strcmp0 (authorization, former) == 0;
      ls_secret_free (refused);
      ls_secret_free (former);

      if (!ok)
        g_clear_pointer (&reply, ls_http_reply_free);
      if (!ok || scopes == NULL)
        break;
      if (is_same) /* a password, or a token from a cache: no use in showing it again */
        continue;

      ls_http_request_set_authorization (request, authorization);
      g_clear_pointer (&reply, ls_http_reply_free);
      reply = send (self->http, request, cancellable, error);
      if (reply == NULL || ls_http_reply_get_status (reply) != 401
          || ls_http_reply_get_left_origin (reply))
        break;

      ls_registry_contact_take_challenge (self->contact, reply);
    }

  ls_secret_free (authorization);
  ls_secret_free (token);

  return g_steal_pointer (&reply);
}

/**
 * ls_authorizer_send:
 * @authorizer: an authorizer
 * @request: a request to the endpoint that ls_authorizer_find_endpoint() gave, or to
 *   another origin that the registry named
 * @scopes: what the request needs
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends @request with credentials if it goes to the registry's own origin. A
 * refused token is renewed once, and if that is not enough the scopes of the
 * challenge are tried once in place of @scopes.
 *
 * Raises what ls_http_send(), ls_authorizer_find_endpoint() and
 * ls_token_broker_get() raise.
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_authorizer_send (LsAuthorizer *authorizer, LsHttpRequest *request, const char *const *scopes,
                    GCancellable *cancellable, GError **error)
{
  return send_authorized (authorizer, request, scopes, ls_http_send, cancellable, error);
}

/**
 * ls_authorizer_open:
 * @authorizer: an authorizer
 * @request: a request
 * @scopes: what the request needs
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As ls_authorizer_send(), by ls_http_open().
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_authorizer_open (LsAuthorizer *authorizer, LsHttpRequest *request, const char *const *scopes,
                    GCancellable *cancellable, GError **error)
{
  return send_authorized (authorizer, request, scopes, ls_http_open, cancellable, error);
}

/**
 * ls_authorizer_make_error:
 * @authorizer: an authorizer
 * @reply: a reply that is no success
 * @subject: what was asked for
 *
 * Makes the error that @reply stands for, knowing who asks: what is denied to
 * a user whom the token server has accepted is forbidden, and what is denied
 * to nobody in particular may be had by signing in. (Docker Hub answers 401
 * in both cases.)
 *
 * Returns: (transfer full): an error
 */
GError *
ls_authorizer_make_error (LsAuthorizer *authorizer, LsHttpReply *reply, const char *subject)
{
  GError *error = ls_http_reply_to_error (reply, subject);
  g_autoptr (LsChallenge) challenge = ls_registry_contact_dup_challenge (authorizer->contact);

  if (error->code == LS_ERROR_UNAUTHORIZED && authorizer->credentials != NULL
      && is_bearer (challenge))
    error->code = LS_ERROR_FORBIDDEN;
  else if (error->code == LS_ERROR_FORBIDDEN && authorizer->credentials == NULL
           && !ls_http_reply_get_left_origin (reply))
    error->code = LS_ERROR_UNAUTHORIZED;

  return error;
}

static LsHttpReply *
ping_with (LsAuthorizer *self, LsEndpoint *endpoint, const char *authorization,
           GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpRequest) request = NULL;

  request = ls_http_request_new_for_target ("GET", endpoint, "v2/", error);
  if (request == NULL)
    return NULL;

  ls_http_request_set_authorization (request, authorization);

  return ls_http_send (self->http, request, cancellable, error);
}

/* Whether a registry that lets everybody in looks at credentials when it gets
 * some. Made-up ones go first: if they do, nothing can be said of ours, and
 * there is no reason to show them. */
static gboolean
challenge_open_registry (LsAuthorizer *self, LsEndpoint *endpoint, GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *nobody = g_uuid_string_random ();
  g_autofree char *authorization = ls_basic_authorization (nobody, nobody);
  g_autoptr (LsHttpReply) reply = ping_with (self, endpoint, authorization, cancellable, error);
  g_autoptr (LsChallenge) challenge = NULL;

  if (reply == NULL)
    return FALSE;

  if (ls_http_reply_get_status (reply) == 401)
    ls_registry_contact_take_challenge (self->contact, reply);

  challenge = ls_registry_contact_dup_challenge (self->contact);
  if (challenge == NULL)
    ls_http_set_error (error, LS_ERROR_UNSUPPORTED, self->name,
                       "%s is open to everybody and asks for no sign-in", self->name);

  return challenge != NULL;
}

/**
 * ls_authorizer_sign_in:
 * @authorizer: an authorizer with credentials
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Has the registry check the credentials: by a token of its token server, or
 * by Basic authentication. Who gets to see the secret for that may see it later,
 * and nobody else. A registry that asks for nothing cannot check them
 * and is %LS_ERROR_UNSUPPORTED.
 *
 * Raises %LS_ERROR_UNAUTHORIZED when they are wrong,
 * %LS_ERROR_NOT_A_REGISTRY, and what ls_authorizer_send() raises.
 *
 * Returns: whether the credentials are right
 */
gboolean
ls_authorizer_sign_in (LsAuthorizer *authorizer, GCancellable *cancellable, GError **error)
{
  static const char *const no_scopes[] = { NULL };
  g_autoptr (LsEndpoint) endpoint = NULL;
  g_autoptr (LsChallenge) challenge = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  char *authorization = NULL;
  char *token = NULL;

  g_return_val_if_fail (authorizer->credentials != NULL, FALSE);

  ls_token_broker_forget (authorizer->broker);
  endpoint = ls_registry_contact_make (authorizer->contact, LS_HTTP_FOR_PERSON, cancellable, error);
  if (endpoint == NULL)
    return FALSE;

  g_mutex_lock (&authorizer->mutex);
  g_clear_pointer (&authorizer->confidant, g_uri_unref);
  authorizer->is_signing_in = TRUE;
  g_mutex_unlock (&authorizer->mutex);
  challenge = ls_registry_contact_dup_challenge (authorizer->contact);
  if (challenge == NULL && !challenge_open_registry (authorizer, endpoint, cancellable, error))
    return FALSE;

  if (!get_authorization (authorizer, no_scopes, NULL, LS_HTTP_FOR_PERSON, &authorization, &token,
                          cancellable, error))
    return FALSE;

  reply = ping_with (authorizer, endpoint, authorization, cancellable, error);
  ls_secret_free (authorization);
  ls_secret_free (token);
  if (reply == NULL)
    return FALSE;

  if (!ls_http_reply_is_success (reply))
    {
      g_propagate_error (error, ls_http_reply_to_error (reply, authorizer->name));
      return FALSE;
    }
  if (!ls_ping_is_from_registry (reply))
    {
      ls_http_set_error (error, LS_ERROR_NOT_A_REGISTRY, authorizer->name,
                         "What answers at %s is no registry", authorizer->name);
      return FALSE;
    }

  g_mutex_lock (&authorizer->mutex);
  authorizer->is_signing_in = FALSE;
  if (authorizer->confidant != NULL)
    note_confidant (authorizer);
  g_mutex_unlock (&authorizer->mutex);

  return TRUE;
}
