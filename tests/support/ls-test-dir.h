/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A temporary directory that is deleted, with all in it, when it is freed. */

typedef struct _LsTestDir LsTestDir;

LsTestDir  *ls_test_dir_new      (void);
void        ls_test_dir_free     (LsTestDir   *dir);
const char *ls_test_dir_get_path (LsTestDir   *dir);
char       *ls_test_dir_build    (LsTestDir   *dir,
                                  const char  *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTestDir, ls_test_dir_free)

G_END_DECLS
