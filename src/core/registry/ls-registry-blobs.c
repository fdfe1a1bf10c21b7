/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-registry-private.h"

#include "ls-blob-upload.h"
#include "ls-http-error.h"
#include "ls-http-headers.h"
#include "ls-http-stream.h"
#include "ls-scope.h"
#include "ls-upload-session.h"

#define SKIP_BUFFER_SIZE (256 * 1024)

static const char *
digest_text (LsDescriptor *blob)
{
  return ls_digest_to_string (ls_descriptor_get_digest (blob));
}

/**
 * ls_registry_has_blob:
 * @self: a registry
 * @repository: the name of a repository
 * @blob: a blob
 * @exists: (out): whether the repository has it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks before a push (OCI distribution specification, "Checking if content
 * exists in the registry"). Some registries answer 401 or 403 for a blob that
 * is not there, so everything but a clear yes counts as no.
 *
 * Raises %LS_ERROR_RATE_LIMITED, %LS_ERROR_SERVER and the errors of the line.
 *
 * Returns: whether there is an answer
 */
gboolean
ls_registry_has_blob (LsRegistry *self, const char *repository, LsDescriptor *blob,
                      gboolean *exists, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  gint64 size;
  guint status;

  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (repository != NULL && blob != NULL && exists != NULL, FALSE);

  *exists = FALSE;
  request = ls_registry_create_request (self, "HEAD", repository, "blobs", digest_text (blob),
                                        cancellable, error);
  if (request == NULL)
    return FALSE;

  ls_http_request_set_header (request, "Accept-Encoding", "identity");
  reply = ls_registry_send_for (self, request, repository, LS_REGISTRY_PUSH, cancellable, error);
  if (reply == NULL)
    return FALSE;

  status = ls_http_reply_get_status (reply);
  if (status == 429 || status >= 500)
    return ls_registry_check (self, reply, digest_text (blob), error);

  size = ls_http_reply_get_content_length (reply);
  *exists = status == 200 && (size == -1 || size == ls_descriptor_get_size (blob));

  return TRUE;
}

static gboolean
check_encoding (LsRegistry *self, LsHttpReply *reply, LsDescriptor *blob, GError **error)
{
  const char *encoding = ls_http_reply_get_header (reply, "Content-Encoding");

  if (encoding == NULL || *encoding == '\0' || g_ascii_strcasecmp (encoding, "identity") == 0)
    return TRUE;

  ls_http_set_error (error, LS_ERROR_PROTOCOL, digest_text (blob),
                     "%s encodes the blob as %s, so that its digest cannot be right",
                     ls_registry_get_name (self), encoding);

  return FALSE;
}

static gboolean
check_size (LsRegistry *self, LsDescriptor *blob, gint64 size, GError **error)
{
  if (size == -1 || size == ls_descriptor_get_size (blob))
    return TRUE;

  ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, digest_text (blob),
                     "%s has %" G_GINT64_FORMAT " bytes where the manifest names %" G_GINT64_FORMAT,
                     ls_registry_get_name (self), size, ls_descriptor_get_size (blob));

  return FALSE;
}

/* Whether a 206 is about exactly the bytes that were asked for. @total is what it
 * says of the whole blob, or -1. */
static gboolean
is_wanted_range (LsHttpReply *reply, gint64 offset, gint64 length, gint64 *total)
{
  gint64 promised = ls_http_reply_get_content_length (reply);
  gint64 first;
  gint64 last;

  *total = -1;

  return ls_http_parse_content_range (ls_http_reply_get_header (reply, "Content-Range"), &first,
                                      &last, total)
         && first == offset && last == offset + length - 1
         && (promised == -1 || promised == length);
}

/* Whether the head of a reply is about the bytes that were asked for. Gives how
 * many bytes come before them: all up to @offset where the server does not know
 * ranges. */
