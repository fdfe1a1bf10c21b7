/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-contact.h"

#include "ls-http-gate.h"
#include "ls-ping.h"

struct _LsRegistryContact
{
  LsHttp *http;
  char *name;
  /* One at a time asks, and the others learn from it; but a person does not wait for
   * a transfer, which may wait for long itself. */
  LsHttpGate *turn_of_person;
  LsHttpGate *turn_of_transfer;

  GMutex mutex;         /* guards what follows */
  LsEndpoint *endpoint; /* as in the settings, then as found */
  LsChallenge *challenge;
  LsReach reach;
  gboolean is_made;
};

/**
 * ls_registry_contact_new:
 * @http: the session
 * @endpoint: where the registry should answer
 * @name: the registry's name, for people
 *
 * Returns: (transfer full): a contact that has not been made yet
 */
LsRegistryContact *
ls_registry_contact_new (LsHttp *http, LsEndpoint *endpoint, const char *name)
{
  LsRegistryContact *self = g_new0 (LsRegistryContact, 1);

  self->http = g_object_ref (http);
  self->endpoint = ls_endpoint_ref (endpoint);
  self->name = g_strdup (name);
  self->turn_of_person = ls_http_gate_new (1, 1, NULL, NULL);
  self->turn_of_transfer = ls_http_gate_new (1, 1, NULL, NULL);
  g_mutex_init (&self->mutex);

  return self;
}

/**
 * ls_registry_contact_free:
 * @contact: (transfer full): a contact that nobody is using
 */
void
ls_registry_contact_free (LsRegistryContact *contact)
{
  ls_endpoint_unref (contact->endpoint);
  g_clear_pointer (&contact->challenge, ls_challenge_unref);
  ls_http_gate_unref (contact->turn_of_person);
  ls_http_gate_unref (contact->turn_of_transfer);
  g_object_unref (contact->http);
  g_mutex_clear (&contact->mutex);
  g_free (contact->name);
  g_free (contact);
}

/**
 * ls_registry_contact_dup_endpoint:
 * @contact: a contact
 *
 * Returns: (transfer full): where the registry answers, as far as it is known
 */
LsEndpoint *
ls_registry_contact_dup_endpoint (LsRegistryContact *contact)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&contact->mutex);

  return ls_endpoint_ref (contact->endpoint);
}

/**
 * ls_registry_contact_take_challenge:
 * @contact: a contact
 * @reply: a reply of the registry
 *
 * Keeps what @reply challenges for in the place of what was known. Some registries
 * challenge at `/v2/` only and send a bare 401 later, which changes nothing.
 */
void
ls_registry_contact_take_challenge (LsRegistryContact *contact, LsHttpReply *reply)
{
  LsChallenge *challenge = NULL;

  /* Whoever it redirects to does not speak for the registry. */
  if (!ls_http_reply_get_left_origin (reply))
    challenge = ls_challenge_parse (ls_http_reply_get_header (reply, "WWW-Authenticate"));
  if (challenge == NULL)
    return;

  g_mutex_lock (&contact->mutex);
  g_clear_pointer (&contact->challenge, ls_challenge_unref);
  contact->challenge = challenge;
  g_mutex_unlock (&contact->mutex);
}

/**
 * ls_registry_contact_dup_challenge:
 * @contact: a contact
 *
 * Returns: (transfer full) (nullable): the registry's latest challenge; %NULL if it has
 *   not challenged for anything
 */
LsChallenge *
ls_registry_contact_dup_challenge (LsRegistryContact *contact)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&contact->mutex);

  return contact->challenge != NULL ? ls_challenge_ref (contact->challenge) : NULL;
}

/**
 * ls_registry_contact_get_reach:
 * @contact: a contact that was made
 *
 * Returns: how close to the user the registry is, and so what it may lead to
 */
LsReach
ls_registry_contact_get_reach (LsRegistryContact *contact)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&contact->mutex);

  return contact->reach;
}

static gboolean
is_made (LsRegistryContact *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->is_made;
}

static LsHttpLease *
wait_for_turn (LsRegistryContact *self, LsHttpPatience patience, GCancellable *cancellable,
               GError **error)
{
  LsHttpGate *turn = patience == LS_HTTP_FOR_PERSON ? self->turn_of_person : self->turn_of_transfer;

  return ls_http_gate_enter (turn, self->name, LS_HTTP_GATE_NONE, cancellable, error);
}

/* @reply is the registry's, and came from @endpoint. */
static void
be_made (LsRegistryContact *self, LsEndpoint *endpoint, LsHttpReply *reply)
{
  ls_registry_contact_take_challenge (self, reply);

  g_mutex_lock (&self->mutex);
  ls_endpoint_ref (endpoint);
  ls_endpoint_unref (self->endpoint);
  self->endpoint = endpoint;
  self->reach = ls_http_reply_get_reach (reply);
  self->is_made = TRUE;
  g_mutex_unlock (&self->mutex);
}

