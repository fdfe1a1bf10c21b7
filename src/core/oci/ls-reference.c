/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-reference.h"

#include "ls-reference-grammar.h"

#include <string.h>

#define DEFAULT_TAG "latest"
#define MAX_USER_LENGTH 127 /* leaves as much for the repository */
#define MAX_NAME_LENGTH 127

struct _LsReference
{
  char *registry;
  char *repository;
  char *tag;
  LsDigest *digest;
  char *canonical;
};

G_DEFINE_BOXED_TYPE (LsReference, ls_reference, ls_reference_ref, ls_reference_unref)

static char *
join (const char *repository, const char *tag, const LsDigest *digest)
{
  return g_strconcat (repository, tag != NULL ? ":" : "", tag != NULL ? tag : "",
                      digest != NULL ? "@" : "", digest != NULL ? ls_digest_to_string (digest) : "",
                      NULL);
}

/* Every part was checked. */
static LsReference *
build (const char *registry, const char *repository, const char *tag, LsDigest *digest)
{
  LsReference *self = g_atomic_rc_box_new0 (LsReference);
  g_autofree char *name = NULL;

  self->registry = g_strdup (registry);
  self->repository = g_strdup (repository);
  self->tag = g_strdup (tag);
  self->digest = digest != NULL ? ls_digest_ref (digest) : NULL;
  name = g_strconcat (registry, "/", repository, NULL);
  self->canonical = join (name, tag, digest);

  return self;
}

/**
 * ls_reference_check:
 * @text: what a user types as a reference
 *
 * Returns: %LS_REFERENCE_OK if ls_reference_parse() takes it, else what is wrong
 */
LsReferenceProblem
ls_reference_check (const char *text)
{
  g_auto (LsReferenceParts) parts = { 0 };

  g_return_val_if_fail (text != NULL, LS_REFERENCE_EMPTY);

  return ls_reference_parts_read (&parts, text);
}

/**
 * ls_reference_parse:
 * @text: a reference as people write it
 * @error: return location for an error
 *
 * Reads `[registry/]repository[:tag][@digest]`. The first component is a registry
 * if it has a dot or a colon or is `localhost`; else the registry is Docker Hub,
 * where a repository of one component is in `library/`. Tag and digest are both
 * kept; neither is added.
 *
 * Returns: (transfer full): a reference, or %NULL with %LS_ERROR_INVALID_NAME;
 *   ls_reference_check() tells what is wrong
 */
LsReference *
ls_reference_parse (const char *text, GError **error)
{
  g_auto (LsReferenceParts) parts = { 0 };
  LsReferenceProblem problem;

  g_return_val_if_fail (text != NULL, NULL);

  problem = ls_reference_parts_read (&parts, text);
  if (problem != LS_REFERENCE_OK)
    {
      ls_reference_problem_to_error (problem, error);
      return NULL;
    }

  return build (parts.registry, parts.repository, parts.tag, parts.digest);
}

/**
 * ls_reference_new:
 * @registry: (nullable): a registry; %NULL for Docker Hub
 * @repository: a repository, with or without the `library/` of Docker Hub
 * @tag: (nullable): a tag
 * @digest: (nullable): a digest
 * @error: return location for an error
 *
 * Returns: (transfer full): a reference, or %NULL with %LS_ERROR_INVALID_NAME
 */
LsReference *
ls_reference_new (const char *registry, const char *repository, const char *tag, LsDigest *digest,
                  GError **error)
{
  g_autofree char *folded = NULL;
  g_autofree char *complete = NULL;
  LsReferenceProblem problem;

  g_return_val_if_fail (repository != NULL, NULL);

  if (registry == NULL)
    registry = LS_DOCKER_HUB;
  problem = ls_registry_name_check (registry);
  if (problem == LS_REFERENCE_OK)
    {
      folded = ls_registry_name_fold (registry);
      complete = ls_repository_complete (folded, repository);
      problem = ls_reference_check_repository (*repository != '\0' ? complete : repository);
    }
  if (problem == LS_REFERENCE_OK && tag != NULL)
    problem = ls_reference_check_tag (tag);
  if (problem != LS_REFERENCE_OK)
    {
      ls_reference_problem_to_error (problem, error);
      return NULL;
    }

  return build (folded, complete, tag, digest);
}

