/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-manifest.h"

#include "ls-error.h"
#include "ls-json.h"
#include "ls-media-type.h"

#include <string.h>

#define MAX_DESCRIPTORS 4096 /* layers or children; Docker stops at 127 layers */

struct _LsManifest
{
  GBytes *bytes;
  LsDescriptor *descriptor;
  LsDescriptor *config; /* NULL in an index */
  GPtrArray *layers;    /* empty in an index */
  GPtrArray *children;  /* empty in an image */
  gint64 total_size;
  gboolean is_index;
};

G_DEFINE_BOXED_TYPE (LsManifest, ls_manifest, ls_manifest_ref, ls_manifest_unref)

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (GError **error, LsError code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (LS_ERROR, code, format, args);
  va_end (args);

  return FALSE;
}

/* A header without its parameters, in lower case; NULL if it says nothing of use,
 * as with servers of plain files. */
static char *
clean_content_type (const char *content_type)
{
  static const char *const vague[] = {
    "", "application/json", "application/octet-stream", "binary/octet-stream", "text/plain", NULL,
  };
  g_autofree char *clean = NULL;

  if (content_type == NULL)
    return NULL;

  clean = g_ascii_strdown (content_type, strcspn (content_type, ";"));
  g_strstrip (clean);
  if (g_strv_contains (vague, clean))
    return NULL;

  return g_steal_pointer (&clean);
}

static gboolean
is_schema1 (const char *media_type)
{
  return g_strcmp0 (media_type, "application/vnd.docker.distribution.manifest.v1+json") == 0
         || g_strcmp0 (media_type, "application/vnd.docker.distribution.manifest.v1+prettyjws")
                == 0;
}

static gboolean
is_known (const char *media_type)
{
  return ls_media_type_is_index (media_type) || ls_media_type_is_manifest (media_type);
}

/* Some readers take a document by one member and some by another, or do not mind
 * the case of a name: what two of them could take for two things is refused
 * (CVE-2021-41190). */
static gboolean
check_shape (JsonObject *object, GError **error)
{
  static const char *const names[] = {
    "schemaVersion", "mediaType", "manifests", "layers", "config", "fsLayers", NULL,
  };
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *at = members; at != NULL; at = at->next)
    for (gsize i = 0; names[i] != NULL; i++)
      if (g_ascii_strcasecmp (at->data, names[i]) == 0 && strcmp (at->data, names[i]) != 0)
        return refuse (error, LS_ERROR_PROTOCOL, "The manifest misspells “%s”", names[i]);

  if (json_object_has_member (object, "manifests")
      && (json_object_has_member (object, "layers") || json_object_has_member (object, "config")
          || json_object_has_member (object, "fsLayers")))
    return refuse (error, LS_ERROR_PROTOCOL, "The manifest is both an index and an image");

  return TRUE;
}

static gboolean
check_schema (JsonObject *object, const char *header, const char *body, GError **error)
{
  gint64 version = 0;
  gboolean has_version = ls_json_get_int64 (object, "schemaVersion", &version);

  if (is_schema1 (header) || is_schema1 (body) || (has_version && version == 1))
    return refuse (error, LS_ERROR_UNSUPPORTED,
                   "The image is in Docker's old schema 1, which lacks verifiable layers");
  if (version != 2 && json_object_has_member (object, "schemaVersion"))
    return refuse (error, LS_ERROR_PROTOCOL, "The manifest has an unknown schema version");
  if (body == NULL && json_object_has_member (object, "mediaType"))
    return refuse (error, LS_ERROR_PROTOCOL, "The manifest's media type is not a string");

  return TRUE;
}

/* The header decides, and the body may not contradict it; where the header says
 * nothing, the body's media type decides, then its members. */
