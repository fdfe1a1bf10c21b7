/* SPDX-License-Identifier: GPL-3.0-or-later */

/* WWW-Authenticate: where a server wants the password to be taken. */

#include "ls-challenge.h"
#include "ls-fuzz.h"

#include <string.h>

static void
append_parameter (GString *fields, const char *name, const char *value)
{
  if (value == NULL)
    return;

  g_string_append_printf (fields, "%s%s=\"", fields->str[fields->len - 1] == ' ' ? "" : ",", name);
  for (const char *at = value; *at != '\0'; at++)
    {
      if (*at == '"' || *at == '\\')
        g_string_append_c (fields, '\\');
      g_string_append_c (fields, *at);
    }
  g_string_append_c (fields, '"');
}

static void
assert_value (const char *value)
{
  if (value == NULL)
    return;

  g_assert_true (g_utf8_validate (value, -1, NULL));
  for (const char *at = value; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  g_autoptr (LsChallenge) challenge = ls_challenge_parse (text);
  g_autoptr (LsChallenge) again = NULL;
  g_autoptr (GString) fields = NULL;
  gboolean is_bearer;

  if (challenge == NULL)
    return 0;

  is_bearer = ls_challenge_get_scheme (challenge) == LS_CHALLENGE_BEARER;
  assert_value (ls_challenge_get_realm (challenge));
  assert_value (ls_challenge_get_service (challenge));
  assert_value (ls_challenge_get_scope (challenge));
  if (is_bearer)
    {
      g_assert_nonnull (ls_challenge_get_realm (challenge));
      g_assert_cmpstr (ls_challenge_get_realm (challenge), !=, "");
    }

  /* Written by the book, it reads the same. */
  fields = g_string_new (is_bearer ? "Bearer " : "Basic ");
  append_parameter (fields, "realm", ls_challenge_get_realm (challenge));
  append_parameter (fields, "service", ls_challenge_get_service (challenge));
  append_parameter (fields, "scope", ls_challenge_get_scope (challenge));
  if (fields->len > 16 * 1024) /* the escapes made it longer than any challenge */
    return 0;
  again = ls_challenge_parse (fields->str);
  g_assert_nonnull (again);
  g_assert_cmpint (ls_challenge_get_scheme (again), ==, ls_challenge_get_scheme (challenge));
  g_assert_cmpstr (ls_challenge_get_realm (again), ==, ls_challenge_get_realm (challenge));
  g_assert_cmpstr (ls_challenge_get_service (again), ==, ls_challenge_get_service (challenge));
  g_assert_cmpstr (ls_challenge_get_scope (again), ==, ls_challenge_get_scope (challenge));

  return 0;
}
