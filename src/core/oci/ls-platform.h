/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What an image runs on: operating system, architecture and variant, in Go's
 * names (OCI image specification, image-index.md). Immutable, reference counted. */

typedef struct _LsPlatform LsPlatform;

#define LS_TYPE_PLATFORM (ls_platform_get_type ())
GType ls_platform_get_type (void);

LsPlatform *ls_platform_new              (const char       *os,
                                          const char       *architecture,
                                          const char       *variant,
                                          const char       *os_version);
LsPlatform *ls_platform_parse            (const char       *text,
                                          GError          **error);
LsPlatform *ls_platform_host             (void);
LsPlatform *ls_platform_ref              (LsPlatform       *platform);
void        ls_platform_unref            (LsPlatform       *platform);
const char *ls_platform_get_os           (const LsPlatform *platform);
const char *ls_platform_get_architecture (const LsPlatform *platform);
const char *ls_platform_get_variant      (const LsPlatform *platform);
char       *ls_platform_to_string        (const LsPlatform *platform);
int         ls_platform_rank             (const LsPlatform *wanted,
                                          const LsPlatform *offered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPlatform, ls_platform_unref)

G_END_DECLS
