/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-transfer.h"

G_BEGIN_DECLS

/* A push that follows a pull: only a part of the image was here when the user asked for
 * it, and the rest is pulled first. It is remembered with the pull, over the end of the
 * program. */

typedef struct
{
  LsReference *name; /* to push as */
  char *account;     /* nullable: whoever fits */
  char *content;     /* the digest that was to be pushed: nothing else is */
} LsTransferSequel;

LsTransferSequel *ls_transfer_sequel_new   (LsReference      *name,
                                            const char       *account,
                                            const char       *content);
LsTransferSequel *ls_transfer_sequel_ref   (LsTransferSequel *sequel);
void              ls_transfer_sequel_unref (LsTransferSequel *sequel);

/* Of a pull. */
GPtrArray        *ls_transfer_get_sequels  (LsTransfer       *self);
void              ls_transfer_add_sequel   (LsTransfer       *self,
                                            LsTransferSequel *sequel);
GPtrArray        *ls_transfer_take_sequels (LsTransfer       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTransferSequel, ls_transfer_sequel_unref)

G_END_DECLS
