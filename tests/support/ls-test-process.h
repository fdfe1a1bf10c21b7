/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Programs that a test starts: they end with the test, by their own process
 * id, also when the test crashes. */

GPid    ls_test_process_start  (const char *const *argv,
                                const char        *log_path);
void    ls_test_process_end    (GPid               pid);
void    ls_test_process_run    (const char        *directory,
                                const char        *program,
                                ...) G_GNUC_NULL_TERMINATED;
guint16 ls_test_find_free_port (void);
void    ls_test_wait_for_port  (guint16            port,
                                const char        *what);

G_END_DECLS
