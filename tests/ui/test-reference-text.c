/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-reference-text.h"

/* Every problem that can be typed has a sentence of its own. */
static void
test_every_problem (void)
{
  static const struct
  {
    const char *text;
    LsReferenceProblem problem;
    const char *says;
  } cases[] = {
    { "https://docker.io/ubuntu", LS_REFERENCE_HAS_SCHEME, "https://" },
    { "4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe", LS_REFERENCE_IS_IMAGE_ID,
      "ID of an image" },
    { "me@example.com/app", LS_REFERENCE_HAS_USER, "“@”" },
    { "-a.example/app", LS_REFERENCE_BAD_REGISTRY, "registry" },
    { "localhost:99999/app", LS_REFERENCE_BAD_PORT, "65535" },
    { "localhost:5000/", LS_REFERENCE_NO_REPOSITORY, "is missing" },
    { "library/Ubuntu", LS_REFERENCE_UPPER_CASE, "lowercase letters" },
    { "team//app", LS_REFERENCE_EMPTY_COMPONENT, "“/”" },
    { "team/app-", LS_REFERENCE_BAD_SEPARATOR, "“-”" },
    { "team/ap p", LS_REFERENCE_BAD_CHARACTER, "a to z" },
    { "ubuntu:", LS_REFERENCE_EMPTY_TAG, "“:”" },
    { "ubuntu:-x", LS_REFERENCE_BAD_TAG, "tag" },
    { "ubuntu@sha256:12", LS_REFERENCE_BAD_DIGEST, "64 digits" },
  };
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = ls_reference_problem_text (cases[i].problem);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (ls_reference_check (cases[i].text), ==, cases[i].problem);
      g_assert_nonnull (strstr (text, cases[i].says));
    }

  for (int problem = LS_REFERENCE_HAS_SCHEME; problem <= LS_REFERENCE_BAD_DIGEST; problem++)
    {
      const char *text = ls_reference_problem_text (problem);

      g_assert_true (g_str_has_suffix (text, "."));
      g_assert_true (g_hash_table_add (seen, (gpointer) text));
    }
}

/* An empty entry is no mistake yet. */
static void
test_nothing_to_say (void)
{
  g_assert_cmpint (ls_reference_check ("ubuntu:24.04"), ==, LS_REFERENCE_OK);
  g_assert_cmpint (ls_reference_check (""), ==, LS_REFERENCE_EMPTY);
  g_assert_null (ls_reference_problem_text (LS_REFERENCE_OK));
  g_assert_null (ls_reference_problem_text (LS_REFERENCE_EMPTY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reference-text/every-problem", test_every_problem);
  g_test_add_func ("/reference-text/nothing-to-say", test_nothing_to_say);

  return g_test_run ();
}
