/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-uploads.h"

#include <string.h>

#define FIRST_LOCATION LS_TEST_UPLOAD_SESSION "?_state=a%2Bb+c="

static void
reply (GOutputStream *out, guint status, const char *headers)
{
  g_autofree char *text = g_strdup_printf (
      "HTTP/1.1 %u Scripted\r\n%s%s\r\n", status,
      strstr (headers, "Content-Length") != NULL ? "" : "Content-Length: 0\r\n", headers);

  ls_fake_server_write (out, text);
}

static gboolean
finish (LsTestUploads *self, LsFakeRequest *request, GOutputStream *out)
{
  const char *digest = strstr (request->target, "digest=");
  g_autoptr (GBytes) bytes = g_bytes_new (self->bytes->data, self->bytes->len);
  g_autoptr (LsDigest) found = ls_digest_for_bytes (bytes);
  gboolean is_right = digest != NULL && g_str_equal (digest + 7, ls_digest_to_string (found));

  self->is_committed = self->is_committed || is_right;
  self->is_open = FALSE;
  if (self->hangs_up)
    return FALSE;
  if (is_right)
    reply (out, 201, "Location: /v2/app/blobs/x\r\n");
  else
    ls_fake_server_write (out, "HTTP/1.1 400 Bad\r\nContent-Length: 40\r\n\r\n"
                               "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}   ");

  return TRUE;
}

static gboolean
on_post (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  LsTestUploads *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *headers = g_strconcat (
      "Location: " FIRST_LOCATION "\r\n", self->headers != NULL ? self->headers : "",
      self->min_chunk != NULL ? "OCI-Chunk-Min-Length: " : "",
      self->min_chunk != NULL ? self->min_chunk : "", self->min_chunk != NULL ? "\r\n" : "", NULL);

  g_byte_array_set_size (self->bytes, 0);
  if (strstr (request->target, "digest=") != NULL && self->single_post == 201)
    {
      gsize size;
      const guint8 *body = g_bytes_get_data (request->body, &size);

      g_byte_array_append (self->bytes, body, (guint) size);
      return finish (self, request, out);
    }
  if (strstr (request->target, "digest=") != NULL && self->single_post != 0)
    {
      reply (out, self->single_post, "");
      return TRUE;
    }

  self->is_open = TRUE;
  reply (out, 202, headers);

  return TRUE;
}

/* The status that refuses a request with a body; 0: it is taken. */
static guint
find_refusal (LsTestUploads *self, LsFakeRequest *request, gboolean *hangs_up)
{
  gboolean is_put = g_str_equal (request->method, "PUT");
  gint64 max = is_put ? self->max_put : self->max_patch;

  *hangs_up = FALSE;
  if (self->n_unauthorized > 0)
    {
      self->n_unauthorized--;
      return 401;
    }
  if (self->n_busy > 0)
    {
      self->n_busy--;
      return 429;
    }
  if (request->content_length == 0)
    return 0;
  if (max > 0 && request->content_length > max)
    {
      *hangs_up = self->too_large == 0;
      return self->too_large;
    }
  if (is_put)
    return self->put_status;
  if (self->open_status != 0 && g_hash_table_contains (request->headers, "transfer-encoding"))
    return self->open_status;
  if (self->patch_status != 0)
    return self->patch_status;

  return g_hash_table_contains (request->headers, "content-range") ? self->chunk_status : 0;
}

/* Whether a PATCH begins where the registry is. */
static gboolean
is_in_order (LsTestUploads *self, LsFakeRequest *request)
{
  const char *range = g_hash_table_lookup (request->headers, "content-range");

  return range == NULL || g_ascii_strtoll (range, NULL, 10) == self->bytes->len;
}

static gboolean
take_body (LsTestUploads *self, LsFakeRequest *request, GOutputStream *out)
{
  gsize limit = (gsize) request->content_length;
  g_autofree guint8 *buffer = g_malloc (limit + 1);
  gboolean cut = FALSE;
  gsize n_read = 0;

  g_mutex_lock (&self->mutex);
  if (self->n_cuts > 0 && limit > 0)
    {
      self->n_cuts--;
      limit = MIN (limit, self->cut_after);
      cut = TRUE;
    }
  g_mutex_unlock (&self->mutex);

  g_input_stream_read_all (request->in, buffer, limit, &n_read, NULL, NULL);

  g_mutex_lock (&self->mutex);
  if (!self->ignores_open || request->joined == NULL)
    g_byte_array_append (self->bytes, buffer, (guint) n_read);
  if (cut && self->forgets)
    self->is_open = FALSE;
  g_mutex_unlock (&self->mutex);

  return !cut;
}

