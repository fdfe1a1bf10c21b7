/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a fuzz target is: one function that gives the bytes to a reader, and fails
 * if what the reader takes is not what it promises to take. libFuzzer calls it with
 * bytes of its own (./dev fuzz), and replay.c with those of the corpus (meson test). */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What a C string of it says; a header field has no NUL either. */
char       *ls_fuzz_dup_text  (const guint8 *data,
                               gsize         size);
/* A directory for the target's files, removed when the program ends. */
const char *ls_fuzz_get_dir   (void);
void        ls_fuzz_write     (const char   *name,
                               const guint8 *data,
                               gsize         size);
/* One line that neither controls a terminal nor the direction of text. */
void        ls_fuzz_assert_tidy (const char *text);
void        ls_fuzz_assert_error (const GError *error);

G_END_DECLS