/**
 * ls_reference_with_latest:
 * @reference: a reference
 *
 * Returns: (transfer full): the same reference, with the tag `latest` if it had
 *   neither tag nor digest
 */
LsReference *
ls_reference_with_latest (LsReference *reference)
{
  g_return_val_if_fail (reference != NULL, NULL);

  if (reference->tag != NULL || reference->digest != NULL)
    return ls_reference_ref (reference);

  return build (reference->registry, reference->repository, DEFAULT_TAG, NULL);
}

/* Turns what a registry takes for a user name into a path component: lower case,
 * and a dash for whatever may not stand there; NULL if nothing is left. */
static char *
make_component (const char *username)
{
  g_autoptr (GString) component = g_string_new (NULL);

  for (const char *at = username; *at != '\0' && component->len < MAX_USER_LENGTH; at++)
    {
      char character = g_ascii_tolower (*at);
      gsize length = component->len;

      if (g_ascii_isalnum (character))
        g_string_append_c (component, character);
      else if (length > 0 && g_ascii_isalnum (component->str[length - 1]))
        g_string_append_c (component, character == '.' || character == '_' ? character : '-');
      else if (length > 0 && character == '_' && component->str[length - 1] == '_'
               && g_ascii_isalnum (component->str[length - 2]))
        g_string_append_c (component, character);
    }
  while (component->len > 0 && !g_ascii_isalnum (component->str[component->len - 1]))
    g_string_truncate (component, component->len - 1);

  return component->len > 0 ? g_string_free (g_steal_pointer (&component), FALSE) : NULL;
}

/* The last component of a repository, cut to a length that fits behind a user name. */
static char *
get_last_component (const char *repository)
{
  const char *slash = strrchr (repository, '/');
  char *last = g_strndup (slash != NULL ? slash + 1 : repository, MAX_NAME_LENGTH);

  while (!g_ascii_isalnum (last[strlen (last) - 1]))
    last[strlen (last) - 1] = '\0';

  return last;
}

/**
 * ls_reference_propose:
 * @reference: the name of an image
 * @registry: a valid registry name
 * @username: (nullable): who is signed in there
 *
 * Makes the name under which an image is offered to be pushed to an account:
 * `ubuntu:24.04` becomes `username/ubuntu:24.04`. A name that is the account's
 * already stays. The result has a tag and no digest.
 *
 * Returns: (transfer full): a valid reference
 */
LsReference *
ls_reference_propose (LsReference *reference, const char *registry, const char *username)
{
  g_autofree char *folded = NULL;
  g_autofree char *owner = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *last = NULL;
  g_autofree char *repository = NULL;
  g_autofree char *complete = NULL;
  const char *tag;

  g_return_val_if_fail (reference != NULL, NULL);
  g_return_val_if_fail (ls_registry_name_is_valid (registry), NULL);

  tag = reference->tag != NULL ? reference->tag : DEFAULT_TAG;
  folded = ls_registry_name_fold (registry);
  owner = username != NULL ? make_component (username) : NULL;
  prefix = owner != NULL ? g_strconcat (owner, "/", NULL) : g_strdup ("");
  if (owner != NULL && strcmp (reference->registry, folded) == 0
      && g_str_has_prefix (reference->repository, prefix))
    return build (folded, reference->repository, tag, NULL);

  last = get_last_component (reference->repository);
  repository = g_strconcat (prefix, last, NULL);
  complete = ls_repository_complete (folded, repository);

  return build (folded, complete, tag, NULL);
}

/**
 * ls_reference_ref:
 * @reference: a reference
 *
 * Returns: (transfer full): the same reference
 */
LsReference *
ls_reference_ref (LsReference *reference)
{
  return g_atomic_rc_box_acquire (reference);
}

static void
ls_reference_clear (gpointer data)
{
  LsReference *self = data;

  g_free (self->registry);
  g_free (self->repository);
  g_free (self->tag);
  g_clear_pointer (&self->digest, ls_digest_unref);
  g_free (self->canonical);
}

/**
 * ls_reference_unref:
 * @reference: (transfer full): a reference
 */
void
ls_reference_unref (LsReference *reference)
{
  g_atomic_rc_box_release_full (reference, ls_reference_clear);
}

/**
 * ls_reference_get_registry:
 * @reference: a reference
 *
 * Returns: (transfer none): the registry's name, in lower case; %LS_DOCKER_HUB for Docker Hub
 */
