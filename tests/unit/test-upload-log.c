/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-dir.h"
#include "ls-upload-log-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGEST "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LOCATION "https://r.example/v2/app/blobs/uploads/1?_state=abc%3D"

static const LsUploadKey key = { "r.example", "ann", "app", DIGEST };

typedef struct
{
  LsTestDir *dir;
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = ls_test_dir_new ();
  self->folder = ls_test_dir_build (self->dir, "deep/uploads");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->folder);
  ls_test_dir_free (self->dir);
}

static LsUploadLog *
open_log (Fixture *self)
{
  LsUploadLog *log = ls_upload_log_new ();
  g_autoptr (GError) error = NULL;

  ls_upload_log_open (log, self->folder, &error);
  g_assert_no_error (error);

  return log;
}

static void
note (LsUploadLog *log, const LsUploadKey *of, const char *location)
{
  g_autoptr (GUri) uri = g_uri_parse (location, G_URI_FLAGS_ENCODED, NULL);

  ls_upload_log_note (log, of, uri);
}

static void
assert_take (LsUploadLog *log, const LsUploadKey *of, const char *location)
{
  g_autoptr (GUri) uri = ls_upload_log_take (log, of);
  g_autofree char *text = uri != NULL ? g_uri_to_string (uri) : NULL;

  g_assert_cmpstr (text, ==, location);
}

static guint
count_files (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += !g_str_equal (name, "lock");

  return n;
}

/* The next run finds what was under way, once, and nothing that came to its end. */
static void
test_next_run (Fixture *self, gconstpointer data)
{
  static const LsUploadKey others[] = {
    { "s.example", "ann", "app", DIGEST },
    { "r.example", "bob", "app", DIGEST },
    { "r.example", NULL, "app", DIGEST },
    { "r.example", "ann", "app2", DIGEST },
  };
  static const LsUploadKey ended = { "r.example", "ann", "ended", DIGEST };

  {
    g_autoptr (LsUploadLog) log = open_log (self);

    note (log, &key, "https://r.example/v2/app/blobs/uploads/1?_state=old");
    note (log, &key, LOCATION);
    note (log, &ended, "https://r.example/v2/ended/blobs/uploads/2");
    assert_take (log, &key, NULL);
    ls_upload_log_drop (log, &ended);
    g_assert_cmpuint (count_files (self), ==, 1);
  }
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    assert_take (log, &ended, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
      assert_take (log, &others[i], NULL);
    assert_take (log, &key, LOCATION);
    assert_take (log, &key, NULL);
    ls_upload_log_rest (log, &key);
    assert_take (log, &key, LOCATION);
  }
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    assert_take (log, &key, LOCATION);
    ls_upload_log_drop (log, &key);
    assert_take (log, &key, NULL);
    g_assert_cmpuint (count_files (self), ==, 0);
  }
}

static void
test_closed (Fixture *self, gconstpointer data)
{
  g_autoptr (LsUploadLog) log = ls_upload_log_new ();

  note (log, &key, LOCATION);
  ls_upload_log_rest (log, &key);
  assert_take (log, &key, NULL);
  ls_upload_log_drop (log, &key);
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
}

