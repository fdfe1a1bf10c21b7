/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-test-dir.h"
#include "ls-upload-style.h"

#define MIB G_GINT64_CONSTANT (1048576)

#define EITHER LS_UPLOAD_BY_EITHER
#define PATCH LS_UPLOAD_BY_PATCH
#define PUT LS_UPLOAD_BY_PUT

static void
test_uses_put (void)
{
  static const struct
  {
    LsUploadStyle style;
    gint64 size;
    gboolean put;
  } cases[] = {
    { { .method = EITHER }, 0, TRUE },
    { { .method = EITHER }, MIB, TRUE },
    { { .method = EITHER }, MIB + 1, FALSE },
    { { .method = PATCH }, 1, FALSE },
    { { .method = PUT }, 1000 * MIB, TRUE },
    { { .method = PUT, .max_body = MIB }, MIB, TRUE },
    { { .method = PUT, .max_body = MIB }, MIB + 1, FALSE },
    { { .method = EITHER, .max_body = MIB / 4 }, MIB / 2, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ls_upload_style_uses_put (&cases[i].style, cases[i].size), ==, cases[i].put);
}

/* What comes after a refusal. */
static void
test_adapt (void)
{
  static const struct
  {
    LsUploadStyle style;
    LsUploadRefusal refusal;
    gboolean goes_on;
    LsUploadMethod method;
    gint64 max_body;
    gboolean needs_length;
  } cases[] = {
    /* One of the two methods, and then the other one. */
    { { .method = EITHER }, { 405, TRUE, FALSE, 1000 }, TRUE, PATCH, 0 },
    { { .method = EITHER }, { 411, TRUE, FALSE, 1000 }, TRUE, PATCH, 0 },
    { { .method = EITHER }, { 416, TRUE, FALSE, 1000 }, TRUE, PATCH, 0 },
    { { .method = EITHER }, { 501, TRUE, FALSE, 1000 }, TRUE, PATCH, 0 },
    { { .method = EITHER }, { 405, FALSE, FALSE, 1000 }, TRUE, PUT, 0 },
    { { .method = EITHER }, { 501, FALSE, FALSE, 1000 }, TRUE, PUT, 0 },
    { { .method = PATCH }, { 405, FALSE, FALSE, 1000 }, FALSE, PATCH, 0 },
    { { .method = PUT }, { 405, TRUE, FALSE, 1000 }, FALSE, PUT, 0 },
    { { .method = PATCH }, { 405, TRUE, FALSE, 1000 }, FALSE, PATCH, 0 },
    { { .method = EITHER }, { 400, FALSE, TRUE, 1000 }, FALSE, EITHER, 0 },

    /* The length first, and then the method. */
    { { .method = EITHER }, { 411, FALSE, FALSE, 1000, TRUE }, TRUE, EITHER, 0, TRUE },
    { { .method = PATCH }, { 501, FALSE, FALSE, 1000, TRUE }, TRUE, PATCH, 0, TRUE },
    { { .method = EITHER }, { 405, FALSE, FALSE, 1000, TRUE }, TRUE, PUT, 0 },
    { { .method = EITHER }, { 404, FALSE, FALSE, 1000, TRUE }, FALSE, EITHER, 0 },
    { { .method = EITHER, .needs_length = TRUE }, { 411, FALSE, FALSE, 1000 }, TRUE, PUT, 0, TRUE },

    /* Less in one request. */
    { { .method = PATCH }, { 416, FALSE, FALSE, 1000 }, FALSE, PATCH, 0 },
    { { .method = PATCH }, { 416, FALSE, FALSE, 100 * MIB }, TRUE, PATCH, 4 * MIB },
    { { .method = PATCH, .max_body = 4 * MIB }, { 416, FALSE, TRUE, 4 * MIB }, TRUE, PATCH, MIB },
    { { .method = PUT }, { 413, TRUE, FALSE, 1000 * MIB }, TRUE, PUT, 64 * MIB },
    { { .method = PUT }, { 413, TRUE, FALSE, 100 * MIB }, TRUE, PUT, 64 * MIB },
    { { .method = PUT }, { 413, TRUE, FALSE, 50 * MIB }, TRUE, PUT, 16 * MIB },
    { { .method = EITHER, .max_body = 64 * MIB },
      { 413, FALSE, TRUE, 64 * MIB },
      TRUE,
      EITHER,
      16 * MIB },
    { { .method = EITHER, .max_body = MIB }, { 413, FALSE, TRUE, MIB }, TRUE, EITHER, MIB / 4 },
    { { .method = EITHER, .max_body = MIB / 4 },
      { 413, FALSE, TRUE, MIB / 4 },
      FALSE,
      EITHER,
      MIB / 4 },
    { { .method = EITHER }, { 413, TRUE, FALSE, 1000 }, FALSE, EITHER, 0 },

    /* Not about the style. */
    { { .method = EITHER }, { 401, TRUE, FALSE, 1000 }, FALSE, EITHER, 0 },
    { { .method = EITHER }, { 403, TRUE, FALSE, 1000 }, FALSE, EITHER, 0 },
    { { .method = EITHER }, { 404, FALSE, FALSE, 1000 }, FALSE, EITHER, 0 },
    { { .method = EITHER }, { 429, TRUE, FALSE, 1000 }, FALSE, EITHER, 0 },
    { { .method = EITHER }, { 500, FALSE, FALSE, 1000 }, FALSE, EITHER, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsUploadStyle style = cases[i].style;

      g_test_message ("%s %u", cases[i].refusal.is_put ? "PUT" : "PATCH", cases[i].refusal.status);
      g_assert_cmpint (ls_upload_style_adapt (&style, &cases[i].refusal), ==, cases[i].goes_on);
      g_assert_cmpint (style.method, ==, cases[i].method);
      g_assert_cmpint (style.max_body, ==, cases[i].max_body);
      g_assert_cmpint (style.needs_length, ==, cases[i].needs_length);
      g_assert_false (style.is_guess);
    }
}

static void
test_guess (void)
{
  LsUploadStyle style = { .method = EITHER };

  g_assert_true (ls_upload_style_guess (&style, 1000 * MIB));
  g_assert_true (style.is_guess);
  g_assert_cmpint (style.max_body, ==, 16 * MIB);
  g_assert_true (ls_upload_style_guess (&style, 16 * MIB));
  g_assert_cmpint (style.max_body, ==, 4 * MIB);
  g_assert_false (ls_upload_style_guess (&style, 1000));
}

static void
test_split (void)
{
  LsUploadStyle style = { .method = EITHER };

  g_assert_false (ls_upload_style_split (&style, 16 * MIB));
  g_assert_cmpint (style.max_body, ==, 0);
  g_assert_true (ls_upload_style_split (&style, 1000 * MIB));
  g_assert_true (style.is_guess);
  g_assert_cmpint (style.max_body, ==, 16 * MIB);

  style = (LsUploadStyle){ .method = EITHER, .max_body = 4 * MIB };
  g_assert_false (ls_upload_style_split (&style, 1000 * MIB));
  g_assert_cmpint (style.max_body, ==, 4 * MIB);
  g_assert_false (style.is_guess);
}

/* Whatever a registry refuses, there comes an end. */
static void
test_end (void)
{
  static const guint statuses[] = { 400, 405, 411, 413, 415, 416, 501 };
  static const gint64 sizes[] = { 1000, 10000 * MIB };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (statuses); j++)
      for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
        {
          LsUploadStyle style = { LS_SINGLE_POST_UNTRIED };
          LsUploadRefusal refusal;
          guint n = 0;

          do
            {
              refusal.is_put = ls_upload_style_uses_put (&style, sizes[k]);
              refusal.status = refusal.is_put ? statuses[i] : statuses[j];
              refusal.sent = style.max_body > 0 ? MIN (style.max_body, sizes[k]) : sizes[k];
              refusal.is_part = refusal.sent < sizes[k];
              g_assert_cmpuint (n++, <, 20);
            }
          while (ls_upload_style_adapt (&style, &refusal));
        }
}

static void
assert_style (LsUploadMemory *memory, const char *registry, LsSinglePost single_post,
              LsUploadMethod method, gint64 max_body)
{
  LsUploadStyle style = ls_upload_memory_recall (memory, registry);

  g_assert_cmpint (style.single_post, ==, single_post);
  g_assert_cmpint (style.method, ==, method);
  g_assert_cmpint (style.max_body, ==, max_body);
}

/* Each registry has its own, and what was refused to anybody stays refused. */
static void
test_memory (void)
{
  g_autoptr (LsUploadMemory) memory = ls_upload_memory_new ();
  const LsUploadStyle first = { LS_SINGLE_POST_REFUSED, EITHER, 64 * MIB };
  const LsUploadStyle second = { LS_SINGLE_POST_UNTRIED, PATCH, 0 };
  const LsUploadStyle third = { LS_SINGLE_POST_WORKS, PATCH, 4 * MIB };

  assert_style (memory, "a.example", LS_SINGLE_POST_UNTRIED, EITHER, 0);
  ls_upload_memory_note (memory, "a.example", &first);
  assert_style (memory, "a.example", LS_SINGLE_POST_REFUSED, EITHER, 64 * MIB);
  assert_style (memory, "b.example", LS_SINGLE_POST_UNTRIED, EITHER, 0);
  ls_upload_memory_note (memory, "a.example", &second);
  assert_style (memory, "a.example", LS_SINGLE_POST_REFUSED, PATCH, 64 * MIB);
  ls_upload_memory_note (memory, "a.example", &third);
  assert_style (memory, "a.example", LS_SINGLE_POST_REFUSED, PATCH, 4 * MIB);
}

static void
load (LsUploadMemory *memory, const char *path)
{
  g_autoptr (GError) error = NULL;

  ls_upload_memory_load (memory, path, &error);
  g_assert_no_error (error);
}

static void
test_next_start (void)
{
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *path = ls_test_dir_build (dir, "deep/below/uploads");
  const LsUploadStyle style = { LS_SINGLE_POST_WORKS, PATCH, 4 * MIB, .needs_length = TRUE };
  const LsUploadStyle guess = { .max_body = MIB, .is_guess = TRUE };

  {
    g_autoptr (LsUploadMemory) memory = ls_upload_memory_new ();

    load (memory, path);
    ls_upload_memory_note (memory, "a.example:5000", &style);
    ls_upload_memory_note (memory, "[::1]:5000", &style);
    ls_upload_memory_note (memory, "b.example", &guess);
    assert_style (memory, "b.example", LS_SINGLE_POST_UNTRIED, EITHER, MIB);
  }
  {
    g_autoptr (LsUploadMemory) memory = ls_upload_memory_new ();

    load (memory, path);
    assert_style (memory, "a.example:5000", LS_SINGLE_POST_WORKS, PATCH, 4 * MIB);
    g_assert_true (ls_upload_memory_recall (memory, "a.example:5000").needs_length);
    assert_style (memory, "b.example", LS_SINGLE_POST_UNTRIED, EITHER, 0);
  }
}

/* Nobody has to write the file by hand; it cannot do harm all the same. */
static void
test_bad_files (void)
{
  static const struct
  {
    const char *text;
    gint64 max_body;
  } cases[] = {
    { "", 0 },
    { "[a.example]\nmax-body=4194304\nsince=SINCE\n", 4 * MIB },
    { "[a.example]\nmax-body=1\nsince=SINCE\n", 0 },
    { "[a.example]\nmax-body=-1\nsince=SINCE\n", 0 },
    { "[a.example]\nmax-body=many\nsince=SINCE\n", 0 },
    { "[a.example]\nmax-body=4194304\nsingle-post=99\nsince=SINCE\n", 4 * MIB },
    { "[a.example]\nmax-body=4194304\n", 0 },
    { "[a.example]\nmax-body=4194304\nsince=1700000000\n", 0 },
    { "[a.example]\nmax-body=4194304\nsince=99999999999\n", 0 },
    { "[a.example\nnonsense\n", -1 },
  };
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_autofree char *path = ls_test_dir_build (dir, "uploads");
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsUploadMemory) memory = ls_upload_memory_new ();
      g_auto (GStrv) parts = g_strsplit (cases[i].text, "SINCE", -1);
      g_autofree char *text = g_strjoinv (now, parts);
      g_autoptr (GError) error = NULL;

      g_file_set_contents (path, text, -1, &error);
      g_assert_no_error (error);
      g_assert_cmpint (ls_upload_memory_load (memory, path, &error), ==, cases[i].max_body != -1);
      if (cases[i].max_body == -1)
        g_assert_error (error, LS_ERROR, LS_ERROR_SETTINGS);
      else
        g_assert_cmpint (ls_upload_memory_recall (memory, "a.example").max_body, ==,
                         cases[i].max_body);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upload-style/uses-put", test_uses_put);
  g_test_add_func ("/upload-style/adapt", test_adapt);
  g_test_add_func ("/upload-style/guess", test_guess);
  g_test_add_func ("/upload-style/split", test_split);
  g_test_add_func ("/upload-style/end", test_end);
  g_test_add_func ("/upload-style/memory", test_memory);
  g_test_add_func ("/upload-style/next-start", test_next_start);
  g_test_add_func ("/upload-style/bad-files", test_bad_files);

  return g_test_run ();
}
