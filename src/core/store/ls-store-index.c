/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-store-index.h"

#include "ls-error.h"
#include "ls-file.h"
#include "ls-json.h"
#include "ls-media-type.h"

#define ANNOTATION_REF_NAME "org.opencontainers.image.ref.name"
/* Where containerd keeps the whole name when the other one is only a tag. */
#define ANNOTATION_CONTAINERD_NAME "io.containerd.image.name"

struct _LsStoreIndex
{
  char *path;
  JsonObject *root;
  JsonArray *manifests; /* of root */
};

static void
index_entry_free (gpointer data)
{
  LsStoreIndexEntry *entry = data;

  ls_reference_unref (entry->name);
  ls_descriptor_unref (entry->manifest);
  g_free (entry);
}

/**
 * ls_store_index_dup_path:
 * @root: path of the layout
 *
 * Returns: (transfer full): path of its index.json
 */
char *
ls_store_index_dup_path (const char *root)
{
  return g_build_filename (root, "index.json", NULL);
}

/**
 * ls_store_index_create:
 * @root: path of a layout that has no index yet
 * @error: return location for an error
 *
 * Writes an index without entries.
 *
 * Errors: %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_store_index_create (const char *root, GError **error)
{
  static const char empty[] =
      "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX "\",\"manifests\":[]}";
  g_autofree char *path = ls_store_index_dup_path (root);
  g_autoptr (GBytes) bytes = g_bytes_new_static (empty, sizeof empty - 1);

  return ls_file_replace (path, bytes, LS_FILE_DEFAULT, error);
}

static gboolean
refuse (const char *path, const char *reason, GError **error)
{
  g_set_error (error, LS_ERROR, LS_ERROR_STORE, "The list of images “%s” is damaged: %s", path,
               reason);
  if (error != NULL)
    ls_error_set_subject (*error, path);

  return FALSE;
}

/**
 * ls_store_index_read:
 * @root: path of the layout
 * @error: return location for an error
 *
 * Reads index.json as it is now. Since it is only ever replaced, that needs no
 * lock; one who wants to change it takes the lock first.
 *
 * Errors: %LS_ERROR_STORE, with the file's path as subject, also when it is
 * missing, damaged or too large.
 *
 * Returns: (transfer full) (nullable): the index
 */
