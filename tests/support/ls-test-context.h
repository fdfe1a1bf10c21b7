/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"
#include "ls-test-dir.h"
#include "ls-test-registry.h"

G_BEGIN_DECLS

/* A fixture for what a user does, from the model down to a real registry. Made for
 * g_test_add() with LsTestRegistryFlags as data, in a program that has a session of
 * its own (ls-test-session.h). */

typedef struct
{
  LsTestDir *dir;
  LsTestRegistry *registry;
  LsContext *context;
  LsStore *store; /* the same store, as another program sees it */
} LsTestContext;

void         ls_test_context_set_up    (LsTestContext *self,
                                        gconstpointer  flags);
void         ls_test_context_tear_down (LsTestContext *self,
                                        gconstpointer  flags);
/* A name at the registry. */
LsReference *ls_test_context_name_at   (LsTestContext *self,
                                        const char    *rest);
void         ls_test_context_sign_in   (LsTestContext *self);
/* Waits until the image list shows the name, or does not. */
LsImage     *ls_test_context_wait_for  (LsTestContext *self,
                                        LsReference   *name,
                                        gboolean       present);
/* Waits for the end of a transfer, which has to be a good one. */
void         ls_test_context_complete  (LsTransfer    *transfer);

G_END_DECLS
