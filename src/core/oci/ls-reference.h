/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-digest.h"

G_BEGIN_DECLS

#define LS_DOCKER_HUB "docker.io"

/* The name of an image: [registry/]repository[:tag][@digest]. Parsed once,
 * immutable, reference counted. Three forms: as shown (ubuntu:24.04),
 * canonical (docker.io/library/ubuntu:24.04), and in parts for the wire. */

typedef struct _LsReference LsReference;

#define LS_TYPE_REFERENCE (ls_reference_get_type ())
GType ls_reference_get_type (void);

/**
 * LsReferenceProblem:
 * @LS_REFERENCE_OK: the text is a reference
 * @LS_REFERENCE_EMPTY: there is no text
 * @LS_REFERENCE_HAS_SCHEME: it starts as a web address does
 * @LS_REFERENCE_IS_IMAGE_ID: it is the ID or digest of an image, not a name
 * @LS_REFERENCE_HAS_USER: there is an "@" before the repository
 * @LS_REFERENCE_BAD_REGISTRY: the registry is no host name or address
 * @LS_REFERENCE_BAD_PORT: the registry's port is no number from 1 to 65535
 * @LS_REFERENCE_NO_REPOSITORY: nothing follows the registry, or precedes the tag
 * @LS_REFERENCE_UPPER_CASE: the repository has upper-case letters
 * @LS_REFERENCE_EMPTY_COMPONENT: the repository starts or ends with "/" or has "//"
 * @LS_REFERENCE_BAD_SEPARATOR: ".", "_" or "-" at the edge of a component, or too many
 * @LS_REFERENCE_BAD_CHARACTER: the repository has a character that no name has
 * @LS_REFERENCE_TOO_LONG: the repository has more than 255 characters
 * @LS_REFERENCE_EMPTY_TAG: nothing follows the colon
 * @LS_REFERENCE_BAD_TAG: the tag has a character that no tag has, or starts with "." or "-"
 * @LS_REFERENCE_TAG_TOO_LONG: the tag has more than 128 characters
 * @LS_REFERENCE_BAD_DIGEST: what follows "@" is no sha256 or sha512 digest
 *
 * What keeps a text from being a reference, for the sentence under an entry.
 */
typedef enum
{
  LS_REFERENCE_OK,
  LS_REFERENCE_EMPTY,
  LS_REFERENCE_HAS_SCHEME,
  LS_REFERENCE_IS_IMAGE_ID,
  LS_REFERENCE_HAS_USER,
  LS_REFERENCE_BAD_REGISTRY,
  LS_REFERENCE_BAD_PORT,
  LS_REFERENCE_NO_REPOSITORY,
  LS_REFERENCE_UPPER_CASE,
  LS_REFERENCE_EMPTY_COMPONENT,
  LS_REFERENCE_BAD_SEPARATOR,
  LS_REFERENCE_BAD_CHARACTER,
  LS_REFERENCE_TOO_LONG,
  LS_REFERENCE_EMPTY_TAG,
  LS_REFERENCE_BAD_TAG,
  LS_REFERENCE_TAG_TOO_LONG,
  LS_REFERENCE_BAD_DIGEST,
} LsReferenceProblem;

LsReferenceProblem ls_reference_check (const char *text);

LsReference *ls_reference_parse          (const char         *text,
                                          GError            **error);
LsReference *ls_reference_new            (const char         *registry,
                                          const char         *repository,
                                          const char         *tag,
                                          LsDigest           *digest,
                                          GError            **error);
LsReference *ls_reference_with_latest    (LsReference        *reference);
LsReference *ls_reference_propose        (LsReference        *reference,
                                          const char         *registry,
                                          const char         *username);
LsReference *ls_reference_ref            (LsReference        *reference);
void         ls_reference_unref          (LsReference        *reference);
const char  *ls_reference_get_registry   (const LsReference  *reference);
const char  *ls_reference_get_repository (const LsReference  *reference);
const char  *ls_reference_get_tag        (const LsReference  *reference);
LsDigest    *ls_reference_get_digest     (const LsReference  *reference);
const char  *ls_reference_get_version    (const LsReference  *reference);
char        *ls_reference_dup_familiar_repository (const LsReference *reference);
char        *ls_reference_to_string      (const LsReference  *reference);
char        *ls_reference_to_canonical   (const LsReference  *reference);
gboolean     ls_reference_is_docker_hub  (const LsReference  *reference);
guint        ls_reference_hash           (gconstpointer       reference);
gboolean     ls_reference_equal          (gconstpointer       a,
                                          gconstpointer       b);

gboolean     ls_registry_name_is_valid   (const char         *name);
char        *ls_registry_name_normalize  (const char         *text,
                                          GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsReference, ls_reference_unref)

G_END_DECLS
