/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"

G_BEGIN_DECLS

/* What an error says to a person: what happened and what to do next, in one or
 * two sentences of the user's language, from the error's code and not from its
 * message. Plain text, never markup. */

/**
 * LsActivity:
 * @LS_ACTIVITY_OTHER: none of the others
 * @LS_ACTIVITY_SIGN_IN: checking and storing credentials
 * @LS_ACTIVITY_SEARCH: searching Docker Hub
 * @LS_ACTIVITY_PULL: pulling an image
 * @LS_ACTIVITY_PUSH: pushing an image
 *
 * What the user was about when the error came: the same refusal has another
 * next step for each.
 */
typedef enum
{
  LS_ACTIVITY_OTHER,
  LS_ACTIVITY_SIGN_IN,
  LS_ACTIVITY_SEARCH,
  LS_ACTIVITY_PULL,
  LS_ACTIVITY_PUSH,
} LsActivity;

char *ls_error_text        (const GError *error);
char *ls_error_text_during (const GError *error,
                            LsActivity    activity);

G_END_DECLS
