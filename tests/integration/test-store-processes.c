/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store with several processes, some of which are killed, and with other
 * programs that read and write the same layout. The processes are this program
 * again, with a role as its first argument. */
#include "ls-error.h"
#include "ls-test-image.h"
#include "ls-test-store.h"

#include <signal.h>
#include <string.h>

#define NAMES_PER_PROCESS 100
#define KILL_ROUNDS 40
#define KILL_SECONDS 8

/* What a process says that is about to begin, and each time that it has done something:
 * both are as long. */
#define READY "ready\n"
#define DONE "done.\n"

/* Both processes write the same image, and give it names of their own. */
static int
be_tagger (const char *path, const char *label)
{
  g_autoptr (LsStore) store = ls_test_store_open (path);
  g_autoptr (LsManifest) image = ls_test_image_write (store, 3, 100000, 1);

  for (guint i = 0; i < NAMES_PER_PROCESS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s:%u", label, i);

      ls_test_image_tag (store, name, image);
    }

  return 0;
}

/* Does everything at random, until it is killed, and says a word each time. */
G_NORETURN static void
be_victim (const char *path, guint32 seed)
{
  g_autoptr (LsStore) store = ls_test_store_open (path);
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);

  g_print ("%s", READY);
  for (;;)
    {
      g_autofree char *name = g_strdup_printf ("victim:%d", g_rand_int_range (dice, 0, 6));
      g_autoptr (LsReference) reference = ls_test_reference (name);
      gsize size = (gsize) g_rand_int_range (dice, 1, g_rand_boolean (dice) ? 3000 : 1500000);

      if (g_rand_int_range (dice, 0, 4) > 0)
        {
          int use = ls_store_begin_use (store, NULL, NULL);
          g_autoptr (LsManifest) image =
              ls_test_image_write (store, (guint) g_rand_int_range (dice, 1, 4), size,
                                   (guint) g_rand_int_range (dice, 0, 1000));

          ls_test_image_tag (store, name, image);
          ls_store_end_use (store, use);
        }
      else
        {
          g_autoptr (GError) error = NULL;

          if (!ls_store_remove (store, reference, NULL, &error))
            g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
          ls_store_collect_garbage (store, NULL, NULL, NULL);
        }
      g_print ("%s", DONE);
    }
}

static GSubprocess *
spawn (const char *role, const char *path, const char *argument)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe",
                                           role, path, argument, NULL);

  g_assert_no_error (error);

  return process;
}

static void
test_concurrent_tags (LsTestStore *fixture, gconstpointer data)
{
  const char *path = ls_store_get_path (fixture->store);
  g_autoptr (GSubprocess) first = spawn ("tagger", path, "first");
  g_autoptr (GSubprocess) second = spawn ("tagger", path, "second");
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (first, NULL, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (second, NULL, &error);
  g_assert_no_error (error);

  entries = ls_store_list (fixture->store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 2 * NAMES_PER_PROCESS);
}

static void
assert_intact (LsStore *store, LsDescriptor *blob)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = ls_store_read_blob (store, blob, 10 * 1000 * 1000, &error);

  g_assert_no_error (error);
}

/* Whatever is listed is whole, down to the last byte. */
static guint
assert_all_images_intact (LsStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = ls_store_list (store, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      LsStoreEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (LsManifest) manifest = ls_store_read_manifest (store, entry->manifest, &error);
      GPtrArray *layers;

      g_assert_no_error (error);
      assert_intact (store, ls_manifest_get_config (manifest));
      layers = ls_manifest_get_layers (manifest);
      for (guint j = 0; j < layers->len; j++)
        assert_intact (store, g_ptr_array_index (layers, j));
    }

  return entries->len;
}

