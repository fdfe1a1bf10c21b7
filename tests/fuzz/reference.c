/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of images, as people type them and as indexes hold them. */

#include "ls-fuzz.h"
#include "ls-reference.h"

#include <string.h>

/* Nothing of it may mean anything in a URL, a path or a header field. */
static void
assert_harmless (const char *canonical)
{
  for (const char *at = canonical; *at != '\0'; at++)
    g_assert_true (g_ascii_isalnum (*at) || strchr (".-_/:@[]", *at) != NULL);
  g_assert_null (strstr (canonical, "/."));
  g_assert_null (strstr (canonical, "//"));
  g_assert_cmpint (canonical[0], !=, '-');
}

static void
assert_reads_as (const char *text, LsReference *reference)
{
  g_autoptr (LsReference) again = ls_reference_parse (text, NULL);

  g_assert_nonnull (again);
  g_assert_true (ls_reference_equal (again, reference));
  g_assert_cmpuint (ls_reference_hash (again), ==, ls_reference_hash (reference));
}

static void
check_reference (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsReference) reference = ls_reference_parse (text, &error);
  g_autoptr (LsReference) latest = NULL;
  g_autoptr (LsReference) built = NULL;
  g_autoptr (LsReference) proposed = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *canonical = NULL;
  g_autofree char *elsewhere = NULL;

  g_assert_cmpint (ls_reference_check (text) == LS_REFERENCE_OK, ==, reference != NULL);
  if (reference == NULL)
    {
      ls_fuzz_assert_error (error);
      return;
    }

  shown = ls_reference_to_string (reference);
  canonical = ls_reference_to_canonical (reference);
  assert_harmless (canonical);
  assert_reads_as (shown, reference);
  assert_reads_as (canonical, reference);
  g_assert_true (ls_registry_name_is_valid (ls_reference_get_registry (reference)));
  g_assert_cmpuint (strlen (ls_reference_get_repository (reference)), <=, 255);

  built = ls_reference_new (
      ls_reference_get_registry (reference), ls_reference_get_repository (reference),
      ls_reference_get_tag (reference), ls_reference_get_digest (reference), NULL);
  g_assert_nonnull (built);
  g_assert_true (ls_reference_equal (built, reference));

  latest = ls_reference_with_latest (reference);
  g_assert_true (ls_reference_get_tag (latest) != NULL || ls_reference_get_digest (latest) != NULL);
  g_assert_cmpstr (ls_reference_get_version (latest), ==, ls_reference_get_version (reference));

  /* Whatever was typed may as well be somebody's name. */
  proposed = ls_reference_propose (reference, ls_reference_get_registry (reference), text);
  elsewhere = ls_reference_to_canonical (proposed);
  g_assert_cmpint (ls_reference_check (elsewhere), ==, LS_REFERENCE_OK);
}

static void
check_registry_name (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = ls_registry_name_normalize (text, &error);
  g_autofree char *again = NULL;

  if (name == NULL)
    {
      ls_fuzz_assert_error (error);
      return;
    }
  g_assert_true (ls_registry_name_is_valid (name));
  again = ls_registry_name_normalize (name, NULL);
  g_assert_cmpstr (again, ==, name);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = ls_fuzz_dup_text (data, size);

  check_reference (text);
  check_registry_name (text);

  return 0;
}
