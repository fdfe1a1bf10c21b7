/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-blob-upload.h"

#include "ls-http-error.h"
#include "ls-http-retry.h"
#include "ls-registry-private.h"
#include "ls-upload-sender.h"
#include "ls-upload-session.h"

/* Attempts in a row that bring next to nothing, and after how many of them, each cut off
 * in the middle, less is put into one request. */
#define MAX_IDLE_ATTEMPTS 5
#define SUSPICIOUS_CUTS 2

/* What is worth one request only, and what may be sent in vain to learn whether the
 * registry takes that. */
#define MAX_SINGLE_POST (64 * 1024)
#define MAX_FIRST_SINGLE_POST (16 * 1024)

/* From how many bytes on an upload is worth a file that outlives the program, and a
 * request that can end early. */
#define MIN_NOTED (4 * 1024 * 1024)

typedef struct
{
  LsUploadSession session;
  LsDescriptor *blob;
  GCancellable *cancellable;

  LsUploadStyle style;
  gint64 size;
  gint64 offset;        /* how many bytes the registry has */
  gboolean is_unsure;   /* whether it has to be asked about that */
  gboolean is_cut;      /* whether that had no answer */
  gboolean is_lost;     /* the session is of no more use */
  gboolean is_adapted;  /* the registry refused the style, and there is another */
  gboolean is_down;     /* not even the way to the registry was free */
  gboolean is_noted;    /* whether the session may be written down */
  gboolean with_length; /* whether each request must say how long it is, maybe */

  LsUploadSender sender;
} Upload;

/* Sends a request with the next bytes, if there are any. */
static LsHttpReply *
send_body (Upload *self, LsHttpRequest *request, gint64 size, gboolean may_end, GError **error)
{
  LsHttpReply *reply =
      ls_upload_sender_send (&self->sender, request, self->offset, size, may_end, error);

  self->is_cut = reply == NULL;
  if (reply == NULL || !ls_http_reply_is_success (reply))
    self->is_unsure = TRUE;

  return reply;
}

/* What the registry has must be what we meant. */
static gboolean
check_commit (Upload *self, LsHttpReply *reply, GError **error)
{
  const char *text = ls_http_reply_get_header (reply, "Docker-Content-Digest");
  g_autoptr (LsDigest) digest = text != NULL ? ls_digest_parse (text, NULL) : NULL;
  LsDigest *wanted = ls_descriptor_get_digest (self->blob);

  ls_upload_session_forget (&self->session);
  if (digest == NULL || ls_digest_equal (digest, wanted)
      || !g_str_equal (ls_digest_get_algorithm (digest), ls_digest_get_algorithm (wanted)))
    return TRUE;

  ls_http_set_error (error, LS_ERROR_DIGEST_MISMATCH, self->session.digest,
                     "The registry took the blob as %s and not as %s", ls_digest_to_string (digest),
                     self->session.digest);

  return FALSE;
}

/* Whether the registry is done although its answer was lost, or came too late. */
static gboolean
is_there (Upload *self)
{
  gboolean exists = FALSE;

  return !g_cancellable_is_cancelled (self->cancellable)
         && ls_registry_has_blob (self->session.registry, self->session.repository, self->blob,
                                  &exists, self->cancellable, NULL)
         && exists;
}

/* Some of these are known not to keep what comes in one PUT. */
static gboolean
is_artifactory (LsHttpReply *reply)
{
  const char *server = ls_http_reply_get_header (reply, "Server");

  return ls_http_reply_get_header (reply, "X-JFrog-Version") != NULL
         || ls_http_reply_get_header (reply, "X-Artifactory-Id") != NULL
         || (server != NULL && g_ascii_strncasecmp (server, "Artifactory", 11) == 0);
}

/* One request for all: sends a small blob with the request for a session. A
 * registry that does not know that gives the session, or refuses. */
