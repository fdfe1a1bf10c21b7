/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-context.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A registry other than Docker Hub: what can be done there. */

#define LS_TYPE_REGISTRY_PAGE (ls_registry_page_get_type ())
G_DECLARE_FINAL_TYPE (LsRegistryPage, ls_registry_page, LS, REGISTRY_PAGE, AdwBin)

GtkWidget *ls_registry_page_new          (LsContext      *context);
void       ls_registry_page_set_registry (LsRegistryPage *self,
                                          const char     *registry);

G_END_DECLS
