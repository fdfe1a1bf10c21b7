/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program that moves images without a window: what it takes, what it tells,
 * and what other programs find of it. */

#include "ls-test-client.h"
#include "ls-test-fake-registry.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define N_LAYERS 3
#define LAYER_SIZE (256 * 1024)

typedef struct
{
  char *home;
  char *out;
  char *err;
  int status;
} Tool;

static void
tool_clear (Tool *self)
{
  g_free (self->home);
  g_free (self->out);
  g_free (self->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tool, tool_clear)

static GSubprocess *
start (Tool *self, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "tools", "ls-transfer", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", self->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", self->home, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);

  return process;
}

static void
wait_for_end (Tool *self, GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->err, g_free);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &self->out, &self->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
}

#define RUN(tool, ...) run (tool, (const char *const[]){ __VA_ARGS__, NULL })

static void
run (Tool *self, const char *const *arguments)
{
  g_autoptr (GSubprocess) process = start (self, arguments);

  wait_for_end (self, process);
  if (self->status != 0)
    g_test_message ("%s", self->err);
}

static void
test_usage (void)
{
  static const char *const refused[][5] = {
    { NULL },
    { "pull", NULL },
    { "pull", "a", "b", "c", NULL },
    { "copy", "a", NULL },
    { "fetch", "a", "b", NULL },
    { "pull", "a", "--color", NULL },
    { "pull", "NO", NULL },
    { "pull", "oci:dir:a", NULL },
    { "push", "a", "oci:dir:a", NULL },
    { "copy", "a", "oci:", NULL },
    { "pull", "a", "--all", "--platform=linux/amd64", NULL },
    { "copy", "a", "oci:dir:-", NULL },
  };
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_auto (Tool) tool = { .home = g_strdup (ls_test_dir_get_path (dir)) };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      run (&tool, refused[i]);
      g_assert_cmpint (tool.status, ==, 2);
      g_assert_cmpstr (tool.out, ==, "");
      g_assert_cmpstr (tool.err, !=, "");
    }

  RUN (&tool, "--help");
  g_assert_cmpint (tool.status, ==, 0);
}

static LsManifest *
make_layout (const char *path, const char *name)
{
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (GError) error = NULL;
  LsManifest *image;

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);
  image = ls_test_image_write (store, N_LAYERS, LAYER_SIZE, 1);
  ls_test_image_tag (store, name, image);

  return image;
}

static const char *
digest_of (LsManifest *image)
{
  return ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (image)));
}

/* Asks a program that compares letters which image has a name in a layout. */
static char *
skopeo_digest (const char *layout)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "skopeo", "inspect", "--format",
                        "{{.Digest}}", layout, NULL);
  char *digest = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &digest, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  return g_strchomp (digest);
}

static void
assert_json (Tool *tool, LsManifest *image, gboolean up_to_date)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  g_assert_cmpint (tool->status, ==, 0);
  node = json_from_string (tool->out, &error);
  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (object, "digest"), ==, digest_of (image));
  g_assert_true (json_object_get_boolean_member (object, "upToDate") == up_to_date);
  g_assert_cmpfloat (json_object_get_double_member (object, "seconds"), >, 0);
  if (up_to_date)
    g_assert_cmpint (json_object_get_int_member (object, "bytes"), ==, 0);
  else
    g_assert_cmpint (json_object_get_int_member (object, "bytes"), >, N_LAYERS * LAYER_SIZE);
}

