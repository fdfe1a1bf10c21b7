/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-token-broker.h"

#include "ls-error.h"
#include "ls-scope.h"
#include "ls-token-request.h"

/* How long a refusal counts, so that the hundred layers of an image do not ask
 * a hundred times with a wrong password (which would lock the account). */
#define REFUSAL_LIFETIME (30 * G_USEC_PER_SEC)

/* Other failures are shared with those who were waiting, and with no others. */
#define FAILURE_LIFETIME (2 * G_USEC_PER_SEC)

/* What was asked of which realm, with what came of it. */
typedef struct
{
  char *realm;
  char *service;
  GStrv scopes;
  gboolean is_pending;
  char *token;
  GError *refusal;
  gint64 expires; /* monotonic */
} Grant;

struct _LsTokenBroker
{
  LsHttp *http;
  LsCredentials *credentials;
  GMutex mutex;
  GCond changed;
  GPtrArray *grants;
  char *refresh_token; /* replaces that of the credentials */
};

static void
grant_free (Grant *grant)
{
  g_free (grant->realm);
  g_free (grant->service);
  g_strfreev (grant->scopes);
  ls_secret_free (grant->token);
  g_clear_error (&grant->refusal);
  g_free (grant);
}

/**
 * ls_token_broker_new:
 * @http: the session
 * @credentials: (nullable): who asks for tokens; %NULL is anonymous
 *
 * Returns: (transfer full): a broker without tokens
 */
LsTokenBroker *
ls_token_broker_new (LsHttp *http, LsCredentials *credentials)
{
  LsTokenBroker *self = g_new0 (LsTokenBroker, 1);

  self->http = g_object_ref (http);
  self->credentials = credentials != NULL ? ls_credentials_ref (credentials) : NULL;
  self->grants = g_ptr_array_new_with_free_func ((GDestroyNotify) grant_free);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);

  return self;
}

/**
 * ls_token_broker_free:
 * @broker: (transfer full): a broker that nobody is using
 */
void
ls_token_broker_free (LsTokenBroker *broker)
{
  g_ptr_array_unref (broker->grants);
  g_clear_pointer (&broker->credentials, ls_credentials_unref);
  ls_secret_free (broker->refresh_token);
  g_object_unref (broker->http);
  g_mutex_clear (&broker->mutex);
  g_cond_clear (&broker->changed);
  g_free (broker);
}

/**
 * ls_token_broker_forget:
 * @broker: a broker
 *
 * Drops all tokens and refusals, so that the credentials are checked anew.
 */
void
ls_token_broker_forget (LsTokenBroker *broker)
{
  g_mutex_lock (&broker->mutex);
  for (guint i = broker->grants->len; i > 0; i--)
    {
      Grant *grant = g_ptr_array_index (broker->grants, i - 1);

      if (!grant->is_pending)
        g_ptr_array_remove_index_fast (broker->grants, i - 1);
    }
  g_mutex_unlock (&broker->mutex);
}

/* What there is for this request, or is on its way. Drops what is out of date. */
static Grant *
find_grant (LsTokenBroker *self, const LsTokenSource *source, const char *const *scopes,
            const char *refused)
{
  const char *realm = ls_challenge_get_realm (source->challenge);
  const char *service = ls_challenge_get_service (source->challenge);
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->grants->len;)
    {
      Grant *grant = g_ptr_array_index (self->grants, i);

      if (!grant->is_pending
          && (grant->expires <= now
              || (grant->token != NULL && g_strcmp0 (grant->token, refused) == 0)))
        {
          g_ptr_array_remove_index_fast (self->grants, i);
          continue;
        }

      if (g_str_equal (grant->realm, realm) && g_strcmp0 (grant->service, service) == 0)
        {
          /* A refusal says nothing of a request that asks for less. */
          if (grant->token == NULL ? g_strv_equal ((const char *const *) grant->scopes, scopes)
                                   : ls_scopes_cover ((const char *const *) grant->scopes, scopes))
            return grant;
        }
      i++;
    }

  return NULL;
}

