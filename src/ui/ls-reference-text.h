/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-reference.h"

G_BEGIN_DECLS

/* Words for names: what is wrong with the name of an image as one types it, and
 * what people call a registry. */

const char *ls_reference_problem_text (LsReferenceProblem problem);
const char *ls_registry_title         (const char        *registry);

G_END_DECLS
