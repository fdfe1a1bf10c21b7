/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Many cases, of which some run at the same time. */

/* How a case starts, whatever else it has. */
typedef struct
{
  char *title;
} LsFaultCase;

/* Runs a case, in any thread. Returns what is wrong (transfer full), or NULL. */
typedef char *(*LsFaultCaseFunc) (gpointer one,
                                  gpointer user_data);

/* Runs all and reports how many there were. Fails the test for each that is wrong,
 * and ends the program where one hangs. With the environment variable LS_FAULT_ONLY
 * it leaves out all that have not this text in their title. */
void ls_fault_crowd_run (const char      *name,
                         GPtrArray       *cases,
                         guint            n_parallel,
                         LsFaultCaseFunc  func,
                         gpointer         user_data);

G_END_DECLS
