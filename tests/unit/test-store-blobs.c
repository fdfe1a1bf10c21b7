/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The largest size that a manifest may name. */
#define HUGE_SIZE (G_GINT64_CONSTANT (1) << 53)

#define MEDIA_TYPE "application/octet-stream"
#define CONTENT "Some content."

static LsDescriptor *
write_content (LsTestStore *fixture)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (CONTENT, strlen (CONTENT));

  return ls_test_blob_write (fixture->store, MEDIA_TYPE, bytes);
}

static void
assert_readable (LsTestStore *fixture, LsDescriptor *blob)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ls_store_read_blob (fixture->store, blob, 1000, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), CONTENT,
                   strlen (CONTENT));
}

static void
assert_unreadable (LsTestStore *fixture, LsDescriptor *blob, gsize max_size, LsError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ls_store_read_blob (fixture->store, blob, max_size, &error));
  g_assert_error (error, LS_ERROR, (int) code);
  g_assert_cmpstr (ls_error_get_subject (error), ==,
                   ls_digest_to_string (ls_descriptor_get_digest (blob)));
}

static void
test_read (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = write_content (fixture);
  LsDigest *digest = ls_descriptor_get_digest (blob);
  g_autoptr (LsDescriptor) other_size = ls_descriptor_new (MEDIA_TYPE, digest, 12);
  g_autoptr (LsDescriptor) huge =
      ls_descriptor_new (MEDIA_TYPE, digest, G_GINT64_CONSTANT (1) << 52);
  g_autofree char *path = ls_test_store_blob_path (fixture, blob);

  g_assert_true (ls_store_has_blob (fixture->store, blob));
  assert_readable (fixture, blob);
  assert_unreadable (fixture, blob, strlen (CONTENT) - 1, LS_ERROR_TOO_LARGE);
  assert_unreadable (fixture, huge, 1000, LS_ERROR_TOO_LARGE);

  g_assert_false (ls_store_has_blob (fixture->store, other_size));
  assert_unreadable (fixture, other_size, 1000, LS_ERROR_DIGEST_MISMATCH);
  /* One that is declared as large as memory allows is not given memory. */
  assert_unreadable (fixture, huge, G_MAXSIZE, LS_ERROR_DIGEST_MISMATCH);

  g_assert_true (g_file_set_contents (path, "some content.", -1, NULL));
  g_assert_true (ls_store_has_blob (fixture->store, blob));
  assert_unreadable (fixture, blob, 1000, LS_ERROR_DIGEST_MISMATCH);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (ls_store_has_blob (fixture->store, blob));
  assert_unreadable (fixture, blob, 1000, LS_ERROR_NOT_FOUND);
}

/* What is no regular file is no blob, and nobody waits for it. */
static void
test_no_regular_file (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = write_content (fixture);
  g_autofree char *path = ls_test_store_blob_path (fixture, blob);
  g_autofree char *target = ls_test_dir_build (fixture->dir, "target");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (target, CONTENT, -1, NULL));
  for (guint kind = 0; kind < 3; kind++)
    {
      g_assert_cmpint (remove (path), ==, 0);
      if (kind == 0)
        g_assert_cmpint (symlink (target, path), ==, 0);
      else if (kind == 1)
        g_assert_cmpint (mkfifo (path, 0600), ==, 0);
      else
        g_assert_cmpint (g_mkdir (path, 0700), ==, 0);

      g_assert_false (ls_store_has_blob (fixture->store, blob));
      g_assert_null (ls_store_read_blob (fixture->store, blob, 1000, NULL));
      g_assert_null (ls_store_open_blob (fixture->store, blob, 0, &error));
      g_assert_cmpint (error->domain, ==, LS_ERROR);
      g_clear_error (&error);
    }
}

