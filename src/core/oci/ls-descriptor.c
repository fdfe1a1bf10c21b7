/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-descriptor.h"

#include "ls-error.h"
#include "ls-json.h"

#include <string.h>

#define MAX_SIZE (G_GINT64_CONSTANT (1) << 53) /* what every JSON reader keeps exactly */
#define MAX_MEDIA_TYPE_LENGTH 255              /* RFC 6838, twice 127 and a slash */

#define ANNOTATION_REFERENCE_TYPE "vnd.docker.reference.type"
#define ANNOTATION_REFERENCE_DIGEST "vnd.docker.reference.digest"

struct _LsDescriptor
{
  char *media_type;
  LsDigest *digest;
  gint64 size;
  LsPlatform *platform;
  GHashTable *annotations;
  /* The whole object, with the members that are unknown here. As text, because
   * json-glib's trees may not be shared between threads. */
  char *json;
};

G_DEFINE_BOXED_TYPE (LsDescriptor, ls_descriptor, ls_descriptor_ref, ls_descriptor_unref)

static gboolean
is_media_type (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > MAX_MEDIA_TYPE_LENGTH)
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return FALSE;

  return TRUE;
}

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static LsPlatform *
parse_platform (JsonObject *object)
{
  return ls_platform_new (
      ls_json_get_string (object, "os"), ls_json_get_string (object, "architecture"),
      ls_json_get_string (object, "variant"), ls_json_get_string (object, "os.version"));
}

static GHashTable *
parse_annotations (JsonObject *object)
{
  GHashTable *annotations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GList) keys = object != NULL ? json_object_get_members (object) : NULL;

  for (GList *at = keys; at != NULL; at = at->next)
    {
      const char *value = ls_json_get_string (object, at->data);

      if (value != NULL)
        g_hash_table_insert (annotations, g_strdup (at->data), g_strdup (value));
    }

  return annotations;
}

/**
 * ls_descriptor_new:
 * @media_type: the media type of the content
 * @digest: the digest of the content
 * @size: how many bytes the content has
 *
 * Returns: (transfer full): a descriptor of content that is at hand
 */
LsDescriptor *
ls_descriptor_new (const char *media_type, LsDigest *digest, gint64 size)
{
  g_autoptr (JsonObject) object = NULL;

  g_return_val_if_fail (is_media_type (media_type), NULL);
  g_return_val_if_fail (digest != NULL, NULL);
  g_return_val_if_fail (size >= 0 && size <= MAX_SIZE, NULL);

  object = json_object_new ();
  json_object_set_string_member (object, "mediaType", media_type);
  json_object_set_string_member (object, "digest", ls_digest_to_string (digest));
  json_object_set_int_member (object, "size", size);

  return ls_descriptor_from_json (object, NULL);
}

/**
 * ls_descriptor_from_json:
 * @object: what should be a descriptor
 * @error: return location for an error
 *
 * Reads a descriptor (OCI image specification, descriptor.md). A platform or
 * annotation that makes no sense is not seen, but ls_descriptor_to_json() keeps it.
 *
 * Returns: (transfer full): a descriptor, or %NULL with %LS_ERROR_PROTOCOL, or with
 *   %LS_ERROR_UNSUPPORTED for a digest of an unknown algorithm
 */
LsDescriptor *
ls_descriptor_from_json (JsonObject *object, GError **error)
{
  const char *media_type = ls_json_get_string (object, "mediaType");
  const char *digest_text = ls_json_get_string (object, "digest");
  g_autoptr (LsDigest) digest = NULL;
  g_autoptr (GError) digest_error = NULL;
  gint64 size;
  LsDescriptor *self;

  g_return_val_if_fail (object != NULL, NULL);

  if (!is_media_type (media_type))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL, "A descriptor has no media type");
      return NULL;
    }
  if (!ls_json_get_int64 (object, "size", &size) || size < 0 || size > MAX_SIZE)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL,
                           "A descriptor has no size that makes sense");
      return NULL;
    }
  digest = ls_digest_parse (digest_text != NULL ? digest_text : "", &digest_error);
  if (digest == NULL)
    {
      g_set_error (error, LS_ERROR,
                   g_error_matches (digest_error, LS_ERROR, LS_ERROR_UNSUPPORTED)
                       ? LS_ERROR_UNSUPPORTED
                       : LS_ERROR_PROTOCOL,
                   "A descriptor has no digest that can be used: %s", digest_error->message);
      return NULL;
    }

  self = g_atomic_rc_box_new0 (LsDescriptor);
  self->media_type = g_strdup (media_type);
  self->digest = g_steal_pointer (&digest);
  self->size = size;
  self->platform = parse_platform (ls_json_get_object (object, "platform"));
  self->annotations = parse_annotations (ls_json_get_object (object, "annotations"));
  self->json = object_to_text (object);

  return self;
}

/**
 * ls_descriptor_with_annotation:
 * @descriptor: a descriptor
 * @key: the name of an annotation
 * @value: (nullable): its value; %NULL to leave the annotation out
 *
 * Returns: (transfer full): the same descriptor but for one annotation
 */
