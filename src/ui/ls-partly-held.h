/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LsPartlyHeldAnswer:
 * @LS_PARTLY_HELD_CANCEL: nothing is to be pushed
 * @LS_PARTLY_HELD_PUSH: what is here is to be pushed
 * @LS_PARTLY_HELD_PULL: the rest is to be pulled first
 *
 * What to do about an image of which only some platforms are here.
 */
typedef enum
{
  LS_PARTLY_HELD_CANCEL,
  LS_PARTLY_HELD_PUSH,
  LS_PARTLY_HELD_PULL,
} LsPartlyHeldAnswer;

/* Says what of an image is here and what is not, and asks what to do before it is pushed. */

void                ls_partly_held_ask_async  (GtkWindow           *parent,
                                               LsImage             *image,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data);
LsPartlyHeldAnswer  ls_partly_held_ask_finish (GtkWindow           *parent,
                                               GAsyncResult        *result);
LsPlatformChoice   *ls_partly_held_get_choice (LsImage             *image);

G_END_DECLS