/* Asks for `/v2/`, when it is our turn. */
static gboolean
ping (LsRegistryContact *self, LsHttpPatience patience, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = ls_registry_contact_dup_endpoint (self);
  g_autoptr (LsHttpReply) reply = NULL;

  reply = ls_ping (self->http, &endpoint, patience, cancellable, error);
  if (reply == NULL || !ls_ping_check (reply, self->name, error))
    return FALSE;

  be_made (self, endpoint, reply);

  return TRUE;
}

/**
 * ls_registry_contact_make:
 * @contact: a contact
 * @patience: who waits for it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks the registry for its `/v2/`, unless it has answered before.
 *
 * Raises %LS_ERROR_NOT_A_REGISTRY when what answers is none, and what
 * ls_ping() raises.
 *
 * Returns: (transfer full): the endpoint for all requests; %NULL with @error set
 */
LsEndpoint *
ls_registry_contact_make (LsRegistryContact *contact, LsHttpPatience patience,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpLease) lease = NULL;

  if (!is_made (contact))
    {
      lease = wait_for_turn (contact, patience, cancellable, error);
      if (lease == NULL)
        return NULL;
      if (!is_made (contact) && !ping (contact, patience, cancellable, error))
        return NULL;
    }

  return ls_registry_contact_dup_endpoint (contact);
}

/**
 * ls_registry_contact_find_endpoint:
 * @contact: a contact
 * @patience: who waits for it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out where to send requests. Nothing is asked where that is certain: only the
 * endpoint that may be http as well as https has to be tried.
 *
 * Raises what ls_registry_contact_make() raises.
 *
 * Returns: (transfer full): the endpoint for all requests; %NULL with @error set
 */
LsEndpoint *
ls_registry_contact_find_endpoint (LsRegistryContact *contact, LsHttpPatience patience,
                                   GCancellable *cancellable, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = ls_registry_contact_dup_endpoint (contact);
  g_autoptr (LsEndpoint) alternative = ls_endpoint_plain_http (endpoint);

  if (alternative == NULL)
    return g_steal_pointer (&endpoint);

  return ls_registry_contact_make (contact, patience, cancellable, error);
}

/* Whether @reply to a request without credentials says as much as one to `/v2/`: a
 * registry has written it, and it is about the matter and not about who asks. */
static gboolean
is_clear (LsHttpReply *reply)
{
  g_autoptr (LsChallenge) challenge = NULL;
  guint status = ls_http_reply_get_status (reply);

  if (ls_http_reply_get_left_origin (reply))
    return FALSE;

  if (status == 401)
    {
      challenge = ls_challenge_parse (ls_http_reply_get_header (reply, "WWW-Authenticate"));
      return challenge != NULL;
    }

  return (ls_http_reply_is_success (reply) || status == 404)
         && (ls_http_reply_get_header (reply, "Docker-Distribution-API-Version") != NULL
             || ls_http_reply_get_header (reply, "Docker-Content-Digest") != NULL);
}

/**
 * ls_registry_contact_make_by:
 * @contact: a contact
 * @request: a request without body and credentials to the registry
 * @reply: (out) (nullable) (transfer full): what the registry answers; %NULL if @request
 *   has to be sent by the rules
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes the contact by the very thing that is asked for, which spares the question for
 * `/v2/`. That is asked all the same where the answer may not be a registry's, or
 * may be another one for somebody with a token.
 *
 * Raises what ls_http_send() and ls_registry_contact_make() raise.
 *
 * Returns: whether to go on
 */
gboolean
ls_registry_contact_make_by (LsRegistryContact *contact, LsHttpRequest *request,
                             LsHttpReply **reply, GCancellable *cancellable, GError **error)
{
  LsHttpPatience patience = ls_http_request_get_patience (request);
  g_autoptr (LsHttpLease) lease = NULL;
  g_autoptr (LsHttpReply) first_reply = NULL;
  g_autoptr (LsChallenge) challenge = NULL;

  *reply = NULL;
  if (is_made (contact))
    return TRUE;
  lease = wait_for_turn (contact, patience, cancellable, error);
  if (lease == NULL)
    return FALSE;
  if (is_made (contact))
    return TRUE;

  ls_http_request_set_is_awaited (request, TRUE);
  first_reply = ls_http_send (contact->http, request, cancellable, error);
  ls_http_request_set_is_awaited (request, FALSE);
  if (first_reply == NULL)
    return FALSE;

  if (is_clear (first_reply))
    be_made (contact, ls_http_request_get_endpoint (request), first_reply);
  else if (ls_http_reply_get_status (first_reply) != 429 /* it wants to be asked less */
           && !ping (contact, patience, cancellable, error))
    return FALSE;

  /* Without a token there is nothing else to be had. */
  challenge = ls_registry_contact_dup_challenge (contact);
  if (challenge == NULL || ls_challenge_get_scheme (challenge) != LS_CHALLENGE_BEARER)
    *reply = g_steal_pointer (&first_reply);

  return TRUE;
}
