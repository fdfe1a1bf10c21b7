/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What people call an attestation of that type of predicate. */

const char *ls_attestation_title (const char *type);

G_END_DECLS