static void
test_layouts (LsTestClient *client, gconstpointer data)
{
  g_auto (Tool) tool = { .home = ls_test_dir_build (client->dir, "home") };
  g_autofree char *from = ls_test_dir_build (client->dir, "from");
  g_autofree char *to = ls_test_dir_build (client->dir, "to");
  g_autofree char *remote =
      g_strdup_printf ("%s/app:1", ls_test_registry_get_name (client->server));
  g_autofree char *only = g_strconcat ("oci:", from, NULL);
  g_autofree char *by_name = g_strconcat ("oci:", from, ":9", NULL);
  g_autofree char *target = g_strconcat ("oci:", to, ":1.0", NULL);
  g_autofree char *unnamed = g_strconcat ("oci:", to, NULL);
  g_autofree char *by_remote = g_strconcat ("oci:", to, ":", remote, NULL);
  g_autoptr (LsManifest) image = make_layout (from, "9");
  g_autofree char *digest = NULL;
  g_autofree char *other_digest = NULL;

  /* The only image needs no name. */
  RUN (&tool, "--json", "push", only, remote);
  assert_json (&tool, image, FALSE);
  RUN (&tool, "push", "--json", by_name, remote);
  assert_json (&tool, image, TRUE);

  RUN (&tool, "--json", "pull", remote, target);
  assert_json (&tool, image, FALSE);
  RUN (&tool, "--json", "pull", remote, target);
  assert_json (&tool, image, TRUE);
  digest = skopeo_digest (target);
  g_assert_cmpstr (digest, ==, digest_of (image));

  /* The name comes from the other side. */
  RUN (&tool, "copy", remote, unnamed);
  g_assert_cmpint (tool.status, ==, 0);
  other_digest = skopeo_digest (by_remote);
  g_assert_cmpstr (other_digest, ==, digest_of (image));

  /* Two images: the name on the other side tells which one. */
  RUN (&tool, "push", unnamed, remote);
  g_assert_cmpint (tool.status, ==, 0);
  RUN (&tool, "copy", unnamed, only);
  g_assert_cmpint (tool.status, ==, 1);
}

static void
test_store (LsTestClient *client, gconstpointer data)
{
  g_auto (Tool) tool = { .home = ls_test_dir_build (client->dir, "home") };
  g_autofree char *from = ls_test_dir_build (client->dir, "from");
  g_autofree char *to = ls_test_dir_build (client->dir, "to");
  g_autofree char *remote =
      g_strdup_printf ("%s/app:1", ls_test_registry_get_name (client->server));
  g_autofree char *other =
      g_strdup_printf ("%s/other:1", ls_test_registry_get_name (client->server));
  g_autoptr (LsManifest) image = make_layout (from, remote);

  RUN (&tool, "--store", from, "push", remote);
  g_assert_cmpint (tool.status, ==, 0);
  g_assert_true (g_str_has_prefix (tool.out, digest_of (image)));
  RUN (&tool, "--store", from, "push", remote, other);
  g_assert_cmpint (tool.status, ==, 0);

  RUN (&tool, "--store", to, "pull", other, "mine:1");
  g_assert_cmpint (tool.status, ==, 0);
  RUN (&tool, "--store", to, "push", "mine:1", remote);
  g_assert_cmpint (tool.status, ==, 0);
  g_assert_nonnull (strstr (tool.out, "up to date"));
}

static void
test_between_registries (LsTestClient *client, gconstpointer data)
{
  g_auto (Tool) tool = { .home = ls_test_dir_build (client->dir, "home") };
  g_autoptr (LsTestRegistry) second = ls_test_registry_new (LS_TEST_REGISTRY_PLAIN);
  g_autofree char *from = ls_test_dir_build (client->dir, "from");
  g_autofree char *layout = g_strconcat ("oci:", from, NULL);
  g_autofree char *here = g_strdup_printf ("%s/app:1", ls_test_registry_get_name (client->server));
  g_autofree char *beside =
      g_strdup_printf ("%s/copy:1", ls_test_registry_get_name (client->server));
  g_autofree char *there = g_strdup_printf ("%s/app:2", ls_test_registry_get_name (second));
  g_autoptr (LsManifest) image = make_layout (from, "app:1");

  RUN (&tool, "copy", layout, here);
  g_assert_cmpint (tool.status, ==, 0);
  RUN (&tool, "--json", "copy", here, there);
  assert_json (&tool, image, FALSE);
  RUN (&tool, "--json", "copy", here, there);
  assert_json (&tool, image, TRUE);
  RUN (&tool, "copy", there, beside);
  g_assert_cmpint (tool.status, ==, 0);
  RUN (&tool, "--json", "copy", beside, there);
  assert_json (&tool, image, TRUE);
}

static void
test_failures (LsTestClient *client, gconstpointer data)
{
  g_auto (Tool) tool = { .home = ls_test_dir_build (client->dir, "home") };
  g_autofree char *nothing = ls_test_dir_build (client->dir, "nothing");
  g_autofree char *layout = g_strconcat ("oci:", nothing, ":a", NULL);
  g_autofree char *remote =
      g_strdup_printf ("%s/app:1", ls_test_registry_get_name (client->server));

  RUN (&tool, "--json", "pull", remote);
  g_assert_cmpint (tool.status, ==, 1);
  g_assert_cmpstr (tool.out, ==, "");

  /* Looking for a layout does not make one. */
  RUN (&tool, "push", layout, remote);
  g_assert_cmpint (tool.status, ==, 1);
  g_assert_false (g_file_test (nothing, G_FILE_TEST_EXISTS));
}

