/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the search page shows in place of results: nothing was found, or why the
 * search failed, and what to do next. Signal "retry": search again. */

#define LS_TYPE_SEARCH_PROBLEM (ls_search_problem_get_type ())
G_DECLARE_FINAL_TYPE (LsSearchProblem, ls_search_problem, LS, SEARCH_PROBLEM, AdwBin)

void ls_search_problem_set_error (LsSearchProblem *self,
                                  const char      *query,
                                  const GError    *error);

G_END_DECLS