static gboolean
on_body (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  LsTestUploads *self = data;
  g_autofree char *headers = NULL;
  gboolean hangs_up;
  gboolean is_open;
  gboolean ok;
  gsize before;
  guint refusal;

  g_mutex_lock (&self->mutex);
  refusal = find_refusal (self, request, &hangs_up);
  is_open = self->is_open;
  if (refusal == 0 && is_open && !is_in_order (self, request))
    refusal = 416;
  before = self->bytes->len;
  g_mutex_unlock (&self->mutex);

  if (hangs_up)
    return FALSE;
  if (refusal != 0 || !is_open)
    {
      g_autofree guint8 *rest = g_malloc ((gsize) request->content_length + 1);

      g_input_stream_read_all (request->in, rest, (gsize) request->content_length, NULL, NULL,
                               NULL);
      reply (out, refusal != 0 ? refusal : 404, refusal == 429 ? "Retry-After: 0\r\n" : "");
      return TRUE;
    }
  if (!take_body (self, request, out))
    return FALSE;

  g_mutex_lock (&self->mutex);
  if (g_str_equal (request->method, "PUT"))
    {
      ok = finish (self, request, out);
    }
  else
    {
      headers = g_strdup_printf ("Location: " LS_TEST_UPLOAD_SESSION "?_state=next\r\n"
                                 "Range: 0-%zu\r\n",
                                 (self->stale_range ? MAX (before, 1) : self->bytes->len) - 1);
      reply (out, self->patched != 0 ? self->patched : 202, headers);
      ok = TRUE;
    }
  g_mutex_unlock (&self->mutex);

  return ok;
}

static gboolean
on_status (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  LsTestUploads *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *headers = NULL;

  headers =
      g_strdup_printf ("Location: " LS_TEST_UPLOAD_SESSION "?_state=resumed\r\nRange: 0-%u\r\n",
                       self->bytes->len > 0 ? self->bytes->len - 1 : 0);
  if (self->is_open)
    reply (out, 204, headers);
  else
    reply (out, 404, "");

  return TRUE;
}

static gboolean
on_delete (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  LsTestUploads *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gboolean was_open = self->is_open;

  /* Whoever has the answer may look at once. */
  self->is_open = FALSE;
  reply (out, was_open ? 204 : 404, "");

  return TRUE;
}

static gboolean
on_head (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  LsTestUploads *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *length = g_strdup_printf ("Content-Length: %u\r\n", self->bytes->len);

  reply (out, self->is_committed ? 200 : 404, self->is_committed ? length : "");

  return TRUE;
}

static void
uploads_free (gpointer data)
{
  LsTestUploads *self = data;

  g_byte_array_unref (self->bytes);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

LsTestUploads *
ls_test_uploads_new (LsTestFakeRegistry *fixture, LsDescriptor *blob, const LsTestUploads *quirks)
{
  LsTestUploads *self = g_new0 (LsTestUploads, 1);
  g_autofree char *path =
      g_strdup_printf ("/v2/app/blobs/%s", ls_digest_to_string (ls_descriptor_get_digest (blob)));

  if (quirks != NULL)
    *self = *quirks;
  self->bytes = g_byte_array_new ();
  g_mutex_init (&self->mutex);
  fixture->state = self;
  fixture->free_state = uploads_free;

  ls_fake_server_handle (fixture->server, "POST", LS_TEST_UPLOADS, on_post, self);
  ls_fake_server_handle_unread (fixture->server, "PATCH", LS_TEST_UPLOAD_SESSION, on_body, self);
  ls_fake_server_handle_unread (fixture->server, "PUT", LS_TEST_UPLOAD_SESSION, on_body, self);
  ls_fake_server_handle (fixture->server, "GET", LS_TEST_UPLOAD_SESSION, on_status, self);
  ls_fake_server_handle (fixture->server, "DELETE", LS_TEST_UPLOAD_SESSION, on_delete, self);
  ls_fake_server_handle (fixture->server, "HEAD", path, on_head, self);

  return self;
}

char *
ls_test_uploads_dup_requests (LsTestFakeRegistry *fixture)
{
  g_auto (GStrv) log = ls_fake_server_get_log (fixture->server);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; log[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (log[i], " ", 3);

      if (strstr (words[1], "/blobs/") == NULL)
        continue;
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "", words[0],
                              strstr (words[1], "uploads/?digest=") != NULL ? "+" : "");
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
