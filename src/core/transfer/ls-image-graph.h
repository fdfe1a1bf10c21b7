/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"
#include "ls-platform-choice.h"

G_BEGIN_DECLS

/* A manifest or an index below the one that a name is to lead to. */
typedef struct
{
  LsDescriptor *descriptor; /* as its parent names it */
  LsManifest *manifest;
} LsImageGraphNode;

/* What has to be at a destination before a name can lead to an image there: all
 * of an index, or what of it was chosen. The whole graph is known, and checked,
 * before the first blob moves. */
typedef struct
{
  LsManifest *root;   /* what the name leads to at the source */
  LsManifest *target; /* what it is to lead to: root itself; the one image below it that
                       * was chosen; or a new index of several that were chosen */
  GPtrArray *nodes;   /* of LsImageGraphNode: what is below target, children first */
  GPtrArray *blobs;   /* of LsDescriptor: layers, configs and the like, each once */
} LsImageGraph;

/**
 * LsIndexMode:
 * @LS_INDEX_WHOLE: it goes as a whole; several images that are chosen become an index of
 *   their own, and one goes alone
 * @LS_INDEX_IN_PART: it may go without all of its images; one that is chosen goes alone
 * @LS_INDEX_JOINED: it is there already, and what is chosen joins it, be it one or several
 *
 * What becomes of an index when not all of it is chosen.
 */
typedef enum
{
  LS_INDEX_WHOLE,
  LS_INDEX_IN_PART,
  LS_INDEX_JOINED,
} LsIndexMode;

/* Gets a manifest below the root, verified against its digest; called from
 * several threads at once. */
typedef LsManifest *(*LsManifestFunc) (LsDescriptor  *descriptor,
                                       gpointer       user_data,
                                       GCancellable  *cancellable,
                                       GError       **error);

LsImageGraph *ls_image_graph_walk (LsManifest        *root,
                                   LsPlatformChoice  *choice,
                                   LsIndexMode        mode,
                                   LsManifestFunc     get_manifest,
                                   gpointer           user_data,
                                   GCancellable      *cancellable,
                                   GError           **error);
LsImageGraph *ls_image_graph_survey (LsManifest      *root,
                                   LsManifestFunc     get_manifest,
                                   gpointer           user_data,
                                   GCancellable      *cancellable,
                                   GError           **error);
void          ls_image_graph_free (LsImageGraph      *graph);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsImageGraph, ls_image_graph_free)

G_END_DECLS
