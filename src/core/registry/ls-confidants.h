/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who has seen which account's password: for each registry and user the origin of the
 * server that gives out tokens, or of the registry itself. It stays with that one over
 * all runs of the program, so that a registry that was broken into cannot ask for it to
 * be sent elsewhere. There is no secret in here. Safe to use from any thread, and by
 * several processes on one file: what one of them learns takes nothing from the others. */

typedef struct _LsConfidants LsConfidants;

LsConfidants *ls_confidants_new    (void);
LsConfidants *ls_confidants_ref    (LsConfidants  *confidants);
void          ls_confidants_unref  (LsConfidants  *confidants);
gboolean      ls_confidants_load   (LsConfidants  *confidants,
                                    const char    *path,
                                    GError       **error);
GUri         *ls_confidants_find   (LsConfidants  *confidants,
                                    const char    *registry,
                                    const char    *username);
void          ls_confidants_note   (LsConfidants  *confidants,
                                    const char    *registry,
                                    const char    *username,
                                    GUri          *uri);
void          ls_confidants_forget (LsConfidants  *confidants,
                                    const char    *registry,
                                    const char    *username);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsConfidants, ls_confidants_unref)

G_END_DECLS
