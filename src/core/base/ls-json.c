/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-json.h"

#include "ls-error.h"
#include "ls-json-scanner.h"

/**
 * ls_json_parse:
 * @bytes: a document from outside
 * @max_size: how many bytes it may have
 * @error: return location for an error
 *
 * Reads JSON by the letter of RFC 8259, and more strictly where two readers
 * could differ: keys do not repeat, integers fit 64 bits, strings hold no NUL,
 * and at most %LS_JSON_MAX_DEPTH arrays and objects are open at a time.
 *
 * Returns: (transfer full): the root, or %NULL with %LS_ERROR_TOO_LARGE or %LS_ERROR_PROTOCOL
 */
JsonNode *
ls_json_parse (GBytes *bytes, gsize max_size, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) json_error = NULL;
  const char *data;
  gsize size;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  if (size > max_size)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_TOO_LARGE,
                   "JSON of %" G_GSIZE_FORMAT " bytes where %" G_GSIZE_FORMAT " are allowed", size,
                   max_size);
      return NULL;
    }
  if (size == 0)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL, "An empty document is not JSON");
      return NULL;
    }
  if (!ls_json_scan (data, size, error))
    return NULL;

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, data, size, &json_error))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL, json_error->message);
      return NULL;
    }

  return json_parser_steal_root (parser);
}

/**
 * ls_json_parse_object:
 * @bytes: a document from outside
 * @max_size: how many bytes it may have
 * @error: return location for an error
 *
 * Like ls_json_parse() for a document that must be an object.
 *
 * Returns: (transfer full): the object, or %NULL with %LS_ERROR_TOO_LARGE or %LS_ERROR_PROTOCOL
 */
JsonObject *
ls_json_parse_object (GBytes *bytes, gsize max_size, GError **error)
{
  g_autoptr (JsonNode) root = ls_json_parse (bytes, max_size, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL, "JSON that is not an object");
      return NULL;
    }

  return json_node_dup_object (root);
}

static JsonNode *
find_value (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;

  return node;
}

/**
 * ls_json_get_string:
 * @object: (nullable): an object
 * @member: the name of a member
 *
 * Returns: (nullable) (transfer none): its value; %NULL if it is absent or no string
 */
const char *
ls_json_get_string (JsonObject *object, const char *member)
{
  JsonNode *node = find_value (object, member, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

/**
 * ls_json_get_int64:
 * @object: (nullable): an object
 * @member: the name of a member
 * @value: (out): its value; left alone if there is none
 *
 * Returns: whether the member is an integer; 1.0 and 1e3 are none
 */
gboolean
ls_json_get_int64 (JsonObject *object, const char *member, gint64 *value)
{
  JsonNode *node = find_value (object, member, G_TYPE_INT64);

  g_return_val_if_fail (value != NULL, FALSE);

  if (node == NULL)
    return FALSE;
  *value = json_node_get_int (node);

  return TRUE;
}

/**
 * ls_json_get_boolean:
 * @object: (nullable): an object
 * @member: the name of a member
 *
 * Returns: whether the member is there and true
 */
gboolean
ls_json_get_boolean (JsonObject *object, const char *member)
{
  JsonNode *node = find_value (object, member, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

/**
 * ls_json_get_object:
 * @object: (nullable): an object
 * @member: the name of a member
 *
 * Returns: (nullable) (transfer none): its value; %NULL if it is absent or no object
 */
JsonObject *
ls_json_get_object (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * ls_json_get_array:
 * @object: (nullable): an object
 * @member: the name of a member
 *
 * Returns: (nullable) (transfer none): its value; %NULL if it is absent or no array
 */
JsonArray *
ls_json_get_array (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}