static const char *
find_media_type (JsonObject *object, const char *header, const char *body, GError **error)
{
  if (header != NULL && body != NULL && strcmp (header, body) != 0)
    {
      refuse (error, LS_ERROR_PROTOCOL, "The manifest's media type is not that of the reply");
      return NULL;
    }
  if (header == NULL)
    header = body;
  if (header == NULL && json_object_has_member (object, "manifests"))
    header = LS_MEDIA_TYPE_OCI_INDEX;
  if (header == NULL && json_object_has_member (object, "layers"))
    header = LS_MEDIA_TYPE_OCI_MANIFEST;
  if (header == NULL)
    {
      refuse (error, LS_ERROR_PROTOCOL, "The document is neither an image nor an index");
      return NULL;
    }
  if (!is_known (header))
    {
      refuse (error, LS_ERROR_UNSUPPORTED, "The manifest is of a type that is not known");
      return NULL;
    }

  return header;
}

/* Go writes an empty list as null now and then. */
static gboolean
parse_descriptors (JsonObject *object, const char *member, GPtrArray *descriptors, GError **error)
{
  JsonNode *list = json_object_get_member (object, member);
  JsonArray *array;
  guint length;

  if (list != NULL && JSON_NODE_HOLDS_NULL (list))
    return TRUE;
  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    return refuse (error, LS_ERROR_PROTOCOL, "The manifest has no list “%s”", member);

  array = json_node_get_array (list);
  length = json_array_get_length (array);
  if (length > MAX_DESCRIPTORS)
    return refuse (error, LS_ERROR_TOO_LARGE, "The manifest has %u “%s” where %d are allowed",
                   length, member, MAX_DESCRIPTORS);

  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      LsDescriptor *descriptor;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return refuse (error, LS_ERROR_PROTOCOL, "The manifest's “%s” are not objects", member);
      descriptor = ls_descriptor_from_json (json_node_get_object (node), error);
      if (descriptor == NULL)
        return FALSE;
      g_ptr_array_add (descriptors, descriptor);
    }

  return TRUE;
}

static gboolean
parse_config (LsManifest *self, JsonObject *object, GError **error)
{
  JsonObject *config = ls_json_get_object (object, "config");

  if (config == NULL)
    return refuse (error, LS_ERROR_PROTOCOL, "The manifest has no configuration");
  self->config = ls_descriptor_from_json (config, error);

  return self->config != NULL;
}

/* Each size is at most 2^53 and there are few, so that the sum fits; but a caller
 * may add several images, so it also stays within 2^53. */
static gint64
sum_sizes (const LsManifest *self)
{
  gint64 total = g_bytes_get_size (self->bytes);

  if (self->config != NULL)
    total += ls_descriptor_get_size (self->config);
  for (guint i = 0; i < self->layers->len; i++)
    {
      total += ls_descriptor_get_size (g_ptr_array_index (self->layers, i));
      total = MIN (total, G_GINT64_CONSTANT (1) << 53);
    }

  return total;
}

/**
 * ls_manifest_parse:
 * @bytes: a manifest as it came
 * @content_type: (nullable): the Content-Type it came with, if any
 * @error: return location for an error
 *
 * Reads an image manifest or an image index (OCI image specification,
 * manifest.md and image-index.md; Docker's schema 2 and manifest list). Whether
 * the bytes are those that were asked for is for the caller to check, with
 * ls_digest_matches().
 *
 * Returns: (transfer full): a manifest, or %NULL with %LS_ERROR_PROTOCOL,
 *   %LS_ERROR_TOO_LARGE, or %LS_ERROR_UNSUPPORTED for schema 1, for other
 *   documents and for unknown digest algorithms
 */
