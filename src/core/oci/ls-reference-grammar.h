/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-reference.h"

G_BEGIN_DECLS

/* The grammar of references, for this room only: ls-reference.c holds the values. */

typedef struct
{
  char *registry;
  char *repository;
  char *tag;
  LsDigest *digest;
} LsReferenceParts;

LsReferenceProblem ls_reference_parts_read       (LsReferenceParts   *parts,
                                                  const char         *text);
void               ls_reference_parts_clear      (LsReferenceParts   *parts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsReferenceParts, ls_reference_parts_clear)

LsReferenceProblem ls_reference_check_repository (const char         *repository);
LsReferenceProblem ls_reference_check_tag        (const char         *tag);
LsReferenceProblem ls_registry_name_check        (const char         *name);
char              *ls_registry_name_fold         (const char         *name);
char              *ls_repository_complete        (const char         *registry,
                                                  const char         *repository);
void               ls_reference_problem_to_error (LsReferenceProblem  problem,
                                                  GError            **error);

G_END_DECLS
