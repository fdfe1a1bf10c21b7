/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One run of a transfer, as after a start of the program. */

#define LS_FAULT_HOST "registry.example"
#define LS_FAULT_IMAGE LS_FAULT_HOST "/library/app:1"

typedef struct
{
  const char *directory;  /* with registries.conf and uploads.conf */
  const char *store;      /* has LS_FAULT_IMAGE, or gets it */
  const char *repository; /* the other end */
  const char *origin;     /* (nullable): the repository that it is copied from, in place of
                           * the store */
  gboolean is_push;
  gboolean is_signed_in;
  guint timeout; /* of the line, in seconds */
} LsFaultTransfer;

gboolean ls_fault_transfer_run (const LsFaultTransfer  *transfer,
                                GError                **error);

/* A test that runs transfers in processes of their own is itself their program. It
 * calls this first in main(): when it was started as such a process, that runs
 * the transfer, prints "ok" or "LsError CODE: MESSAGE", and does not come back. */
#define LS_FAULT_CHILD "--transfer"
void     ls_fault_child_run    (int                     argc,
                                char                  **argv);

G_END_DECLS
