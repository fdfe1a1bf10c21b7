/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-descriptor.h"
#include "ls-reference.h"

G_BEGIN_DECLS

/* The layout's index.json (OCI image specification, image-layout.md): which
 * names lead to which manifests. What other tools wrote and Longshore does not
 * know stays as it is. Private to the store. */

#define LS_STORE_INDEX_MAX_SIZE (32 * 1024 * 1024)

typedef struct _LsStoreIndex LsStoreIndex;

/* A named manifest of the index; the name has a tag or a digest. */
typedef struct
{
  LsReference *name;
  LsDescriptor *manifest;
} LsStoreIndexEntry;

char         *ls_store_index_dup_path (const char     *root);
gboolean      ls_store_index_create   (const char     *root,
                                       GError        **error);
LsStoreIndex *ls_store_index_read     (const char     *root,
                                       GError        **error);
void          ls_store_index_free     (LsStoreIndex   *self);
GPtrArray    *ls_store_index_list     (LsStoreIndex   *self);
LsDescriptor *ls_store_index_find     (LsStoreIndex   *self,
                                       LsReference    *name);
gboolean      ls_store_index_set      (LsStoreIndex   *self,
                                       LsReference    *name,
                                       LsDescriptor   *manifest);
gboolean      ls_store_index_remove   (LsStoreIndex   *self,
                                       LsReference    *name);
gboolean      ls_store_index_write    (LsStoreIndex   *self,
                                       GError        **error);
JsonObject   *ls_store_index_get_json (LsStoreIndex   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsStoreIndex, ls_store_index_free)

G_END_DECLS
