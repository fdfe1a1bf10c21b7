/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-reference-text.h"

#include <glib/gi18n.h>

/**
 * ls_reference_problem_text:
 * @problem: what ls_reference_check() found
 *
 * Returns: (transfer none) (nullable): a sentence to show under the entry, with
 *   what to do about it; %NULL where there is nothing to say (yet)
 */
const char *
ls_reference_problem_text (LsReferenceProblem problem)
{
  switch (problem)
    {
    case LS_REFERENCE_OK:
    case LS_REFERENCE_EMPTY:
      return NULL;
    case LS_REFERENCE_HAS_SCHEME:
      return _ ("Leave out “https://”: a name begins with the registry or the repository.");
    case LS_REFERENCE_IS_IMAGE_ID:
      return _ ("This is the ID of an image. Give a name, such as “ubuntu:24.04”.");
    case LS_REFERENCE_HAS_USER:
      return _ ("Leave out the user name and the “@”: sign in to use an account.");
    case LS_REFERENCE_BAD_REGISTRY:
      return _ ("What comes before the first “/” is not a valid address of a registry.");
    case LS_REFERENCE_BAD_PORT:
      return _ ("The port of the registry must be a number from 1 to 65535.");
    case LS_REFERENCE_NO_REPOSITORY:
      return _ ("The repository is missing, as “ubuntu” in “ubuntu:24.04”.");
    case LS_REFERENCE_UPPER_CASE:
      return _ ("A repository has lowercase letters only.");
    case LS_REFERENCE_EMPTY_COMPONENT:
      return _ ("A repository does not begin or end with “/”, and has no two of them together.");
    case LS_REFERENCE_BAD_SEPARATOR:
      return _ ("“.”, “_” and “-” stand between letters or digits: one “.”, one or two “_”, any "
                "number of “-”.");
    case LS_REFERENCE_BAD_CHARACTER:
      return _ ("A repository has only the letters a to z, digits, “.”, “_”, “-” and “/”.");
    case LS_REFERENCE_TOO_LONG:
      return _ ("The repository is too long: at most 255 characters.");
    case LS_REFERENCE_EMPTY_TAG:
      return _ ("The tag is missing after the “:”.");
    case LS_REFERENCE_BAD_TAG:
      return _ ("A tag has only letters, digits, “.”, “_” and “-”, and begins with a letter, "
                "a digit or “_”.");
    case LS_REFERENCE_TAG_TOO_LONG:
      return _ ("The tag is too long: at most 128 characters.");
    case LS_REFERENCE_BAD_DIGEST:
      return _ ("What follows the “@” is not a digest: “sha256:” and 64 digits from 0 to 9 and a "
                "to f.");
    default:
      return _ ("This is not the name of an image.");
    }
}

/**
 * ls_registry_title:
 * @registry: the name of a registry
 *
 * Returns: (transfer none): what people call it
 */
const char *
ls_registry_title (const char *registry)
{
  return g_strcmp0 (registry, LS_DOCKER_HUB) == 0 ? "Docker Hub" : registry;
}
