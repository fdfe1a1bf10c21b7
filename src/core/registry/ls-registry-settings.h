/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-confidants.h"
#include "ls-endpoint.h"
#include "ls-upload-log.h"
#include "ls-upload-style.h"

G_BEGIN_DECLS

/* What registries.conf says: where a registry answers and how far it is
 * trusted. A key file with one group per registry name; see README.md. */

#define LS_TYPE_REGISTRY_SETTINGS (ls_registry_settings_get_type ())
G_DECLARE_FINAL_TYPE (LsRegistrySettings, ls_registry_settings, LS, REGISTRY_SETTINGS, GObject)

LsRegistrySettings *ls_registry_settings_new           (void);
gboolean            ls_registry_settings_load          (LsRegistrySettings  *self,
                                                        const char          *path,
                                                        GError             **error);
LsEndpoint         *ls_registry_settings_get_endpoint  (LsRegistrySettings  *self,
                                                        const char          *registry);
LsEndpoint         *ls_registry_settings_get_hub_api   (LsRegistrySettings  *self);
LsEndpoint         *ls_registry_settings_get_hub_index (LsRegistrySettings  *self);
gboolean            ls_registry_settings_is_insecure   (LsRegistrySettings  *self,
                                                        const char          *registry);
/* What was found out about uploads; no part of the file. */
LsUploadMemory     *ls_registry_settings_get_upload_memory (LsRegistrySettings *self);
LsUploadLog        *ls_registry_settings_get_upload_log (LsRegistrySettings *self);
LsConfidants       *ls_registry_settings_get_confidants (LsRegistrySettings *self);
GStrv               ls_registry_settings_list          (LsRegistrySettings  *self);

G_END_DECLS
