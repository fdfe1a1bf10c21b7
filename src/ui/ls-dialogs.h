/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Dialogs. The classes that libadwaita replaced after our floor are named here
 * and nowhere else. */

void     ls_present_dialog (GtkWindow            *dialog,
                            GtkWindow            *parent);

void     ls_confirm_async  (GtkWindow            *parent,
                            const char           *heading,
                            const char           *body,
                            const char           *cancel_label,
                            const char           *confirm_label,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
gboolean ls_confirm_finish (GtkWindow            *parent,
                            GAsyncResult         *result);

void     ls_show_error     (GtkWindow            *parent,
                            const char           *heading,
                            const GError         *error);
void     ls_show_about     (GtkWindow            *parent);

G_END_DECLS
