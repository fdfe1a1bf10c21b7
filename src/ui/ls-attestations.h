/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

G_BEGIN_DECLS

/* What is attested of an image at a registry: how it was built, what it contains. Asked
 * for only when somebody wants to know: some registries count each manifest that is
 * read as a pull. */

void        ls_attestations_list_async  (LsContext            *context,
                                         LsReference          *name,
                                         LsDescriptor         *image,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GStrv       ls_attestations_list_finish (LsContext            *context,
                                         GAsyncResult         *result,
                                         GError              **error);

/* What people call an attestation of that type of predicate. */
const char *ls_attestation_get_title    (const char           *type);

G_END_DECLS
