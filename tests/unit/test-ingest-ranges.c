/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <string.h>

#define CHUNK ((gsize) LS_INGEST_CHUNK_SIZE)
#define SIZE (11 * CHUNK + 777)

typedef struct
{
  GBytes *content;
  LsDescriptor *blob;
} Blob;

static void
blob_clear (Blob *self)
{
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->blob, ls_descriptor_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Blob, blob_clear)

static void
blob_init (Blob *self)
{
  guint8 *data = g_malloc (SIZE);
  guint32 state = 2463534242u;
  g_autoptr (LsDigest) digest = NULL;

  for (gsize i = 0; i < SIZE; i++)
    {
      state = state * 1664525u + 1013904223u;
      data[i] = (guint8) (state >> 24);
    }
  self->content = g_bytes_new_take (data, SIZE);
  digest = ls_digest_for_bytes (self->content);
  self->blob = ls_descriptor_new ("application/octet-stream", digest, SIZE);
}

static LsIngest *
begin (LsTestStore *fixture, Blob *blob)
{
  g_autoptr (GError) error = NULL;
  LsIngest *ingest = ls_store_ingest (fixture->store, blob->blob, NULL, &error);

  g_assert_no_error (error);

  return ingest;
}

static GInputStream *
open_at (Blob *blob, gsize offset, gsize length)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (blob->content, offset, length);

  return g_memory_input_stream_new_from_bytes (part);
}

static void
count (gsize n_bytes, gpointer user_data)
{
  *(gsize *) user_data += n_bytes;
}

static void
put (LsIngest *ingest, Blob *blob, gsize offset)
{
  gsize length = MIN (CHUNK, SIZE - offset);
  g_autoptr (GInputStream) stream = open_at (blob, offset, length);
  g_autoptr (GError) error = NULL;
  gsize n_moved = 0;
  gssize n = ls_ingest_put_chunk (ingest, (gint64) offset, stream, count, &n_moved, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, length);
  g_assert_cmpuint (n_moved, ==, length);
}

static void
put_claim (LsIngest *ingest, Blob *blob, gint64 offset, gint64 length)
{
  for (gint64 at = offset; at < offset + length; at += (gint64) CHUNK)
    put (ingest, blob, (gsize) at);
}

static void
begin_ranges (LsIngest *ingest)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ls_ingest_may_begin_ranges (ingest));
  ls_ingest_begin_ranges (ingest, &error);
  g_assert_no_error (error);
  g_assert_true (ls_ingest_has_ranges (ingest));
}

static void
put_the_rest (LsIngest *ingest, Blob *blob)
{
  gint64 offset;
  gint64 length;

  while (ls_ingest_claim (ingest, 3, &offset, &length))
    put_claim (ingest, blob, offset, length);
}

static void
commit_and_check (LsTestStore *fixture, LsIngest *ingest, Blob *blob)
{
  g_autofree char *part = ls_test_store_part_path (fixture, blob->blob);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) found = NULL;

  g_assert_false (ls_store_has_blob (fixture->store, blob->blob));
  ls_ingest_commit (ingest, NULL, &error);
  g_assert_no_error (error);
  found = ls_store_read_blob (fixture->store, blob->blob, SIZE, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (found, blob->content));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
test_out_of_order (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autoptr (LsIngest) ingest = NULL;
  gint64 first;
  gint64 first_length;
  gint64 second;
  gint64 second_length;
  g_autoptr (GError) error = NULL;

  blob_init (&blob);
  ingest = begin (fixture, &blob);
  begin_ranges (ingest);
  g_assert_true (ls_ingest_claim (ingest, 3, &first, &first_length));
  g_assert_true (ls_ingest_claim (ingest, 3, &second, &second_length));
  put_claim (ingest, &blob, second, second_length);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 0);
  g_assert_cmpint (ls_ingest_get_done (ingest), ==, second_length);

  /* With a gap it is no blob. */
  g_assert_false (ls_ingest_commit (ingest, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);

  put_claim (ingest, &blob, first, first_length);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, first_length + second_length);
  put_the_rest (ingest, &blob);
  commit_and_check (fixture, ingest, &blob);
}