/* Every entry is listed: the index leads to no image that is not whole. */
static guint
count_index_entries (LsTestStore *fixture)
{
  g_autofree char *text = ls_test_store_read_file (fixture, "index.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error);
  JsonObject *index;

  g_assert_no_error (error);
  index = json_node_get_object (node);

  return json_array_get_length (json_object_get_array_member (index, "manifests"));
}

/* Nothing is in blobs/ that is not what its name says. */
static void
assert_all_blobs_intact (LsTestStore *fixture)
{
  g_autofree char *folder = ls_test_store_build_path (fixture, "blobs/sha256");
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
      g_autoptr (GBytes) bytes = g_mapped_file_get_bytes (file);
      g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

      g_assert_cmpstr (ls_digest_get_hex (digest), ==, name);
    }
}

static void
await (GSubprocess *process, const char *word)
{
  char line[sizeof READY - 1];
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all (g_subprocess_get_stdout_pipe (process), line, sizeof line, NULL, NULL,
                           &error);
  g_assert_no_error (error);
  g_assert_cmpmem (line, sizeof line, word, strlen (word));
}

static void
kill_and_reap (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  /* One that ended by itself has failed. */
  g_assert_true (g_subprocess_get_if_signaled (process));
  g_assert_cmpint (g_subprocess_get_term_sig (process), ==, SIGKILL);
}

static void
test_kill (LsTestStore *fixture, gconstpointer data)
{
  const char *path = ls_store_get_path (fixture->store);
  gint64 end = g_get_monotonic_time () + KILL_SECONDS * G_USEC_PER_SEC;
  g_autoptr (LsManifest) image = NULL;
  guint n_seen = 0;
  guint round;

  /* However slow the computer is, somebody gets to write an image. */
  for (round = 0; round < KILL_ROUNDS && (n_seen == 0 || g_get_monotonic_time () < end); round++)
    {
      g_autofree char *first_seed = g_strdup_printf ("%u", (guint32) g_test_rand_int ());
      g_autofree char *second_seed = g_strdup_printf ("%u", (guint32) g_test_rand_int ());
      g_autoptr (GSubprocess) first = spawn ("victim", path, first_seed);
      g_autoptr (GSubprocess) second = spawn ("victim", path, second_seed);
      g_autoptr (LsStore) fresh = NULL;
      guint n_images;

      await (first, READY);
      await (second, READY);
      for (int i = g_test_rand_int_range (0, 3); i > 0; i--)
        await (first, DONE);
      g_usleep ((gulong) g_test_rand_int_range (0, 60000));
      kill_and_reap (first);
      kill_and_reap (second);

      fresh = ls_test_store_open (path);
      n_images = assert_all_images_intact (fresh);
      g_assert_cmpuint (n_images, ==, count_index_entries (fixture));
      assert_all_blobs_intact (fixture);
      n_seen += n_images;
    }
  g_test_message ("%u rounds, %u images", round, n_seen);
  g_assert_cmpuint (n_seen, >, 0);

  /* No lock and no leftover stands in the way of those who come after. */
  image = ls_test_image_write (fixture->store, 3, 1000, 1);
  ls_test_image_tag (fixture->store, "after:1", image);
  assert_all_images_intact (fixture->store);
}

