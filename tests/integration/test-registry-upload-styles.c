/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-uploads.h"

#define KIB 1024
#define MIB (1024 * KIB)

/* What a registry does not do, and the requests that it takes to send it a blob:
 * for the first one, and for the second one, when it is known. */
typedef struct
{
  const char *name;
  gsize size;
  LsTestUploads quirks;
  const char *requests;
  const char *next_requests;
} StyleCase;

static const StyleCase cases[] = {
  { "any", 300 * KIB, { 0 }, "POST PUT", "POST PUT" },
  { "small", 1000, { 0 }, "POST+ PUT", "POST PUT" },
  { "empty", 0, { 0 }, "POST PUT", "POST PUT" },
  { "single-post", 1000, { .single_post = 201 }, "POST+", "POST+" },
  { "no-single-post", 1000, { .single_post = 405 }, "POST+ POST PUT", "POST PUT" },
  { "bad-single-post", 1000, { .single_post = 400 }, "POST+ POST PUT", "POST PUT" },

  { "large", 2 * MIB, { 0 }, "POST PATCH PUT", "POST PATCH PUT" },

  /* No PATCH, where one might have gone on. */
  { "patch-405", 2 * MIB, { .patch_status = 405 }, "POST PATCH GET PUT", "POST PUT" },
  { "patch-501", 2 * MIB, { .patch_status = 501 }, "POST PATCH GET PUT", "POST PUT" },
  { "patch-400", 2 * MIB, { .patch_status = 400 }, "POST PATCH GET PUT", "POST PUT" },

  /* Only what says how long it is; that a "bad request" is about that is a guess. */
  { "open-411", 5 * MIB, { .open_status = 411 }, "POST PATCH GET PATCH PUT", "POST PATCH PUT" },
  { "open-501", 5 * MIB, { .open_status = 501 }, "POST PATCH GET PATCH PUT", "POST PATCH PUT" },
  { "open-400",
    5 * MIB,
    { .open_status = 400 },
    "POST PATCH GET PATCH PUT",
    "POST PATCH GET PATCH PUT" },
  { "open-unknown",
    5 * MIB,
    { .ignores_open = TRUE },
    "POST PATCH PUT POST PATCH PUT",
    "POST PATCH PUT POST PATCH PUT" },
  { "open-405", 5 * MIB, { .open_status = 405 }, "POST PATCH GET PUT", "POST PUT" },

  /* PATCH as in the first days. */
  { "put-405", 300 * KIB, { .put_status = 405 }, "POST PUT GET PATCH PUT", "POST PATCH PUT" },
  { "put-411", 300 * KIB, { .put_status = 411 }, "POST PUT GET PATCH PUT", "POST PATCH PUT" },
  { "put-415", 300 * KIB, { .put_status = 415 }, "POST PUT GET PATCH PUT", "POST PATCH PUT" },
  { "put-400", 300 * KIB, { .put_status = 400 }, "POST PUT GET PATCH PUT", "POST PATCH PUT" },
  { "put-501", 300 * KIB, { .put_status = 501 }, "POST PUT GET PATCH PUT", "POST PATCH PUT" },
  { "patched-201",
    300 * KIB,
    { .put_status = 405, .patched = 201 },
    "POST PUT GET PATCH PUT",
    "POST PATCH PUT" },
  { "patched-204",
    300 * KIB,
    { .put_status = 405, .patched = 204 },
    "POST PUT GET PATCH PUT",
    "POST PATCH PUT" },
  { "artifactory",
    300 * KIB,
    { .headers = "X-JFrog-Version: 7.1\r\n" },
    "POST PATCH PUT",
    "POST PATCH PUT" },

  /* Chunks, where a body is too large for somebody. */
  { "put-413",
    600 * KIB,
    { .max_put = 500 * KIB, .max_patch = 500 * KIB, .too_large = 413 },
    "POST PUT GET PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PUT" },
  { "patch-413",
    6 * MIB,
    { .max_put = 5 * MIB, .max_patch = MIB, .too_large = 413 },
    "POST PATCH GET PATCH GET PATCH PATCH PATCH PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PATCH PATCH PATCH PUT" },
  { "four-mib-patches",
    9 * MIB,
    { .max_patch = 4 * MIB, .too_large = 416 },
    "POST PATCH GET PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PUT" },
  { "stale-ranges",
    600 * KIB,
    { .max_put = 500 * KIB, .max_patch = 500 * KIB, .too_large = 413, .stale_range = TRUE },
    "POST PUT GET PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PUT" },
  { "min-chunk",
    900 * KIB,
    { .max_put = 500 * KIB, .max_patch = 500 * KIB, .too_large = 413, .min_chunk = "409600" },
    "POST PUT GET PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PUT" },

  /* Nothing is said, but every try ends in the middle. */
  { "hangs-up",
    600 * KIB,
    { .max_put = 500 * KIB, .max_patch = 500 * KIB },
    "POST PUT GET PUT GET PATCH PATCH PATCH PUT",
    "POST PATCH PATCH PATCH PUT" },

  /* Chunks are unknown: what was cut starts over. */
  { "no-chunks",
    300 * KIB,
    { .cut_after = 100 * KIB, .n_cuts = 1, .chunk_status = 400 },
    "POST PUT GET PATCH POST PUT",
    "POST PUT" },

  /* Too many requests. */
  { "busy", 300 * KIB, { .n_busy = 1 }, "POST PUT GET PUT", "POST PUT" },
};

static GBytes *
make_blob (const StyleCase *c, guint32 seed, LsDescriptor **blob)
{
  GBytes *bytes = ls_test_make_bytes (c->size, seed);

  *blob = ls_test_describe (bytes, "application/octet-stream");

  return bytes;
}

