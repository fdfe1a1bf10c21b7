/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GResolver that knows only the names it was told of: what a hostile DNS server
 * says. ls_test_resolver_install() makes it the program's own. */

#define LS_TEST_TYPE_RESOLVER (ls_test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (LsTestResolver, ls_test_resolver, LS_TEST, RESOLVER, GResolver)

LsTestResolver *ls_test_resolver_install (void);
void            ls_test_resolver_add     (LsTestResolver *self,
                                          const char     *name,
                                          const char     *address);

G_END_DECLS
