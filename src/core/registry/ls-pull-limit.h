/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How many images a user (or, without an account, an address) may still pull
 * from Docker Hub in a while. Other registries have no such limit, and neither
 * have paid accounts: then there is no value. Immutable, reference counted.
 *
 * To be shown when ls_pull_limit_is_low(), next to where pulls are begun: "3 of
 * 100 pulls left, more at 14:05", with ls_pull_limit_get_more_at(); and without
 * that condition where the account is looked at. Signing in raises the limit of
 * those who are not. */

typedef struct _LsPullLimit LsPullLimit;

#define LS_TYPE_PULL_LIMIT (ls_pull_limit_get_type ())
GType ls_pull_limit_get_type (void);

LsPullLimit *ls_pull_limit_parse         (const char        *limit,
                                          const char        *remaining,
                                          gint64             now);
LsPullLimit *ls_pull_limit_ref           (LsPullLimit       *pull_limit);
void         ls_pull_limit_unref         (LsPullLimit       *pull_limit);
gint64       ls_pull_limit_get_limit     (const LsPullLimit *pull_limit);
gint64       ls_pull_limit_get_remaining (const LsPullLimit *pull_limit);
gint64       ls_pull_limit_get_window    (const LsPullLimit *pull_limit);
gint64       ls_pull_limit_get_more_at   (const LsPullLimit *pull_limit);
gboolean     ls_pull_limit_is_low        (const LsPullLimit *pull_limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPullLimit, ls_pull_limit_unref)

G_END_DECLS
