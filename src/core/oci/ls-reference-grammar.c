/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-reference-grammar.h"

#include "ls-error.h"

#include <string.h>

#define MAX_REPOSITORY_LENGTH 255
#define MAX_TAG_LENGTH 128
#define IMAGE_ID_LENGTH 64
#define OFFICIAL_PREFIX "library/"

static const char *const messages[] = {
  [LS_REFERENCE_EMPTY] = "There is no name",
  [LS_REFERENCE_HAS_SCHEME] = "A name of an image has no http:// or https:// before it",
  [LS_REFERENCE_IS_IMAGE_ID] = "This is the ID of an image, not a name",
  [LS_REFERENCE_HAS_USER] = "A name of an image has no user name and @ before the repository",
  [LS_REFERENCE_BAD_REGISTRY] = "The registry is not a host such as example.com or localhost:5000",
  [LS_REFERENCE_BAD_PORT] = "The port of the registry is not a number from 1 to 65535",
  [LS_REFERENCE_NO_REPOSITORY] = "The name of the repository is missing",
  [LS_REFERENCE_UPPER_CASE] = "The name of a repository has no upper-case letters",
  [LS_REFERENCE_EMPTY_COMPONENT] = "The name of the repository has an empty part beside a slash",
  [LS_REFERENCE_BAD_SEPARATOR] =
      "Each part of a repository's name starts and ends with a letter or digit, with one dot, one "
      "or two underscores, or dashes between",
  [LS_REFERENCE_BAD_CHARACTER] =
      "The name of a repository has only letters, digits, dots, underscores, dashes and slashes",
  [LS_REFERENCE_TOO_LONG] = "The name of the repository is longer than 255 characters",
  [LS_REFERENCE_EMPTY_TAG] = "The tag after the colon is missing",
  [LS_REFERENCE_BAD_TAG] =
      "A tag has only letters, digits, dots, underscores and dashes, and starts with none of “.-”",
  [LS_REFERENCE_TAG_TOO_LONG] = "The tag is longer than 128 characters",
  [LS_REFERENCE_BAD_DIGEST] = "What follows the @ is not a sha256 or sha512 digest",
};

/**
 * ls_reference_problem_to_error:
 * @problem: any but %LS_REFERENCE_OK
 * @error: return location for an %LS_ERROR_INVALID_NAME
 */
void
ls_reference_problem_to_error (LsReferenceProblem problem, GError **error)
{
  g_return_if_fail (problem > LS_REFERENCE_OK && problem < G_N_ELEMENTS (messages));

  g_set_error_literal (error, LS_ERROR, LS_ERROR_INVALID_NAME, messages[problem]);
}

static gboolean
is_separator (char character)
{
  return character == '.' || character == '_' || character == '-';
}

static gboolean
is_component_character (char character)
{
  return g_ascii_islower (character) || g_ascii_isdigit (character);
}

/* separator ::= "." | "_" | "__" | "-"+ */
static gboolean
is_separator_run (const char *run, gsize length)
{
  if (*run == '-')
    return strspn (run, "-") >= length;

  return length == 1 || (length == 2 && run[0] == '_' && run[1] == '_');
}

static LsReferenceProblem
check_component (const char *component)
{
  const char *at = component;

  if (*at == '\0')
    return LS_REFERENCE_EMPTY_COMPONENT;
  if (!is_component_character (*at))
    return LS_REFERENCE_BAD_SEPARATOR;

  while (*at != '\0')
    {
      gsize length = 0;

      while (is_component_character (*at))
        at++;
      while (is_separator (at[length]))
        length++;
      if (length == 0)
        break;
      if (at[length] == '\0' || !is_separator_run (at, length))
        return LS_REFERENCE_BAD_SEPARATOR;
      at += length;
    }

  return LS_REFERENCE_OK;
}

/**
 * ls_reference_check_repository:
 * @repository: what should be components with slashes between
 *
 * Returns: %LS_REFERENCE_OK or what is wrong
 */
LsReferenceProblem
ls_reference_check_repository (const char *repository)
{
  g_auto (GStrv) components = NULL;
  gboolean has_upper_case = FALSE;

  if (*repository == '\0')
    return LS_REFERENCE_NO_REPOSITORY;
  for (const char *at = repository; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at) && !is_separator (*at) && *at != '/')
        return LS_REFERENCE_BAD_CHARACTER;
      has_upper_case = has_upper_case || g_ascii_isupper (*at);
    }
  if (has_upper_case)
    return LS_REFERENCE_UPPER_CASE;
  if (strlen (repository) > MAX_REPOSITORY_LENGTH)
    return LS_REFERENCE_TOO_LONG;

  components = g_strsplit (repository, "/", -1);
  for (char **component = components; *component != NULL; component++)
    {
      LsReferenceProblem problem = check_component (*component);

      if (problem != LS_REFERENCE_OK)
        return problem;
    }

  return LS_REFERENCE_OK;
}

/**
 * ls_reference_check_tag:
 * @tag: what should be a tag
 *
 * Returns: %LS_REFERENCE_OK or what is wrong
 */
