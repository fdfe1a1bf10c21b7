/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-variant.h"

/**
 * ls_image_variant_new:
 * @platform: what it runs on; empty when it does not say
 * @attestations: (transfer full): what is said about it beside
 *
 * Returns: (transfer full): a variant without layers
 */
LsImageVariant *
ls_image_variant_new (const char *platform, GStrv attestations)
{
  LsImageVariant *self = g_new0 (LsImageVariant, 1);

  self->platform = g_strdup (platform);
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_descriptor_unref);
  self->attestations = attestations;

  return self;
}

/**
 * ls_image_variant_free:
 * @variant: (transfer full): a variant
 *
 * Frees it.
 */
void
ls_image_variant_free (LsImageVariant *variant)
{
  g_free (variant->platform);
  g_ptr_array_unref (variant->layers);
  g_strfreev (variant->attestations);
  g_free (variant);
}
