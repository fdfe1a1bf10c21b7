/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A second opinion on what a transfer left behind: read-images.py, a program that
 * shares no line with Longshore. Safe to use from several threads. */

typedef struct _LsFaultReader LsFaultReader;

LsFaultReader *ls_fault_reader_new           (void);
void           ls_fault_reader_free          (LsFaultReader *reader);
/* "ok NAME=DIGEST ...", or "bad" and why. */
char          *ls_fault_reader_read_layout   (LsFaultReader *reader,
                                              const char    *directory);
/* "ok DIGEST", "none", or "bad" and why. */
char          *ls_fault_reader_read_registry (LsFaultReader *reader,
                                              guint16        port,
                                              const char    *repository,
                                              const char    *tag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFaultReader, ls_fault_reader_free)

G_END_DECLS
