/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pushing as the user does it, however it was begun: when nobody is signed in
 * at the registry, the sign-in dialog comes first and the push goes on. */

void        ls_push_async               (GtkWindow            *parent,
                                         LsContext            *context,
                                         LsImage              *image,
                                         LsReference          *name,
                                         LsAccount            *account,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
LsTransfer *ls_push_finish              (GtkWindow            *parent,
                                         GAsyncResult         *result,
                                         GError              **error);

/* For the main window, when a transfer is finished: a push may have waited for it. */
void        ls_push_follow              (GtkWindow            *window,
                                         LsContext            *context,
                                         LsTransfer           *transfer);

/* Words for where a push goes. */
LsAccount  *ls_push_find_account        (LsContext            *context,
                                         LsReference          *name,
                                         LsAccount            *preferred);
char       *ls_push_describe            (LsReference          *name,
                                         LsAccount            *account);

G_END_DECLS
