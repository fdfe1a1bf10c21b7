/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"
#include "ls-reference.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LsStoreProblemKind:
 * @LS_STORE_PROBLEM_MISSING: the file is not there
 * @LS_STORE_PROBLEM_DAMAGED: the file has other bytes than its digest says
 * @LS_STORE_PROBLEM_UNREADABLE: the file cannot be read
 *
 * What is wrong with a blob.
 */
typedef enum
{
  LS_STORE_PROBLEM_MISSING,
  LS_STORE_PROBLEM_DAMAGED,
  LS_STORE_PROBLEM_UNREADABLE,
} LsStoreProblemKind;

#define LS_TYPE_STORE_PROBLEM_KIND (ls_store_problem_kind_get_type ())
GType ls_store_problem_kind_get_type (void);

/* A blob that a check of the store found to be wrong. Immutable. Read-only
 * properties: kind, digest (text), size (bytes), names (the images that need it, as
 * shown). */

#define LS_TYPE_STORE_PROBLEM (ls_store_problem_get_type ())
G_DECLARE_FINAL_TYPE (LsStoreProblem, ls_store_problem, LS, STORE_PROBLEM, GObject)

LsStoreProblem     *ls_store_problem_new           (LsStoreProblemKind  kind,
                                                    LsDescriptor       *blob,
                                                    LsDescriptor       *owner,
                                                    GPtrArray          *names);
LsStoreProblemKind  ls_store_problem_get_kind      (LsStoreProblem     *self);
LsDescriptor       *ls_store_problem_get_blob      (LsStoreProblem     *self);
LsDescriptor       *ls_store_problem_get_owner     (LsStoreProblem     *self);
GPtrArray          *ls_store_problem_get_names     (LsStoreProblem     *self);

G_END_DECLS