static gboolean
check_range (LsRegistry *self, LsHttpReply *reply, LsDescriptor *blob, gint64 offset, gint64 length,
             gint64 *n_skip, GError **error)
{
  gint64 total;

  if (!check_encoding (self, reply, blob, error))
    return FALSE;

  if (ls_http_reply_get_status (reply) != 206)
    {
      *n_skip = offset;
      return check_size (self, blob, ls_http_reply_get_content_length (reply), error);
    }

  *n_skip = 0;
  if (!is_wanted_range (reply, offset, length, &total))
    {
      ls_http_set_error (error, LS_ERROR_PROTOCOL, digest_text (blob),
                         "%s sends another range than it was asked for",
                         ls_registry_get_name (self));
      return FALSE;
    }

  return check_size (self, blob, total, error);
}

static gboolean
skip (GInputStream *stream, gint64 n_skip, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = n_skip > 0 ? g_malloc (SKIP_BUFFER_SIZE) : NULL;

  while (n_skip > 0)
    {
      gssize n_read = g_input_stream_read (stream, buffer, (gsize) MIN (n_skip, SKIP_BUFFER_SIZE),
                                           cancellable, error);

      if (n_read < 0)
        return FALSE;
      if (n_read == 0)
        {
          g_set_error_literal (error, LS_ERROR, LS_ERROR_OFFLINE, "The download ended early");
          return FALSE;
        }
      n_skip -= n_read;
    }

  return TRUE;
}

/* Whether a server that the registry has led to refuses what the registry has not: a
 * signed address may have expired on the way. */
static gboolean
is_refused_elsewhere (LsHttpReply *reply)
{
  guint status = ls_http_reply_get_status (reply);

  return ls_http_reply_get_left_origin (reply)
         && (status == 400 || status == 401 || status == 403 || status == 404 || status == 410);
}

/* Asks for bytes once, or from the registry on once more. The range is closed: several
 * registries answer 416 to an open one. */
static LsHttpReply *
ask_once (LsRegistry *self, const char *repository, LsDescriptor *blob, gboolean is_part,
          gint64 offset, gint64 length, GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = ls_scope_for_repository (repository, LS_REGISTRY_PULL);
  const char *scopes[] = { scope, NULL };
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  request = ls_registry_create_request (self, "GET", repository, "blobs", digest_text (blob),
                                        cancellable, error);
  if (request == NULL)
    return NULL;

  ls_http_request_set_header (request, "Accept-Encoding", "identity");
  if (is_part)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                                offset, offset + length - 1);

      ls_http_request_set_header (request, "Range", range);
    }

  reply =
      ls_authorizer_open (ls_registry_get_authorizer (self), request, scopes, cancellable, error);
  if (reply == NULL || !is_refused_elsewhere (reply))
    return g_steal_pointer (&reply);

  return ls_authorizer_open (ls_registry_get_authorizer (self), request, scopes, cancellable,
                             error);
}

/* Servers that refuse ranges, or get them wrong, are asked for everything. */
static LsHttpReply *
ask_for_bytes (LsRegistry *self, const char *repository, LsDescriptor *blob, gint64 offset,
               gint64 length, GCancellable *cancellable, GError **error)
{
  gboolean is_part = length < ls_descriptor_get_size (blob);

  while (TRUE)
    {
      g_autoptr (LsHttpReply) reply = NULL;
      guint status;
      gint64 total;

      reply = ask_once (self, repository, blob, is_part, offset, length, cancellable, error);
      if (reply == NULL || !is_part)
        return g_steal_pointer (&reply);

      status = ls_http_reply_get_status (reply);
      if (status != 416 && (status != 206 || is_wanted_range (reply, offset, length, &total)))
        return g_steal_pointer (&reply);

      is_part = FALSE;
    }
}

/**
 * ls_registry_open_blob:
 * @self: a registry
 * @repository: the name of a repository
 * @blob: a blob
 * @offset: where to start, in bytes
 * @length: how many bytes; -1: up to the end
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Opens a blob or a part of it for reading (OCI distribution specification,
 * "Pulling blobs"). Before anything is read, what the registry promises is
 * compared with the descriptor. The stream gives exactly the bytes that were
 * asked for: it ends there whatever the registry sends on, and raises
 * %LS_ERROR_OFFLINE or %LS_ERROR_TIMED_OUT when fewer come, after which one
 * may open the rest. Where the registry does not know ranges, the bytes before
 * @offset are read and dropped in here. The digest is for the caller to check.
 *
 * Raises %LS_ERROR_NOT_FOUND, %LS_ERROR_DIGEST_MISMATCH when the registry's blob
 * has another size, %LS_ERROR_PROTOCOL, and the errors of the line.
 *
 * Returns: (transfer full): a stream, to be closed; %NULL with @error set
 */
