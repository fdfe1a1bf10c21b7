/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-hub-repository.h"

G_BEGIN_DECLS

/* What a search says of a repository; the strings are taken over as they are,
 * tidy already. Private to this room. */
typedef struct
{
  char *name;
  char *description;
  gint64 star_count;
  gint64 pull_count;
  char *pull_count_text;
  gboolean automated;
  LsHubPublisher publisher;
} LsHubRepositoryFields;

LsHubRepository *ls_hub_repository_new_take (LsHubRepositoryFields *fields);

G_END_DECLS
