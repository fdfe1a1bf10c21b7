/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-http.h"
#include "ls-hub-repository.h"
#include "ls-registry-settings.h"

G_BEGIN_DECLS

/* Docker Hub's web API, as far as it is not a registry: search. Asks the site's
 * own search first and the index that `docker search` uses when that refuses. */

#define LS_TYPE_HUB (ls_hub_get_type ())
G_DECLARE_FINAL_TYPE (LsHub, ls_hub, LS, HUB, GObject)

LsHub     *ls_hub_new           (LsHttp              *http,
                                 LsRegistrySettings  *settings);
void       ls_hub_search_async  (LsHub               *self,
                                 const char          *query,
                                 guint                page,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
GPtrArray *ls_hub_search_finish (LsHub               *self,
                                 GAsyncResult        *result,
                                 gint64              *total,
                                 gboolean            *has_more,
                                 GError             **error);

G_END_DECLS
