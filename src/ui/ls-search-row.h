/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-hub-repository.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* One repository that a search found, with a button that pulls it. Property:
 * repository (LsHubRepository, nullable). */

#define LS_TYPE_SEARCH_ROW (ls_search_row_get_type ())
G_DECLARE_FINAL_TYPE (LsSearchRow, ls_search_row, LS, SEARCH_ROW, AdwBin)

GtkWidget       *ls_search_row_new            (void);
void             ls_search_row_set_repository (LsSearchRow     *self,
                                               LsHubRepository *repository);

G_END_DECLS