/* What a living process is at is nobody else's. */
static void
test_two_processes (Fixture *self, gconstpointer data)
{
  g_autoptr (LsUploadLog) first = open_log (self);
  g_autoptr (LsUploadLog) second = ls_upload_log_new ();
  g_autoptr (GError) error = NULL;

  note (first, &key, LOCATION);
  g_assert_false (ls_upload_log_open (second, self->folder, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
  assert_take (second, &key, NULL);
  note (second, &key, "https://r.example/v2/app/blobs/uploads/2");
  ls_upload_log_drop (second, &key);
  g_assert_cmpuint (count_files (self), ==, 1);

  ls_upload_log_close (first);
  ls_upload_log_drop (first, &key);
  g_clear_error (&error);
  g_assert_true (ls_upload_log_open (second, self->folder, &error));
  assert_take (second, &key, LOCATION);
}

static void
test_drop_repository (Fixture *self, gconstpointer data)
{
  static const LsUploadKey busy = {
    "r.example", "ann", "app",
    "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
  };
  static const LsUploadKey of_bob = { "r.example", "bob", "app", DIGEST };
  static const LsUploadKey elsewhere = { "r.example", "ann", "app/x", DIGEST };
  g_autoptr (LsUploadLog) log = open_log (self);
  g_autoptr (GPtrArray) locations = NULL;
  g_autofree char *text = NULL;

  note (log, &key, LOCATION);
  note (log, &busy, "https://r.example/v2/app/blobs/uploads/2");
  note (log, &of_bob, "https://r.example/v2/app/blobs/uploads/3");
  note (log, &elsewhere, "https://r.example/v2/app/x/blobs/uploads/4");
  ls_upload_log_rest (log, &key);
  ls_upload_log_rest (log, &of_bob);
  ls_upload_log_rest (log, &elsewhere);

  locations = ls_upload_log_drop_repository (log, "r.example", "ann", "app");
  g_assert_cmpuint (locations->len, ==, 1);
  text = g_uri_to_string (locations->pdata[0]);
  g_assert_cmpstr (text, ==, LOCATION);
  g_assert_cmpuint (count_files (self), ==, 2);
  assert_take (log, &of_bob, NULL);
  assert_take (log, &elsewhere, "https://r.example/v2/app/x/blobs/uploads/4");
}

/* Nobody but the user may read or write what is kept. */
static void
test_permissions (Fixture *self, gconstpointer data)
{
  g_autofree char *name = ls_upload_entry_name (&key);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  mode_t mask = umask (0);
  struct stat info;

  {
    g_autoptr (LsUploadLog) log = open_log (self);

    note (log, &key, LOCATION);
    g_assert_cmpint (g_stat (path, &info), ==, 0);
    g_assert_cmpint (info.st_mode & 0777, ==, 0600);
    g_assert_cmpint (g_stat (self->folder, &info), ==, 0);
    g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  }
  umask (mask);

  /* What others could get at is not used, and the door is closed. */
  g_assert_cmpint (g_chmod (self->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    assert_take (log, &key, NULL);
    g_assert_cmpuint (count_files (self), ==, 0);
    g_assert_cmpint (g_stat (self->folder, &info), ==, 0);
    g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  }
}

static void
test_folder_is_link (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = ls_test_dir_build (self->dir, "elsewhere");
  g_autofree char *folder = ls_test_dir_build (self->dir, "link");
  g_autoptr (LsUploadLog) log = ls_upload_log_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, folder), ==, 0);
  g_assert_false (ls_upload_log_open (log, folder, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_STORE);
}

/* The file is ours; it may be anything all the same. */
static void
test_odd_files (Fixture *self, gconstpointer data)
{
#define START                                                                                      \
  "[upload]\nversion=1\nregistry=r.example\naccount=ann\nrepository=app\ndigest=" DIGEST "\n"
  static const struct
  {
    const char *text;
    gint64 age; /* seconds */
    gboolean is_of_use;
  } cases[] = {
    { START "location=" LOCATION "\n", 0, TRUE },
    { START "location=" LOCATION "\nmore=1\n", 23 * 60 * 60, TRUE },
    { START "location=" LOCATION "\n", 24 * 60 * 60, FALSE },
    { START "location=" LOCATION "\n", -3600, FALSE },
    { START, 0, FALSE },
    { START "location=\n", 0, FALSE },
    { START "location=/v2/app/blobs/uploads/1\n", 0, FALSE },
    { START "location=ftp://r.example/v2/app\n", 0, FALSE },
    { START "location=file:///etc/passwd\n", 0, FALSE },
    { START "location=https://ann:pw@r.example/v2/app/blobs/uploads/1\n", 0, FALSE },
    { START "location=https:///v2/app\n", 0, FALSE },
    { START "location=" LOCATION "\nversion=2\n", 0, FALSE },
    { START "location=" LOCATION "\nregistry=s.example\n", 0, FALSE },
    { START "location=" LOCATION "\nregistry=\n", 0, FALSE },
    { START "location=" LOCATION "\naccount=bob\n", 0, FALSE },
    { START "location=" LOCATION "\naccount=\n", 0, FALSE },
    { START "location=" LOCATION "\nrepository=../app\n", 0, FALSE },
    { START "location=" LOCATION "\nrepository=other\n", 0, FALSE },
    { START "location=" LOCATION "\ndigest=sha256:1\n", 0, FALSE },
    { "location=" LOCATION "\n", 0, FALSE },
    { "[upload\n", 0, FALSE },
    { "\xff\xfe", 0, FALSE },
    { "", 0, FALSE },
  };
#undef START
  g_autofree char *name = ls_upload_entry_name (&key);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *since = g_strdup_printf ("[upload]\nsince=%" G_GINT64_FORMAT "\n",
                                                g_get_real_time () / G_USEC_PER_SEC - cases[i].age);
      g_autofree char *text =
          g_strconcat (cases[i].text, *cases[i].text != '\0' ? since : "", NULL);
      g_autoptr (LsUploadLog) log = NULL;

      g_test_message ("case %d", (int) i);
      g_assert_true (
          g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      log = open_log (self);
      g_assert_cmpuint (count_files (self), ==, cases[i].is_of_use);
      assert_take (log, &key, cases[i].is_of_use ? LOCATION : NULL);
    }
}

/* What is no file, or too large, or not ours to read. */
static void
test_odd_entries (Fixture *self, gconstpointer data)
{
  g_autofree char *name = ls_upload_entry_name (&key);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *part = g_strconcat (path, ".new", NULL);
  g_autofree char *target = ls_test_dir_build (self->dir, "target");
  g_autofree char *large = g_strnfill (100 * 1000, '#');

  {
    g_autoptr (LsUploadLog) log = open_log (self);

    note (log, &key, LOCATION);
  }
  g_assert_cmpint (g_rename (path, target), ==, 0);
  g_assert_cmpint (symlink (target, path), ==, 0);
  g_assert_true (g_file_set_contents (part, "half", -1, NULL));
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    assert_take (log, &key, NULL);
    g_assert_cmpuint (count_files (self), ==, 0);
    g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  }
  g_assert_true (g_file_set_contents_full (path, large, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_cmpint (mkfifo (part, 0600), ==, 0);
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    assert_take (log, &key, NULL);
    g_assert_cmpuint (count_files (self), ==, 0);
  }
}

static void
test_too_many (Fixture *self, gconstpointer data)
{
  guint n_files;

  {
    g_autoptr (LsUploadLog) log = open_log (self);

    for (guint i = 0; i < 1000; i++)
      {
        g_autofree char *repository = g_strdup_printf ("app%u", i);
        const LsUploadKey other = { "r.example", NULL, repository, DIGEST };

        note (log, &other, LOCATION);
      }
    n_files = count_files (self);
    g_assert_cmpuint (n_files, >, 10);
    g_assert_cmpuint (n_files, <, 1000);
  }
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *repository = g_strdup_printf ("more%u", i);
      const LsUploadKey other = { "r.example", NULL, repository, DIGEST };
      g_autoptr (GUri) uri = g_uri_parse (LOCATION, G_URI_FLAGS_ENCODED, NULL);
      g_autoptr (LsUploadEntry) entry = ls_upload_entry_new (&other, uri);
      g_autofree char *name = ls_upload_entry_name (&other);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_assert_true (ls_upload_entry_write (entry, path, NULL));
    }
  {
    g_autoptr (LsUploadLog) log = open_log (self);

    g_assert_cmpuint (count_files (self), ==, n_files);
  }
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/upload-log/next-run", test_next_run);
  add ("/upload-log/closed", test_closed);
  add ("/upload-log/two-processes", test_two_processes);
  add ("/upload-log/drop-repository", test_drop_repository);
  add ("/upload-log/permissions", test_permissions);
  add ("/upload-log/folder-is-link", test_folder_is_link);
  add ("/upload-log/odd-files", test_odd_files);
  add ("/upload-log/odd-entries", test_odd_entries);
  add ("/upload-log/too-many", test_too_many);

  return g_test_run ();
}
