/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is in a body of unknown length (RFC 9112, section 7.1); ends where that does, and
 * leaves what comes after it. */

#define LS_TYPE_TEST_CHUNKS (ls_test_chunks_get_type ())
G_DECLARE_FINAL_TYPE (LsTestChunks, ls_test_chunks, LS, TEST_CHUNKS, GFilterInputStream)

/* @in has lines that end with LF, and stays open. */
GInputStream *ls_test_chunks_new (GDataInputStream *in);

G_END_DECLS
