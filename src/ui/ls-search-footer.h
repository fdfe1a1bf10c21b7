/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-search.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The end of a list of results while there are more: a spinner, or why the next
 * page did not come. Property (construct-only): search. */

#define LS_TYPE_SEARCH_FOOTER (ls_search_footer_get_type ())
G_DECLARE_FINAL_TYPE (LsSearchFooter, ls_search_footer, LS, SEARCH_FOOTER, AdwBin)

GtkWidget *ls_search_footer_new (LsSearch *search);

G_END_DECLS
