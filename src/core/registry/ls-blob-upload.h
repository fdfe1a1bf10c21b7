/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-registry.h"

G_BEGIN_DECLS

/* One blob on its way to a registry. Private to this room. */

gboolean ls_blob_upload_run (LsRegistry      *registry,
                             const char      *repository,
                             LsDescriptor    *blob,
                             LsBlobOpenFunc   open,
                             gpointer         user_data,
                             GCancellable    *cancellable,
                             GError         **error);

G_END_DECLS
