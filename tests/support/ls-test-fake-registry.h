/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fake-server.h"
#include "ls-registry.h"
#include "ls-test-client.h"

G_BEGIN_DECLS

/* A fixture for tests of what registries should not do: the registry
 * "registry.example" is a scripted server on this computer, over plain http. */

#define LS_TEST_FAKE_NAME "registry.example"

typedef struct
{
  LsFakeServer *server;
  LsTestDir *dir;
  LsHttp *http;
  LsRegistrySettings *settings;
  gpointer state; /* what the server's handlers use; freed after the server */
  GDestroyNotify free_state;
} LsTestFakeRegistry;

void        ls_test_fake_registry_add   (const char         *path,
                                         gconstpointer       data,
                                         void              (*test) (LsTestFakeRegistry *,
                                                                    gconstpointer));
/* With the user "alice" whose password is "canary", or with nobody. */
LsRegistry *ls_test_fake_registry_open  (LsTestFakeRegistry *self,
                                         gboolean            with_user);
/* What every registry does: /v2/ is open, or wants a token from the server's own
 * /token, or a password. */
void        ls_test_fake_registry_be_open   (LsTestFakeRegistry *self);
void        ls_test_fake_registry_want_token (LsTestFakeRegistry *self);
void        ls_test_fake_registry_want_basic (LsTestFakeRegistry *self);
/* Fails if the password or a token shows in what a user gets to see. */
void        ls_test_assert_no_secret    (const GError       *error);

G_END_DECLS
