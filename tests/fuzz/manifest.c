/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Manifests and indexes, served as whatever a registry says they are. */

#include "ls-fuzz.h"
#include "ls-manifest.h"
#include "ls-media-type.h"

#include <string.h>

static void
check_descriptor (LsDescriptor *descriptor)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsDescriptor) again = ls_descriptor_from_json (json_node_get_object (node), &error);
  LsDigest *digest = ls_descriptor_get_digest (descriptor);

  g_assert_no_error (error);
  g_assert_true (ls_digest_equal (digest, ls_descriptor_get_digest (again)));
  g_assert_cmpint (ls_descriptor_get_size (again), ==, ls_descriptor_get_size (descriptor));
  g_assert_cmpstr (ls_descriptor_get_media_type (again), ==,
                   ls_descriptor_get_media_type (descriptor));

  /* These become paths and URLs. */
  g_assert_cmpuint (strspn (ls_digest_get_hex (digest), "0123456789abcdef"), ==,
                    strcmp (ls_digest_get_algorithm (digest), "sha256") == 0 ? 64 : 128);
  g_assert_cmpint (ls_descriptor_get_size (descriptor), >=, 0);
  g_assert_cmpint (ls_descriptor_get_size (descriptor), <=, G_GINT64_CONSTANT (1) << 53);
}

static void
check_manifest (LsManifest *manifest, GBytes *bytes)
{
  g_autoptr (LsPlatform) wanted = ls_platform_parse ("linux/arm64", NULL);
  g_autoptr (LsDescriptor) chosen = NULL;
  g_autoptr (LsManifest) again = NULL;
  LsDescriptor *descriptor = ls_manifest_get_descriptor (manifest);
  GPtrArray *layers = ls_manifest_get_layers (manifest);
  GPtrArray *children = ls_manifest_get_children (manifest);

  g_assert_true (g_bytes_equal (ls_manifest_get_bytes (manifest), bytes));
  g_assert_true (ls_digest_matches (ls_descriptor_get_digest (descriptor), bytes));
  g_assert_cmpint (ls_manifest_get_total_size (manifest), >=, (gint64) g_bytes_get_size (bytes));
  for (guint i = 0; i < layers->len; i++)
    check_descriptor (g_ptr_array_index (layers, i));
  for (guint i = 0; i < children->len; i++)
    check_descriptor (g_ptr_array_index (children, i));
  if (ls_manifest_is_index (manifest))
    {
      g_assert_null (ls_manifest_get_config (manifest));
      g_assert_cmpuint (layers->len, ==, 0);
      chosen = ls_manifest_select_platform (manifest, wanted, NULL);
    }
  else
    {
      check_descriptor (ls_manifest_get_config (manifest));
      g_assert_cmpuint (children->len, ==, 0);
    }

  /* Pushed as what it was taken for, it is the same for everybody. */
  again = ls_manifest_parse (bytes, ls_manifest_get_media_type (manifest), NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (ls_manifest_is_index (again), ==, ls_manifest_is_index (manifest));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const content_types[] = {
    NULL,
    LS_MEDIA_TYPE_OCI_MANIFEST,
    LS_MEDIA_TYPE_OCI_INDEX,
    LS_MEDIA_TYPE_DOCKER_MANIFEST,
    LS_MEDIA_TYPE_DOCKER_LIST,
  };
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  gboolean is_index = FALSE;
  gboolean is_image = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (content_types); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsManifest) manifest = ls_manifest_parse (bytes, content_types[i], &error);

      if (manifest == NULL)
        {
          ls_fuzz_assert_error (error);
          continue;
        }
      check_manifest (manifest, bytes);
      is_index = is_index || ls_manifest_is_index (manifest);
      is_image = is_image || !ls_manifest_is_index (manifest);
    }

  /* One digest stands for one thing, however it is served. */
  g_assert_false (is_index && is_image);

  return 0;
}
