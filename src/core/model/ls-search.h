/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-hub.h"
#include "ls-load-state.h"

G_BEGIN_DECLS

/* A search of Docker Hub as one types and scrolls: a GListModel of
 * LsHubRepository. Setting the query waits for a pause in typing and cancels
 * the request before. Properties: query (read-write), state (LsLoadState),
 * error (boxed GError, nullable; also set, with state READY, when only the next
 * page failed), loading-more, has-more, total (-1: not known), n-items. */

#define LS_TYPE_SEARCH (ls_search_get_type ())
G_DECLARE_FINAL_TYPE (LsSearch, ls_search, LS, SEARCH, GObject)

LsSearch     *ls_search_new           (LsHub      *hub);
const char   *ls_search_get_query     (LsSearch   *self);
void          ls_search_set_query     (LsSearch   *self,
                                       const char *query);
LsLoadState   ls_search_get_state     (LsSearch   *self);
const GError *ls_search_get_error     (LsSearch   *self);
gboolean      ls_search_get_has_more  (LsSearch   *self);
void          ls_search_load_more     (LsSearch   *self);
void          ls_search_retry         (LsSearch   *self);

G_END_DECLS
