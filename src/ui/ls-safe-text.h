/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text that comes from outside, made fit to be shown: a name or description
 * must not break out of its line, turn the text around it, or hide anything.
 * The result is plain text: it still must never be used as markup. */

char *ls_safe_text (const char *text,
                    guint       max_chars);

G_END_DECLS
