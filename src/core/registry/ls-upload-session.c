/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-session.h"

#include "ls-deadline.h"
#include "ls-http-error.h"
#include "ls-http-headers.h"
#include "ls-registry-private.h"

#include <string.h>

/* How long to wait for a registry to hear that nothing more will come. */
#define DELETE_SECONDS 5

/**
 * ls_upload_session_create_request:
 * @session: a session
 * @method: an HTTP method
 * @uri: an address of the session
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full): a request; %NULL with @error set
 */
LsHttpRequest *
ls_upload_session_create_request (LsUploadSession *session, const char *method, GUri *uri,
                                  GCancellable *cancellable, GError **error)
{
  return ls_registry_create_request_to (session->registry, method, uri, cancellable, error);
}

/* The algorithm of digests that are not what everybody expects (OCI distribution
 * specification, "Pushing blobs"). */
static char *
add_algorithm (LsUploadSession *self, const char *query)
{
  gsize length = strcspn (self->digest, ":");

  if (strncmp (self->digest, "sha256:", length + 1) == 0)
    return g_strdup (query);

  return g_strdup_printf ("%s%cdigest-algorithm=%.*s", query, *query == '\0' ? '?' : '&',
                          (int) length, self->digest);
}

/**
 * ls_upload_session_create_post:
 * @session: a session without a location
 * @query: what to ask for besides a session: "" or something from "?" on
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full): the request that opens the session; %NULL with @error set
 */
LsHttpRequest *
ls_upload_session_create_post (LsUploadSession *session, const char *query,
                               GCancellable *cancellable, GError **error)
{
  g_autofree char *full_query = add_algorithm (session, query);
  LsHttpRequest *request =
      ls_registry_create_request (session->registry, "POST", session->repository, "blobs/uploads",
                                  full_query, cancellable, error);

  /* A session too many does no harm. */
  if (request != NULL)
    ls_http_request_set_may_repeat (request, TRUE);

  return request;
}

/**
 * ls_upload_session_send:
 * @session: a session
 * @request: a request
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full): a reply of any status; %NULL with @error set
 */
LsHttpReply *
ls_upload_session_send (LsUploadSession *session, LsHttpRequest *request, GCancellable *cancellable,
                        GError **error)
{
  return ls_registry_send_for (session->registry, request, session->repository, LS_REGISTRY_PUSH,
                               cancellable, error);
}

static void
note_min_chunk (LsUploadSession *self, LsHttpReply *reply)
{
  gint64 size;

  if (ls_http_parse_size (ls_http_reply_get_header (reply, "OCI-Chunk-Min-Length"), &size))
    self->min_chunk = size;
}

/**
 * ls_upload_session_begin:
 * @session: a session
 * @reply: a successful reply to the request that opens one
 * @error: return location for an error
 *
 * Takes the address of the session from @reply, in place of any former one, whole
 * and unchanged (OCI distribution specification, "Pushing a blob in chunks"). It
 * may be relative, and it may be on another server, which then gets no
 * credentials.
 *
 * Raises %LS_ERROR_PROTOCOL where there is none, and %LS_ERROR_LED_ASTRAY where it
 * leaves TLS.
 *
 * Returns: whether there is a session
 */
gboolean
ls_upload_session_begin (LsUploadSession *session, LsHttpReply *reply, GError **error)
{
  const char *text = ls_http_reply_get_header (reply, "Location");
  const char *name = ls_registry_get_name (session->registry);
  g_autoptr (GUri) location = NULL;

  if (text != NULL)
    location = g_uri_parse_relative (ls_http_reply_get_uri (reply), text, LS_URI_FLAGS, NULL);
  if (location == NULL || !ls_uri_is_http_family (location))
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, name, "%s names no address for the upload",
                         name);
      return FALSE;
    }
  if (ls_uri_is_https (ls_http_reply_get_uri (reply)) && !ls_uri_is_https (location))
    {
      ls_http_set_error (error, LS_ERROR_LED_ASTRAY, name,
                         "%s wants the upload to be sent to %s without TLS", name,
                         g_uri_get_host (location));
      return FALSE;
    }

  g_clear_pointer (&session->location, g_uri_unref);
  session->location = g_steal_pointer (&location);
  note_min_chunk (session, reply);

  return TRUE;
}

/**
 * ls_upload_session_go_on:
 * @session: a session
 * @reply: a successful reply in it
 * @error: return location for an error
 *
 * As ls_upload_session_begin(), but @reply may leave it at the address there was.
 *
 * Returns: whether there is a session
 */
gboolean
ls_upload_session_go_on (LsUploadSession *session, LsHttpReply *reply, GError **error)
{
  return ls_http_reply_get_header (reply, "Location") == NULL
         || ls_upload_session_begin (session, reply, error);
}

/**
 * ls_upload_session_get_commit_uri:
 * @session: a session
 *
 * Returns: (transfer full): where to send the request that ends it
 */
GUri *
ls_upload_session_get_commit_uri (LsUploadSession *session)
{
  const char *query = g_uri_get_query (session->location);
  g_autofree char *with_digest =
      g_strdup_printf ("%s%sdigest=%s", query != NULL ? query : "",
                       query != NULL && *query != '\0' ? "&" : "", session->digest);

  return g_uri_build (LS_URI_FLAGS, g_uri_get_scheme (session->location), NULL,
                      g_uri_get_host (session->location), g_uri_get_port (session->location),
                      g_uri_get_path (session->location), with_digest, NULL);
}