GInputStream *
ls_registry_open_blob (LsRegistry *self, const char *repository, LsDescriptor *blob, gint64 offset,
                       gint64 length, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gint64 size;
  gint64 n_skip;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (repository != NULL && blob != NULL, NULL);

  size = ls_descriptor_get_size (blob);
  g_return_val_if_fail (offset >= 0 && offset <= size, NULL);
  g_return_val_if_fail (length >= -1 && (length == -1 || length <= size - offset), NULL);

  if (length == -1)
    length = size - offset;
  if (length == 0 && offset > 0)
    return g_memory_input_stream_new ();

  reply = ask_for_bytes (self, repository, blob, offset, length, cancellable, error);
  if (reply == NULL || !ls_registry_check (self, reply, digest_text (blob), error)
      || !check_range (self, reply, blob, offset, length, &n_skip, error))
    return NULL;

  stream = ls_http_reply_steal_stream (reply);
  if (!skip (stream, n_skip, cancellable, error))
    return NULL;

  ls_http_stream_set_promised_size (LS_HTTP_STREAM (stream), length,
                                    ls_http_reply_get_content_length (reply) == n_skip + length);

  return g_steal_pointer (&stream);
}

/* A mount that failed has opened a session: what was to be mounted will be sent in
 * it, unless there is one that may have some of it already. */
static void
keep_session (LsRegistry *self, const char *repository, LsDescriptor *blob, LsHttpReply *reply)
{
  LsUploadSession session = { self, repository, digest_text (blob) };
  g_autoptr (GUri) former = NULL;
  gboolean is_unsure;

  former = ls_registry_steal_session (self, repository, session.digest, &is_unsure);
  if (ls_upload_session_begin (&session, reply, NULL) && former == NULL)
    former = g_steal_pointer (&session.location);
  ls_upload_session_delete (&session);

  if (former != NULL)
    ls_registry_keep_session (self, repository, session.digest, former, is_unsure);
}

/**
 * ls_registry_open_range:
 * @self: a registry
 * @repository: the name of a repository
 * @blob: a blob
 * @offset: where to start, in bytes
 * @length: how many bytes
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * As ls_registry_open_blob(), for one of several ranges that come at the same time:
 * where the registry does not know ranges it would not do to read and drop what
 * comes before.
 *
 * Raises %LS_ERROR_UNSUPPORTED when the registry sends something else than this
 * range, and what ls_registry_open_blob() raises.
 *
 * Returns: (transfer full): a stream, to be closed; %NULL with @error set
 */
GInputStream *
ls_registry_open_range (LsRegistry *self, const char *repository, LsDescriptor *blob, gint64 offset,
                        gint64 length, GCancellable *cancellable, GError **error)
{
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GInputStream) stream = NULL;
  gint64 total = -1;
  guint status;

  g_return_val_if_fail (LS_IS_REGISTRY (self), NULL);
  g_return_val_if_fail (repository != NULL && blob != NULL, NULL);
  g_return_val_if_fail (offset >= 0 && length > 0, NULL);
  g_return_val_if_fail (length <= ls_descriptor_get_size (blob) - offset, NULL);

  reply = ask_once (self, repository, blob, TRUE, offset, length, cancellable, error);
  if (reply == NULL)
    return NULL;

  status = ls_http_reply_get_status (reply);
  if (status == 416
      || (ls_http_reply_is_success (reply)
          && (status != 206 || !is_wanted_range (reply, offset, length, &total))))
    {
      ls_http_set_error (error, LS_ERROR_UNSUPPORTED, digest_text (blob),
                         "%s does not send the range it was asked for",
                         ls_registry_get_name (self));
      return NULL;
    }
  if (!ls_registry_check (self, reply, digest_text (blob), error)
      || !check_encoding (self, reply, blob, error) || !check_size (self, blob, total, error))
    return NULL;

  stream = ls_http_reply_steal_stream (reply);
  ls_http_stream_set_promised_size (LS_HTTP_STREAM (stream), length,
                                    ls_http_reply_get_content_length (reply) == length);

  return g_steal_pointer (&stream);
}

