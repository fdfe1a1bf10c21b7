/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-file.h"

#include "ls-error.h"
#include "ls-file-lock.h"
#include "ls-test-dir.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  LsTestDir *dir;
  char *path;
  char *new_path; /* where the new content is until it is whole */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = ls_test_dir_new ();
  self->path = ls_test_dir_build (self->dir, "file");
  self->new_path = ls_test_dir_build (self->dir, "file.new");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->path);
  g_free (self->new_path);
  ls_test_dir_free (self->dir);
}

static gboolean
replace (const char *path, const char *content, LsFileFlags flags, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));

  return ls_file_replace (path, bytes, flags, error);
}

static void
assert_content (const char *path, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ls_file_read (path, 100, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), content,
                   strlen (content));
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_lstat (path, &status), ==, 0);

  return status.st_mode & 0777;
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint mask = umask (022);

  replace (self->path, "one", LS_FILE_DEFAULT, &error);
  g_assert_no_error (error);
  assert_content (self->path, "one");
  g_assert_cmpuint (get_mode (self->path), ==, 0644);

  /* Whoever may read the old content may not read the new. */
  replace (self->path, "", LS_FILE_PRIVATE, &error);
  g_assert_no_error (error);
  assert_content (self->path, "");
  g_assert_cmpuint (get_mode (self->path), ==, 0600);

  replace (self->path, "three", LS_FILE_PRIVATE | LS_FILE_QUICK, &error);
  g_assert_no_error (error);
  assert_content (self->path, "three");
  g_assert_cmpuint (get_mode (self->path), ==, 0600);
  g_assert_false (g_file_test (self->new_path, G_FILE_TEST_EXISTS));

  umask (mask);
}

/* A process that was killed has left something, and somebody has planted links. */
static void
test_links (Fixture *self, gconstpointer data)
{
  g_autofree char *other = ls_test_dir_build (self->dir, "other");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (other, "other", -1, NULL));
  g_assert_true (g_file_set_contents (self->new_path, "half", -1, NULL));
  g_assert_cmpint (g_chmod (self->new_path, 0666), ==, 0);
  g_assert_cmpint (symlink (other, self->path), ==, 0);
  replace (self->path, "one", LS_FILE_PRIVATE, &error);
  g_assert_no_error (error);
  assert_content (self->path, "one");
  g_assert_cmpuint (get_mode (self->path), ==, 0600);
  assert_content (other, "other");

  g_assert_cmpint (symlink (other, self->new_path), ==, 0);
  replace (self->path, "two", LS_FILE_QUICK, &error);
  g_assert_no_error (error);
  assert_content (self->path, "two");
  g_assert_false (g_file_test (self->path, G_FILE_TEST_IS_SYMLINK));
  assert_content (other, "other");
}

/* Nothing is left of what did not work. */
static void
test_failures (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = ls_test_dir_build (self->dir, "nowhere/file");
  g_autofree char *inside = g_build_filename (self->path, "inside", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (replace (nowhere, "one", LS_FILE_DEFAULT, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_clear_error (&error);

  g_assert_true (ls_file_make_directory (inside, 0700, &error));
  g_assert_no_error (error);
  g_assert_false (replace (self->path, "one", LS_FILE_DEFAULT, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_assert_cmpstr (ls_error_get_subject (error), ==, self->path);
  g_assert_true (g_file_test (inside, G_FILE_TEST_IS_DIR));
  g_assert_false (g_file_test (self->new_path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  ls_file_set_error (&error, ENOSPC, self->path, "write");
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
}

static void
test_read (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_null (ls_file_read (self->path, 100, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (self->path, "12345", -1, NULL));
  bytes = ls_file_read (self->path, 5, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 5);
  g_assert_null (ls_file_read (self->path, 4, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

static void
test_lock (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_auto (LsFileLock) first = -1;
  g_auto (LsFileLock) second = -1;

  first = ls_file_lock_acquire (folder, "file", LS_FILE_LOCK_SHARED, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_mode (self->path), ==, 0600);
  second = ls_file_lock_open (folder, "file", &error);
  g_assert_no_error (error);
  g_assert_true (ls_file_lock_try_fd (second, LS_FILE_LOCK_SHARED));
  g_assert_false (ls_file_lock_try_fd (second, LS_FILE_LOCK_EXCLUSIVE));
  g_assert_cmpint (errno, ==, EWOULDBLOCK);

  g_cancellable_cancel (cancelled);
  g_assert_false (ls_file_lock_fd (second, LS_FILE_LOCK_EXCLUSIVE, self->path, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  ls_file_lock_clear (&first);
  g_assert_true (ls_file_lock_try_fd (second, LS_FILE_LOCK_EXCLUSIVE));
}

#define ADD(name, function) g_test_add ("/file/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("replace", test_replace);
  ADD ("links", test_links);
  ADD ("failures", test_failures);
  ADD ("read", test_read);
  ADD ("lock", test_lock);

  return g_test_run ();
}
