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

typedef enum
{
  LS_TEST_DAMAGE_GONE,
  LS_TEST_DAMAGE_CUT,   /* a byte is missing at its end */
  LS_TEST_DAMAGE_OTHER, /* a bit is another */
} LsTestDamage;

LsStore     *ls_test_store_open         (const char     *path);
void         ls_test_store_set_up       (LsTestStore    *fixture,
                                         gconstpointer   data);
void         ls_test_store_tear_down    (LsTestStore    *fixture,
                                         gconstpointer   data);
char        *ls_test_store_build_path   (LsTestStore    *fixture,
                                         const char     *name);
char        *ls_test_store_blob_path    (LsTestStore    *fixture,
                                         LsDescriptor   *blob);
GBytes      *ls_test_store_damage       (const char     *path,
                                         LsTestDamage    damage);
void         ls_test_store_repair       (const char     *path,
                                         GBytes         *content);
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