LsDescriptor *
ls_descriptor_with_annotation (LsDescriptor *descriptor, const char *key, const char *value)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object, *annotations;

  g_return_val_if_fail (descriptor != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  node = ls_descriptor_to_json (descriptor);
  object = json_node_get_object (node);
  annotations = ls_json_get_object (object, "annotations");
  if (annotations == NULL && value != NULL)
    {
      annotations = json_object_new ();
      json_object_set_object_member (object, "annotations", annotations);
    }
  if (value != NULL)
    json_object_set_string_member (annotations, key, value);
  else if (annotations != NULL && json_object_has_member (annotations, key))
    {
      json_object_remove_member (annotations, key);
      if (json_object_get_size (annotations) == 0)
        json_object_remove_member (object, "annotations");
    }

  return ls_descriptor_from_json (object, NULL);
}

/**
 * ls_descriptor_to_json:
 * @descriptor: a descriptor
 *
 * Returns: (transfer full): the descriptor as an object, with all members that it came with
 */
JsonNode *
ls_descriptor_to_json (LsDescriptor *descriptor)
{
  g_return_val_if_fail (descriptor != NULL, NULL);

  return json_from_string (descriptor->json, NULL);
}

/**
 * ls_descriptor_ref:
 * @descriptor: a descriptor
 *
 * Returns: (transfer full): the same descriptor
 */
LsDescriptor *
ls_descriptor_ref (LsDescriptor *descriptor)
{
  return g_atomic_rc_box_acquire (descriptor);
}

static void
ls_descriptor_clear (gpointer data)
{
  LsDescriptor *self = data;

  g_free (self->media_type);
  ls_digest_unref (self->digest);
  g_clear_pointer (&self->platform, ls_platform_unref);
  g_hash_table_unref (self->annotations);
  g_free (self->json);
}

/**
 * ls_descriptor_unref:
 * @descriptor: (transfer full): a descriptor
 */
void
ls_descriptor_unref (LsDescriptor *descriptor)
{
  g_atomic_rc_box_release_full (descriptor, ls_descriptor_clear);
}

/**
 * ls_descriptor_get_media_type:
 * @descriptor: a descriptor
 *
 * Returns: (transfer none): the media type of the content; printable ASCII
 */
const char *
ls_descriptor_get_media_type (const LsDescriptor *descriptor)
{
  return descriptor->media_type;
}

/**
 * ls_descriptor_get_digest:
 * @descriptor: a descriptor
 *
 * Returns: (transfer none): the digest of the content
 */
LsDigest *
ls_descriptor_get_digest (const LsDescriptor *descriptor)
{
  return descriptor->digest;
}

/**
 * ls_descriptor_get_size:
 * @descriptor: a descriptor
 *
 * Returns: how many bytes the content is said to have; 0 to 2^53
 */
gint64
ls_descriptor_get_size (const LsDescriptor *descriptor)
{
  return descriptor->size;
}

/**
 * ls_descriptor_get_platform:
 * @descriptor: a descriptor
 *
 * Returns: (nullable) (transfer none): what the image runs on, if the descriptor says so
 */
LsPlatform *
ls_descriptor_get_platform (const LsDescriptor *descriptor)
{
  return descriptor->platform;
}

/**
 * ls_descriptor_get_annotation:
 * @descriptor: a descriptor
 * @key: the name of an annotation
 *
 * Returns: (nullable) (transfer none): its value; text from outside
 */
const char *
ls_descriptor_get_annotation (const LsDescriptor *descriptor, const char *key)
{
  return g_hash_table_lookup (descriptor->annotations, key);
}

/**
 * ls_descriptor_is_attestation:
 * @descriptor: a child of an index
 *
 * Returns: whether it is what BuildKit says about another child (provenance or a
 *   list of parts), which is no image to run
 */
gboolean
ls_descriptor_is_attestation (const LsDescriptor *descriptor)
{
  return g_strcmp0 (ls_descriptor_get_annotation (descriptor, ANNOTATION_REFERENCE_TYPE),
                    "attestation-manifest")
         == 0;
}

/**
 * ls_descriptor_get_attested:
 * @descriptor: a child of an index
 *
 * Returns: (transfer none) (nullable): the digest of the other child that it is an
 *   attestation of, as the index writes it; %NULL if it is none
 */
const char *
ls_descriptor_get_attested (const LsDescriptor *descriptor)
{
  return ls_descriptor_is_attestation (descriptor)
             ? ls_descriptor_get_annotation (descriptor, ANNOTATION_REFERENCE_DIGEST)
             : NULL;
}

/**
 * ls_descriptor_attests:
 * @descriptor: a child of an index
 * @image: the digest of another child
 *
 * Returns: whether it is an attestation of that image
 */
gboolean
ls_descriptor_attests (const LsDescriptor *descriptor, const LsDigest *image)
{
  return g_strcmp0 (ls_descriptor_get_attested (descriptor), ls_digest_to_string (image)) == 0;
}
