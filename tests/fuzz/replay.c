/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In the place of libFuzzer: gives a target the files of the folders that are named. */

#include "ls-fuzz.h"

static guint
replay_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n_files = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *content = NULL;
      g_autofree guint8 *data = NULL;
      gsize size;

      g_file_get_contents (path, &content, &size, &error);
      g_assert_no_error (error);
      g_print ("%s\n", path);
      /* A copy of just this length, so that a read past the end is one of the sanitizer's. */
      data = g_memdup2 (content, size);
      g_assert_cmpint (LLVMFuzzerTestOneInput (data, size), ==, 0);
      n_files++;
    }

  return n_files;
}

int
main (int argc, char **argv)
{
  guint n_files = 0;

  /* As every fuzzer does first. */
  LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
  for (int i = 1; i < argc; i++)
    n_files += replay_folder (argv[i]);

  return n_files > 0 ? 0 : 1;
}
