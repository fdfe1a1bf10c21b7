/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells that a file was replaced, by whichever process: signal "changed", in
 * the main context where the watch was made, ten times a second at most.
 * Private to the store. */

#define LS_TYPE_FILE_WATCH (ls_file_watch_get_type ())
G_DECLARE_FINAL_TYPE (LsFileWatch, ls_file_watch, LS, FILE_WATCH, GObject)

LsFileWatch *ls_file_watch_new    (const char   *path,
                                   GError      **error);
void         ls_file_watch_notify (LsFileWatch  *self);

G_END_DECLS
