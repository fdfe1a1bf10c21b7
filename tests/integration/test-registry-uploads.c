/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-uploads.h"

#include <string.h>

#define UPLOADS LS_TEST_UPLOADS
#define SESSION LS_TEST_UPLOAD_SESSION
#define SIZE 300000

/* Gives the blob of the tests, too. */
static LsTestUploads *
be_registry (LsTestFakeRegistry *self, GBytes **bytes, LsDescriptor **blob)
{
  *bytes = ls_test_make_bytes (SIZE, 1);
  *blob = ls_test_describe (*bytes, "application/octet-stream");

  return ls_test_uploads_new (self, *blob, NULL);
}

static gboolean
put (LsTestFakeRegistry *self, GBytes *bytes, LsDescriptor *blob, GError **error)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, TRUE);

  return ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, error);
}

static void
assert_log (LsTestFakeRegistry *self, const char *expected_format, LsDescriptor *blob)
{
  g_auto (GStrv) parts = g_strsplit (expected_format, "DIGEST", -1);
  g_autofree char *expected =
      g_strjoinv (ls_digest_to_string (ls_descriptor_get_digest (blob)), parts);
  g_auto (GStrv) log = ls_fake_server_get_log (self->server);
  g_autofree char *text = g_strjoinv ("\n", log);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_addresses (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  be_registry (self, &bytes, &blob);
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  assert_log (self,
              "GET /v2/ -\nPOST " UPLOADS " -\n"
              "PUT " SESSION "?_state=a%2Bb+c=&digest=DIGEST -",
              blob);
}

/* Each answer's address replaces the one before. */
static void
test_next_addresses (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->put_status = 405;
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  assert_log (self,
              "GET /v2/ -\nPOST " UPLOADS " -\n"
              "PUT " SESSION "?_state=a%2Bb+c=&digest=DIGEST -\n"
              "GET " SESSION "?_state=a%2Bb+c= -\n"
              "PATCH " SESSION "?_state=resumed -\n"
              "PUT " SESSION "?_state=next&digest=DIGEST -",
              blob);
}

static void
test_resume (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->cut_after = 100000;
  state->n_cuts = 2;
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", UPLOADS), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "PATCH", SESSION), ==, 2);
}

/* As long as every attempt brings something, it goes on. */
static void
test_resume_often (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->cut_after = 30000;
  state->n_cuts = 9;
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
}

static void
test_start_over (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->cut_after = 100000;
  state->n_cuts = 1;
  state->forgets = TRUE;
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", UPLOADS), ==, 2);
}

static void
test_give_up (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->cut_after = 1;
  state->n_cuts = 1000;
  state->forgets = TRUE;
  ls_test_fake_registry_be_open (self);
  g_assert_false (put (self, bytes, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", UPLOADS), <, 10);
}

/* A registry that takes a byte with each attempt would never have all of them. */
static void
test_byte_by_byte (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->cut_after = 1;
  state->n_cuts = 50;
  ls_test_fake_registry_be_open (self);
  g_assert_false (put (self, bytes, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
}

/* The answer is lost, but the blob is there. */
static void
test_lost_answer (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->hangs_up = TRUE;
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
}

static void
test_wrong_bytes (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) other = ls_test_make_bytes (SIZE, 2);
  g_autoptr (GError) error = NULL;

  be_registry (self, &bytes, &blob);
  ls_test_fake_registry_be_open (self);
  g_assert_false (put (self, other, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_cmpstr (ls_error_get_subject (error), ==,
                   ls_digest_to_string (ls_descriptor_get_digest (blob)));
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", UPLOADS), <=, 2);
}

static void
test_too_few_bytes (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, SIZE - 1);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  g_assert_false (put (self, part, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_false (state->is_committed);
}

static void
test_too_many_bytes (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GByteArray) more = g_byte_array_new ();
  g_autoptr (GBytes) longer = NULL;
  g_autoptr (GError) error = NULL;

  /* Only what the size promises goes out. */
  g_byte_array_append (more, g_bytes_get_data (bytes, NULL), SIZE);
  g_byte_array_append (more, (const guint8 *) "more", 4);
  longer = g_byte_array_free_to_bytes (g_steal_pointer (&more));
  ls_test_fake_registry_be_open (self);
  g_assert_true (put (self, longer, blob, &error));
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
}

static GInputStream *
fail_to_open (gint64 offset, gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, LS_ERROR, LS_ERROR_STORE, "The disk is on fire");

  return NULL;
}

static void
test_source_that_fails (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  be_registry (self, &bytes, &blob);
  ls_test_fake_registry_be_open (self);
  g_assert_false (ls_registry_put_blob (registry, "app", blob, fail_to_open, NULL, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
}

/* The token runs out in the middle: a new one, and all bytes once more. */
static void
test_stale_token (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = NULL;
  LsTestUploads *state = be_registry (self, &bytes, &blob);
  g_autoptr (GError) error = NULL;

  state->n_unauthorized = 1;
  ls_test_fake_registry_want_token (self);
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", UPLOADS), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "GET", "/token"), ==, 2);
}

static void
test_too_large (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "POST", UPLOADS, 202, "Location: " SESSION "\r\n", "");
  ls_fake_server_add (self->server, "PUT", SESSION, 413, "Content-Type: text/html\r\n",
                      "<html><head><title>413 Request Entity Too Large</title></head></html>");
  g_assert_false (put (self, bytes, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
  g_assert_cmpstr (ls_error_get_server_text (error), ==, "413 Request Entity Too Large");
  g_assert_cmpuint (ls_fake_server_count (self->server, "PUT", SESSION), ==, 1);
}

static void
test_bad_locations (LsTestFakeRegistry *self, gconstpointer data)
{
  static const char *const locations[] = {
    "",
    "Location: ftp://127.0.0.1/x\r\n",
    "Location: http://user:x@127.0.0.1/x\r\n",
    "Location: http://\r\n",
    "Location: http://127.0.0.1%0d%0aX-Evil:1/x\r\n",
  };
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_autoptr (GError) error = NULL;

      ls_fake_server_add (self->server, "POST", UPLOADS, 202, locations[i], "");
      g_assert_false (put (self, bytes, blob, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

/* Storage that takes the bytes itself gets them, and no credentials. */
static void
test_location_elsewhere (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsFakeServer) storage = ls_fake_server_new (NULL);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autofree char *url = ls_fake_server_dup_url (storage, "127.0.0.1", "/store?s=1");
  g_autofree char *headers = g_strdup_printf ("Location: %s\r\n", url);
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_auto (GStrv) log = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_want_token (self);
  ls_fake_server_add (self->server, "POST", UPLOADS, 202, headers, "");
  ls_fake_server_add (storage, "PUT", "/store", 201, "", "");
  g_assert_true (put (self, bytes, blob, &error));
  g_assert_no_error (error);

  log = ls_fake_server_get_log (storage);
  text = g_strjoinv ("\n", log);
  expected = g_strdup_printf ("PUT /store?s=1&digest=%s -",
                              ls_digest_to_string (ls_descriptor_get_digest (blob)));
  g_assert_cmpstr (text, ==, expected);
}

static gpointer
cancel_when_sending (gpointer data)
{
  gpointer *args = data;

  while (ls_fake_server_count (args[0], "PUT", SESSION) == 0)
    g_usleep (5 * 1000);
  g_cancellable_cancel (args[1]);

  return NULL;
}

static gboolean
never_answer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  ls_fake_server_wait (server, 60 * 1000);

  return FALSE;
}

/* A server that takes everything and says nothing costs its time only a few times. */
static void
test_stall (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1200 * 1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GError) error = NULL;

  g_object_unref (self->http);
  self->http = g_object_new (LS_TYPE_HTTP, "timeout", 1, "retry-delay", 1, NULL);
  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "POST", UPLOADS, 202, "Location: " SESSION "\r\n", "");
  ls_fake_server_add (self->server, "GET", SESSION, 204, "Range: 0-0\r\n", "");
  ls_fake_server_handle (self->server, "PATCH", SESSION, never_answer, NULL);
  g_assert_false (put (self, bytes, blob, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TIMED_OUT);
  g_assert_cmpuint (ls_fake_server_count (self->server, "PATCH", SESSION), ==, 3);
}

/* What stops may go on later, since it may be no more than a pause, or another blob's
 * failure. When it does not, the registry is told that nothing more will come. */
static void
test_cancel (LsTestFakeRegistry *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer args[] = { self->server, cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  ls_test_fake_registry_be_open (self);
  ls_fake_server_add (self->server, "POST", UPLOADS, 202, "Location: " SESSION "\r\n", "");
  ls_fake_server_handle (self->server, "PUT", SESSION, never_answer, NULL);
  ls_fake_server_add (self->server, "DELETE", SESSION, 204, "", "");
  thread = g_thread_new ("cancel", cancel_when_sending, args);
  g_assert_false (
      ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpuint (ls_fake_server_count (self->server, "DELETE", SESSION), ==, 0);

  ls_registry_drop_uploads (registry, "ap");
  g_assert_cmpuint (ls_fake_server_count (self->server, "DELETE", SESSION), ==, 0);
  ls_registry_drop_uploads (registry, "app");
  ls_registry_drop_uploads (registry, "app");
  g_assert_cmpuint (ls_fake_server_count (self->server, "DELETE", SESSION), ==, 1);
}

static void
test_mount (LsTestFakeRegistry *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    gboolean mounted;
    int code; /* -1: an answer */
  } cases[] = {
    { 201, TRUE, -1 },
    { 202, FALSE, -1 },
    { 400, FALSE, -1 },
    { 401, FALSE, -1 },
    { 403, FALSE, -1 },
    { 404, FALSE, -1 },
    { 405, FALSE, -1 },
    { 429, FALSE, LS_ERROR_RATE_LIMITED },
    { 500, FALSE, LS_ERROR_SERVER },
  };
  g_autoptr (GBytes) bytes = ls_test_make_bytes (1000, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

  ls_test_fake_registry_be_open (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
      g_autoptr (GError) error = NULL;
      gboolean mounted = TRUE;

      ls_fake_server_add (self->server, "POST", UPLOADS, cases[i].status,
                          "Location: /x\r\nRetry-After: 900\r\n", "");
      g_assert_cmpint (
          ls_registry_mount_blob (registry, "app", blob, "other", &mounted, NULL, &error), ==,
          cases[i].code == -1);
      g_assert_cmpint (mounted, ==, cases[i].mounted);
      if (cases[i].code != -1)
        g_assert_error (error, LS_ERROR, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) ls_test_fake_registry_add ("/registry/uploads/" name, NULL, test)
  ADD ("addresses", test_addresses);
  ADD ("next-addresses", test_next_addresses);
  ADD ("resume", test_resume);
  ADD ("resume-often", test_resume_often);
  ADD ("start-over", test_start_over);
  ADD ("give-up", test_give_up);
  ADD ("byte-by-byte", test_byte_by_byte);
  ADD ("lost-answer", test_lost_answer);
  ADD ("wrong-bytes", test_wrong_bytes);
  ADD ("too-few-bytes", test_too_few_bytes);
  ADD ("too-many-bytes", test_too_many_bytes);
  ADD ("source-that-fails", test_source_that_fails);
  ADD ("stale-token", test_stale_token);
  ADD ("too-large", test_too_large);
  ADD ("bad-locations", test_bad_locations);
  ADD ("location-elsewhere", test_location_elsewhere);
  ADD ("stall", test_stall);
  ADD ("cancel", test_cancel);
  ADD ("mount", test_mount);
#undef ADD

  return g_test_run ();
}
