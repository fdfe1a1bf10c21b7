/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"
#include "ls-test-dir.h"
#include "ls-test-registry.h"

G_BEGIN_DECLS

/* A fixture for tests of what outlives a run of the program: the folders that one run
 * leaves to the next, a real registry, and an image in the store. What is named here is
 * the same in each run. */

#define LS_TEST_LAYER_SIZE ((gsize) 2 * 1024 * 1024)

typedef struct
{
  LsTestDir *dir;
  LsTestRegistry *registry;
  char *config;
  char *data;
  LsReference *name;
  gint64 size;
} LsTestRestart;

void         ls_test_restart_set_up           (LsTestRestart *self,
                                               gconstpointer  data);
void         ls_test_restart_tear_down        (LsTestRestart *self,
                                               gconstpointer  data);

/* A run of the program. When it is slow, one layer goes after the other, so that there
 * is a middle. */
LsContext   *ls_test_restart_open             (const char    *config,
                                               const char    *data);
LsContext   *ls_test_restart_open_at_speed    (const char    *config,
                                               const char    *data,
                                               gint64         bytes_per_second);
void         ls_test_restart_close            (LsContext     *context);
/* This program, as "--run KIND CONFIG DATA NAME". */
GSubprocess *ls_test_restart_spawn            (LsTestRestart *self,
                                               const char    *kind);

LsTransfer  *ls_test_restart_pull             (LsContext     *context,
                                               LsReference   *name);
LsTransfer  *ls_test_restart_push             (LsContext     *context,
                                               LsReference   *name);
/* The one that the next run finds. */
LsTransfer  *ls_test_restart_await_transfer   (LsContext     *context);
gboolean     ls_test_has_succeeded            (gpointer       transfer);

LsStore     *ls_test_restart_open_store       (const char    *data);
void         ls_test_restart_assert_forgotten (LsTestRestart *self);

G_END_DECLS
