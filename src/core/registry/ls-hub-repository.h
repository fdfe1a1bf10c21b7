/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A repository as Docker Hub's search describes it. Immutable; the getters are
 * also read-only properties (name, description, star-count, pull-count,
 * pull-count-text, official, automated, publisher) so that views can bind them.
 * All text is remote and must never be shown as markup. */

#define LS_TYPE_HUB_REPOSITORY (ls_hub_repository_get_type ())
G_DECLARE_FINAL_TYPE (LsHubRepository, ls_hub_repository, LS, HUB_REPOSITORY, GObject)

/**
 * LsHubPublisher:
 * @LS_HUB_PUBLISHER_NONE: nobody vouches for the publisher
 * @LS_HUB_PUBLISHER_OFFICIAL: a Docker official image
 * @LS_HUB_PUBLISHER_VERIFIED: a verified publisher
 * @LS_HUB_PUBLISHER_OPEN_SOURCE: a sponsored open source project
 *
 * The badge that Docker Hub gives a repository.
 */
typedef enum
{
  LS_HUB_PUBLISHER_NONE,
  LS_HUB_PUBLISHER_OFFICIAL,
  LS_HUB_PUBLISHER_VERIFIED,
  LS_HUB_PUBLISHER_OPEN_SOURCE,
} LsHubPublisher;

#define LS_TYPE_HUB_PUBLISHER (ls_hub_publisher_get_type ())
GType ls_hub_publisher_get_type (void);

const char     *ls_hub_repository_get_name            (LsHubRepository *self);
const char     *ls_hub_repository_get_description     (LsHubRepository *self);
gint64          ls_hub_repository_get_star_count      (LsHubRepository *self);
gint64          ls_hub_repository_get_pull_count      (LsHubRepository *self);
const char     *ls_hub_repository_get_pull_count_text (LsHubRepository *self);
gboolean        ls_hub_repository_get_official        (LsHubRepository *self);
gboolean        ls_hub_repository_get_automated       (LsHubRepository *self);
LsHubPublisher  ls_hub_repository_get_publisher       (LsHubRepository *self);

G_END_DECLS
