/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"
#include "ls-transfer.h"

G_BEGIN_DECLS

/* How far a transfer and its layers are, in words. Pure functions of the
 * models' properties, for the bindings of rows and for tests. */

char *ls_transfer_text (LsTransferKind   kind,
                        LsTransferState  state,
                        gint64           bytes_done,
                        gint64           bytes_total,
                        gint64           bytes_per_second,
                        gint64           seconds_left,
                        gboolean         up_to_date,
                        gboolean         is_repair,
                        const GError    *error);
const char *ls_transfer_kind_name (LsTransferKind kind,
                                   gboolean       is_repair);
char *ls_transfer_text_queued  (guint            n_before);
char *ls_transfer_text_waiting (const char      *registry,
                                LsError          reason,
                                gint64           until,
                                GDateTime       *now);
char *ls_transfer_route_text   (LsTransferKind   kind,
                                const char      *from,
                                const char      *to,
                                const char      *account);
char *ls_layer_text    (LsTransferKind   kind,
                        LsLayerState     state,
                        gint64           bytes_done,
                        gint64           bytes_total,
                        const char      *mounted_from);

G_END_DECLS
