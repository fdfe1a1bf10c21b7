/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-scope.h"
#include "ls-token-request.h"

#include <string.h>

static void
test_scopes (void)
{
  static const struct
  {
    const char *have;
    const char *want;
    gboolean covers;
  } cases[] = {
    { "repository:a/b:pull", "repository:a/b:pull", TRUE },
    { "repository:a/b:pull,push", "repository:a/b:pull", TRUE },
    { "repository:a/b:pull,push", "repository:a/b:push", TRUE },
    { "repository:a/b:push,pull", "repository:a/b:pull,push", TRUE },
    { "repository:host:5000/b:pull,push", "repository:host:5000/b:pull", TRUE },
    { "repository:a/b:pull", "repository:a/b:pull,push", FALSE },
    { "repository:a/b:pull", "repository:a/bc:pull", FALSE },
    { "repository:a/bc:pull", "repository:a/b:pull", FALSE },
    { "registry:a/b:pull", "repository:a/b:pull", FALSE },
    { "repository:a/b:pullpush", "repository:a/b:pull", FALSE },
    { "nonsense", "repository:a/b:pull", FALSE },
    { "nonsense", "nonsense", TRUE },
    { "", "repository:a/b:pull", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %s", cases[i].have, cases[i].want);
      g_assert_cmpint (ls_scope_covers (cases[i].have, cases[i].want), ==, cases[i].covers);
    }
}

static void
test_scope_sets (void)
{
  const char *none[] = { NULL };
  const char *pull[] = { "repository:a:pull", NULL };
  const char *both[] = { "repository:a:pull,push", "repository:b:pull", NULL };
  const char *other[] = { "repository:b:pull", "repository:c:pull", NULL };

  g_assert_true (ls_scopes_cover (pull, pull));
  g_assert_true (ls_scopes_cover (both, pull));
  g_assert_true (ls_scopes_cover (none, none));
  g_assert_false (ls_scopes_cover (pull, both));
  g_assert_false (ls_scopes_cover (both, other));
  g_assert_false (ls_scopes_cover (none, pull));
  g_assert_false (ls_scopes_cover (pull, none));
}

static void
test_replies (void)
{
  static const struct
  {
    const char *text;
    const char *token; /* NULL: refused */
    gint64 lifetime;
    const char *refresh_token;
  } cases[] = {
    { "{\"token\":\"t\"}", "t", 60, NULL },
    { "{\"access_token\":\"a\"}", "a", 60, NULL },
    { "{\"token\":\"\",\"access_token\":\"a\"}", "a", 60, NULL },
    { "{\"token\":\"t\",\"access_token\":\"a\",\"expires_in\":300}", "t", 300, NULL },
    { "{\"token\":\"t\",\"expires_in\":5}", "t", 60, NULL },
    { "{\"token\":\"t\",\"expires_in\":-5}", "t", 60, NULL },
    { "{\"token\":\"t\",\"expires_in\":\"300\"}", "t", 60, NULL },
    { "{\"token\":\"t\",\"expires_in\":9223372036854775807}", "t", 86400, NULL },
    { "{\"token\":\"t\",\"refresh_token\":\"r\"}", "t", 60, "r" },
    { "{\"token\":\"t\",\"refresh_token\":null,\"issued_at\":\"x\"}", "t", 60, NULL },
    { "{}", NULL, 0, NULL },
    { "[]", NULL, 0, NULL },
    { "", NULL, 0, NULL },
    { "<html>", NULL, 0, NULL },
    { "{\"token\":null}", NULL, 0, NULL },
    { "{\"token\":7}", NULL, 0, NULL },
    { "{\"token\":\"a b\"}", NULL, 0, NULL },
    { "{\"token\":\"a\\r\\nHost: evil\"}", NULL, 0, NULL },
    { "{\"token\":\"\\u00e9\"}", NULL, 0, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_auto (LsTokenReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      gboolean ok = ls_token_reply_parse (&reply, body, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (ok, ==, cases[i].token != NULL);
      if (!ok)
        {
          g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
          continue;
        }
      g_assert_cmpstr (reply.token, ==, cases[i].token);
      g_assert_cmpstr (reply.refresh_token, ==, cases[i].refresh_token);
      g_assert_cmpint (reply.lifetime, ==, cases[i].lifetime);
    }
}

static void
test_basic (void)
{
  char *value = ls_basic_authorization ("Aladdin", "open sesame"); /* RFC 7617 */

  g_assert_cmpstr (value, ==, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  ls_secret_free (value);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tokens/scopes", test_scopes);
  g_test_add_func ("/tokens/scope-sets", test_scope_sets);
  g_test_add_func ("/tokens/replies", test_replies);
  g_test_add_func ("/tokens/basic", test_basic);

  return g_test_run ();
}
