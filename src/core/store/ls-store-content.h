/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-store.h"

G_BEGIN_DECLS

/* A blob that names lead to. Private to the store. */
typedef struct
{
  LsDescriptor *blob;
  LsDescriptor *owner; /* the manifest that it belongs to, or that it is */
  GPtrArray *names;    /* of LsReference; those of an image that came from a registry first */
} LsStoreContent;

GPtrArray *ls_store_content_list (LsStore       *store,
                                  GCancellable  *cancellable,
                                  GError       **error);

G_END_DECLS