static void
test_style (LsTestFakeRegistry *self, gconstpointer data)
{
  const StyleCase *c = data;
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsRegistry) again = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (c, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &c->quirks);
  g_autofree char *requests = NULL;
  g_autofree char *all_requests = NULL;
  g_autofree char *expected = g_strconcat (c->requests, " ", c->next_requests, NULL);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  g_assert_false (state->is_open);
  requests = ls_test_uploads_dup_requests (self);
  g_assert_cmpstr (requests, ==, c->requests);

  state->is_committed = FALSE;
  ls_registry_put_blob (again, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  all_requests = ls_test_uploads_dup_requests (self);
  g_assert_cmpstr (all_requests, ==, expected);
}

/* A registry that takes nothing in any style says why in the end, and is left
 * without a session. */
static void
test_nothing_works (LsTestFakeRegistry *self, gconstpointer data)
{
  static const StyleCase nothing = { .size = 20 * MIB,
                                     .quirks = { .max_put = 1, .max_patch = 1, .too_large = 413 } };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (&nothing, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &nothing.quirks);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  g_assert_false (
      ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
  g_assert_false (state->is_open);
  g_assert_cmpuint (ls_fake_server_count (self->server, "DELETE", LS_TEST_UPLOAD_SESSION), ==, 1);
}

static GInputStream *
count_opens (gint64 offset, gpointer data, GCancellable *cancellable, GError **error)
{
  gpointer *args = data;
  guint *count = args[1];

  (*count)++;

  return ls_test_open_bytes (offset, args[0], cancellable, error);
}

/* Chunks are taken from one stream, and from a new one where that was cut. */
static void
test_one_source (LsTestFakeRegistry *self, gconstpointer data)
{
  static const StyleCase chunks = {
    .size = 5 * MIB, .quirks = { .max_put = MIB, .max_patch = MIB, .too_large = 413 }
  };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (&chunks, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &chunks.quirks);
  guint n_opens = 0;
  gpointer args[] = { bytes, &n_opens };
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  ls_registry_put_blob (registry, "app", blob, count_opens, args, NULL, &error);
  g_assert_no_error (error);
  n_opens = 0;

  ls_registry_put_blob (registry, "app", blob, count_opens, args, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_opens, ==, 1);

  n_opens = 0;
  state->n_cuts = 1;
  state->cut_after = 1000;
  ls_registry_put_blob (registry, "app", blob, count_opens, args, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_opens, ==, 2);

  /* So does a token that runs out in between. */
  n_opens = 0;
  state->n_busy = 1;
  ls_registry_put_blob (registry, "app", blob, count_opens, args, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
}

/* The call comes back without success; the next one goes on in the same session. */
static void
test_next_call (LsTestFakeRegistry *self, gconstpointer data)
{
  static const StyleCase plain = { .size = 300 * KIB };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (&plain, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &plain.quirks);
  g_autoptr (GError) error = NULL;

  ls_test_fake_registry_be_open (self);
  state->cut_after = 0;
  state->n_cuts = 100;
  g_assert_false (
      ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_clear_error (&error);
  g_assert_true (state->is_open);

  state->n_cuts = 0;
  ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  g_assert_cmpuint (ls_fake_server_count (self->server, "POST", LS_TEST_UPLOADS), ==, 1);
  g_assert_cmpuint (ls_fake_server_count (self->server, "DELETE", LS_TEST_UPLOAD_SESSION), ==, 0);
}

/* A mount that the registry does not do opens a session: that one is used. */
static void
test_session_of_mount (LsTestFakeRegistry *self, gconstpointer data)
{
  static const StyleCase plain = { .size = 300 * KIB };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (&plain, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &plain.quirks);
  g_autofree char *requests = NULL;
  g_autoptr (GError) error = NULL;
  gboolean mounted = TRUE;

  ls_test_fake_registry_be_open (self);
  g_assert_true (ls_registry_mount_blob (registry, "app", blob, "other", &mounted, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (mounted);
  ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
  requests = ls_test_uploads_dup_requests (self);
  g_assert_cmpstr (requests, ==, "POST PUT");
}

/* It is not there any more when its turn comes. */
static void
test_session_of_mount_that_is_gone (LsTestFakeRegistry *self, gconstpointer data)
{
  static const StyleCase plain = { .size = 300 * KIB };
  g_autoptr (LsRegistry) registry = ls_test_fake_registry_open (self, FALSE);
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GBytes) bytes = make_blob (&plain, 1, &blob);
  LsTestUploads *state = ls_test_uploads_new (self, blob, &plain.quirks);
  g_autoptr (GError) error = NULL;
  gboolean mounted = TRUE;

  ls_test_fake_registry_be_open (self);
  g_assert_true (ls_registry_mount_blob (registry, "app", blob, "other", &mounted, NULL, &error));
  state->is_open = FALSE;
  ls_registry_put_blob (registry, "app", blob, ls_test_open_bytes, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (state->is_committed);
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/upload-styles/", cases[i].name, NULL);

      ls_test_fake_registry_add (path, &cases[i], test_style);
    }
#define ADD(name, test) ls_test_fake_registry_add ("/registry/upload-styles/" name, NULL, test)
  ADD ("nothing-works", test_nothing_works);
  ADD ("one-source", test_one_source);
  ADD ("next-call", test_next_call);
  ADD ("session-of-mount", test_session_of_mount);
  ADD ("session-of-mount-that-is-gone", test_session_of_mount_that_is_gone);
#undef ADD

  return g_test_run ();
}
