/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-attestation.h"

#define ANNOTATION_PREDICATE "in-toto.io/predicate-type"

/**
 * ls_attestation_table_new:
 *
 * Returns: (transfer full) (element-type utf8 GPtrArray): an empty table, by the digests
 *   of images
 */
GHashTable *
ls_attestation_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) g_ptr_array_unref);
}

/**
 * ls_attestation_table_add:
 * @table: a table
 * @index: an index; an image manifest adds nothing
 *
 * Adds the attestations that stand in @index itself, not those of indexes in it.
 */
void
ls_attestation_table_add (GHashTable *table, LsManifest *index)
{
  GPtrArray *children = ls_manifest_get_children (index);

  for (guint i = 0; i < children->len; i++)
    {
      const char *image = ls_descriptor_get_attested (children->pdata[i]);
      GPtrArray *attestations;

      if (image == NULL)
        continue;
      attestations = g_hash_table_lookup (table, image);
      if (attestations == NULL)
        {
          attestations = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
          g_hash_table_insert (table, g_strdup (image), attestations);
        }
      g_ptr_array_add (attestations, ls_descriptor_ref (children->pdata[i]));
    }
}

/**
 * ls_attestation_table_list:
 * @table: a table
 * @image: the digest of an image
 *
 * Returns: (transfer full) (element-type LsDescriptor): the attestations of that image,
 *   none of them read yet; may be empty
 */
GPtrArray *
ls_attestation_table_list (GHashTable *table, LsDigest *image)
{
  GPtrArray *attestations = g_hash_table_lookup (table, ls_digest_to_string (image));

  return attestations != NULL ? g_ptr_array_ref (attestations) : g_ptr_array_new ();
}

/**
 * ls_attestation_add_types:
 * @attestation: (nullable): an attestation, if it could be read
 * @types: where to add
 *
 * Adds the types of the in-toto predicates in @attestation; an empty text for what does not
 * say, and for an attestation of which nothing is known but that there is one.
 */
void
ls_attestation_add_types (LsManifest *attestation, GStrvBuilder *types)
{
  GPtrArray *layers = attestation != NULL ? ls_manifest_get_layers (attestation) : NULL;

  if (layers == NULL || layers->len == 0)
    {
      g_strv_builder_add (types, "");
      return;
    }

  for (guint i = 0; i < layers->len; i++)
    {
      const char *type = ls_descriptor_get_annotation (layers->pdata[i], ANNOTATION_PREDICATE);

      g_strv_builder_add (types, type != NULL ? type : "");
    }
}
