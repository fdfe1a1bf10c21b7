/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Docker Hub's answers to a search, from either of its sources. */

#include "ls-fuzz.h"
#include "ls-hub-results.h"
#include "ls-reference.h"

static void
check_repository (LsHubRepository *repository)
{
  const char *name = ls_hub_repository_get_name (repository);
  const char *pulls = ls_hub_repository_get_pull_count_text (repository);
  g_autoptr (LsReference) reference = ls_reference_parse (name, NULL);
  g_autofree char *familiar = NULL;

  /* A click on it pulls it, and from there. */
  g_assert_nonnull (reference);
  g_assert_true (ls_reference_is_docker_hub (reference));
  g_assert_null (ls_reference_get_tag (reference));
  g_assert_null (ls_reference_get_digest (reference));
  familiar = ls_reference_dup_familiar_repository (reference);
  g_assert_cmpstr (familiar, ==, name);

  ls_fuzz_assert_tidy (ls_hub_repository_get_description (repository));
  g_assert_cmpint (g_utf8_strlen (ls_hub_repository_get_description (repository), -1), <=, 2000);
  if (pulls != NULL)
    ls_fuzz_assert_tidy (pulls);
  g_assert_cmpint (ls_hub_repository_get_star_count (repository), >=, 0);
  g_assert_cmpint (ls_hub_repository_get_pull_count (repository), >=, -1);
}

static void
check_results (gboolean ok, LsHubResults *results, const GError *error)
{
  if (!ok)
    {
      ls_fuzz_assert_error (error);
      return;
    }
  g_assert_cmpint (results->total, >=, -1);
  for (guint i = 0; i < results->repositories->len; i++)
    check_repository (g_ptr_array_index (results->repositories, i));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_auto (LsHubResults) search = { 0 };
  g_auto (LsHubResults) index = { 0 };
  g_autoptr (GError) search_error = NULL;
  g_autoptr (GError) index_error = NULL;
  gboolean ok;

  ok = ls_hub_results_parse_search (&search, bytes, 0, &search_error);
  check_results (ok, &search, search_error);
  ok = ls_hub_results_parse_index (&index, bytes, 3, &index_error);
  check_results (ok, &index, index_error);

  return 0;
}