static gboolean
try_single_post (Upload *self, gboolean *is_done, GError **error)
{
  g_autofree char *query = g_strdup_printf ("?digest=%s", self->session.digest);
  g_autoptr (LsHttpRequest) request =
      ls_upload_session_create_post (&self->session, query, self->cancellable, error);
  g_autoptr (LsHttpReply) reply = NULL;
  guint status;

  *is_done = FALSE;
  if (request == NULL)
    return FALSE;

  reply = send_body (self, request, self->size, FALSE, error);
  if (reply == NULL)
    return FALSE;

  status = ls_http_reply_get_status (reply);
  if (status == 201)
    {
      self->style.single_post = LS_SINGLE_POST_WORKS;
      *is_done = check_commit (self, reply, error);
      return *is_done;
    }

  if (status == 401 || status == 403 || status == 404 || status == 429 || status >= 502)
    return ls_registry_check (self->session.registry, reply, self->session.digest, error);

  self->style.single_post = LS_SINGLE_POST_REFUSED;
  if (is_artifactory (reply))
    self->style.method = LS_UPLOAD_BY_PATCH;
  if (ls_http_reply_is_success (reply) && ls_http_reply_get_header (reply, "Location") != NULL)
    return ls_upload_session_begin (&self->session, reply, error);

  return TRUE;
}

static gboolean
may_try_single_post (Upload *self)
{
  switch (self->style.single_post)
    {
    case LS_SINGLE_POST_UNTRIED:
      return self->size > 0 && self->size <= MAX_FIRST_SINGLE_POST;
    case LS_SINGLE_POST_WORKS:
      return self->size > 0 && self->size <= MAX_SINGLE_POST;
    case LS_SINGLE_POST_REFUSED:
    default:
      return FALSE;
    }
}

static gboolean
start (Upload *self, gboolean *is_done, GError **error)
{
  g_autoptr (LsHttpRequest) request = NULL;
  g_autoptr (LsHttpReply) reply = NULL;

  *is_done = FALSE;
  self->offset = 0;
  ls_upload_sender_let_go (&self->sender);

  if (may_try_single_post (self))
    {
      if (!try_single_post (self, is_done, error))
        return FALSE;
      if (*is_done || self->session.location != NULL)
        return TRUE;
    }

  request = ls_upload_session_create_post (&self->session, "", self->cancellable, error);
  if (request == NULL)
    return FALSE;

  reply = ls_upload_session_send (&self->session, request, self->cancellable, error);
  if (reply == NULL
      || !ls_registry_check (self->session.registry, reply, self->session.digest, error))
    return FALSE;

  if (is_artifactory (reply))
    self->style.method = LS_UPLOAD_BY_PATCH;

  return ls_upload_session_begin (&self->session, reply, error);
}

/* Why the registry did not take the bytes, and whether to try in another way. */
static gboolean
refuse (Upload *self, LsHttpReply *reply, gboolean is_put, GError **error)
{
  guint status = ls_http_reply_get_status (reply);
  const LsUploadRefusal refusal = { status, is_put, self->sender.body_size < self->size,
                                    self->sender.body_size, self->sender.may_end };
  g_autoptr (GError) local_error = NULL;

  ls_registry_check (self->session.registry, reply, self->session.digest, &local_error);

  /* The registry is well and we are who we are, but the session went wrong. */
  self->is_lost = status == 400 || status == 404 || status == 409 || status == 416;
  if (status == 400 && self->sender.may_end && !self->with_length)
    self->with_length = self->is_adapted = TRUE;
  else if (self->sender.body_size > 0)
    self->is_adapted = ls_upload_style_adapt (&self->style, &refusal);

  /* "Bad request" may mean anything; the others are about the style alone. */
  if (self->is_adapted && status != 400)
    ls_upload_memory_note (ls_registry_get_upload_memory (self->session.registry),
                           ls_registry_get_name (self->session.registry), &self->style);

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* Sends all bytes, and with that the blob is there. */
static gboolean
put_all (Upload *self, GError **error)
{
  g_autoptr (GUri) uri = ls_upload_session_get_commit_uri (&self->session);
  g_autoptr (LsHttpRequest) request =
      ls_upload_session_create_request (&self->session, "PUT", uri, self->cancellable, error);
  g_autoptr (LsHttpReply) reply = NULL;

  if (request == NULL)
    return FALSE;

  reply = send_body (self, request, self->size - self->offset, FALSE, error);
  if (reply == NULL)
    return FALSE;

  return ls_http_reply_is_success (reply) ? check_commit (self, reply, error)
                                          : refuse (self, reply, TRUE, error);
}

/* With each answer the address may be another one. */
static void
note (Upload *self)
{
  if (self->is_noted)
    ls_upload_session_note (&self->session, NULL);
}

/* A registry that has a limit does not get much at a time anyway. */
static gboolean
may_end_early (Upload *self, gint64 size)
{
  return size >= MIN_NOTED && self->style.max_body == 0 && !self->style.needs_length
         && !self->with_length;
}

static gboolean
patch (Upload *self, gint64 size, GError **error)
{
  g_autoptr (LsHttpRequest) request = ls_upload_session_create_request (
      &self->session, "PATCH", self->session.location, self->cancellable, error);
  g_autoptr (LsHttpReply) reply = NULL;

  if (request == NULL)
    return FALSE;

  if (size < self->size)
    {
      /* No unit here, unlike everywhere else in HTTP. */
      g_autofree char *range = g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                                self->offset, self->offset + size - 1);

      ls_http_request_set_header (request, "Content-Range", range);
    }

  reply = send_body (self, request, size, may_end_early (self, size), error);
  if (reply == NULL)
    return FALSE;
  if (!ls_http_reply_is_success (reply))
    return refuse (self, reply, FALSE, error);

  /* Some say in Range how far they were before this. */
  self->offset += ls_upload_sender_get_sent (&self->sender);
  if (!ls_upload_session_go_on (&self->session, reply, error))
    return FALSE;
  note (self);

  return ls_upload_sender_check_end (&self->sender, error);
}