LsStoreIndex *
ls_store_index_read (const char *root, GError **error)
{
  g_autoptr (LsStoreIndex) self = g_new0 (LsStoreIndex, 1);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) bytes = NULL;

  self->path = ls_store_index_dup_path (root);
  bytes = ls_file_read (self->path, LS_STORE_INDEX_MAX_SIZE, &reason);
  if (bytes != NULL)
    self->root = ls_json_parse_object (bytes, LS_STORE_INDEX_MAX_SIZE, &reason);
  if (self->root == NULL)
    {
      refuse (self->path, reason->message, error);
      return NULL;
    }

  self->manifests = ls_json_get_array (self->root, "manifests");
  if (self->manifests == NULL)
    {
      refuse (self->path, "it has no “manifests”", error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * ls_store_index_free:
 * @self: (transfer full): an index
 *
 * Frees an index; nothing is written.
 */
void
ls_store_index_free (LsStoreIndex *self)
{
  g_clear_pointer (&self->root, json_object_unref);
  g_free (self->path);
  g_free (self);
}

/**
 * ls_store_index_get_json:
 * @self: an index
 *
 * Returns: (transfer none): all of it, also what Longshore does not know
 */
JsonObject *
ls_store_index_get_json (LsStoreIndex *self)
{
  return self->root;
}

static JsonObject *
get_element (LsStoreIndex *self, guint position)
{
  JsonNode *node = json_array_get_element (self->manifests, position);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static LsReference *
parse_name (JsonObject *annotations, const char *key)
{
  const char *text = ls_json_get_string (annotations, key);
  g_autoptr (LsReference) name = text != NULL ? ls_reference_parse (text, NULL) : NULL;

  return name != NULL ? ls_reference_with_latest (name) : NULL;
}

/* Returns: (nullable): which name an entry has; some tools write a bare tag */
static LsReference *
dup_name (JsonObject *element)
{
  JsonObject *annotations = element != NULL ? ls_json_get_object (element, "annotations") : NULL;
  LsReference *name;

  if (annotations == NULL)
    return NULL;

  name = parse_name (annotations, ANNOTATION_CONTAINERD_NAME);

  return name != NULL ? name : parse_name (annotations, ANNOTATION_REF_NAME);
}

static gboolean
has_name (JsonObject *element, LsReference *wanted)
{
  g_autoptr (LsReference) name = dup_name (element);

  return name != NULL && ls_reference_equal (name, wanted);
}

/**
 * ls_store_index_list:
 * @self: an index
 *
 * Lists what has a name and a valid descriptor, in the order of the file. Of
 * several entries with one name the first counts, as it does for skopeo.
 *
 * Returns: (transfer full) (element-type LsStoreIndexEntry): the entries
 */
GPtrArray *
ls_store_index_list (LsStoreIndex *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (ls_reference_hash, ls_reference_equal);
  GPtrArray *entries = g_ptr_array_new_with_free_func (index_entry_free);
  guint length = json_array_get_length (self->manifests);

  for (guint i = 0; i < length; i++)
    {
      JsonObject *element = get_element (self, i);
      g_autoptr (LsReference) name = dup_name (element);
      g_autoptr (LsDescriptor) manifest = NULL;
      LsStoreIndexEntry *entry;

      if (name == NULL || g_hash_table_contains (seen, name))
        continue;
      manifest = ls_descriptor_from_json (element, NULL);
      if (manifest == NULL)
        continue;

      entry = g_new0 (LsStoreIndexEntry, 1);
      entry->name = g_steal_pointer (&name);
      entry->manifest = g_steal_pointer (&manifest);
      g_ptr_array_add (entries, entry);
      g_hash_table_add (seen, entry->name);
    }

  return entries;
}

/**
 * ls_store_index_find:
 * @self: an index
 * @name: a name with a tag or a digest
 *
 * Returns: (transfer full) (nullable): what the name leads to
 */
LsDescriptor *
ls_store_index_find (LsStoreIndex *self, LsReference *name)
{
  guint length = json_array_get_length (self->manifests);

  for (guint i = 0; i < length; i++)
    {
      JsonObject *element = get_element (self, i);
      LsDescriptor *manifest;

      if (!has_name (element, name))
        continue;
      manifest = ls_descriptor_from_json (element, NULL);
      if (manifest != NULL)
        return manifest;
    }

  return NULL;
}

static JsonNode *
make_element (LsReference *name, LsDescriptor *manifest)
{
  JsonNode *node = ls_descriptor_to_json (manifest);
  JsonObject *element = json_node_get_object (node);
  JsonObject *annotations = ls_json_get_object (element, "annotations");
  g_autofree char *canonical = ls_reference_to_canonical (name);
  g_autoptr (LsReference) spelled = NULL;

  if (annotations == NULL)
    {
      annotations = json_object_new ();
      json_object_set_object_member (element, "annotations", annotations);
    }
  spelled = parse_name (annotations, ANNOTATION_REF_NAME);
  /* What another tool calls the same name may stay: it looks for these letters. */
  if (spelled == NULL || !ls_reference_equal (spelled, name))
    json_object_set_string_member (annotations, ANNOTATION_REF_NAME, canonical);
  /* It would still say the name that the descriptor was found under. */
  if (json_object_has_member (annotations, ANNOTATION_CONTAINERD_NAME))
    json_object_remove_member (annotations, ANNOTATION_CONTAINERD_NAME);

  return node;
}

/**
 * ls_store_index_set:
 * @self: an index
 * @name: a name with a tag or a digest
 * @manifest: what it leads to from now on
 *
 * Adds an entry, in place of those with the same name. It is spelled in full,
 * unless the annotations of @manifest spell the same name in another way.
 *
 * Returns: whether that changed anything
 */
gboolean
ls_store_index_set (LsStoreIndex *self, LsReference *name, LsDescriptor *manifest)
{
  JsonNode *element = make_element (name, manifest);
  guint length = json_array_get_length (self->manifests);

  for (guint i = 0; i < length; i++)
    if (has_name (get_element (self, i), name))
      {
        if (json_node_equal (json_array_get_element (self->manifests, i), element))
          {
            json_node_unref (element);
            return FALSE;
          }
        break;
      }

  ls_store_index_remove (self, name);
  json_array_add_element (self->manifests, element);

  return TRUE;
}

/**
 * ls_store_index_remove:
 * @self: an index
 * @name: a name with a tag or a digest
 *
 * Returns: whether there were entries of that name, which are gone now
 */
gboolean
ls_store_index_remove (LsStoreIndex *self, LsReference *name)
{
  gboolean found = FALSE;

  for (guint i = json_array_get_length (self->manifests); i > 0; i--)
    if (has_name (get_element (self, i - 1), name))
      {
        json_array_remove_element (self->manifests, i - 1);
        found = TRUE;
      }

  return found;
}

/**
 * ls_store_index_write:
 * @self: an index that was read under the lock that is still held
 * @error: return location for an error
 *
 * Replaces index.json.
 *
 * Errors: %LS_ERROR_TOO_LARGE, %LS_ERROR_NO_SPACE, %LS_ERROR_STORE.
 *
 * Returns: whether that worked
 */
gboolean
ls_store_index_write (LsStoreIndex *self, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), self->root);
  gsize length;
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, &length);
  bytes = g_bytes_new_take (text, length);

  /* What could not be read again must not be written. */
  if (length > LS_STORE_INDEX_MAX_SIZE)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_TOO_LARGE, "“%s” would be too large", self->path);
      if (error != NULL)
        ls_error_set_subject (*error, self->path);
      return FALSE;
    }

  return ls_file_replace (self->path, bytes, LS_FILE_DEFAULT, error);
}