static gboolean
never_answer (LsFakeServer *server, LsFakeRequest *request, GOutputStream *out, gpointer data)
{
  while (ls_fake_server_wait (server, 1000))
    ;

  return FALSE;
}

static void
test_interrupt (LsTestFakeRegistry *fixture, gconstpointer data)
{
  g_auto (Tool) tool = { .home = ls_test_dir_build (fixture->dir, "home") };
  g_autofree char *name =
      g_strdup_printf ("127.0.0.1:%d/app:1", ls_fake_server_get_port (fixture->server));
  g_autoptr (GSubprocess) process = NULL;

  ls_test_fake_registry_be_open (fixture);
  ls_fake_server_handle (fixture->server, "GET", "/v2/app/manifests/1", never_answer, NULL);

  process = start (&tool, (const char *const[]){ "pull", name, NULL });
  while (ls_fake_server_count (fixture->server, "GET", "/v2/app/manifests/1") == 0)
    g_usleep (1000);
  g_subprocess_send_signal (process, SIGINT);
  wait_for_end (&tool, process);
  g_assert_cmpint (tool.status, ==, 1);
  g_assert_cmpstr (tool.out, ==, "");
  g_assert_cmpstr (tool.err, !=, "");
}

/* From one layout to another: of an index this computer's image, one that is chosen, and
 * all of it. */
static void
test_platforms (void)
{
  static const struct
  {
    const char *verb;
    const char *option;
    int expected; /* the position of the child; -1: the index itself */
  } cases[] = {
    { "copy", "--platform=linux/s390x", 0 },
    { "copy", "--platform=host", 1 },
    { "copy", "--all", -1 },
    { "copy", "--platform=linux/s390x,linux/riscv64", -1 },
  };
  g_autoptr (LsTestDir) dir = ls_test_dir_new ();
  g_auto (Tool) tool = { .home = g_strdup (ls_test_dir_get_path (dir)) };
  g_autofree char *path = ls_test_dir_build (dir, "layout");
  g_autofree char *from = g_strdup_printf ("oci:%s:app:1", path);
  g_autoptr (LsStore) store = ls_store_new (path);
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autofree char *host_text = ls_platform_to_string (host);
  const char *platforms[] = { "linux/s390x", host_text, "linux/riscv64", NULL };
  g_autoptr (LsManifest) index = NULL;

  g_assert_true (ls_store_open (store, NULL, NULL));
  index = ls_test_index_write (store, platforms, 1);
  ls_test_image_tag (store, "app:1", index);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("to-%u", i);
      g_autofree char *other_path = ls_test_dir_build (dir, name);
      g_autofree char *to = g_strdup_printf ("oci:%s:app:1", other_path);
      g_autoptr (LsStore) other = ls_store_new (other_path);
      g_autoptr (LsReference) reference = ls_reference_parse ("app:1", NULL);
      g_autoptr (LsDescriptor) root = NULL;
      LsDescriptor *expected = ls_manifest_get_descriptor (index);

      if (cases[i].expected >= 0)
        expected = ls_manifest_get_children (index)->pdata[cases[i].expected];
      RUN (&tool, cases[i].verb, cases[i].option, from, to);
      g_assert_cmpint (tool.status, ==, 0);
      root = ls_store_resolve (other, reference, NULL);
      g_assert_nonnull (root);
      g_assert_cmpstr (ls_digest_to_string (ls_descriptor_get_digest (root)), ==,
                       ls_digest_to_string (ls_descriptor_get_digest (expected)));
    }

  RUN (&tool, "copy", "--platform=linux", from, "oci:x:1");
  g_assert_cmpint (tool.status, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer-tool/usage", test_usage);
  g_test_add_func ("/transfer-tool/platforms", test_platforms);
  ls_test_client_add ("/transfer-tool/layouts", LS_TEST_REGISTRY_PLAIN, test_layouts);
  ls_test_client_add ("/transfer-tool/store", LS_TEST_REGISTRY_PLAIN, test_store);
  ls_test_client_add ("/transfer-tool/between-registries", LS_TEST_REGISTRY_PLAIN,
                      test_between_registries);
  ls_test_client_add ("/transfer-tool/failures", LS_TEST_REGISTRY_PLAIN, test_failures);
  ls_test_fake_registry_add ("/transfer-tool/interrupt", NULL, test_interrupt);

  return g_test_run ();
}
