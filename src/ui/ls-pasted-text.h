/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* People paste what they find: a command line, or the address of a page. Pure
 * functions that find the name in it; what they do not know stays as it is. */

char *ls_pasted_image    (const char *text);
char *ls_pasted_registry (const char *text);

G_END_DECLS
