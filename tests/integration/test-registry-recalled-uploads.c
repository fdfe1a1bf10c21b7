/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a registry may say of an upload that an earlier run of the program has begun. */

#include "ls-error.h"
#include "ls-test-uploads.h"
#include "ls-upload-log.h"

#define OLD_SESSION "/v2/app/blobs/uploads/old"

/* Large enough to be written down. */
#define SIZE (4 * 1024 * 1024 + 1)

typedef struct
{
  const char *name;
  guint status;
  const char *headers; /* %u: the port of another server */
  const char *requests;
  guint n_elsewhere; /* requests to that one, of which nobody keeps the answer */
} AnswerCase;

/* Whatever it is, all of the blob goes into a new upload, and no byte into the old one or
 * anywhere else. */
static const AnswerCase cases[] = {
  { "not-found", 404, "", "GET HEAD POST PATCH PUT" },
  { "gone", 410, "", "GET HEAD POST PATCH PUT" },
  { "unauthorized", 401, "", "GET HEAD POST PATCH PUT" },
  { "forbidden", 403, "", "GET HEAD POST PATCH PUT" },
  { "no-range", 204, "", "GET DELETE HEAD POST PATCH PUT" },
  { "large-range", 204, "Range: 0-99999999\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "huge-range", 204, "Range: 0-99999999999999999999\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "late-range", 204, "Range: 5-99\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "backward-range", 204, "Range: 9-5\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "negative-range", 204, "Range: 0--5\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "garbage-range", 204, "Range: bytes=all\r\n", "GET DELETE HEAD POST PATCH PUT" },
  { "elsewhere", 204, "Range: 0-99\r\nLocation: http://127.0.0.1:%u" OLD_SESSION "\r\n",
    "GET HEAD POST PATCH PUT" },
  { "other-repository", 204, "Range: 0-99\r\nLocation: /v2/other/blobs/uploads/old\r\n",
    "GET HEAD POST PATCH PUT" },
  { "bad-location", 204, "Range: 0-99\r\nLocation: ftp://127.0.0.1/x\r\n",
    "GET HEAD POST PATCH PUT" },
  { "redirect", 307, "Location: http://127.0.0.1:%u" OLD_SESSION "\r\n", "GET HEAD POST PATCH PUT",
    1 },
};

static void
note_upload (LsTestFakeRegistry *self, const LsUploadKey *key)
{
  LsUploadLog *log = ls_registry_settings_get_upload_log (self->settings);
  g_autofree char *folder = ls_test_dir_build (self->dir, "uploads");
  g_autofree char *address = ls_fake_server_dup_url (self->server, "127.0.0.1", OLD_SESSION);
  g_autoptr (GUri) location = g_uri_parse (address, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GError) error = NULL;

  ls_upload_log_open (log, folder, &error);
  g_assert_no_error (error);
  ls_upload_log_note (log, key, location);
  ls_upload_log_rest (log, key);
}

static void
test_answer (LsTestFakeRegistry *self, gconstpointer data)
{
  const AnswerCase *c = data;
  g_autoptr (LsFakeServer) elsewhere = ls_fake_server_new (NULL);
  g_autofree char *port = g_strdup_printf ("%u", ls_fake_server_get_port (elsewhere));
  g_auto (GStrv) parts = g_strsplit (c->headers, "%u", -1);
  g_autofree char *headers = g_strjoinv (port, parts);
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (SIZE, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  LsTestUploads *state = ls_test_uploads_new (self, blob, NULL);
  const LsUploadKey key = { LS_TEST_FAKE_NAME, NULL, "app",
                            ls_digest_to_string (ls_descriptor_get_digest (blob)) };
  g_auto (GStrv) strangers = NULL;
  g_autofree char *requests = NULL;
  g_autoptr (GUri) left = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "GET", OLD_SESSION, c->status, headers, "");
  ls_fake_server_add (self->server, "DELETE", OLD_SESSION, 204, "", "");
  note_upload (self, &key);

  ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  requests = ls_test_uploads_dup_requests (self);
  g_assert_cmpstr (requests, ==, c->requests);
  g_assert_cmpuint (ls_fake_server_count (self->server, "PATCH", LS_TEST_UPLOAD_SESSION), ==, 1);
  strangers = ls_fake_server_get_log (elsewhere);
  g_assert_cmpuint (g_strv_length (strangers), ==, c->n_elsewhere);
  left = ls_upload_log_take (ls_registry_settings_get_upload_log (self->settings), &key);
  g_assert_null (left);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/recalled-uploads/", cases[i].name, NULL);

      ls_test_fake_registry_add (path, &cases[i], test_answer);
    }

  return g_test_run ();
}
