/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-dir.h"

#include <ftw.h>
#include <stdio.h>

struct _LsTestDir
{
  char *path;
};

/**
 * ls_test_dir_new:
 *
 * Returns: (transfer full): a new, empty directory
 */
LsTestDir *
ls_test_dir_new (void)
{
  g_autoptr (GError) error = NULL;
  LsTestDir *dir = g_new0 (LsTestDir, 1);

  dir->path = g_dir_make_tmp ("longshore-test-XXXXXX", &error);
  g_assert_no_error (error);

  return dir;
}

static int
delete_entry (const char *path, const struct stat *status, int type, struct FTW *position)
{
  return remove (path);
}

/**
 * ls_test_dir_free:
 * @dir: (transfer full): a directory
 *
 * Deletes the directory. Links are deleted, not followed.
 */
void
ls_test_dir_free (LsTestDir *dir)
{
  if (nftw (dir->path, delete_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
    g_test_message ("“%s” could not be deleted", dir->path);
  g_free (dir->path);
  g_free (dir);
}

/**
 * ls_test_dir_get_path:
 * @dir: a directory
 *
 * Returns: (transfer none): where it is
 */
const char *
ls_test_dir_get_path (LsTestDir *dir)
{
  return dir->path;
}

/**
 * ls_test_dir_build:
 * @dir: a directory
 * @name: a file name
 *
 * Returns: (transfer full): the path of that name in the directory
 */
char *
ls_test_dir_build (LsTestDir *dir, const char *name)
{
  return g_build_filename (dir->path, name, NULL);
}
