/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-registry.h"

#include "ls-test-dir.h"
#include "ls-test-process.h"

#define SERVICE "registry.longshore.test"
#define ISSUER "longshore-test-issuer"

struct _LsTestRegistry
{
  LsTestRegistryFlags flags;
  LsTestDir *dir;
  char *name;
  char *url;
  char *ca_path;
  guint16 port;
  guint16 token_port;
  GPid pid;
  GPid token_pid;
};

static void
write_file (LsTestDir *dir, const char *name, const char *text)
{
  g_autofree char *path = ls_test_dir_build (dir, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/**
 * ls_test_make_certificates:
 * @directory: where the files go
 * @host: the DNS name the certificate is for, besides 127.0.0.1
 *
 * Makes ca.crt, server.key and server.crt with the openssl program.
 */
void
ls_test_make_certificates (const char *directory, const char *host)
{
  g_autofree char *extensions = g_strdup_printf ("subjectAltName=DNS:%s,IP:127.0.0.1\n", host);
  g_autofree char *path = g_build_filename (directory, "extensions", NULL);
  g_autofree char *subject = g_strdup_printf ("/CN=%s", host);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, extensions, -1, &error);
  g_assert_no_error (error);

  ls_test_process_run (directory, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                       "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out",
                       "ca.crt", NULL);
  ls_test_process_run (directory, "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj",
                       subject, "-keyout", "server.key", "-out", "server.csr", NULL);
  ls_test_process_run (directory, "openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.crt",
                       "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
                       "extensions", "-out", "server.crt", NULL);
}

static void
start_token_server (LsTestRegistry *self)
{
  g_autofree char *program =
      g_test_build_filename (G_TEST_DIST, "servers", "token-server.py", NULL);
  g_autofree char *key = ls_test_dir_build (self->dir, "server.key");
  g_autofree char *certificate = ls_test_dir_build (self->dir, "server.crt");
  g_autofree char *users = ls_test_dir_build (self->dir, "users.json");
  g_autofree char *log = ls_test_dir_build (self->dir, "token-requests.log");
  g_autofree char *output = ls_test_dir_build (self->dir, "token-server.log");
  g_autofree char *port = NULL;
  const char *https = self->flags & LS_TEST_REGISTRY_TLS ? "--https" : NULL;

  self->token_port = ls_test_find_free_port ();
  port = g_strdup_printf ("%u", self->token_port);
  write_file (self->dir, "users.json",
              "{\"" LS_TEST_USER "\":\"" LS_TEST_PASSWORD "\",\"" LS_TEST_OTHER_USER
              "\":\"" LS_TEST_OTHER_PASSWORD "\"}");
  {
    const char *const argv[] = { "python3",
                                 program,
                                 "--port",
                                 port,
                                 "--key",
                                 key,
                                 "--cert",
                                 certificate,
                                 "--issuer",
                                 ISSUER,
                                 "--service",
                                 SERVICE,
                                 "--users",
                                 users,
                                 "--log",
                                 log,
                                 "--refresh-token",
                                 LS_TEST_REFRESH_TOKEN "=" LS_TEST_USER,
                                 https,
                                 NULL };

    self->token_pid = ls_test_process_start (argv, output);
  }
  ls_test_wait_for_port (self->token_port, "the token server");
}

static void
write_configuration (LsTestRegistry *self)
{
  const char *directory = ls_test_dir_get_path (self->dir);
  g_autoptr (GString) text = g_string_new ("version: 0.1\nlog: {level: error}\n");

  g_string_append (text, "storage: {delete: {enabled: true}, "
                         "maintenance: {uploadpurging: {enabled: false}}, ");
  if (self->flags & LS_TEST_REGISTRY_IN_MEMORY)
    g_string_append (text, "inmemory: {}}\n");
  else
    g_string_append_printf (text, "filesystem: {rootdirectory: '%s/data'}}\n", directory);
  g_string_append_printf (text, "http: {addr: '127.0.0.1:%u', secret: test", self->port);
  if (self->flags & LS_TEST_REGISTRY_TLS)
    g_string_append_printf (text, ", tls: {certificate: '%s/server.crt', key: '%s/server.key'}",
                            directory, directory);
  if (self->flags & LS_TEST_REGISTRY_PULL_LIMIT)
    g_string_append (text, ", headers: {RateLimit-Limit: ['100;w=21600'], RateLimit-Remaining: "
                           "['3;w=21600'], Docker-RateLimit-Source: [192.0.2.1]}");
  g_string_append (text, "}\n");

  if (self->flags & LS_TEST_REGISTRY_BASIC)
    g_string_append_printf (text, "auth: {htpasswd: {realm: longshore, path: '%s/htpasswd'}}\n",
                            directory);
  if (self->flags & LS_TEST_REGISTRY_TOKEN)
    g_string_append_printf (text,
                            "auth: {token: {realm: '%s://127.0.0.1:%u/token', service: " SERVICE
                            ", issuer: " ISSUER ", rootcertbundle: '%s/server.crt'}}\n",
                            self->flags & LS_TEST_REGISTRY_TLS ? "https" : "http", self->token_port,
                            directory);

  write_file (self->dir, "config.yml", text->str);
}

/**
 * ls_test_registry_start:
 * @registry: a registry that was stopped
 *
 * Starts it again, on the same port and with the same data.
 */
void
ls_test_registry_start (LsTestRegistry *registry)
{
  g_autofree char *configuration = ls_test_dir_build (registry->dir, "config.yml");
  g_autofree char *output = ls_test_dir_build (registry->dir, "registry.log");
  const char *const argv[] = { "docker-registry", "serve", configuration, NULL };

  g_assert_cmpint (registry->pid, ==, 0);
  registry->pid = ls_test_process_start (argv, output);
  ls_test_wait_for_port (registry->port, "docker-registry");
}

/**
 * ls_test_registry_stop:
 * @registry: a registry
 *
 * Ends it, as if the machine had gone; its data stays.
 */
void
ls_test_registry_stop (LsTestRegistry *registry)
{
  g_assert_cmpint (registry->pid, !=, 0);
  ls_test_process_end (registry->pid);
  registry->pid = 0;
}

/**
 * ls_test_registry_new:
 * @flags: what it asks for and how it speaks
 *
 * Returns: (transfer full): a registry that answers
 */
LsTestRegistry *
ls_test_registry_new (LsTestRegistryFlags flags)
{
  LsTestRegistry *self = g_new0 (LsTestRegistry, 1);
  const char *directory;

  self->flags = flags;
  self->dir = ls_test_dir_new ();
  self->port = ls_test_find_free_port ();
  self->name = g_strdup_printf ("localhost:%u", self->port);
  self->url = g_strdup_printf ("%s://127.0.0.1:%u", flags & LS_TEST_REGISTRY_TLS ? "https" : "http",
                               self->port);
  self->ca_path = ls_test_dir_build (self->dir, "ca.crt");
  directory = ls_test_dir_get_path (self->dir);

  if (flags & (LS_TEST_REGISTRY_TLS | LS_TEST_REGISTRY_TOKEN))
    ls_test_make_certificates (directory, "localhost");
  if (flags & LS_TEST_REGISTRY_BASIC)
    ls_test_process_run (directory, "htpasswd", "-Bbc", "htpasswd", LS_TEST_USER, LS_TEST_PASSWORD,
                         NULL);
  if (flags & LS_TEST_REGISTRY_TOKEN)
    start_token_server (self);

  write_configuration (self);
  ls_test_registry_start (self);

  return self;
}

/**
 * ls_test_registry_free:
 * @registry: (transfer full): a registry
 *
 * Ends it and deletes its data.
 */
void
ls_test_registry_free (LsTestRegistry *registry)
{
  if (registry->pid != 0)
    ls_test_process_end (registry->pid);
  if (registry->token_pid != 0)
    ls_test_process_end (registry->token_pid);
  ls_test_dir_free (registry->dir);
  g_free (registry->name);
  g_free (registry->url);
  g_free (registry->ca_path);
  g_free (registry);
}

/**
 * ls_test_registry_get_name:
 * @registry: a registry
 *
 * Returns: (transfer none): its name in references, "localhost:40123"
 */
const char *
ls_test_registry_get_name (LsTestRegistry *registry)
{
  return registry->name;
}

/**
 * ls_test_registry_get_port:
 * @registry: a registry
 *
 * Returns: its port on 127.0.0.1
 */
guint16
ls_test_registry_get_port (LsTestRegistry *registry)
{
  return registry->port;
}

/**
 * ls_test_registry_get_url:
 * @registry: a registry
 *
 * Returns: (transfer none): its URL
 */
const char *
ls_test_registry_get_url (LsTestRegistry *registry)
{
  return registry->url;
}

/**
 * ls_test_registry_get_ca_path:
 * @registry: a registry with TLS
 *
 * Returns: (transfer none): the file with its certificate authority
 */
const char *
ls_test_registry_get_ca_path (LsTestRegistry *registry)
{
  return registry->ca_path;
}

/**
 * ls_test_registry_write_settings:
 * @registry: a registry
 * @path: where registries.conf goes
 *
 * Writes what it takes to reach @registry under its own name, and as docker.io
 * by its side.
 */
void
ls_test_registry_write_settings (LsTestRegistry *registry, const char *path)
{
  g_autofree char *authority = g_strdup_printf ("ca=%s\n", registry->ca_path);
  const char *extra = registry->flags & LS_TEST_REGISTRY_TLS ? authority : "";
  g_autofree char *text = g_strdup_printf ("[docker.io]\nlocation=%s\n%s\n[%s]\n%s", registry->url,
                                           extra, registry->name, extra);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/**
 * ls_test_registry_get_token_log:
 * @registry: a registry with tokens
 *
 * Returns: (transfer full): a line for each request to its token server: the
 *   status, the user or "-", and the scopes
 */
GStrv
ls_test_registry_get_token_log (LsTestRegistry *registry)
{
  g_autofree char *path = ls_test_dir_build (registry->dir, "token-requests.log");
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_new0 (char *, 1);

  return g_strsplit (g_strchomp (text), "\n", -1);
}

/**
 * ls_test_registry_count_blob_bytes:
 * @registry: a registry
 *
 * Sums up what the registry's log says of the blobs it has ever sent, also where
 * the line was cut.
 *
 * Returns: number of bytes
 */
gint64
ls_test_registry_count_blob_bytes (LsTestRegistry *registry)
{
  g_autofree char *path = ls_test_dir_build (registry->dir, "registry.log");
  g_autoptr (GRegex) line = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 sum = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  line = g_regex_new ("\"GET \\S+/blobs/sha256:\\S+ HTTP/1\\.1\" 20[06] ([0-9]+)", 0, 0, &error);
  g_assert_no_error (error);

  for (g_regex_match (line, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *size = g_match_info_fetch (match, 1);

      sum += g_ascii_strtoll (size, NULL, 10);
    }

  return sum;
}