static gboolean
commit (Upload *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (put_all (self, &local_error))
    return TRUE;

  if (!g_error_matches (local_error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH) && is_there (self))
    {
      ls_upload_session_forget (&self->session);
      return TRUE;
    }

  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* How much to put into the next PATCH. A registry's wish for longer chunks is
 * obeyed where somebody in front of it wants shorter ones, too. */
static gint64
get_chunk_size (Upload *self)
{
  gint64 left = self->size - self->offset;

  if (self->style.max_body == 0)
    return left;

  return MIN (left, MAX (self->style.max_body, self->session.min_chunk));
}

/* Of a request that was cut the registry may have nothing: servers in front of it keep
 * requests until they are complete, and docker-registry gives up on an upload that has
 * more than it has told of. The next one that is cut shall cost less. Of what was
 * sent before this call nothing is known, but that it was cut. */
static void
lose_less (Upload *self, gint64 offset_before)
{
  if (self->offset > offset_before)
    return;

  if (self->is_cut)
    ls_upload_style_split (&self->style, self->sender.body_size);
  else if (self->sender.body_size < 0)
    ls_upload_style_split (&self->style, self->size);
}

/* Finds out where the registry is. A session that is gone may have come to its
 * good end. */
static gboolean
synchronize (Upload *self, gboolean *is_done, GError **error)
{
  gint64 offset_before = self->offset;

  *is_done = FALSE;
  if (!ls_upload_session_find_offset (&self->session, &self->offset, self->cancellable, error))
    return FALSE;

  self->is_unsure = FALSE;
  if (self->offset > self->size)
    ls_upload_session_delete (&self->session);
  lose_less (self, offset_before);
  if (self->session.location != NULL)
    return TRUE;

  *is_done = is_there (self);

  return *is_done || start (self, is_done, error);
}

/* An earlier run of the program may have sent some of the blob; a session that was just
 * opened has nothing of it. */
static gboolean
recall (Upload *self, GError **error)
{
  LsUploadSession former = { self->session.registry, self->session.repository,
                             self->session.digest };

  if (self->is_noted || self->size < MIN_NOTED)
    return TRUE;
  if (!self->is_unsure && !ls_upload_session_recall (&former, self->cancellable, error))
    return FALSE;

  self->is_noted = TRUE;
  if (former.location != NULL)
    {
      ls_upload_session_delete (&self->session);
      self->session = former;
      self->is_unsure = TRUE;
    }

  return TRUE;
}

static gboolean
attempt (Upload *self, GError **error)
{
  gboolean is_done = FALSE;

  self->is_lost = FALSE;
  self->is_adapted = FALSE;
  self->is_down = TRUE;

  if (!recall (self, error))
    return FALSE;
  if (self->session.location == NULL ? !start (self, &is_done, error)
                                     : self->is_unsure && !synchronize (self, &is_done, error))
    return FALSE;

  self->is_down = FALSE;
  if (is_done)
    return TRUE;
  self->is_unsure = FALSE;
  note (self);

  if (self->offset == 0 && ls_upload_style_uses_put (&self->style, self->size))
    return put_all (self, error);

  while (self->offset < self->size)
    if (!patch (self, get_chunk_size (self), error))
      return FALSE;

  return commit (self, error);
}

/* Whether the same may well go better a little later. */
static gboolean
is_interrupted (const GError *error)
{
  gint64 retry_at = ls_error_get_retry_at (error);

  return (ls_http_retry_is_transient (error)
          || g_error_matches (error, LS_ERROR, LS_ERROR_RATE_LIMITED))
         && (retry_at == 0
             || retry_at - g_get_real_time () / G_USEC_PER_SEC <= LS_HTTP_LONGEST_WAIT);
}

/* A server that finds a body too large may hang up rather than say so. */
static void
suspect_size (Upload *self, const GError *error, guint n_idle)
{
  if (n_idle >= SUSPICIOUS_CUTS && self->is_cut && self->sender.body_size > 0
      && g_error_matches (error, LS_ERROR, LS_ERROR_OFFLINE))
    ls_upload_style_guess (&self->style, self->sender.body_size);
}

/* What is to become of the session of an upload that failed. One that was cancelled may
 * just have been paused, or stopped because another one failed. */
static void
leave (Upload *self, const GError *error)
{
  LsUploadSession *session = &self->session;
  gboolean goes_on =
      is_interrupted (error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (self->is_noted)
    ls_upload_session_leave (session, goes_on && session->location != NULL);
  if (session->location == NULL)
    return;

  if (goes_on)
    ls_registry_keep_session (session->registry, session->repository, session->digest,
                              session->location, TRUE);
  else
    ls_upload_session_delete (session);
}

static gboolean
run (Upload *self, GError **error)
{
  gint64 best_offset = 0;
  guint n_idle = 0;
  gboolean has_restarted = FALSE;

  while (TRUE)
    {
      g_autoptr (GError) local_error = NULL;

      if (attempt (self, &local_error))
        {
          if (self->is_noted)
            ls_upload_session_leave (&self->session, FALSE);
          return TRUE;
        }

      /* Once more, at most, for bytes that are not what they should be. */
      if (self->is_adapted)
        {
          has_restarted =
              has_restarted || g_error_matches (local_error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
          continue;
        }

      if (self->is_lost && !has_restarted)
        {
          has_restarted = TRUE;
          /* A server that knows no bodies without a length has taken nothing. */
          self->with_length = TRUE;
          ls_upload_session_forget (&self->session);
          continue;
        }

      n_idle = ls_http_retry_count (local_error, self->offset, &best_offset, n_idle);

      /* Small requests have had their attempts already. */
      if (self->is_down || !is_interrupted (local_error) || n_idle >= MAX_IDLE_ATTEMPTS
          || !ls_registry_back_off (self->session.registry, local_error, n_idle, self->cancellable))
        {
          if (g_cancellable_is_cancelled (self->cancellable))
            {
              g_clear_error (&local_error);
              g_cancellable_set_error_if_cancelled (self->cancellable, &local_error);
            }
          leave (self, local_error);
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      suspect_size (self, local_error, n_idle);
    }
}

/**
 * ls_blob_upload_run:
 * @registry: a registry
 * @repository: the name of a repository
 * @blob: a blob
 * @open: (scope call): opens the blob's bytes
 * @user_data: given to @open
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * See ls_registry_put_blob().
 *
 * Returns: whether the registry has the blob
 */
gboolean
ls_blob_upload_run (LsRegistry *registry, const char *repository, LsDescriptor *blob,
                    LsBlobOpenFunc open, gpointer user_data, GCancellable *cancellable,
                    GError **error)
{
  const char *digest = ls_digest_to_string (ls_descriptor_get_digest (blob));
  LsUploadMemory *memory = ls_registry_get_upload_memory (registry);
  Upload upload = {
    .session = { registry, repository, digest },
    .blob = blob,
    .cancellable = cancellable,
    .style = ls_upload_memory_recall (memory, ls_registry_get_name (registry)),
    .size = ls_descriptor_get_size (blob),
    .sender = { NULL, ls_descriptor_get_size (blob), open, user_data, cancellable,
                .body_size = -1 },
  };
  gboolean ok;

  upload.sender.session = &upload.session;
  upload.session.location =
      ls_registry_steal_session (registry, repository, digest, &upload.is_unsure);

  ok = run (&upload, error);
  if (ok || upload.style.is_guess)
    ls_upload_memory_note (memory, ls_registry_get_name (registry), &upload.style);

  ls_upload_session_forget (&upload.session);
  ls_upload_sender_clear (&upload.sender);

  return ok;
}