static void
test_open (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsDescriptor) blob = write_content (fixture);

  for (gint64 offset = 0; offset <= ls_descriptor_get_size (blob); offset++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GInputStream) stream = ls_store_open_blob (fixture->store, blob, offset, &error);
      char buffer[100];
      gsize n;

      g_assert_no_error (error);
      g_input_stream_read_all (stream, buffer, sizeof buffer, &n, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (buffer, n, CONTENT + offset, strlen (CONTENT + offset));
    }
}

static void
test_write (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (CONTENT, strlen (CONTENT));
  g_autoptr (GBytes) same_size = g_bytes_new_static ("some content.", strlen (CONTENT));
  g_autoptr (GBytes) longer = g_bytes_new_static (CONTENT "x", strlen (CONTENT) + 1);
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  g_autoptr (LsDescriptor) blob = ls_descriptor_new (MEDIA_TYPE, digest, strlen (CONTENT));
  g_autofree char *path = ls_test_store_blob_path (fixture, blob);
  g_autofree char *part = ls_test_store_part_path (fixture, blob);
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_store_write_blob (fixture->store, blob, same_size, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_clear_error (&error);
  g_assert_false (ls_store_write_blob (fixture->store, blob, longer, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_clear_error (&error);
  g_assert_false (ls_store_has_blob (fixture->store, blob));

  /* Over what an interrupted attempt left, over itself, over damage. */
  g_assert_true (g_file_set_contents (part, "???", -1, NULL));
  for (guint i = 0; i < 3; i++)
    {
      ls_store_write_blob (fixture->store, blob, bytes, &error);
      g_assert_no_error (error);
      assert_readable (fixture, blob);
      if (i == 1)
        g_assert_true (g_file_set_contents (path, "some content.", -1, NULL));
    }
}

static void
assert_not_read_again (LsStore *store, LsDescriptor *blob)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  /* A cancelled one would not get far. */
  g_cancellable_cancel (cancellable);
  ls_store_verify_blob (store, blob, cancellable, &error);
  g_assert_no_error (error);
}

static void
assert_read_again (LsStore *store, LsDescriptor *blob)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (ls_store_verify_blob (store, blob, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_verify (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 1, 3000000, 1);
  LsDescriptor *layer = g_ptr_array_index (ls_manifest_get_layers (image), 0);
  g_autofree char *path = ls_test_store_blob_path (fixture, layer);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  ls_test_image_tag (fixture->store, "a:1", image);
  /* It was hashed when it came. */
  assert_not_read_again (fixture->store, layer);

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
  assert_read_again (fixture->store, layer);
  ls_store_verify_blob (fixture->store, layer, NULL, &error);
  g_assert_no_error (error);
  assert_not_read_again (fixture->store, layer);

  content[size / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
  g_assert_true (ls_store_has_blob (fixture->store, layer));
  g_assert_false (ls_store_verify_blob (fixture->store, layer, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  g_assert_cmpstr (ls_error_get_subject (error), ==,
                   ls_digest_to_string (ls_descriptor_get_digest (layer)));
  g_clear_error (&error);

  /* Once it is thrown away the image is not whole, until it comes again. */
  ls_store_discard_blob (fixture->store, layer);
  ls_store_discard_blob (fixture->store, layer);
  g_assert_false (ls_store_verify_blob (fixture->store, layer, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  ls_test_assert_names (fixture->store, "");
  g_clear_pointer (&image, ls_manifest_unref);
  image = ls_test_image_write (fixture->store, 1, 3000000, 1);
  ls_test_assert_names (fixture->store, "docker.io/library/a:1");
}

/* What is known of a blob outlives the process once the disk has it, and only for as
 * long as nobody writes to its file. */
static void
test_verified_in_another_run (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 6, 3000, 1);
  LsDescriptor *layer = g_ptr_array_index (ls_manifest_get_layers (image), 0);
  g_autofree char *path = ls_test_store_blob_path (fixture, layer);
  g_autoptr (LsStore) too_early = ls_store_new (ls_store_get_path (fixture->store));
  g_autoptr (LsStore) later = ls_store_new (ls_store_get_path (fixture->store));
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1000000000 } };

  if (setxattr (path, "user.longshore.test", "", 0, 0) < 0)
    {
      g_test_skip ("This file system has no extended attributes");
      return;
    }

  assert_read_again (too_early, layer);
  ls_test_image_tag (fixture->store, "a:1", image);
  for (guint i = 0; i < 6; i++)
    assert_not_read_again (later, ls_manifest_get_layers (image)->pdata[i]);

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  assert_read_again (later, layer);
}

static void
test_manifest (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsManifest) image = ls_test_image_write (fixture->store, 2, 10, 1);
  LsDescriptor *descriptor = ls_manifest_get_descriptor (image);
  g_autoptr (LsDescriptor) blob = write_content (fixture);
  g_autoptr (LsDescriptor) no_manifest = ls_descriptor_new (
      LS_MEDIA_TYPE_OCI_MANIFEST, ls_descriptor_get_digest (blob), ls_descriptor_get_size (blob));
  g_autoptr (GError) error = NULL;
  g_autoptr (LsManifest) found = ls_store_read_manifest (fixture->store, descriptor, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (ls_manifest_get_bytes (found), ls_manifest_get_bytes (image)));
  g_assert_null (ls_store_read_manifest (fixture->store, no_manifest, &error));
  g_assert_cmpint (error->domain, ==, LS_ERROR);
}

static GPtrArray *
make_blobs (const char *content, gint64 size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);
  GPtrArray *blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);

  g_ptr_array_add (blobs, ls_descriptor_new (LS_MEDIA_TYPE_OCI_CONFIG, digest, size));

  return blobs;
}

static void
test_space (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) small = make_blobs ("small", 1);
  g_autoptr (GPtrArray) large = make_blobs ("large", HUGE_SIZE);
  g_autoptr (GError) error = NULL;

  ls_store_reserve (fixture->store, small, small, &error);
  g_assert_no_error (error);
  g_assert_false (ls_store_reserve (fixture->store, large, large, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), >, HUGE_SIZE / 2);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), <=, G_MAXINT64);
}