LsReferenceProblem
ls_reference_check_tag (const char *tag)
{
  if (*tag == '\0')
    return LS_REFERENCE_EMPTY_TAG;
  if (*tag == '.' || *tag == '-')
    return LS_REFERENCE_BAD_TAG;
  for (const char *at = tag; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && !is_separator (*at))
      return LS_REFERENCE_BAD_TAG;

  return strlen (tag) > MAX_TAG_LENGTH ? LS_REFERENCE_TAG_TOO_LONG : LS_REFERENCE_OK;
}

/* What "docker images --no-trunc" prints in its column of IDs, with or without the
 * algorithm; as a name it could only be taken for something it is not. */
static gboolean
is_image_id (const char *text)
{
  if (g_str_has_prefix (text, "sha256:"))
    text += strlen ("sha256:");

  return strlen (text) == IMAGE_ID_LENGTH && strspn (text, "0123456789abcdef") == IMAGE_ID_LENGTH;
}

static gboolean
is_registry_like (const char *component)
{
  return strpbrk (component, ".:[") != NULL || strcmp (component, "localhost") == 0;
}

/* Cuts the registry off @text, if there is one, and leaves @path at what follows. */
static LsReferenceProblem
read_registry (LsReferenceParts *parts, const char *text, const char **path)
{
  const char *slash = strchr (text, '/');
  g_autofree char *first = slash != NULL ? g_strndup (text, slash - text) : NULL;
  const char *at = first != NULL ? strchr (first, '@') : NULL;
  LsReferenceProblem problem;

  *path = text;
  if (at != NULL)
    return g_str_has_prefix (at, "@sha") ? LS_REFERENCE_BAD_DIGEST : LS_REFERENCE_HAS_USER;
  if (first == NULL || !is_registry_like (first))
    {
      parts->registry = g_strdup (LS_DOCKER_HUB);
      return LS_REFERENCE_OK;
    }

  problem = ls_registry_name_check (first);
  if (problem == LS_REFERENCE_OK)
    parts->registry = ls_registry_name_fold (first);
  *path = slash + 1;

  return problem;
}

/* Cuts the digest off the end of @rest. */
static LsReferenceProblem
read_digest (LsReferenceParts *parts, char *rest)
{
  char *at = strchr (rest, '@');

  if (at == NULL)
    return LS_REFERENCE_OK;
  *at = '\0';
  parts->digest = ls_digest_parse (at + 1, NULL);

  return parts->digest != NULL ? LS_REFERENCE_OK : LS_REFERENCE_BAD_DIGEST;
}

/* Cuts the tag off the end of @rest. */
static LsReferenceProblem
read_tag (LsReferenceParts *parts, char *rest)
{
  char *slash = strrchr (rest, '/');
  char *colon = strchr (slash != NULL ? slash : rest, ':');

  if (colon == NULL)
    return LS_REFERENCE_OK;
  *colon = '\0';
  parts->tag = g_strdup (colon + 1);

  return ls_reference_check_tag (parts->tag);
}

/**
 * ls_repository_complete:
 * @registry: a registry
 * @repository: a valid repository
 *
 * Returns: (transfer full): the repository with the "library/" that people leave
 *   out for Docker's official images
 */
char *
ls_repository_complete (const char *registry, const char *repository)
{
  gboolean is_official = strcmp (registry, LS_DOCKER_HUB) == 0 && strchr (repository, '/') == NULL;

  return g_strconcat (is_official ? OFFICIAL_PREFIX : "", repository, NULL);
}

/**
 * ls_reference_parts_read:
 * @parts: (out caller-allocates): the parts, to be cleared in any case
 * @text: what should be a reference
 *
 * Takes a reference apart by the grammar of the distribution project's
 * "reference" package, with the parts that people leave out filled in. It
 * differs in one case: "User/app", which is a repository with an upper-case letter
 * here and the repository "app" of a host "User" there.
 *
 * Returns: %LS_REFERENCE_OK or what is wrong
 */
LsReferenceProblem
ls_reference_parts_read (LsReferenceParts *parts, const char *text)
{
  g_autofree char *rest = NULL;
  const char *path;
  LsReferenceProblem problem, tag_problem;

  *parts = (LsReferenceParts){ 0 };

  if (*text == '\0')
    return LS_REFERENCE_EMPTY;
  if (strstr (text, "://") != NULL)
    return LS_REFERENCE_HAS_SCHEME;
  if (is_image_id (text))
    return LS_REFERENCE_IS_IMAGE_ID;

  problem = read_registry (parts, text, &path);
  if (problem != LS_REFERENCE_OK)
    return problem;
  rest = g_strdup (path);
  problem = read_digest (parts, rest);
  if (problem != LS_REFERENCE_OK)
    return problem;

  /* The repository stands first, and so does what is wrong with it. */
  tag_problem = read_tag (parts, rest);
  problem = ls_reference_check_repository (rest);
  if (problem != LS_REFERENCE_OK)
    return problem;
  parts->repository = ls_repository_complete (parts->registry, rest);
  if (strlen (parts->repository) > MAX_REPOSITORY_LENGTH)
    return LS_REFERENCE_TOO_LONG;

  return tag_problem;
}

/**
 * ls_reference_parts_clear:
 * @parts: what ls_reference_parts_read() filled
 */
void
ls_reference_parts_clear (LsReferenceParts *parts)
{
  g_clear_pointer (&parts->registry, g_free);
  g_clear_pointer (&parts->repository, g_free);
  g_clear_pointer (&parts->tag, g_free);
  g_clear_pointer (&parts->digest, ls_digest_unref);
}
