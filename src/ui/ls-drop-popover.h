/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens at the account that an image was dropped on: proposes the name, and
 * pushes the image as that. Escape and a click elsewhere change nothing. */

#define LS_TYPE_DROP_POPOVER (ls_drop_popover_get_type ())
G_DECLARE_FINAL_TYPE (LsDropPopover, ls_drop_popover, LS, DROP_POPOVER, GtkPopover)

GtkWidget *ls_drop_popover_new (LsContext *context,
                                LsImage   *image,
                                LsAccount *account);

G_END_DECLS
