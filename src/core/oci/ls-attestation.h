/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-manifest.h"

G_BEGIN_DECLS

/* What is said about an image beside: how it was built, what it contains. An attestation
 * is a manifest of its own; it stands in the same index as its image, which it names in
 * an annotation, and its layers say what they are about (BuildKit, "Image attestation
 * storage"). A table has the attestations of all images of some indexes. */

GHashTable *ls_attestation_table_new  (void);
void        ls_attestation_table_add  (GHashTable   *table,
                                       LsManifest   *index);
GPtrArray  *ls_attestation_table_list (GHashTable   *table,
                                       LsDigest     *image);
void        ls_attestation_add_types  (LsManifest   *attestation,
                                       GStrvBuilder *types);

G_END_DECLS
