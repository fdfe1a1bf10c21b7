/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-challenge.h"

#include <string.h>

#define BEARER "Bearer realm=\"https://auth.example/token\""

typedef struct
{
  const char *fields;
  int scheme; /* -1: nothing usable */
  const char *realm;
  const char *service;
  const char *scope;
} Case;

static const Case cases[] = {
  /* As the specifications have it. */
  { BEARER ",service=\"registry.example\",scope=\"repository:library/ubuntu:pull\"",
    LS_CHALLENGE_BEARER, "https://auth.example/token", "registry.example",
    "repository:library/ubuntu:pull" },
  { BEARER, LS_CHALLENGE_BEARER, "https://auth.example/token", NULL, NULL },
  { "Basic realm=\"Registry\"", LS_CHALLENGE_BASIC, "Registry", NULL, NULL },

  /* Names of schemes and parameters are case-insensitive. */
  { "BASIC realm=\"Sonatype Nexus\"", LS_CHALLENGE_BASIC, "Sonatype Nexus", NULL, NULL },
  { "bearer REALM=\"https://a/t\",Service=\"s\",SCOPE=\"x\"", LS_CHALLENGE_BEARER, "https://a/t",
    "s", "x" },

  /* Space where it is allowed, and where it is not but happens. */
  { BEARER " , service = \"s\" ,scope= \"x\"", LS_CHALLENGE_BEARER, "https://auth.example/token",
    "s", "x" },
  { "  Bearer   realm=\"https://a/t\"  ", LS_CHALLENGE_BEARER, "https://a/t", NULL, NULL },
  { "Bearer\trealm=\"https://a/t\"", LS_CHALLENGE_BEARER, "https://a/t", NULL, NULL },
  { ",,, Bearer realm=\"https://a/t\",,service=\"s\",", LS_CHALLENGE_BEARER, "https://a/t", "s",
    NULL },

  /* Values without quotes, escapes, commas inside of quotes, nothing inside of them. */
  { "Bearer realm=https://a/t,service=s,scope=repository:a/b:pull", LS_CHALLENGE_BEARER,
    "https://a/t", "s", "repository:a/b:pull" },
  { "Bearer realm=\"https://a/t\",service=\"the \\\"best\\\" \\\\ one\"", LS_CHALLENGE_BEARER,
    "https://a/t", "the \"best\" \\ one", NULL },
  { "Bearer realm=\"https://a/t\",scope=\"repository:a/b:pull,push\",service=\"s\"",
    LS_CHALLENGE_BEARER, "https://a/t", "s", "repository:a/b:pull,push" },
  { "Bearer realm=\"https://a/t\",service=\"\",scope=\"\"", LS_CHALLENGE_BEARER, "https://a/t", "",
    "" },
  { "Bearer realm=\"https://a/t", LS_CHALLENGE_BEARER, "https://a/t", NULL, NULL },
  { "Bearer realm=\"/relative/token\"", LS_CHALLENGE_BEARER, "/relative/token", NULL, NULL },
  { "Basic", LS_CHALLENGE_BASIC, NULL, NULL, NULL },

  /* Several challenges, in one field or in several: a token is worth more than
   * a password, and what we do not speak is passed over. */
  { "Basic realm=\"x\", " BEARER ",service=\"s\"", LS_CHALLENGE_BEARER,
    "https://auth.example/token", "s", NULL },
  { BEARER ",service=\"s\", Basic realm=\"x\"", LS_CHALLENGE_BEARER, "https://auth.example/token",
    "s", NULL },
  { "Negotiate, NTLM, Basic realm=\"x\"", LS_CHALLENGE_BASIC, "x", NULL, NULL },
  { "Negotiate YIIZvwYJKoZI/hvcNAQ==, Basic realm=\"x\"", LS_CHALLENGE_BASIC, "x", NULL, NULL },
  { "NTLM TlRMTVNTUAAC=, " BEARER, LS_CHALLENGE_BEARER, "https://auth.example/token", NULL, NULL },
  { "Digest realm=\"x\", qop=\"auth,auth-int\", nonce=\"y\", Basic realm=\"z\"", LS_CHALLENGE_BASIC,
    "z", NULL, NULL },
  { "Bearer error=\"invalid_token\", " BEARER, LS_CHALLENGE_BEARER, "https://auth.example/token",
    NULL, NULL },
  { BEARER ",service=\"first\"," BEARER ",service=\"second\"", LS_CHALLENGE_BEARER,
    "https://auth.example/token", "first", NULL },
  { "Bearer realm=\"https://a/t\",realm=\"https://b/t\"", LS_CHALLENGE_BEARER, "https://a/t", NULL,
    NULL },

  /* Nothing to answer. */
  { NULL, -1, NULL, NULL, NULL },
  { "", -1, NULL, NULL, NULL },
  { " , ", -1, NULL, NULL, NULL },
  { "Negotiate", -1, NULL, NULL, NULL },
  { "Bearer", -1, NULL, NULL, NULL },
  { "Bearer realm=\"\"", -1, NULL, NULL, NULL },
  { "Bearer service=\"s\"", -1, NULL, NULL, NULL },
  { "realm=\"https://a/t\"", -1, NULL, NULL, NULL },
  { "\"Bearer\" realm=\"https://a/t\"", -1, NULL, NULL, NULL },
  { "Bearer {\"realm\":\"https://a/t\"}", -1, NULL, NULL, NULL },
  { "<html>", -1, NULL, NULL, NULL },

  /* What would break out of the header field or the URL it is put into. */
  { "Bearer realm=\"https://a/t\",scope=\"x\r\nHost: evil\"", -1, NULL, NULL, NULL },
  { "Bearer realm=\"https://a/t\x01\"", -1, NULL, NULL, NULL },
  { "Bearer realm=\"https://a/t\",service=\"\xff\xfe\"", -1, NULL, NULL, NULL },
};

