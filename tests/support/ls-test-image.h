/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store.h"

G_BEGIN_DECLS

/* Real images, made on the spot: layers that are gzipped tar archives, a config
 * and a manifest that agree with them. The same arguments make the same image. */

GBytes       *ls_test_image_make_layer (gsize          size,
                                        guint          seed,
                                        GBytes       **tar);
LsDescriptor *ls_test_blob_write       (LsStore       *store,
                                        const char    *media_type,
                                        GBytes        *bytes);
LsManifest   *ls_test_image_write      (LsStore       *store,
                                        guint          n_layers,
                                        gsize          layer_bytes,
                                        guint          seed);
LsManifest   *ls_test_index_write      (LsStore       *store,
                                        const char *const *platforms,
                                        guint          seed);
void          ls_test_image_tag        (LsStore       *store,
                                        const char    *name,
                                        LsManifest    *manifest);

G_END_DECLS
