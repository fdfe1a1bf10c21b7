/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-manifest.h"

#include "ls-error.h"
#include "ls-media-type.h"

static gboolean
is_unknown (LsPlatform *platform)
{
  return platform != NULL && g_str_equal (ls_platform_get_os (platform), "unknown")
         && g_str_equal (ls_platform_get_architecture (platform), "unknown");
}

/**
 * ls_manifest_list_images:
 * @manifest: an index
 *
 * Lists the children of an index that can be run, which attestations, other indexes,
 * and what is said to be for an unknown platform cannot.
 *
 * Returns: (transfer container) (element-type LsDescriptor): some of its children, in
 *   their order
 */
GPtrArray *
ls_manifest_list_images (const LsManifest *manifest)
{
  GPtrArray *children = ls_manifest_get_children (manifest);
  GPtrArray *images = g_ptr_array_new ();

  for (guint i = 0; i < children->len; i++)
    {
      LsDescriptor *child = g_ptr_array_index (children, i);

      if (ls_media_type_is_manifest (ls_descriptor_get_media_type (child))
          && !ls_descriptor_is_attestation (child)
          && !is_unknown (ls_descriptor_get_platform (child)))
        g_ptr_array_add (images, child);
    }

  return images;
}

static LsDescriptor *
find_best_image (GPtrArray *images, const LsPlatform *wanted)
{
  LsDescriptor *best = NULL;
  int best_rank = G_MAXINT;

  for (guint i = 0; i < images->len; i++)
    {
      LsDescriptor *image = g_ptr_array_index (images, i);
      LsPlatform *platform = ls_descriptor_get_platform (image);
      int rank = platform != NULL ? ls_platform_rank (wanted, platform) : -1;

      if (rank >= 0 && rank < best_rank)
        {
          best = image;
          best_rank = rank;
        }
    }

  if (best == NULL && images->len == 1
      && ls_descriptor_get_platform (g_ptr_array_index (images, 0)) == NULL)
    best = g_ptr_array_index (images, 0);

  return best;
}

static LsDescriptor *
find_nested_index (const LsManifest *index, const LsPlatform *wanted)
{
  GPtrArray *children = ls_manifest_get_children (index);

  for (guint i = 0; i < children->len; i++)
    {
      LsDescriptor *child = g_ptr_array_index (children, i);
      LsPlatform *platform = ls_descriptor_get_platform (child);

      if (ls_media_type_is_index (ls_descriptor_get_media_type (child))
          && (platform == NULL || ls_platform_rank (wanted, platform) >= 0))
        return child;
    }

  return NULL;
}

static char *
list_platforms (GPtrArray *images)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < images->len; i++)
    {
      LsPlatform *platform = ls_descriptor_get_platform (g_ptr_array_index (images, i));
      g_autofree char *name = platform != NULL ? ls_platform_to_string (platform) : NULL;

      if (name != NULL && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_add (names, NULL);

  return g_strjoinv (", ", (char **) names->pdata);
}

/**
 * ls_manifest_select_platform:
 * @manifest: an index
 * @wanted: what the image should run on
 * @error: return location for an error
 *
 * Chooses the child of an index that fits a platform best (see
 * ls_platform_rank()); of equal ones, the first. A child that names no platform
 * is taken if it is the only image. Attestations are never chosen. If no image
 * fits and there is a nested index, that one is the answer: the caller reads it,
 * chooses there, and bounds how deep it goes.
 *
 * Returns: (transfer full): an image manifest or a nested index, or %NULL with
 *   %LS_ERROR_NO_PLATFORM, whose subject lists the platforms on offer
 */
LsDescriptor *
ls_manifest_select_platform (const LsManifest *manifest, const LsPlatform *wanted, GError **error)
{
  g_autoptr (GPtrArray) images = NULL;
  g_autofree char *wanted_name = NULL;
  g_autofree char *offered_names = NULL;
  g_autoptr (GError) no_platform = NULL;
  LsDescriptor *best;

  g_return_val_if_fail (manifest != NULL && ls_manifest_is_index (manifest), NULL);
  g_return_val_if_fail (wanted != NULL, NULL);

  images = ls_manifest_list_images (manifest);
  best = find_best_image (images, wanted);
  if (best == NULL)
    best = find_nested_index (manifest, wanted);
  if (best != NULL)
    return ls_descriptor_ref (best);

  wanted_name = ls_platform_to_string (wanted);
  offered_names = list_platforms (images);
  no_platform = g_error_new (LS_ERROR, LS_ERROR_NO_PLATFORM, "No image for %s; on offer: %s",
                             wanted_name, *offered_names != '\0' ? offered_names : "none");
  ls_error_set_subject (no_platform, offered_names);
  g_propagate_error (error, g_steal_pointer (&no_platform));

  return NULL;
}