static guint64
get_free_space (LsTestStore *fixture)
{
  g_autoptr (GFile) file = g_file_new_for_path (ls_store_get_path (fixture->store));
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

  return g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
}

/* Each of two finds room alone, and both of them do not; but what both bring is there once. */
static void
test_shared_space (LsTestStore *fixture, gconstpointer data)
{
  gint64 most = (gint64) (get_free_space (fixture) / 10 * 7);
  g_autoptr (GPtrArray) one = make_blobs ("one", most);
  g_autoptr (GPtrArray) other = make_blobs ("other", most);
  g_autoptr (GPtrArray) same = make_blobs ("one", most);
  g_autoptr (GError) error = NULL;

  ls_store_reserve (fixture->store, one, one, &error);
  g_assert_no_error (error);
  ls_store_reserve (fixture->store, one, one, &error);
  g_assert_no_error (error);
  ls_store_reserve (fixture->store, same, same, &error);
  g_assert_no_error (error);

  g_assert_false (ls_store_reserve (fixture->store, other, other, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_clear_error (&error);

  ls_store_stop_reserving (fixture->store, one);
  g_assert_false (ls_store_reserve (fixture->store, other, other, &error));
  g_clear_error (&error);
  ls_store_stop_reserving (fixture->store, same);
  ls_store_reserve (fixture->store, other, other, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store-blobs/read", test_read);
  ADD ("/store-blobs/no-regular-file", test_no_regular_file);
  ADD ("/store-blobs/open", test_open);
  ADD ("/store-blobs/write", test_write);
  ADD ("/store-blobs/verify", test_verify);
  ADD ("/store-blobs/verified-before", test_verified_in_another_run);
  ADD ("/store-blobs/manifest", test_manifest);
  ADD ("/store-blobs/space", test_space);
  ADD ("/store-blobs/shared-space", test_shared_space);
#undef ADD

  return g_test_run ();
}
