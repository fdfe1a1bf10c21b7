/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MEDIA_TYPE "application/octet-stream"
#define MIB ((gsize) 1024 * 1024)

static GBytes *
make_content (gsize size)
{
  guint8 *data = g_malloc (size);
  guint32 state = 2463534242u;

  for (gsize i = 0; i < size; i++)
    {
      state = state * 1664525u + 1013904223u;
      data[i] = (guint8) (state >> 24);
    }

  return g_bytes_new_take (data, size);
}

static LsDescriptor *
describe (GBytes *content, const char *algorithm)
{
  g_autoptr (LsHasher) hasher = ls_hasher_new (algorithm);
  g_autoptr (LsDigest) digest = NULL;

  ls_hasher_update (hasher, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  digest = ls_hasher_finish (hasher);

  return ls_descriptor_new (MEDIA_TYPE, digest, (gint64) g_bytes_get_size (content));
}

static LsIngest *
begin (LsTestStore *fixture, LsDescriptor *blob)
{
  g_autoptr (GError) error = NULL;
  LsIngest *ingest = ls_store_ingest (fixture->store, blob, NULL, &error);

  g_assert_no_error (error);

  return ingest;
}

/* Writes @content from the ingest's offset up to @end, in pieces of @step. */
static void
write_up_to (LsIngest *ingest, GBytes *content, gsize end, gsize step)
{
  const guint8 *data = g_bytes_get_data (content, NULL);
  g_autoptr (GError) error = NULL;

  for (gsize at = (gsize) ls_ingest_get_offset (ingest); at < end; at += step)
    {
      ls_ingest_write (ingest, data + at, MIN (step, end - at), &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, end);
}

static void
commit (LsIngest *ingest)
{
  g_autoptr (GError) error = NULL;

  ls_ingest_commit (ingest, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_content (LsTestStore *fixture, LsDescriptor *blob, GBytes *content)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *part = ls_test_store_part_path (fixture, blob);
  g_autoptr (GBytes) found =
      ls_store_read_blob (fixture->store, blob, g_bytes_get_size (content), &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (found, content));
  g_assert_true (ls_store_has_blob (fixture->store, blob));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
test_whole (LsTestStore *fixture, gconstpointer data)
{
  const char *algorithms[] = { "sha256", "sha512" };
  const gsize sizes[] = { 0, 1, MIB - 1, MIB, MIB + 1, 13 * MIB + 7 };
  const gsize steps[] = { 65536, 3 * MIB + 11 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (algorithms); j++)
      {
        g_autoptr (GBytes) content = make_content (sizes[i]);
        g_autoptr (LsDescriptor) blob = describe (content, algorithms[j]);
        g_autoptr (LsIngest) ingest = begin (fixture, blob);

        g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 0);
        write_up_to (ingest, content, sizes[i], steps[j]);
        g_assert_false (ls_store_has_blob (fixture->store, blob));
        commit (ingest);
        assert_content (fixture, blob, content);
      }
}

static void
test_resume (LsTestStore *fixture, gconstpointer data)
{
  const gsize cuts[] = { 1, 4096, MIB, 2 * MIB + 5, 6 * MIB - 1, 6 * MIB };
  g_autoptr (GBytes) content = make_content (6 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autofree char *path = ls_test_store_blob_path (fixture, blob);

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      LsIngest *first = begin (fixture, blob);
      g_autoptr (LsIngest) second = NULL;

      write_up_to (first, content, cuts[i], 10000);
      g_assert_finalize_object (first);
      g_assert_false (ls_store_has_blob (fixture->store, blob));

      second = begin (fixture, blob);
      g_assert_cmpint (ls_ingest_get_offset (second), ==, cuts[i]);
      write_up_to (second, content, 6 * MIB, 100000);
      commit (second);
      assert_content (fixture, blob, content);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* A crash of the computer may leave a part file that has its size, and not all
 * of its content. */
static void
test_resume_damaged (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (3 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autofree char *path = ls_test_store_part_path (fixture, blob);
  g_autofree char *zeros = g_malloc0 (2 * MIB);
  LsIngest *first;
  g_autoptr (LsIngest) second = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, zeros, 2 * MIB, &error);
  g_assert_no_error (error);

  first = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (first), ==, 2 * MIB);
  write_up_to (first, content, 3 * MIB, MIB);
  g_assert_false (ls_ingest_commit (first, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_finalize_object (first);

  second = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (second), ==, 0);
  write_up_to (second, content, 3 * MIB, MIB);
  commit (second);
  assert_content (fixture, blob, content);
}

static void
test_part_too_long (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (1000);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autofree char *path = ls_test_store_part_path (fixture, blob);
  g_autofree char *zeros = g_malloc0 (1001);
  g_autoptr (LsIngest) ingest = NULL;

  g_assert_true (g_file_set_contents (path, zeros, 1001, NULL));
  ingest = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 0);
  write_up_to (ingest, content, 1000, 1000);
  commit (ingest);
  assert_content (fixture, blob, content);
}

static void
test_restart (LsTestStore *fixture, gconstpointer data)
{
  const gsize starts[] = { 0, 10, MIB + 1, 4 * MIB };
  g_autoptr (GBytes) content = make_content (4 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autofree char *path = ls_test_store_blob_path (fixture, blob);

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (LsIngest) ingest = begin (fixture, blob);
      g_autoptr (GError) error = NULL;

      write_up_to (ingest, content, starts[i], MIB);
      ls_ingest_restart (ingest, &error);
      g_assert_no_error (error);
      g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 0);
      write_up_to (ingest, content, 4 * MIB, MIB);
      commit (ingest);
      assert_content (fixture, blob, content);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_wrong_digest (LsTestStore *fixture, gconstpointer data)
{
  const gsize sizes[] = { 1, 3 * MIB };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) content = make_content (sizes[i]);
      g_autoptr (LsDescriptor) blob = describe (content, "sha256");
      g_autofree guint8 *other = g_memdup2 (g_bytes_get_data (content, NULL), sizes[i]);
      g_autofree char *path = ls_test_store_part_path (fixture, blob);
      g_autoptr (LsIngest) ingest = begin (fixture, blob);
      g_autoptr (GError) error = NULL;

      other[sizes[i] / 2] ^= 1;
      g_assert_true (ls_ingest_write (ingest, other, sizes[i], NULL));
      g_assert_false (ls_ingest_commit (ingest, NULL, &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
      g_assert_cmpstr (ls_error_get_subject (error), ==,
                       ls_digest_to_string (ls_descriptor_get_digest (blob)));
      g_assert_false (ls_store_has_blob (fixture->store, blob));
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      /* It stays refused. */
      g_assert_false (ls_ingest_commit (ingest, NULL, NULL));
    }
}

static void
test_too_much (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (100);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (LsIngest) ingest = begin (fixture, blob);
  g_autoptr (GError) error = NULL;

  write_up_to (ingest, content, 100, 100);
  g_assert_false (ls_ingest_write (ingest, "x", 1, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_false (ls_ingest_commit (ingest, NULL, NULL));
  g_assert_false (ls_store_has_blob (fixture->store, blob));
}

static void
test_too_little (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (100);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (LsIngest) ingest = begin (fixture, blob);
  g_autoptr (GError) error = NULL;

  write_up_to (ingest, content, 99, 99);
  g_assert_false (ls_ingest_commit (ingest, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);

  /* What came is right as far as anyone knows. */
  write_up_to (ingest, content, 100, 1);
  commit (ingest);
  assert_content (fixture, blob, content);
}

static void
test_already_there (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (100);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_write_blob (fixture->store, blob, content, &error);
  g_assert_no_error (error);

  ingest = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 100);
  commit (ingest);
  assert_content (fixture, blob, content);
}

static gpointer
ingest_in_thread (gpointer data)
{
  gpointer *arguments = data;

  return begin (arguments[0], arguments[1]);
}

static guint
count_open (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n_open = 0;

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *link_path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (link_path, NULL);

      if (g_strcmp0 (target, path) == 0)
        n_open++;
    }

  return n_open;
}

/* Makes sure that the second writer has come as far as to wait for the first. */
static GThread *
start_second_writer (gpointer *arguments)
{
  g_autofree char *path = ls_test_store_part_path (arguments[0], arguments[1]);
  GThread *thread = g_thread_new ("second", ingest_in_thread, arguments);
  guint patience = 30000;

  while (count_open (path) < 2 && --patience > 0)
    g_usleep (1000);
  g_assert_cmpuint (patience, >, 0);

  return thread;
}

static void
test_second_writer_waits (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (2 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (LsIngest) first = begin (fixture, blob);
  g_autoptr (LsIngest) second = NULL;
  gpointer arguments[] = { fixture, blob };
  GThread *thread = start_second_writer (arguments);

  write_up_to (first, content, 2 * MIB, 4096);
  commit (first);
  second = g_thread_join (thread);
  g_assert_cmpint (ls_ingest_get_offset (second), ==, 2 * MIB);
  commit (second);
  assert_content (fixture, blob, content);
}

/* The first one fails and deletes its file: the second must not go on in a file
 * that has no name any more. */
static void
test_second_writer_takes_over (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (1000);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  LsIngest *first = begin (fixture, blob);
  g_autoptr (LsIngest) second = NULL;
  gpointer arguments[] = { fixture, blob };
  GThread *thread = start_second_writer (arguments);
  g_autofree char *zeros = g_malloc0 (1000);

  g_assert_true (ls_ingest_write (first, zeros, 1000, NULL));
  g_assert_false (ls_ingest_commit (first, NULL, NULL));
  g_assert_finalize_object (first);

  second = g_thread_join (thread);
  write_up_to (second, content, 1000, 1000);
  commit (second);
  assert_content (fixture, blob, content);
}

static gpointer
cancel_in_thread (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_wait_is_cancelled (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (10);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (LsIngest) first = begin (fixture, blob);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_in_thread, cancellable);

  g_assert_null (ls_store_ingest (fixture->store, blob, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

static void
test_cancelled_commit_can_be_repeated (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (9 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha512");
  g_autoptr (LsIngest) ingest = begin (fixture, blob);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_up_to (ingest, content, 9 * MIB, MIB);
  g_cancellable_cancel (cancellable);
  /* It may have been done before anyone looked at the cancellable. */
  if (!ls_ingest_commit (ingest, cancellable, &error))
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      commit (ingest);
    }
  assert_content (fixture, blob, content);
}

/* Dropped in the middle, with the hash far behind. */
static void
test_dropped (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (12 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha512");
  LsIngest *first = begin (fixture, blob);
  LsIngest *second;

  write_up_to (first, content, 12 * MIB, 12 * MIB);
  g_assert_finalize_object (first);
  second = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (second), ==, 12 * MIB);
  g_assert_finalize_object (second);
}

/* What comes of a chunk gets to the disk without waiting for more: or else those that go
 * on in the middle of one would have all buffers, and none would get another one. */
static void
test_many_that_go_on (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) ingests = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < 16; i++)
    {
      g_autoptr (GBytes) content = make_content (2 * MIB + i);
      g_autoptr (LsDescriptor) blob = describe (content, "sha256");
      LsIngest *ingest = begin (fixture, blob);

      write_up_to (ingest, content, 100000, 50000);
      g_object_unref (ingest);

      ingest = begin (fixture, blob);
      g_ptr_array_add (ingests, ingest);
      write_up_to (ingest, content, MIB + 50000, 50000);
    }
}

/* Links that somebody put in the way lead nowhere. */
static void
test_links (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestDir) elsewhere = ls_test_dir_new ();
  g_autofree char *target = ls_test_dir_build (elsewhere, "target");
  g_autoptr (GBytes) content = make_content (5);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autofree char *blob_link = ls_test_store_blob_path (fixture, blob);
  g_autofree char *part_link = ls_test_store_part_path (fixture, blob);
  g_autofree char *after = NULL;
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (target, "12345", -1, NULL));
  g_assert_cmpint (symlink (target, blob_link), ==, 0);
  g_assert_false (ls_store_has_blob (fixture->store, blob));

  g_assert_cmpint (symlink (target, part_link), ==, 0);
  g_assert_null (ls_store_ingest (fixture->store, blob, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_assert_cmpint (g_unlink (part_link), ==, 0);

  ingest = begin (fixture, blob);
  write_up_to (ingest, content, 5, 5);
  commit (ingest);
  assert_content (fixture, blob, content);
  g_assert_false (g_file_test (blob_link, G_FILE_TEST_IS_SYMLINK));

  g_assert_true (g_file_get_contents (target, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, "12345");
}

static void
test_full_disk (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  const char *path = ls_test_dir_get_path (dir);
  g_autoptr (GBytes) content = make_content (8 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (GPtrArray) blobs = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  LsStore *store;
  LsIngest *ingest;
  gint64 offset;

  if (mount ("longshore-test", path, "tmpfs", 0, "size=4m") != 0)
    {
      g_test_skip_printf ("a small file system cannot be mounted: %s", g_strerror (errno));
      return;
    }

  store = ls_store_new (path);
  g_assert_true (ls_store_open (store, NULL, NULL));
  g_ptr_array_add (blobs, blob);
  g_assert_false (ls_store_reserve (store, blobs, blobs, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), >, 4 * MIB);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), <, 5 * MIB);
  g_clear_error (&error);

  ingest = ls_store_ingest (store, blob, NULL, &error);
  g_assert_no_error (error);
  /* Another thread writes: it may be told of that at once, or in the end. */
  g_assert_false (ls_ingest_write (ingest, g_bytes_get_data (content, NULL), 8 * MIB, &error)
                  && ls_ingest_commit (ingest, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), >, 4 * MIB);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), <, 5 * MIB);
  g_clear_error (&error);
  g_assert_finalize_object (ingest);

  /* What fitted is kept, and more room lets it go on. */
  ingest = ls_store_ingest (store, blob, NULL, &error);
  g_assert_no_error (error);
  offset = ls_ingest_get_offset (ingest);
  g_assert_cmpint (offset, >, 3 * MIB);
  g_assert_cmpint (offset, <=, 4 * MIB);
  g_assert_cmpint (mount ("longshore-test", path, "tmpfs", MS_REMOUNT, "size=16m"), ==, 0);
  write_up_to (ingest, content, 8 * MIB, MIB);
  commit (ingest);
  g_assert_true (ls_store_has_blob (store, blob));

  g_assert_finalize_object (ingest);
  g_assert_finalize_object (store);
  g_assert_cmpint (umount (path), ==, 0);
}

/* What a former run left is hashed first. That may take a while, and whoever
 * writes waits for it, but not when the transfer is cancelled. */
static void
test_cancel_while_the_start_is_hashed (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) content = make_content (40 * MIB);
  g_autoptr (LsDescriptor) blob = describe (content, "sha256");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsIngest) first = begin (fixture, blob);
  g_autoptr (LsIngest) ingest = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *rest = (const guint8 *) g_bytes_get_data (content, NULL) + 20 * MIB;

  write_up_to (first, content, 20 * MIB, MIB);
  g_clear_object (&first);

  ingest = ls_store_ingest (fixture->store, blob, cancellable, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ls_ingest_get_offset (ingest), ==, 20 * MIB);
  g_cancellable_cancel (cancellable);
  g_assert_false (ls_ingest_write (ingest, rest, 20 * MIB, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&ingest);

  /* What was there before is there still. */
  ingest = begin (fixture, blob);
  g_assert_cmpint (ls_ingest_get_offset (ingest), >=, 20 * MIB);
  write_up_to (ingest, content, 40 * MIB, MIB);
  commit (ingest);
  assert_content (fixture, blob, content);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/ingest/whole", test_whole);
  ADD ("/ingest/resume", test_resume);
  ADD ("/ingest/resume-damaged", test_resume_damaged);
  ADD ("/ingest/part-too-long", test_part_too_long);
  ADD ("/ingest/restart", test_restart);
  ADD ("/ingest/wrong-digest", test_wrong_digest);
  ADD ("/ingest/too-much", test_too_much);
  ADD ("/ingest/too-little", test_too_little);
  ADD ("/ingest/already-there", test_already_there);
  ADD ("/ingest/second-writer-waits", test_second_writer_waits);
  ADD ("/ingest/second-writer-takes-over", test_second_writer_takes_over);
  ADD ("/ingest/wait-is-cancelled", test_wait_is_cancelled);
  ADD ("/ingest/cancelled-write", test_cancel_while_the_start_is_hashed);
  ADD ("/ingest/cancelled-commit", test_cancelled_commit_can_be_repeated);
  ADD ("/ingest/dropped", test_dropped);
  ADD ("/ingest/many-that-go-on", test_many_that_go_on);
  ADD ("/ingest/links", test_links);
#undef ADD
  g_test_add_func ("/ingest/full-disk", test_full_disk);

  return g_test_run ();
}
