/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The one way JSON from outside is read: its size, its nesting and repeated
 * keys are checked before json-glib sees it, and the getters return nothing
 * instead of complaining when a member has another type than expected. */

#define LS_JSON_MAX_DEPTH 64

JsonNode   *ls_json_parse        (GBytes      *bytes,
                                  gsize        max_size,
                                  GError     **error);
JsonObject *ls_json_parse_object (GBytes      *bytes,
                                  gsize        max_size,
                                  GError     **error);
const char *ls_json_get_string   (JsonObject  *object,
                                  const char  *member);
gboolean    ls_json_get_int64    (JsonObject  *object,
                                  const char  *member,
                                  gint64      *value);
gboolean    ls_json_get_boolean  (JsonObject  *object,
                                  const char  *member);
JsonObject *ls_json_get_object   (JsonObject  *object,
                                  const char  *member);
JsonArray  *ls_json_get_array    (JsonObject  *object,
                                  const char  *member);

G_END_DECLS
