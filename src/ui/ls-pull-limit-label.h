/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* How many images may still be pulled from Docker Hub: asked without using one up,
 * and hidden where there is no limit. With few left it is a warning, and offers
 * the next step. */

#define LS_TYPE_PULL_LIMIT_LABEL (ls_pull_limit_label_get_type ())
G_DECLARE_FINAL_TYPE (LsPullLimitLabel, ls_pull_limit_label, LS, PULL_LIMIT_LABEL, AdwBin)

void  ls_pull_limit_label_load (LsPullLimitLabel  *self,
                                LsContext         *context,
                                LsAccount         *account);
void  ls_pull_limit_label_clear (LsPullLimitLabel *self);
char *ls_pull_limit_text       (const LsPullLimit *limit,
                                gboolean           signed_in,
                                GDateTime         *now);

G_END_DECLS
