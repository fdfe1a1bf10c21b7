/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-registry.h"
#include "ls-test-dir.h"
#include "ls-test-registry.h"

G_BEGIN_DECLS

/* A fixture for tests of registries: a real registry, the settings that reach
 * it, and a session. Made for g_test_add() with LsTestRegistryFlags as data. */

typedef struct
{
  LsTestRegistry *server;
  LsTestDir *dir;
  LsHttp *http;
  LsRegistrySettings *settings;
} LsTestClient;

void          ls_test_client_set_up        (LsTestClient       *self,
                                            gconstpointer       flags);
void          ls_test_client_tear_down     (LsTestClient       *self,
                                            gconstpointer       flags);
void          ls_test_client_add           (const char         *path,
                                            LsTestRegistryFlags flags,
                                            void              (*test) (LsTestClient *,
                                                                       gconstpointer));
void          ls_test_client_load_settings (LsTestClient       *self,
                                            const char         *text);
LsRegistry   *ls_test_client_open          (LsTestClient       *self,
                                            const char         *username,
                                            const char         *password);

/* Bytes that are different for each seed. */
GBytes       *ls_test_make_bytes           (gsize               size,
                                            guint32             seed);
LsDescriptor *ls_test_describe             (GBytes             *bytes,
                                            const char         *media_type);
/* An LsBlobOpenFunc whose user data is the GBytes. */
GInputStream *ls_test_open_bytes           (gint64              offset,
                                            gpointer            bytes,
                                            GCancellable       *cancellable,
                                            GError            **error);
GBytes       *ls_test_read_all             (GInputStream       *stream);

void          ls_test_put_blob             (LsRegistry         *registry,
                                            const char         *repository,
                                            GBytes             *bytes,
                                            LsDescriptor       *blob);

/* An image of one layer of 3 MiB, pushed blob by blob, and the check that it
 * comes back as it went: by tag, by digest, and blob by blob. */
LsManifest   *ls_test_push_image           (LsRegistry         *registry,
                                            const char         *repository,
                                            const char         *tag);
void          ls_test_check_image          (LsRegistry         *registry,
                                            const char         *repository,
                                            const char         *tag,
                                            LsManifest         *pushed);

G_END_DECLS
