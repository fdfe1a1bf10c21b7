/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-hub-repository.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LS_HUB_PAGE_SIZE 25
#define LS_HUB_MAX_PAGE_BYTES (4 * 1024 * 1024)

/* One page of a search, from either source. Pure: no I/O. */
typedef struct
{
  GPtrArray *repositories; /* of LsHubRepository */
  gint64 total;            /* -1: not known */
  gboolean has_more;
} LsHubResults;

gboolean ls_hub_results_parse_search (LsHubResults  *results,
                                      GBytes        *body,
                                      guint          page,
                                      GError       **error);
gboolean ls_hub_results_parse_index  (LsHubResults  *results,
                                      GBytes        *body,
                                      guint          page,
                                      GError       **error);
void     ls_hub_results_clear        (LsHubResults  *results);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsHubResults, ls_hub_results_clear)

G_END_DECLS