const char *
ls_reference_get_registry (const LsReference *reference)
{
  return reference->registry;
}

/**
 * ls_reference_get_repository:
 * @reference: a reference
 *
 * Returns: (transfer none): the repository as it goes over the wire, `library/ubuntu`
 */
const char *
ls_reference_get_repository (const LsReference *reference)
{
  return reference->repository;
}

/**
 * ls_reference_get_tag:
 * @reference: a reference
 *
 * Returns: (nullable) (transfer none): the tag, if one was given
 */
const char *
ls_reference_get_tag (const LsReference *reference)
{
  return reference->tag;
}

/**
 * ls_reference_get_digest:
 * @reference: a reference
 *
 * Returns: (nullable) (transfer none): the digest, if one was given
 */
LsDigest *
ls_reference_get_digest (const LsReference *reference)
{
  return reference->digest;
}

/**
 * ls_reference_get_version:
 * @reference: a reference
 *
 * Returns: (transfer none): what to ask the registry for: the digest if there is
 *   one, else the tag, else `latest`
 */
const char *
ls_reference_get_version (const LsReference *reference)
{
  if (reference->digest != NULL)
    return ls_digest_to_string (reference->digest);

  return reference->tag != NULL ? reference->tag : DEFAULT_TAG;
}

/* The repository as people write it, and as they would be understood. */
static gboolean
means (const char *text, const LsReference *reference, gboolean whole)
{
  g_auto (LsReferenceParts) parts = { 0 };

  return ls_reference_parts_read (&parts, text) == LS_REFERENCE_OK
         && strcmp (parts.registry, reference->registry) == 0
         && strcmp (parts.repository, reference->repository) == 0
         && (!whole || g_strcmp0 (parts.tag, reference->tag) == 0);
}

/**
 * ls_reference_dup_familiar_repository:
 * @reference: a reference
 *
 * Returns: (transfer full): registry and repository as people write them: without
 *   `docker.io/` and `library/`, unless it would be read as another name
 */
char *
ls_reference_dup_familiar_repository (const LsReference *reference)
{
  const char *repository = reference->repository;

  if (ls_reference_is_docker_hub (reference))
    {
      const char *official =
          g_str_has_prefix (repository, "library/") ? strchr (repository, '/') + 1 : NULL;

      if (official != NULL && means (official, reference, FALSE))
        return g_strdup (official);
      if (means (repository, reference, FALSE))
        return g_strdup (repository);
    }

  return g_strconcat (reference->registry, "/", repository, NULL);
}

/**
 * ls_reference_to_string:
 * @reference: a reference
 *
 * Returns: (transfer full): the reference as people write it: `ubuntu:24.04`
 */
char *
ls_reference_to_string (const LsReference *reference)
{
  g_autofree char *repository = ls_reference_dup_familiar_repository (reference);
  g_autofree char *text = join (repository, reference->tag, reference->digest);

  return means (text, reference, TRUE) ? g_steal_pointer (&text) : g_strdup (reference->canonical);
}

/**
 * ls_reference_to_canonical:
 * @reference: a reference
 *
 * Returns: (transfer full): the reference with nothing left out:
 *   `docker.io/library/ubuntu:24.04`
 */
char *
ls_reference_to_canonical (const LsReference *reference)
{
  return g_strdup (reference->canonical);
}

/**
 * ls_reference_is_docker_hub:
 * @reference: a reference
 *
 * Returns: whether it names an image on Docker Hub
 */
gboolean
ls_reference_is_docker_hub (const LsReference *reference)
{
  return strcmp (reference->registry, LS_DOCKER_HUB) == 0;
}

/**
 * ls_reference_hash:
 * @reference: (type LsReference): a reference
 *
 * Returns: a value for a #GHashTable
 */
guint
ls_reference_hash (gconstpointer reference)
{
  return g_str_hash (((const LsReference *) reference)->canonical);
}

/**
 * ls_reference_equal:
 * @a: (type LsReference): a reference
 * @b: (type LsReference): another
 *
 * Returns: whether both name the same image in the same way
 */
gboolean
ls_reference_equal (gconstpointer a, gconstpointer b)
{
  return strcmp (((const LsReference *) a)->canonical, ((const LsReference *) b)->canonical) == 0;
}
