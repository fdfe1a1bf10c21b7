/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For ls-json.c only. json-glib takes more than JSON (comments, repeated keys,
 * any depth), so that two programs could read two things in one document; it
 * sees only what passes here. */

gboolean ls_json_scan (const char  *data,
                       gsize        size,
                       GError     **error);

G_END_DECLS
