/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Searches Docker Hub: an entry in the header bar, and below it the results as
 * they come, or what to do when none do. */

#define LS_TYPE_SEARCH_PAGE (ls_search_page_get_type ())
G_DECLARE_FINAL_TYPE (LsSearchPage, ls_search_page, LS, SEARCH_PAGE, AdwBin)

GtkWidget *ls_search_page_new   (LsContext    *context);
void       ls_search_page_focus (LsSearchPage *self);

G_END_DECLS
