/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asynchronous calls in straight lines. Give ls_test_keep_result() as the
 * callback and the address of an empty g_autoptr (GAsyncResult) as its data;
 * ls_test_await() then runs the main loop until the result is there. What takes
 * longer than half a minute fails the test. */

void     ls_test_keep_result (GObject       *source,
                              GAsyncResult  *result,
                              gpointer       slot);
void     ls_test_await       (GAsyncResult **slot);
void     ls_test_await_until (gboolean     (*done) (gpointer data),
                              gpointer       data);

G_END_DECLS
