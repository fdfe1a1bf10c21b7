/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-pasted-text.h"

#include "ls-reference.h"

#include <string.h>

/* How a command line begins that names an image, or a registry. */
static const char *const programs[] = { "docker", "podman",  "nerdctl", "crane", "regctl",
                                        "oras",   "buildah", "ctr",     NULL };
static const char *const image_verbs[] = { "pull", "image", NULL };

static GStrv
split_words (const char *text)
{
  GStrv words = NULL;

  /* Quotes and backslashes as in a shell; what is no command line stays whole. */
  if (!g_shell_parse_argv (text, NULL, &words, NULL))
    return g_strsplit (text, " ", -1);

  return words;
}

/* "$ sudo docker": what stands before the verb. */
static const char *const *
skip_program (const char *const *words)
{
  if (g_strcmp0 (words[0], "$") == 0 || g_strcmp0 (words[0], "#") == 0)
    words++;
  if (g_strcmp0 (words[0], "sudo") == 0)
    words++;

  return words[0] != NULL && g_strv_contains (programs, words[0]) ? words + 1 : NULL;
}

/* The last word of "docker pull [OPTIONS] NAME". */
static char *
find_in_command (const char *text)
{
  g_auto (GStrv) words = split_words (text);
  const char *const *rest = skip_program ((const char *const *) words);
  guint n_words;

  if (rest == NULL || rest[0] == NULL || !g_strv_contains (image_verbs, rest[0]))
    return NULL;

  if (g_str_equal (rest[0], "image"))
    rest++;
  n_words = g_strv_length ((char **) rest);
  if (n_words < 2 || !g_str_equal (rest[0], "pull") || rest[n_words - 1][0] == '-')
    return NULL;

  return g_strdup (rest[n_words - 1]);
}

static const char *
skip_scheme (const char *text)
{
  static const char *const schemes[] = { "https://", "http://", "docker://", "oci://" };

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return text + strlen (schemes[i]);

  return NULL;
}

/* Address without scheme, query, fragment and slashes at the end. */
static char *
trim_address (const char *address)
{
  char *trimmed = g_strndup (address, strcspn (address, "?#"));

  while (g_str_has_suffix (trimmed, "/"))
    trimmed[strlen (trimmed) - 1] = '\0';

  return trimmed;
}

/* The pages of Docker Hub: /_/ubuntu[/tags], /r/user/app[/tags],
 * /repository/docker/user/app, /layers/[user|library]/app/tag[/...]. */
static char *
find_in_hub_page (const char *const *parts)
{
  guint n_parts = g_strv_length ((char **) parts);

  if (n_parts >= 2 && g_str_equal (parts[0], "_"))
    return g_strdup (parts[1]);
  if (n_parts >= 3 && g_str_equal (parts[0], "r"))
    return g_strdup_printf ("%s/%s", parts[1], parts[2]);
  if (n_parts >= 4 && g_str_equal (parts[0], "repository") && g_str_equal (parts[1], "docker"))
    return g_strdup_printf ("%s/%s", parts[2], parts[3]);
  if (n_parts >= 4 && g_str_equal (parts[0], "layers"))
    return g_str_equal (parts[1], "library")
               ? g_strdup_printf ("%s:%s", parts[2], parts[3])
               : g_strdup_printf ("%s/%s:%s", parts[1], parts[2], parts[3]);

  return NULL;
}

static char *
find_in_address (const char *text)
{
  const char *address = skip_scheme (text);
  g_autofree char *trimmed = NULL;
  g_auto (GStrv) parts = NULL;

  /* A browser's address bar shows no scheme. */
  if (address == NULL && g_str_has_prefix (text, "hub.docker.com/"))
    address = text;
  if (address == NULL)
    return NULL;

  trimmed = trim_address (address);
  parts = g_strsplit (trimmed, "/", -1);
  if (parts[0] == NULL)
    return NULL;
  if (g_ascii_strcasecmp (parts[0], "hub.docker.com") == 0)
    return find_in_hub_page ((const char *const *) parts + 1);
  if (g_ascii_strcasecmp (parts[0], "quay.io") == 0 && g_strv_length (parts) >= 4
      && g_str_equal (parts[1], "repository"))
    return g_strdup_printf ("quay.io/%s/%s", parts[2], parts[3]);

  return ls_reference_check (trimmed) == LS_REFERENCE_OK ? g_steal_pointer (&trimmed) : NULL;
}

/**
 * ls_pasted_image:
 * @text: what stands in an entry for the name of an image
 *
 * Finds the name in a command line (`docker pull ubuntu:24.04`) and in the address
 * of a page (`https://hub.docker.com/r/user/app`).
 *
 * Returns: (transfer full): the name, or @text without the space around it where
 *   there is none to find
 */
char *
ls_pasted_image (const char *text)
{
  g_autofree char *stripped = NULL;
  g_autofree char *word = NULL;
  char *found;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  word = find_in_command (stripped);
  found = find_in_address (word != NULL ? word : stripped);
  if (found != NULL)
    return found;

  return word != NULL ? g_steal_pointer (&word) : g_steal_pointer (&stripped);
}

/* "docker login [OPTIONS] [SERVER]": the server is the last word, unless that is an
 * option or what belongs to one. */
static char *
find_in_login (const char *text)
{
  g_auto (GStrv) words = split_words (text);
  const char *const *rest = skip_program ((const char *const *) words);
  guint n_words = rest != NULL ? g_strv_length ((char **) rest) : 0;

  if (n_words == 0 || !g_str_equal (rest[0], "login"))
    return NULL;

  for (guint i = n_words - 1; i > 0; i--)
    if (rest[i][0] != '-' && strpbrk (rest[i], ".:") != NULL)
      return g_strdup (rest[i]);

  return g_strdup (LS_DOCKER_HUB);
}

/**
 * ls_pasted_registry:
 * @text: what stands in an entry for the name of a registry
 *
 * Finds the host in a web address (`https://registry.example.com/v2/`), in the name
 * of an image (`ghcr.io/user/app:1.0`) and in `docker login registry.example.com`.
 *
 * Returns: (transfer full): the host, with its port, or @text without the space
 *   around it where there is none to find
 */
char *
ls_pasted_registry (const char *text)
{
  g_autofree char *stripped = NULL;
  g_autofree char *word = NULL;
  const char *address;
  g_autofree char *host = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = g_strstrip (g_strdup (text));
  word = find_in_login (stripped);
  if (word == NULL)
    word = g_strdup (stripped);

  address = skip_scheme (word);
  if (address == NULL)
    address = word;
  host = g_strndup (address, strcspn (address, "/?#"));

  return *host != '\0' ? g_steal_pointer (&host) : g_steal_pointer (&stripped);
}
