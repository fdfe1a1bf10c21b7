/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-platform.h"

G_BEGIN_DECLS

#define LS_IMAGE_CONFIG_MAX_SIZE (8 * 1024 * 1024)

/* What an image says of itself (OCI image specification, config.md). */

typedef struct _LsImageConfig LsImageConfig;

LsImageConfig *ls_image_config_parse        (GBytes               *bytes,
                                             GError              **error);
void           ls_image_config_free         (LsImageConfig        *config);
GDateTime     *ls_image_config_get_created  (const LsImageConfig  *config);
LsPlatform    *ls_image_config_get_platform (const LsImageConfig  *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsImageConfig, ls_image_config_free)

G_END_DECLS