/* Runs a program that must succeed. Returns: (transfer full): what it says */
static char *
run (const char *program, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  char *output = NULL;
  va_list list;

  va_start (list, program);
  for (const char *argument = program; argument != NULL; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  command = g_strjoinv (" ", (char **) arguments->pdata);
  g_test_message ("%s", command);
  process = g_subprocess_newv ((const char *const *) arguments->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  return output;
}

static void
assert_skopeo_sees (LsStore *store, const char *name, LsDescriptor *manifest)
{
  g_autofree char *address = g_strdup_printf ("oci:%s:%s", ls_store_get_path (store), name);
  g_autofree char *output = run ("skopeo", "inspect", "--format", "{{.Digest}}", address, NULL);

  g_assert_cmpstr (g_strstrip (output), ==,
                   ls_digest_to_string (ls_descriptor_get_digest (manifest)));
}

static void
assert_umoci_sees (LsStore *store, const char *name)
{
  g_autofree char *address = g_strdup_printf ("%s:%s", ls_store_get_path (store), name);
  g_autofree char *listing = run ("umoci", "ls", "--layout", ls_store_get_path (store), NULL);
  g_auto (GStrv) lines = g_strsplit (listing, "\n", -1);
  g_autofree char *status = run ("umoci", "stat", "--image", address, NULL);

  g_assert_true (g_strv_contains ((const char *const *) lines, name));
  g_assert_nonnull (strstr (status, "LAYER"));
}

static void
test_other_readers (LsTestStore *fixture, gconstpointer data)
{
  LsStore *store = fixture->store;
  g_autoptr (LsManifest) image = ls_test_image_write (store, 3, 5000, 1);
  LsDescriptor *manifest = ls_manifest_get_descriptor (image);
  g_autofree char *with_digest = g_strconcat (
      "docker.io/library/tiny@", ls_digest_to_string (ls_descriptor_get_digest (manifest)), NULL);
  const char *names[] = { "docker.io/library/tiny:24.04", "localhost:5000/team/app:v1.0-rc_1",
                          with_digest };
  g_autofree char *copy = ls_test_dir_build (fixture->dir, "copy");
  g_autofree char *from =
      g_strdup_printf ("oci:%s:%s", ls_store_get_path (store), "docker.io/library/tiny:24.04");
  g_autofree char *to = g_strconcat ("dir:", copy, NULL);
  g_autofree char *output = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ls_test_image_tag (store, names[i], image);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_skopeo_sees (store, names[i], manifest);
      assert_umoci_sees (store, names[i]);
    }

  /* This reads, unpacks and checks every byte. */
  output = run ("skopeo", "--insecure-policy", "copy", from, to, NULL);
}

/* Others may write to the layout, too. */
static void
test_other_writers (LsTestStore *fixture, gconstpointer data)
{
  LsStore *store = fixture->store;
  const char *path = ls_store_get_path (store);
  g_autoptr (LsManifest) image = ls_test_image_write (store, 1, 5000, 1);
  g_autofree char *mine = g_strdup_printf ("oci:%s:docker.io/library/mine:1", path);
  g_autofree char *copied = g_strdup_printf ("oci:%s:docker.io/library/copied:1", path);
  g_autofree char *umoci_new = g_strdup_printf ("%s:bare", path);
  g_autofree char *umoci_mine = g_strdup_printf ("%s:docker.io/library/mine:1", path);
  g_autoptr (GPtrArray) outputs = g_ptr_array_new_with_free_func (g_free);

  ls_test_image_tag (store, "mine:1", image);
  g_ptr_array_add (outputs, run ("skopeo", "--insecure-policy", "copy", mine, copied, NULL));
  g_ptr_array_add (outputs, run ("umoci", "new", "--image", umoci_new, NULL));
  g_ptr_array_add (outputs,
                   run ("umoci", "tag", "--image", umoci_mine, "docker.io/library/tagged:1", NULL));
  g_ptr_array_add (outputs, run ("umoci", "gc", "--layout", path, NULL));
  ls_test_assert_names (store, "docker.io/library/bare:latest docker.io/library/copied:1 "
                               "docker.io/library/mine:1 docker.io/library/tagged:1");
  assert_all_images_intact (store);

  /* And what they wrote stays when this program writes. */
  ls_test_image_tag (store, "mine:2", image);
  g_assert_true (ls_store_collect_garbage (store, NULL, NULL, NULL));
  assert_umoci_sees (store, "bare");
  assert_skopeo_sees (store, "docker.io/library/copied:1", ls_manifest_get_descriptor (image));
  g_ptr_array_add (outputs, run ("umoci", "stat", "--image", umoci_new, NULL));
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "tagger"))
    return be_tagger (argv[2], argv[3]);
  if (argc == 4 && g_str_equal (argv[1], "victim"))
    be_victim (argv[2], (guint32) g_ascii_strtoll (argv[3], NULL, 10));

  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/store-processes/concurrent-tags", test_concurrent_tags);
  ADD ("/store-processes/kill", test_kill);
  ADD ("/store-processes/other-readers", test_other_readers);
  ADD ("/store-processes/other-writers", test_other_writers);
#undef ADD

  return g_test_run ();
}
