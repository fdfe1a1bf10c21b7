/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-platform.h"

G_BEGIN_DECLS

/**
 * LsPlatformChoiceKind:
 * @LS_PLATFORM_CHOICE_HOST: the image for this computer's platform
 * @LS_PLATFORM_CHOICE_SOME: the images for the platforms in a list
 * @LS_PLATFORM_CHOICE_ALL: the whole index, with attestations and what else it has
 *
 * What a choice of platforms may be.
 */
typedef enum
{
  LS_PLATFORM_CHOICE_HOST,
  LS_PLATFORM_CHOICE_SOME,
  LS_PLATFORM_CHOICE_ALL,
} LsPlatformChoiceKind;

/* Which images of an index are meant. As text, for settings and the journal of
 * transfers: "host", "all", or platforms with commas between them. What is no
 * index has one image, which is meant whatever the choice. Immutable, reference
 * counted. */

typedef struct _LsPlatformChoice LsPlatformChoice;

#define LS_TYPE_PLATFORM_CHOICE (ls_platform_choice_get_type ())
GType ls_platform_choice_get_type (void);

LsPlatformChoice     *ls_platform_choice_new_host      (void);
LsPlatformChoice     *ls_platform_choice_new_all       (void);
LsPlatformChoice     *ls_platform_choice_new_some      (GPtrArray              *platforms);
LsPlatformChoice     *ls_platform_choice_parse         (const char             *text,
                                                        GError                **error);
char                 *ls_platform_choice_to_string     (const LsPlatformChoice *choice);
LsPlatformChoice     *ls_platform_choice_ref           (LsPlatformChoice       *choice);
void                  ls_platform_choice_unref         (LsPlatformChoice       *choice);
LsPlatformChoiceKind  ls_platform_choice_get_kind      (const LsPlatformChoice *choice);
GPtrArray            *ls_platform_choice_dup_platforms (const LsPlatformChoice *choice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPlatformChoice, ls_platform_choice_unref)

G_END_DECLS
