/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pane of places, with what is wrong with the keyring and the settings, and
 * the transfers in brief. Construct-only property: context. Signals:
 * "place-selected" (LsPlace: its page is to be shown), "place-activated" (the
 * same place was chosen by click or Return: lead the user there),
 * "image-dropped" (LsPlace, LsImage, GtkWidget: the row). Given the keyboard
 * focus, it hands it to the place that is selected. */

#define LS_TYPE_SIDEBAR (ls_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (LsSidebar, ls_sidebar, LS, SIDEBAR, GtkWidget)

GtkWidget *ls_sidebar_new          (LsContext  *context);
LsPlace   *ls_sidebar_get_selected (LsSidebar  *self);
void       ls_sidebar_select       (LsSidebar  *self,
                                    LsPlace    *place);
/* The place of that registry, or of this computer where @registry is NULL. */
LsPlace   *ls_sidebar_find_place   (LsSidebar  *self,
                                    const char *registry);
void       ls_sidebar_open_menu    (LsSidebar  *self);

G_END_DECLS
