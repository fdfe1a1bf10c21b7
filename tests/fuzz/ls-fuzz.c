/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fuzz.h"

#include "ls-error.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static char *directory;

char *
ls_fuzz_dup_text (const guint8 *data, gsize size)
{
  return g_strndup ((const char *) data, size);
}

static void
remove_directory (void)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (directory);
  g_clear_pointer (&directory, g_free);
}

const char *
ls_fuzz_get_dir (void)
{
  g_autoptr (GError) error = NULL;

  if (directory == NULL)
    {
      directory = g_dir_make_tmp ("longshore-fuzz-XXXXXX", &error);
      g_assert_no_error (error);
      atexit (remove_directory);
    }

  return directory;
}

void
ls_fuzz_write (const char *name, const guint8 *data, gsize size)
{
  g_autofree char *path = g_build_filename (ls_fuzz_get_dir (), name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE,
                            0600, &error);
  g_assert_no_error (error);
}

void
ls_fuzz_assert_tidy (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (at));

      g_assert_cmpint (type, !=, G_UNICODE_CONTROL);
      g_assert_cmpint (type, !=, G_UNICODE_FORMAT);
      g_assert_cmpint (type, !=, G_UNICODE_LINE_SEPARATOR);
      g_assert_cmpint (type, !=, G_UNICODE_PARAGRAPH_SEPARATOR);
    }
}

void
ls_fuzz_assert_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == LS_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpstr (error->message, !=, "");
}