LsManifest *
ls_manifest_parse (GBytes *bytes, const char *content_type, GError **error)
{
  g_autoptr (JsonObject) object = ls_json_parse_object (bytes, LS_MANIFEST_MAX_SIZE, error);
  g_autofree char *header = clean_content_type (content_type);
  g_autoptr (LsManifest) self = NULL;
  g_autoptr (LsDigest) digest = NULL;
  const char *body, *media_type;

  if (object == NULL)
    return NULL;

  body = ls_json_get_string (object, "mediaType");
  if (!check_shape (object, error) || !check_schema (object, header, body, error))
    return NULL;
  media_type = find_media_type (object, header, body, error);
  if (media_type == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (LsManifest);
  self->bytes = g_bytes_ref (bytes);
  self->is_index = ls_media_type_is_index (media_type);
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
  if (self->is_index)
    {
      if (!parse_descriptors (object, "manifests", self->children, error))
        return NULL;
    }
  else if (!parse_config (self, object, error)
           || !parse_descriptors (object, "layers", self->layers, error))
    return NULL;

  digest = ls_digest_for_bytes (bytes);
  self->descriptor = ls_descriptor_new (media_type, digest, g_bytes_get_size (bytes));
  self->total_size = sum_sizes (self);

  return g_steal_pointer (&self);
}

/**
 * ls_manifest_ref:
 * @manifest: a manifest
 *
 * Returns: (transfer full): the same manifest
 */
LsManifest *
ls_manifest_ref (LsManifest *manifest)
{
  return g_atomic_rc_box_acquire (manifest);
}

static void
ls_manifest_clear (gpointer data)
{
  LsManifest *self = data;

  g_bytes_unref (self->bytes);
  g_clear_pointer (&self->descriptor, ls_descriptor_unref);
  g_clear_pointer (&self->config, ls_descriptor_unref);
  g_ptr_array_unref (self->layers);
  g_ptr_array_unref (self->children);
}

/**
 * ls_manifest_unref:
 * @manifest: (transfer full): a manifest
 */
void
ls_manifest_unref (LsManifest *manifest)
{
  g_atomic_rc_box_release_full (manifest, ls_manifest_clear);
}

/**
 * ls_manifest_get_bytes:
 * @manifest: a manifest
 *
 * Returns: (transfer none): the bytes it came in
 */
GBytes *
ls_manifest_get_bytes (const LsManifest *manifest)
{
  return manifest->bytes;
}

/**
 * ls_manifest_get_media_type:
 * @manifest: a manifest
 *
 * Returns: (transfer none): one of the four media types of ls-media-type.h
 */
const char *
ls_manifest_get_media_type (const LsManifest *manifest)
{
  return ls_descriptor_get_media_type (manifest->descriptor);
}

/**
 * ls_manifest_get_descriptor:
 * @manifest: a manifest
 *
 * Returns: (transfer none): its media type, the sha256 digest of its bytes and their number
 */
LsDescriptor *
ls_manifest_get_descriptor (const LsManifest *manifest)
{
  return manifest->descriptor;
}

/**
 * ls_manifest_is_index:
 * @manifest: a manifest
 *
 * Returns: whether it lists other manifests, rather than layers
 */
gboolean
ls_manifest_is_index (const LsManifest *manifest)
{
  return manifest->is_index;
}

/**
 * ls_manifest_get_config:
 * @manifest: a manifest
 *
 * Returns: (nullable) (transfer none): the image's configuration; %NULL for an index
 */
LsDescriptor *
ls_manifest_get_config (const LsManifest *manifest)
{
  return manifest->config;
}

/**
 * ls_manifest_get_layers:
 * @manifest: a manifest
 *
 * Returns: (transfer none) (element-type LsDescriptor): the layers, the lowest first;
 *   the same one may occur twice; empty for an index
 */
GPtrArray *
ls_manifest_get_layers (const LsManifest *manifest)
{
  return manifest->layers;
}

/**
 * ls_manifest_get_children:
 * @manifest: a manifest
 *
 * Returns: (transfer none) (element-type LsDescriptor): the manifests that an index
 *   lists, those of unknown media types and attestations too; empty for an image
 */
GPtrArray *
ls_manifest_get_children (const LsManifest *manifest)
{
  return manifest->children;
}

/**
 * ls_manifest_get_total_size:
 * @manifest: a manifest
 *
 * Returns: the bytes of the manifest itself, its configuration and its layers;
 *   for an index, those of the index alone; 2^53 if it is more
 */
gint64
ls_manifest_get_total_size (const LsManifest *manifest)
{
  return manifest->total_size;
}
