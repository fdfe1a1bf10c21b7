/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store.h"
#include "ls-test-dir.h"

G_BEGIN_DECLS

/* A store in a temporary directory, as a fixture of g_test_add(), and ways to
 * look into it. */

typedef struct
{
  LsTestDir *dir;
  LsStore *store;
} LsTestStore;

void         ls_test_store_set_up       (LsTestStore    *fixture,
                                         gconstpointer   data);
void         ls_test_store_tear_down    (LsTestStore    *fixture,
                                         gconstpointer   data);
char        *ls_test_store_build_path   (LsTestStore    *fixture,
                                         const char     *name);
char        *ls_test_store_blob_path    (LsTestStore    *fixture,
                                         LsDescriptor   *blob);
char        *ls_test_store_part_path    (LsTestStore    *fixture,
                                         LsDescriptor   *blob);
char        *ls_test_store_read_file    (LsTestStore    *fixture,
                                         const char     *name);
void         ls_test_store_write_file   (LsTestStore    *fixture,
                                         const char     *name,
                                         const char     *content);
LsReference *ls_test_reference          (const char     *text);
void         ls_test_assert_names       (LsStore        *store,
                                         const char     *expected);

G_END_DECLS
