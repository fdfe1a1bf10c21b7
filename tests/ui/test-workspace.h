/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"
#include "ls-test-dir.h"
#include "ls-test-store.h"
#include "test-shell.h"
#include "ui-test.h"

G_BEGIN_DECLS

/* A context with a real store in a temporary directory, and without a keyring,
 * as a fixture of g_test_add(). Images come into the store from outside, as from
 * another process. */

typedef struct
{
  LsTestDir *dir;
  LsStore *store;
  LsContext *context;
  LsImageList *images;
  TestShell *shell; /* (nullable) */
} TestWorkspace;

void       test_workspace_set_up     (TestWorkspace  *self,
                                      gconstpointer   data);
void       test_workspace_tear_down  (TestWorkspace  *self,
                                      gconstpointer   data);
void       test_workspace_load       (TestWorkspace  *self);
/* Images of the same @seed are the same; the larger it is, the larger they are. */
void       test_workspace_add_image  (TestWorkspace  *self,
                                      const char     *name,
                                      guint           seed);
LsImage   *test_workspace_get_image  (TestWorkspace  *self,
                                      const char     *name);
LsAccount *test_workspace_sign_in    (TestWorkspace  *self,
                                      const char     *registry,
                                      const char     *username);
void       test_workspace_show       (TestWorkspace  *self,
                                      GtkWidget      *widget);

G_END_DECLS