/* What comes from outside need not be text; a log has to be. */
static void
say (const char *input)
{
  g_autofree char *text = input != NULL ? g_strescape (input, NULL) : NULL;

  g_test_message ("%s", text != NULL ? text : "(none)");
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsChallenge) challenge = ls_challenge_parse (cases[i].fields);

      say (cases[i].fields);
      if (cases[i].scheme == -1)
        {
          g_assert_null (challenge);
          continue;
        }

      g_assert_nonnull (challenge);
      g_assert_cmpint (ls_challenge_get_scheme (challenge), ==, cases[i].scheme);
      g_assert_cmpstr (ls_challenge_get_realm (challenge), ==, cases[i].realm);
      g_assert_cmpstr (ls_challenge_get_service (challenge), ==, cases[i].service);
      g_assert_cmpstr (ls_challenge_get_scope (challenge), ==, cases[i].scope);
    }
}

static void
test_huge (void)
{
  g_autofree char *padding = g_strnfill (100 * 1000, 'x');
  g_autofree char *fields = g_strdup_printf (BEARER ",service=\"%s\"", padding);

  g_assert_null (ls_challenge_parse (fields));
}

/* Whatever comes, the parser comes to an end and stays within the text. */
static void
test_mutations (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  static const char alphabet[] = "=,\" \t\\abR/:B\x01\xff";

  for (int round = 0; round < 20000; round++)
    {
      const char *start = cases[g_rand_int_range (rand, 0, 25)].fields;
      g_autofree char *text = g_strdup (start);
      g_autoptr (LsChallenge) challenge = NULL;
      gsize length = strlen (text);

      for (int i = 0; i < 4; i++)
        text[g_rand_int_range (rand, 0, (gint32) length)] =
            alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)];
      challenge = ls_challenge_parse (text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/challenge/cases", test_cases);
  g_test_add_func ("/challenge/huge", test_huge);
  g_test_add_func ("/challenge/mutations", test_mutations);

  return g_test_run ();
}
