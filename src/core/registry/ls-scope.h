/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The scopes of Docker's token authentication: "repository:library/ubuntu:pull,push". */

char     *ls_scope_for_repository (const char        *repository,
                                   const char        *actions);
gboolean  ls_scope_covers         (const char        *have,
                                   const char        *want);
gboolean  ls_scopes_cover         (const char *const *have,
                                   const char *const *want);

G_END_DECLS