/**
 * ls_registry_mount_blob:
 * @self: a registry
 * @repository: the repository that shall have the blob
 * @blob: a blob
 * @from_repository: a repository of this registry that has it
 * @mounted: (out): whether @repository has it now
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Has the registry take a blob over from another of its repositories (OCI
 * distribution specification, "Mounting a blob from another repository").
 * Registries refuse this in many ways, and their token servers do, too; all of
 * them mean that the blob has to be sent.
 *
 * Raises the errors of the line, %LS_ERROR_RATE_LIMITED and %LS_ERROR_SERVER.
 *
 * Returns: whether there is an answer
 */
gboolean
ls_registry_mount_blob (LsRegistry *self, const char *repository, LsDescriptor *blob,
                        const char *from_repository, gboolean *mounted, GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *scope = NULL;
  g_autofree char *from_scope = NULL;
  g_autofree char *query = NULL;
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *scopes[3] = { NULL };
  guint status;

  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (repository != NULL && blob != NULL, FALSE);
  g_return_val_if_fail (from_repository != NULL && mounted != NULL, FALSE);

  *mounted = FALSE;
  query = g_strdup_printf ("?mount=%s&from=%s", digest_text (blob), from_repository);
  request = ls_registry_create_request (self, "POST", repository, "blobs/uploads", query,
                                        cancellable, error);
  if (request == NULL)
    return FALSE;

  /* The target first: some token servers look at the first scope only. */
  scope = ls_scope_for_repository (repository, LS_REGISTRY_PUSH);
  from_scope = ls_scope_for_repository (from_repository, LS_REGISTRY_PULL);
  scopes[0] = scope;
  scopes[1] = from_scope;
  ls_http_request_set_may_repeat (request, TRUE);
  reply = ls_authorizer_send (ls_registry_get_authorizer (self), request, scopes, cancellable,
                              &local_error);

  if (g_error_matches (local_error, LS_ERROR, LS_ERROR_UNAUTHORIZED)
      || g_error_matches (local_error, LS_ERROR, LS_ERROR_FORBIDDEN)
      || g_error_matches (local_error, LS_ERROR, LS_ERROR_FAILED))
    return TRUE;
  if (reply == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  status = ls_http_reply_get_status (reply);
  if (status == 429 || status >= 500)
    return ls_registry_check (self, reply, digest_text (blob), error);

  *mounted = status == 201;
  if (status == 202)
    keep_session (self, repository, blob, reply);

  return TRUE;
}

/**
 * ls_registry_put_blob:
 * @self: a registry
 * @repository: the name of a repository
 * @blob: a blob
 * @open: (scope call): opens the blob's bytes
 * @user_data: given to @open
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Sends a blob (OCI distribution specification, "Pushing blobs") in the style that
 * the registry takes: a POST with a small blob where that is known to work, POST
 * and PUT, or POST, PATCH and PUT, in one piece or in chunks. What a registry
 * refuses is remembered for the next blob. When the line is cut it goes on where
 * the registry says that it was, also in the next call for the same blob, and
 * starts over where the registry does not know; as long as there is progress.
 * A session that is of no more use is deleted.
 *
 * Raises %LS_ERROR_UNAUTHORIZED, %LS_ERROR_FORBIDDEN, %LS_ERROR_TOO_LARGE,
 * %LS_ERROR_DIGEST_MISMATCH when the bytes are not those of @blob,
 * %LS_ERROR_LED_ASTRAY when the registry wants them sent elsewhere, the errors of
 * the line, and what @open raises.
 *
 * Returns: whether the registry has it
 */
gboolean
ls_registry_put_blob (LsRegistry *self, const char *repository, LsDescriptor *blob,
                      LsBlobOpenFunc open, gpointer user_data, GCancellable *cancellable,
                      GError **error)
{
  g_return_val_if_fail (LS_IS_REGISTRY (self), FALSE);
  g_return_val_if_fail (repository != NULL && blob != NULL && open != NULL, FALSE);

  return ls_blob_upload_run (self, repository, blob, open, user_data, cancellable, error);
}
