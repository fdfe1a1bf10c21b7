/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The window: places at the side, one page of content. Construct-only
 * property: context. Its actions are in ls-window-actions.c. */

#define LS_TYPE_WINDOW (ls_window_get_type ())
G_DECLARE_FINAL_TYPE (LsWindow, ls_window, LS, WINDOW, AdwApplicationWindow)

GtkWidget *ls_window_new             (GtkApplication *application,
                                      LsContext      *context);
LsContext *ls_window_get_context     (LsWindow       *self);
/* The pages. @registry is NULL for this computer. */
void       ls_window_show_registry   (LsWindow       *self,
                                      const char     *registry);
void       ls_window_show_transfers  (LsWindow       *self);
gboolean   ls_window_shows_transfers (LsWindow       *self);
void       ls_window_show_image      (LsWindow       *self,
                                      LsReference    *name);
void       ls_window_show_sidebar    (LsWindow       *self);
void       ls_window_open_menu       (LsWindow       *self);
void       ls_window_search          (LsWindow       *self);
void       ls_window_add_toast       (LsWindow       *self,
                                      AdwToast       *toast);

G_END_DECLS
