/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-image-source.h"
#include "ls-registry.h"
#include "ls-store.h"

G_BEGIN_DECLS

/* One end of a transfer as it is given on the command line: a reference, or
 * "oci:DIR[:NAME]", an OCI image layout and a name in it. A reference is an
 * image at a registry, or a name in the store. */

typedef struct
{
  char *text;
  char *path;           /* of a layout; NULL: at a registry */
  char *ref_name;       /* of "oci:DIR:NAME", as it was given */
  LsReference *name;    /* NULL until known: "oci:DIR" */
  LsStore *store;       /* what the end consists of, once it is open */
  LsRegistry *registry;
} LsTransferEnd;

LsTransferEnd      *ls_transfer_end_parse           (const char         *text,
                                                     const char         *store_path,
                                                     GError            **error);
void                ls_transfer_end_free            (LsTransferEnd      *end);
gboolean            ls_transfer_ends_open           (LsTransferEnd      *source,
                                                     LsTransferEnd      *destination,
                                                     GError            **error);
LsImageSource      *ls_transfer_end_make_source      (LsTransferEnd     *end);
LsImageDestination *ls_transfer_end_make_destination (LsTransferEnd     *end);
gboolean            ls_transfer_end_keep_ref_name   (LsTransferEnd      *end,
                                                     GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTransferEnd, ls_transfer_end_free)

G_END_DECLS
