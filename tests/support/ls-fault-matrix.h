/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fault-world.h"

G_BEGIN_DECLS

/* A fault matrix: what a transfer owes for each fault at each of its steps, and the
 * check that it pays. Which steps there are is learnt from a run without faults. */

#define LS_FAULT_RECOVERS (-1) /* by itself: the transfer succeeds */

/* The first row that fits counts. */
typedef struct
{
  const char *step; /* how its name starts */
  LsFaultKind kind;
  guint status;
  int once;             /* an LsError, or RECOVERS */
  int always;           /* the same, when the fault stays */
  guint nth;            /* which of the steps of that name; 0: any */
  gboolean may_recover; /* it does, if another connection brings the same */
} LsFaultRule;

/* What follows from a fault wherever it happens, unless a table says otherwise. */
extern const LsFaultRule ls_fault_common_rules[];

typedef struct
{
  const char *name;
  LsFaultScene scene;
  const char *only;         /* how the names of its steps start; NULL: all steps */
  const LsFaultRule *rules; /* ends with a row without step, and the common ones follow;
                             * NULL: somebody kills it */
  gboolean is_brief;        /* each fault once at a step, where it does the most harm */
} LsFaultMatrix;

/* Adds a test that runs the whole matrix, in several threads, and says how many cases
 * it had. */
void ls_fault_matrix_add (const char          *path,
                          const LsFaultMatrix *matrix);

G_END_DECLS
