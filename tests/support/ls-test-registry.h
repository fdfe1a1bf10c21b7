/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A real docker-registry on a free port of 127.0.0.1 with its data in a
 * temporary directory. It answers when ls_test_registry_new() comes back, and
 * ends when it is freed:
 *
 *   g_autoptr (LsTestRegistry) registry = ls_test_registry_new (LS_TEST_REGISTRY_TOKEN);
 *   const char *name = ls_test_registry_get_name (registry);    // "localhost:40123"
 *   ls_test_registry_write_settings (registry, path);           // a registries.conf for it
 *
 * With BASIC and TOKEN the user "alice" has the password "s3cret"; with TOKEN
 * there is "bob" with "hunter2", too, anybody may pull library/..., and each may
 * push into the namespace of that name only. With TLS the certificate is by an
 * authority of its own, valid for localhost and 127.0.0.1, and the token server
 * uses TLS as well. With PULL_LIMIT every answer says that 3 of 100 pulls in six
 * hours are left, as Docker Hub says it. */

typedef enum
{
  LS_TEST_REGISTRY_PLAIN = 0,
  LS_TEST_REGISTRY_BASIC = 1 << 0,
  LS_TEST_REGISTRY_TOKEN = 1 << 1,
  LS_TEST_REGISTRY_TLS = 1 << 2,
  LS_TEST_REGISTRY_IN_MEMORY = 1 << 3, /* is faster, and forgets all when it is stopped */
  LS_TEST_REGISTRY_PULL_LIMIT = 1 << 4,
} LsTestRegistryFlags;

#define LS_TEST_USER "alice"
#define LS_TEST_PASSWORD "s3cret"
#define LS_TEST_OTHER_USER "bob"
#define LS_TEST_OTHER_PASSWORD "hunter2"
/* An identity token of alice's that the token server accepts. */
#define LS_TEST_REFRESH_TOKEN "refresh-me"

typedef struct _LsTestRegistry LsTestRegistry;

LsTestRegistry *ls_test_registry_new             (LsTestRegistryFlags  flags);
void            ls_test_registry_free            (LsTestRegistry      *registry);
const char     *ls_test_registry_get_name        (LsTestRegistry      *registry);
guint16         ls_test_registry_get_port        (LsTestRegistry      *registry);
const char     *ls_test_registry_get_url         (LsTestRegistry      *registry);
const char     *ls_test_registry_get_ca_path     (LsTestRegistry      *registry);
void            ls_test_registry_write_settings  (LsTestRegistry      *registry,
                                                  const char          *path);
GStrv           ls_test_registry_get_token_log   (LsTestRegistry      *registry);
gint64          ls_test_registry_count_blob_bytes (LsTestRegistry   *registry);
void            ls_test_registry_stop            (LsTestRegistry      *registry);
void            ls_test_registry_start           (LsTestRegistry      *registry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTestRegistry, ls_test_registry_free)

/* A certificate authority and a key and certificate by it, as files
 * ca.crt, server.key and server.crt in @directory. */
void            ls_test_make_certificates        (const char          *directory,
                                                  const char          *host);

G_END_DECLS
