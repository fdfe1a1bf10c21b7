/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-challenge.h"

#include "ls-http-headers.h"

#include <string.h>

/* More than any server has reason to send. */
#define MAX_LENGTH (16 * 1024)

struct _LsChallenge
{
  LsChallengeScheme scheme;
  char *realm;
  char *service;
  char *scope;
};

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t')
    p++;

  return p;
}

/* The name of a scheme or a parameter, in lower case: both are
 * case-insensitive, and "BASIC" is in use. */
static char *
take_token (const char **cursor)
{
  const char *start = *cursor;
  const char *p = start;

  while (is_token_char (*p))
    p++;
  *cursor = p;

  return p > start ? g_ascii_strdown (start, p - start) : NULL;
}

/* "Negotiate YII=", "NTLM TlRM": a credential in place of parameters. */
static gboolean
skip_token68 (const char **cursor)
{
  const char *p = *cursor;

  while (g_ascii_isalnum (*p) || (*p != '\0' && strchr ("-._~+/", *p) != NULL))
    p++;
  if (p == *cursor)
    return FALSE;

  while (*p == '=')
    p++;
  p = skip_space (p);
  if (*p != ',' && *p != '\0')
    return FALSE;

  *cursor = p;

  return TRUE;
}

static gboolean
has_control_characters (const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (g_ascii_iscntrl (*value))
        return TRUE;
    }

  return FALSE;
}

static gboolean
set_parameter (LsChallenge *self, const char *name, const char *value)
{
  char **field = NULL;

  if (g_str_equal (name, "realm"))
    field = &self->realm;
  else if (g_str_equal (name, "service"))
    field = &self->service;
  else if (g_str_equal (name, "scope"))
    field = &self->scope;

  /* Two values for one thing: the first counts, as for every other client. */
  if (field == NULL || *field != NULL)
    return TRUE;
  if (has_control_characters (value) || !g_utf8_validate (value, -1, NULL))
    return FALSE;

  *field = g_strdup (value);

  return TRUE;
}

/* The parameters up to the next scheme's name or the end. */
static const char *
take_parameters (const char *p, LsChallenge *self, gboolean *is_valid)
{
  while (*p != '\0')
    {
      const char *start;
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      while (*p == ',' || *p == ' ' || *p == '\t')
        p++;

      start = p;
      name = take_token (&p);
      if (name == NULL)
        {
          *is_valid = *is_valid && *p == '\0';
          return p;
        }

      p = skip_space (p);
      if (*p != '=')
        return start; /* no parameter: the next challenge begins */

      p = skip_space (p + 1);
      value = ls_http_take_value (&p, ", \t");
      *is_valid = set_parameter (self, name, value) && *is_valid;
    }

  return p;
}

static gboolean
is_usable (LsChallenge *self)
{
  return self->scheme == LS_CHALLENGE_BASIC || (self->realm != NULL && *self->realm != '\0');
}

/**
 * ls_challenge_parse:
 * @fields: (nullable): the WWW-Authenticate fields, joined by commas
 *
 * Finds the challenge to answer among all that are there: a bearer token
 * before Basic; other schemes (Negotiate, NTLM, Digest) are passed over.
 *
 * Returns: (transfer full) (nullable): a challenge; %NULL if none is usable
 */
LsChallenge *
ls_challenge_parse (const char *fields)
{
  g_autoptr (LsChallenge) best = NULL;
  const char *p = fields;

  if (fields == NULL || strlen (fields) > MAX_LENGTH)
    return NULL;

  while (*p != '\0')
    {
      g_autoptr (LsChallenge) candidate = NULL;
      g_autofree char *scheme = NULL;
      gboolean is_valid = TRUE;

      while (*p == ',' || *p == ' ' || *p == '\t')
        p++;
      if (*p == '\0')
        break;

      scheme = take_token (&p);
      if (scheme == NULL || (*p != ' ' && *p != '\t' && *p != ',' && *p != '\0'))
        break;

      candidate = g_atomic_rc_box_new0 (LsChallenge);
      candidate->scheme = g_str_equal (scheme, "bearer") ? LS_CHALLENGE_BEARER : LS_CHALLENGE_BASIC;

      p = skip_space (p);
      if (!skip_token68 (&p))
        p = take_parameters (p, candidate, &is_valid);

      if (!g_str_equal (scheme, "bearer") && !g_str_equal (scheme, "basic"))
        continue;
      if (!is_valid || !is_usable (candidate))
        continue;

      if (best == NULL || candidate->scheme > best->scheme)
        {
          g_clear_pointer (&best, ls_challenge_unref);
          best = g_steal_pointer (&candidate);
        }
    }

  return g_steal_pointer (&best);
}

/**
 * ls_challenge_ref:
 * @challenge: a challenge
 *
 * Returns: (transfer full): the same challenge
 */
LsChallenge *
ls_challenge_ref (LsChallenge *challenge)
{
  return g_atomic_rc_box_acquire (challenge);
}

static void
challenge_clear (gpointer data)
{
  LsChallenge *self = data;

  g_free (self->realm);
  g_free (self->service);
  g_free (self->scope);
}

/**
 * ls_challenge_unref:
 * @challenge: (transfer full): a challenge
 */
void
ls_challenge_unref (LsChallenge *challenge)
{
  g_atomic_rc_box_release_full (challenge, challenge_clear);
}

/**
 * ls_challenge_get_scheme:
 * @challenge: a challenge
 *
 * Returns: what kind of credentials are wanted
 */
LsChallengeScheme
ls_challenge_get_scheme (const LsChallenge *challenge)
{
  return challenge->scheme;
}

/**
 * ls_challenge_get_realm:
 * @challenge: a challenge
 *
 * Returns: (nullable) (transfer none): for a token, the URL to have it from; may be relative
 */
const char *
ls_challenge_get_realm (const LsChallenge *challenge)
{
  return challenge->realm;
}

/**
 * ls_challenge_get_service:
 * @challenge: a challenge
 *
 * Returns: (nullable) (transfer none): the service to name at the realm
 */
const char *
ls_challenge_get_service (const LsChallenge *challenge)
{
  return challenge->service;
}

/**
 * ls_challenge_get_scope:
 * @challenge: a challenge
 *
 * Returns: (nullable) (transfer none): the scopes the server wants, separated by spaces
 */
const char *
ls_challenge_get_scope (const LsChallenge *challenge)
{
  return challenge->scope;
}
