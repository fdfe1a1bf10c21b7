/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-challenge.h"
#include "ls-http.h"

G_BEGIN_DECLS

/* What the first answer of a registry told: where it answers, what it challenges
 * for, and how close it is. Safe to use from several threads, of which one asks.
 * Private to this room. */

typedef struct _LsRegistryContact LsRegistryContact;

LsRegistryContact *ls_registry_contact_new            (LsHttp             *http,
                                                       LsEndpoint         *endpoint,
                                                       const char         *name);
void               ls_registry_contact_free           (LsRegistryContact  *contact);
LsEndpoint        *ls_registry_contact_dup_endpoint   (LsRegistryContact  *contact);
LsEndpoint        *ls_registry_contact_find_endpoint  (LsRegistryContact  *contact,
                                                       LsHttpPatience      patience,
                                                       GCancellable       *cancellable,
                                                       GError            **error);
LsEndpoint        *ls_registry_contact_make           (LsRegistryContact  *contact,
                                                       LsHttpPatience      patience,
                                                       GCancellable       *cancellable,
                                                       GError            **error);
gboolean           ls_registry_contact_make_by        (LsRegistryContact  *contact,
                                                       LsHttpRequest      *request,
                                                       LsHttpReply       **reply,
                                                       GCancellable       *cancellable,
                                                       GError            **error);
void               ls_registry_contact_take_challenge (LsRegistryContact  *contact,
                                                       LsHttpReply        *reply);
LsChallenge       *ls_registry_contact_dup_challenge  (LsRegistryContact  *contact);
LsReach            ls_registry_contact_get_reach      (LsRegistryContact  *contact);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsRegistryContact, ls_registry_contact_free)

G_END_DECLS
