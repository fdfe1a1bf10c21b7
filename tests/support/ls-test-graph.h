/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Images and indexes in memory, made of a line of text:
 *
 *   amd64:a,b                        an image with two layers
 *   [amd64:a,b arm64:a,c @0:d]       an index of two, and an attestation of the first
 *   [amd64:a [arm64:b s390x:c]]      an index in an index
 *
 * Instead of an architecture stands "host" for this computer's, "unknown" for
 * unknown/unknown, "none" for no platform, and arm.v7 has a variant. "?x" is a child
 * of an unknown type. What is written alike is one and the same. Each manifest is
 * called as its text, each config as its image with "c-", each layer as its name. */

typedef struct
{
  LsManifest *root;
  GHashTable *manifests; /* digest text: LsManifest */
  GHashTable *labels;    /* digest text: what it is called */
  GHashTable *contents;  /* digest text: GBytes; of blobs */
  gint n_asked;          /* how often a manifest was got */
} LsTestGraph;

LsTestGraph *ls_test_graph_new          (const char      *text);
void         ls_test_graph_free         (LsTestGraph     *graph);
const char  *ls_test_graph_label        (LsTestGraph     *graph,
                                         LsDescriptor    *descriptor);
/* The labels of descriptors, with blanks between them. */
char        *ls_test_graph_list         (LsTestGraph     *graph,
                                         GPtrArray       *descriptors);
LsManifest  *ls_test_graph_find         (LsTestGraph     *graph,
                                         const char      *label);
/* An LsManifestFunc. */
LsManifest  *ls_test_graph_get_manifest (LsDescriptor    *descriptor,
                                         gpointer         graph,
                                         GCancellable    *cancellable,
                                         GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTestGraph, ls_test_graph_free)

G_END_DECLS
