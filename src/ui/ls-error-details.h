/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-error.h"

G_BEGIN_DECLS

/* What stands below the sentence of ls_error_text(), for somebody who knows more. */

char *ls_error_details (const GError *error);

G_END_DECLS
