/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* For work that has more ends than its caller's: a time limit, or somebody else's failure. */

gulong ls_cancellable_link (GCancellable *cancellable,
                            GCancellable *other);

G_END_DECLS
