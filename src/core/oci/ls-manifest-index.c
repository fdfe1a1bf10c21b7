/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-manifest.h"

#include "ls-json.h"

#include <string.h>

/**
 * ls_manifest_new_index:
 * @model: an index
 * @children: (element-type LsDescriptor): what the new index is to list
 * @error: return location for an error
 *
 * Makes an index that lists @children and is like @model in everything else, such as
 * its media type and annotations. The same arguments make the same bytes.
 *
 * Errors: %LS_ERROR_TOO_LARGE.
 *
 * Returns: (transfer full): the new index; %NULL with @error set
 */
LsManifest *
ls_manifest_new_index (const LsManifest *model, GPtrArray *children, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *list;
  char *text;

  g_return_val_if_fail (model != NULL && ls_manifest_is_index (model), NULL);
  g_return_val_if_fail (children != NULL, NULL);

  object = ls_json_parse_object (ls_manifest_get_bytes (model), LS_MANIFEST_MAX_SIZE, error);
  if (object == NULL)
    return NULL;

  list = json_array_sized_new (children->len);
  for (guint i = 0; i < children->len; i++)
    json_array_add_element (list, ls_descriptor_to_json (children->pdata[i]));
  json_object_set_array_member (object, "manifests", list);

  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, FALSE);
  bytes = g_bytes_new_take (text, strlen (text));

  return ls_manifest_parse (bytes, ls_manifest_get_media_type (model), error);
}
