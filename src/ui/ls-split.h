/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two panes, sidebar and content, side by side; where there is no room for
 * both, one of them, as chosen by show-content. Properties: sidebar, content,
 * show-content, collapsed (read-only: only one pane has room). */

#define LS_TYPE_SPLIT (ls_split_get_type ())
G_DECLARE_FINAL_TYPE (LsSplit, ls_split, LS, SPLIT, GtkWidget)

GtkWidget *ls_split_new              (void);
void       ls_split_set_sidebar      (LsSplit   *self,
                                      GtkWidget *sidebar);
void       ls_split_set_content      (LsSplit   *self,
                                      GtkWidget *content);
gboolean   ls_split_get_collapsed    (LsSplit   *self);
void       ls_split_set_show_content (LsSplit   *self,
                                      gboolean   show_content);

G_END_DECLS