static Grant *
add_grant (LsTokenBroker *self, const LsTokenSource *source, const char *const *scopes)
{
  Grant *grant = g_new0 (Grant, 1);

  grant->realm = g_strdup (ls_challenge_get_realm (source->challenge));
  grant->service = g_strdup (ls_challenge_get_service (source->challenge));
  grant->scopes = g_strdupv ((char **) scopes);
  grant->is_pending = TRUE;
  g_ptr_array_add (self->grants, grant);

  return grant;
}

/* Keeps what the realm said; whoever waits for it finds it there. */
static void
settle (LsTokenBroker *self, Grant *grant, LsTokenReply *reply, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  grant->is_pending = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_ptr_array_remove_fast (self->grants, grant);
    }
  else if (error != NULL)
    {
      grant->refusal = g_error_copy (error);
      grant->expires =
          now
          + (g_error_matches (error, LS_ERROR, LS_ERROR_UNAUTHORIZED) ? REFUSAL_LIFETIME
                                                                      : FAILURE_LIFETIME);
    }
  else
    {
      gint64 margin = MAX (5, reply->lifetime / 10);

      grant->token = g_strdup (reply->token);
      grant->expires = now + (reply->lifetime - margin) * G_USEC_PER_SEC;

      if (reply->refresh_token != NULL && self->credentials != NULL
          && g_str_equal (ls_credentials_get_username (self->credentials), LS_TOKEN_USERNAME))
        {
          ls_secret_free (self->refresh_token);
          self->refresh_token = g_strdup (reply->refresh_token);
        }
    }

  g_cond_broadcast (&self->changed);
}

/* Asks the realm. Called with the lock held, which is let go meanwhile. */
static char *
fetch (LsTokenBroker *self, const LsTokenSource *source, const char *const *scopes,
       GCancellable *cancellable, GError **error)
{
  Grant *grant = add_grant (self, source, scopes);
  g_auto (LsTokenReply) reply = { 0 };
  g_autoptr (GError) local_error = NULL;
  char *refresh_token = g_strdup (self->refresh_token);
  const char *username = NULL;
  const char *secret = NULL;
  char *token = NULL;

  g_mutex_unlock (&self->mutex);
  if (self->credentials != NULL)
    {
      username = ls_credentials_get_username (self->credentials);
      secret =
          refresh_token != NULL ? refresh_token : ls_credentials_get_secret (self->credentials);
    }
  if (ls_token_request (self->http, source, scopes, username, secret, &reply, cancellable,
                        &local_error))
    token = g_strdup (reply.token);
  ls_secret_free (refresh_token);
  g_mutex_lock (&self->mutex);

  settle (self, grant, &reply, local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return token;
}

static void
wake_waiters (GCancellable *cancellable, LsTokenBroker *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/**
 * ls_token_broker_get:
 * @broker: a broker
 * @source: the registry and its challenge
 * @scopes: what the token is for; none for a mere sign-in
 * @refused: (nullable): a token of this broker that the registry did not take
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gives a token that is valid for some seconds more, from what is there if
 * possible. Threads that want the same wait for one request.
 *
 * Raises what ls_token_request() raises. A secret that the realm refused is not
 * tried again for a while.
 *
 * Returns: (transfer full): a token, to be freed with ls_secret_free(); %NULL
 *   with @error set
 */
char *
ls_token_broker_get (LsTokenBroker *broker, const LsTokenSource *source, const char *const *scopes,
                     const char *refused, GCancellable *cancellable, GError **error)
{
  char *token = NULL;
  gulong link = 0;

  if (cancellable != NULL)
    link = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), broker, NULL);

  g_mutex_lock (&broker->mutex);
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      Grant *grant = find_grant (broker, source, scopes, refused);

      if (grant == NULL)
        {
          token = fetch (broker, source, scopes, cancellable, error);
          break;
        }
      if (!grant->is_pending)
        {
          token = g_strdup (grant->token);
          if (grant->refusal != NULL && error != NULL)
            *error = g_error_copy (grant->refusal);
          break;
        }

      g_cond_wait (&broker->changed, &broker->mutex);
    }
  g_mutex_unlock (&broker->mutex);

  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, link);

  return token;
}
