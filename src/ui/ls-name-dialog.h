/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for a name and gives it to an image, or pushes the image as that. */

typedef enum
{
  LS_NAME_DIALOG_TAG,
  LS_NAME_DIALOG_PUSH,
} LsNameDialogMode;

#define LS_TYPE_NAME_DIALOG (ls_name_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsNameDialog, ls_name_dialog, LS, NAME_DIALOG, AdwWindow)

GtkWidget *ls_name_dialog_new         (LsContext        *context,
                                       LsImage          *image,
                                       LsNameDialogMode  mode);
void       ls_name_dialog_set_account (LsNameDialog     *self,
                                       LsAccount        *account);

G_END_DECLS