/* Where an address names a repository as everybody does, it must be the right one. */
static gboolean
is_for_repository (GUri *location, const char *repository)
{
  const char *path = strstr (g_uri_get_path (location), "/v2/");
  gsize length = strlen (repository);

  return path == NULL || (strncmp (path + 4, repository, length) == 0 && path[4 + length] == '/');
}

/**
 * ls_upload_session_find_offset:
 * @session: a session
 * @offset: (out): how many bytes the registry has
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks how much has arrived. Where the registry does not know the session any
 * more (or never keeps one that was cut) it is forgotten.
 *
 * Returns: whether there is an answer
 */
gboolean
ls_upload_session_find_offset (LsUploadSession *session, gint64 *offset, GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (LsHttpRequest) request =
      ls_upload_session_create_request (session, "GET", session->location, cancellable, error);
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GUri) asked = g_uri_ref (session->location);
  gint64 last;

  *offset = 0;
  if (request == NULL)
    return FALSE;

  reply = ls_upload_session_send (session, request, cancellable, error);
  if (reply == NULL)
    return FALSE;

  /* Busy or broken is no answer. */
  if (ls_http_reply_get_status (reply) == 429 || ls_http_reply_get_status (reply) >= 500)
    return ls_registry_check (session->registry, reply, session->digest, error);

  if (!ls_http_reply_is_success (reply))
    {
      ls_upload_session_forget (session);
      return TRUE;
    }
  if (!ls_http_parse_upload_range (ls_http_reply_get_header (reply, "Range"), &last))
    {
      ls_upload_session_delete (session);
      return TRUE;
    }

  /* Both none and one byte are "0-0" to many: take it for none. */
  *offset = last == 0 ? 0 : last + 1;

  if (!session->is_recalled)
    return ls_upload_session_go_on (session, reply, error);

  /* Much may have happened since it was written down. */
  session->is_recalled = FALSE;
  if (ls_http_reply_get_left_origin (reply) || !ls_upload_session_go_on (session, reply, NULL)
      || !ls_origin_equal (session->location, asked)
      || !is_for_repository (session->location, session->repository))
    {
      *offset = 0;
      ls_upload_session_forget (session);
    }

  return TRUE;
}

/**
 * ls_upload_session_forget:
 * @session: a session
 *
 * Leaves the session behind.
 */
void
ls_upload_session_forget (LsUploadSession *session)
{
  g_clear_pointer (&session->location, g_uri_unref);
  session->min_chunk = 0;
  session->is_recalled = FALSE;
}

static LsUploadKey
get_key (const LsUploadSession *self)
{
  return (LsUploadKey){ ls_registry_get_name (self->registry),
                        ls_registry_get_username (self->registry), self->repository, self->digest };
}

/**
 * ls_upload_session_recall:
 * @session: a session without a location
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Takes the address that was noted for the same blob, if there is one and the registry
 * is still there. It has to be asked how much of the blob it has; what it says must
 * lead to the same repository of the same server, or the session is forgotten.
 *
 * Returns: whether the session has a location, or there is none to be had
 */
gboolean
ls_upload_session_recall (LsUploadSession *session, GCancellable *cancellable, GError **error)
{
  LsUploadLog *log = ls_registry_get_upload_log (session->registry);
  LsUploadKey key = get_key (session);
  g_autoptr (GUri) location = ls_upload_log_take (log, &key);
  gboolean is_home;

  if (location == NULL)
    return TRUE;

  if (!ls_registry_find_home (session->registry, location, &is_home, cancellable, error))
    {
      ls_upload_log_rest (log, &key);
      return FALSE;
    }
  if (!is_home || !is_for_repository (location, session->repository))
    {
      ls_upload_log_drop (log, &key);
      return TRUE;
    }

  session->location = g_steal_pointer (&location);
  session->is_recalled = TRUE;

  return TRUE;
}

/**
 * ls_upload_session_note:
 * @session: a session with a location
 * @cancellable: (nullable): a cancellable
 *
 * Writes down where it is, so that the next run of the program can go on with it. An
 * address on another server than the registry's is not written down.
 */
void
ls_upload_session_note (LsUploadSession *session, GCancellable *cancellable)
{
  LsUploadLog *log = ls_registry_get_upload_log (session->registry);
  LsUploadKey key = get_key (session);
  gboolean is_home;

  ls_registry_find_home (session->registry, session->location, &is_home, cancellable, NULL);
  if (is_home)
    ls_upload_log_note (log, &key, session->location);
  else
    ls_upload_log_drop (log, &key);
}

/**
 * ls_upload_session_leave:
 * @session: a session that was noted, if with a location or without one by now
 * @goes_on: whether somebody may go on with it later
 *
 * Leaves what was noted to whoever sends the same blob next, or has it forgotten.
 */
void
ls_upload_session_leave (LsUploadSession *session, gboolean goes_on)
{
  LsUploadLog *log = ls_registry_get_upload_log (session->registry);
  LsUploadKey key = get_key (session);

  if (goes_on)
    ls_upload_log_rest (log, &key);
  else
    ls_upload_log_drop (log, &key);
}

/**
 * ls_upload_session_delete:
 * @session: a session
 *
 * Tells the registry that nothing more will come, without waiting long for it to
 * listen, and leaves the session behind.
 */
void
ls_upload_session_delete (LsUploadSession *session)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsDeadline) deadline = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  if (session->location == NULL)
    return;

  deadline = ls_deadline_new (DELETE_SECONDS, cancellable);
  request =
      ls_upload_session_create_request (session, "DELETE", session->location, cancellable, NULL);
  if (request != NULL)
    reply = ls_upload_session_send (session, request, cancellable, NULL);
  ls_upload_session_forget (session);
}