/* The others join while a chunk is on its way: it goes on where it is. */
static void
test_join (LsTestStore *fixture, gconstpointer data)
{
  const gsize begun[] = { 0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 5 };

  for (guint i = 0; i < G_N_ELEMENTS (begun); i++)
    {
      g_auto (Blob) blob = { 0 };
      g_autoptr (LsIngest) ingest = NULL;
      g_autoptr (GInputStream) stream = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      gsize n_moved = 0;
      gint64 offset;
      gint64 length;

      blob_init (&blob);
      ingest = begin (fixture, &blob);
      g_assert_true (
          ls_ingest_write (ingest, g_bytes_get_data (blob.content, NULL), begun[i], NULL));
      begin_ranges (ingest);
      g_assert_true (ls_ingest_claim (ingest, 3, &offset, &length));
      g_assert_cmpint (offset, ==, begun[i] - begun[i] % CHUNK);

      stream = open_at (&blob, begun[i], SIZE - begun[i]);
      g_assert_cmpint (ls_ingest_put_chunk (ingest, offset, stream, count, &n_moved, NULL, &error),
                       ==, CHUNK);
      g_assert_no_error (error);
      g_assert_cmpuint (n_moved, ==, CHUNK - begun[i] % CHUNK);
      put_claim (ingest, &blob, offset + (gint64) CHUNK, length - (gint64) CHUNK);
      put_the_rest (ingest, &blob);
      commit_and_check (fixture, ingest, &blob);

      path = ls_test_store_blob_path (fixture, blob.blob);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* Leaves the chunks 0, 4 and 5 behind. */
static void
leave_ranges (LsTestStore *fixture, Blob *blob)
{
  LsIngest *ingest = begin (fixture, blob);

  begin_ranges (ingest);
  g_assert_true (ls_ingest_claim_at (ingest, 0));
  put (ingest, blob, 0);
  g_assert_true (ls_ingest_claim_at (ingest, (gint64) (4 * CHUNK)));
  put (ingest, blob, 4 * CHUNK);
  g_assert_true (ls_ingest_claim_at (ingest, (gint64) (5 * CHUNK)));
  put (ingest, blob, 5 * CHUNK);
  g_assert_finalize_object (ingest);
  g_assert_false (ls_store_has_blob (fixture->store, blob->blob));
  g_assert_cmpint (ls_store_get_part_size (fixture->store, blob->blob), ==, 3 * CHUNK);
}

static void
test_resume (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autoptr (LsIngest) ingest = NULL;
  gint64 offset;
  gint64 length;

  blob_init (&blob);
  leave_ranges (fixture, &blob);
  ingest = begin (fixture, &blob);
  g_assert_true (ls_ingest_has_ranges (ingest));
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, CHUNK);
  g_assert_cmpint (ls_ingest_get_done (ingest), ==, 3 * CHUNK);
  g_assert_true (ls_ingest_claim (ingest, 1, &offset, &length));
  g_assert_cmpint (offset, ==, CHUNK);
  g_assert_cmpint (length, ==, 3 * CHUNK);
  put_claim (ingest, &blob, offset, length);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 6 * CHUNK);
  put_the_rest (ingest, &blob);
  commit_and_check (fixture, ingest, &blob);
}

static void
test_resume_in_one_piece (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;

  blob_init (&blob);
  leave_ranges (fixture, &blob);
  ingest = begin (fixture, &blob);
  ls_ingest_end_ranges (ingest, &error);
  g_assert_no_error (error);
  g_assert_false (ls_ingest_has_ranges (ingest));
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, CHUNK);
  ls_ingest_write (ingest, (const guint8 *) g_bytes_get_data (blob.content, NULL) + CHUNK,
                   SIZE - CHUNK, &error);
  g_assert_no_error (error);
  commit_and_check (fixture, ingest, &blob);
}

/* A map that cannot be right is no map, and what it is attached to is not trusted. */
static void
test_damaged_map (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autoptr (LsIngest) ingest = NULL;
  gsize size;

  blob_init (&blob);
  leave_ranges (fixture, &blob);
  path = ls_test_store_part_path (fixture, blob.blob);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));

  g_assert_true (g_file_set_contents (path, content, (gssize) size - 1, NULL));
  g_assert_cmpint (ls_store_get_part_size (fixture->store, blob.blob), ==, 0);
  content[SIZE] ^= 1;
  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
  g_assert_cmpint (ls_store_get_part_size (fixture->store, blob.blob), ==, 0);

  ingest = begin (fixture, &blob);
  g_assert_false (ls_ingest_has_ranges (ingest));
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 0);
}

/* The computer went down, and a chunk that the map names is not on the disk. */
static void
test_lost_chunk (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  blob_init (&blob);
  leave_ranges (fixture, &blob);
  path = ls_test_store_part_path (fixture, blob.blob);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  memset (content + 4 * CHUNK, 0, CHUNK);
  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));

  ingest = begin (fixture, &blob);
  put_the_rest (ingest, &blob);
  g_assert_false (ls_ingest_commit (ingest, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_false (ls_store_has_blob (fixture->store, blob.blob));
  g_assert_cmpint (ls_store_get_part_size (fixture->store, blob.blob), ==, 0);
}

/* A stream that ends within a chunk brings none of it. */
static void
test_cut_chunk (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_moved = 0;

  blob_init (&blob);
  ingest = begin (fixture, &blob);
  begin_ranges (ingest);
  g_assert_true (ls_ingest_claim_at (ingest, 0));
  stream = open_at (&blob, 0, CHUNK - 1);
  g_assert_cmpint (ls_ingest_put_chunk (ingest, 0, stream, count, &n_moved, NULL, &error), ==, -1);
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpuint (n_moved, ==, CHUNK - 1);
  g_assert_cmpint (ls_ingest_get_done (ingest), ==, 0);

  ls_ingest_release (ingest, 0, (gint64) CHUNK);
  put_the_rest (ingest, &blob);
  commit_and_check (fixture, ingest, &blob);
}

typedef struct
{
  LsIngest *ingest;
  Blob *blob;
} Bringer;

static gpointer
bring (gpointer data)
{
  Bringer *self = data;

  put_the_rest (self->ingest, self->blob);

  return NULL;
}

static void
test_many_threads (LsTestStore *fixture, gconstpointer data)
{
  g_auto (Blob) blob = { 0 };
  g_autoptr (LsIngest) ingest = NULL;
  GThread *threads[8];
  Bringer bringer;

  blob_init (&blob);
  ingest = begin (fixture, &blob);
  begin_ranges (ingest);
  bringer = (Bringer){ ingest, &blob };
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("bring", bring, &bringer);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  commit_and_check (fixture, ingest, &blob);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/ingest-ranges/out-of-order", test_out_of_order);
  ADD ("/ingest-ranges/join", test_join);
  ADD ("/ingest-ranges/resume", test_resume);
  ADD ("/ingest-ranges/resume-in-one-piece", test_resume_in_one_piece);
  ADD ("/ingest-ranges/damaged-map", test_damaged_map);
  ADD ("/ingest-ranges/lost-chunk", test_lost_chunk);
  ADD ("/ingest-ranges/cut-chunk", test_cut_chunk);
  ADD ("/ingest-ranges/many-threads", test_many_threads);
#undef ADD

  return g_test_run ();
}
