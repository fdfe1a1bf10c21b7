/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Indexes with several platforms: pulled, pushed and copied as a whole and in part,
 * against a real registry, and with other programs looking at what came of it. */

#include "ls-error.h"
#include "ls-image-offer.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-client.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"
#include "ls-transfer-layer-private.h"

#include <glib/gstdio.h>

#include <string.h>

typedef struct
{
  LsTestClient client;
  LsRegistry *registry;
  LsStore *store; /* has the index as "index:1" */
  LsStore *other; /* is empty */
  LsManifest *index;
  char *host;
} Fixture;

static LsStore *
open_store (Fixture *self, const char *name)
{
  g_autofree char *path = ls_test_dir_build (self->client.dir, name);
  LsStore *store = ls_store_new (path);

  g_assert_true (ls_store_open (store, NULL, NULL));

  return store;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();

  ls_test_client_set_up (&self->client, data);
  self->registry = ls_test_client_open (&self->client, NULL, NULL);
  self->store = open_store (self, "store");
  self->other = open_store (self, "other");
  self->host = ls_platform_to_string (host);

  {
    const char *platforms[] = { "linux/s390x", self->host, "linux/riscv64", NULL };

    self->index = ls_test_index_write (self->store, platforms, 1);
  }
  ls_test_image_tag (self->store, "index:1", self->index);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  ls_manifest_unref (self->index);
  g_object_unref (self->registry);
  g_object_unref (self->store);
  g_object_unref (self->other);
  g_free (self->host);
  ls_test_client_tear_down (&self->client, data);
}

static LsLocalImage *
local (LsStore *store, const char *text)
{
  g_autoptr (LsReference) name = ls_test_reference (text);

  return ls_local_image_new (store, name);
}

static LsRegistryImage *
remote_at (LsRegistry *registry, const char *rest)
{
  g_autofree char *text = g_strdup_printf ("%s/%s", ls_registry_get_name (registry), rest);
  g_autoptr (LsReference) name = ls_test_reference (text);

  return ls_registry_image_new (registry, name);
}

static LsTransferJob *
move (gpointer source, gpointer destination, const char *platforms, GError **error)
{
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_parse (platforms, NULL);
  g_autoptr (LsTransferJob) job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (source), LS_IMAGE_DESTINATION (destination));

  ls_transfer_job_set_platforms (job, choice);
  if (!ls_transfer_job_run (job, NULL, error))
    return NULL;

  return g_steal_pointer (&job);
}

static LsTransferJob *
push (Fixture *self, const char *rest, const char *platforms, GError **error)
{
  g_autoptr (LsLocalImage) source = local (self->store, "index:1");
  g_autoptr (LsRegistryImage) destination = remote_at (self->registry, rest);

  return move (source, destination, platforms, error);
}

static LsTransferJob *
pull (Fixture *self, const char *rest, const char *platforms, GError **error)
{
  g_autoptr (LsRegistryImage) source = remote_at (self->registry, rest);
  g_autoptr (LsLocalImage) destination = local (self->other, "index:1");

  return move (source, destination, platforms, error);
}

static LsDigest *
digest_of (LsManifest *manifest)
{
  return ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest));
}

static void
assert_moved (LsTransferJob *job, LsManifest *manifest, gboolean up_to_date, const GError *error)
{
  g_assert_no_error (error);
  g_assert_nonnull (job);
  g_assert_cmpstr (ls_digest_to_string (ls_transfer_job_get_digest (job)), ==,
                   ls_digest_to_string (digest_of (manifest)));
  g_assert_cmpint (ls_transfer_job_get_up_to_date (job), ==, up_to_date);
  if (up_to_date)
    g_assert_cmpint (ls_transfer_job_get_moved (job), ==, 0);
}

static guint
count_mounted (LsTransferJob *job)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (job);
  guint n = 0;

  for (guint i = 0; i < layers->len; i++)
    n += ls_transfer_layer_peek (layers->pdata[i], NULL) == LS_LAYER_MOUNTED;

  return n;
}

static char *
run (const char *program, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;
  g_autoptr (GError) error = NULL;
  const char *argument;
  int status;
  va_list list;

  g_ptr_array_add (arguments, (char *) program);
  va_start (list, program);
  while ((argument = va_arg (list, const char *)) != NULL)
    g_ptr_array_add (arguments, (char *) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  g_spawn_sync (NULL, (char **) arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                &complaint, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", program, complaint);

  return g_steal_pointer (&output);
}

/* What another program gets when it asks the registry, byte for byte. */
static void
assert_registry_has (Fixture *self, const char *rest, LsManifest *manifest)
{
  g_autofree char *name =
      g_strdup_printf ("docker://%s/%s", ls_registry_get_name (self->registry), rest);
  g_autofree char *raw = run ("skopeo", "inspect", "--tls-verify=false", "--raw", name, NULL);
  gsize size;
  const char *bytes = g_bytes_get_data (ls_manifest_get_bytes (manifest), &size);

  g_assert_cmpmem (raw, strlen (raw), bytes, size);
}

/* What another program gets when it copies everything from the registry. */
static void
assert_can_be_copied (Fixture *self, const char *rest, LsManifest *index)
{
  g_autofree char *from =
      g_strdup_printf ("docker://%s/%s", ls_registry_get_name (self->registry), rest);
  g_autofree char *directory = ls_test_dir_build (self->client.dir, "copied");
  g_autofree char *to = g_strdup_printf ("oci:%s:1", directory);
  g_autofree char *raw = NULL;
  gsize size;
  const char *bytes = g_bytes_get_data (ls_manifest_get_bytes (index), &size);

  g_free (run ("skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false", from, to,
               NULL));
  raw = run ("skopeo", "inspect", "--raw", to, NULL);
  g_assert_cmpmem (raw, strlen (raw), bytes, size);
}

static void
assert_platforms (LsStore *store, const char *here, const char *missing, gboolean is_whole)
{
  g_autoptr (GPtrArray) entries = ls_store_list (store, NULL, NULL);
  g_autoptr (GString) found_here = g_string_new (NULL);
  g_autoptr (GString) found_missing = g_string_new (NULL);
  LsStoreEntry *entry;

  g_assert_cmpuint (entries->len, ==, 1);
  entry = entries->pdata[0];
  for (guint i = 0; i < entry->platforms->len; i++)
    {
      LsStorePlatform *platform = entry->platforms->pdata[i];
      GString *list = platform->is_here ? found_here : found_missing;
      g_autofree char *text = ls_platform_to_string (platform->platform);

      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", text);
    }
  g_assert_cmpstr (found_here->str, ==, here);
  g_assert_cmpstr (found_missing->str, ==, missing);
  g_assert_cmpint (entry->is_whole, ==, is_whole);
}

static char *
join (const char *first, const char *second, const char *third)
{
  return g_strjoin (" ", first, second, third, NULL);
}

static void
test_everything (Fixture *self, gconstpointer data)
{
  g_autofree char *all = join (self->host, "linux/s390x", "linux/riscv64");
  g_autofree char *store =
      g_strconcat ("oci:", ls_store_get_path (self->other), ":docker.io/library/index:1", NULL);
  g_autofree char *seen = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "app:1", "all", &error);
  g_autoptr (LsTransferJob) pushed_again = NULL;
  g_autoptr (LsTransferJob) pulled = NULL;
  g_autoptr (LsTransferJob) pulled_again = NULL;

  assert_moved (pushed, self->index, FALSE, error);
  assert_registry_has (self, "app:1", self->index);
  assert_can_be_copied (self, "app:1", self->index);
  pushed_again = push (self, "app:1", "all", &error);
  assert_moved (pushed_again, self->index, TRUE, error);

  pulled = pull (self, "app:1", "all", &error);
  assert_moved (pulled, self->index, FALSE, error);
  assert_platforms (self->other, all, "", TRUE);
  seen = run ("skopeo", "inspect", "--raw", store, NULL);
  g_assert_cmpmem (seen, strlen (seen),
                   g_bytes_get_data (ls_manifest_get_bytes (self->index), NULL),
                   g_bytes_get_size (ls_manifest_get_bytes (self->index)));
  g_free (run ("skopeo", "inspect", "--override-os=linux", "--override-arch=s390x", store, NULL));
  pulled_again = pull (self, "app:1", "all", &error);
  assert_moved (pulled_again, self->index, TRUE, error);
}

/* One, then several, then all: each brings what is still missing. */
static void
test_step_by_step (Fixture *self, gconstpointer data)
{
  g_autofree char *two_chosen = g_strconcat (self->host, ",linux/riscv64", NULL);
  g_autofree char *two = g_strconcat (self->host, " linux/riscv64", NULL);
  g_autofree char *three = join (self->host, "linux/s390x", "linux/riscv64");
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "app:1", "all", &error);
  g_autoptr (LsTransferJob) one = NULL;
  g_autoptr (LsTransferJob) same = NULL;
  g_autoptr (LsTransferJob) several = NULL;
  g_autoptr (LsTransferJob) all = NULL;
  g_autoptr (LsTransferJob) other = NULL;
  g_autoptr (LsReference) name = ls_test_reference ("index:1");
  g_autoptr (LsDescriptor) entry = NULL;

  assert_moved (pushed, self->index, FALSE, error);

  one = pull (self, "app:1", "host", &error);
  assert_moved (one, self->index, FALSE, error);
  assert_platforms (self->other, self->host, "", TRUE);
  entry = ls_store_resolve (self->other, name, NULL);
  g_assert_cmpstr (ls_descriptor_get_annotation (entry, LS_STORE_ANNOTATION_INDEX), ==,
                   ls_digest_to_string (digest_of (self->index)));
  same = pull (self, "app:1", "host", &error);
  assert_moved (same, self->index, TRUE, error);

  several = pull (self, "app:1", two_chosen, &error);
  assert_moved (several, self->index, FALSE, error);
  assert_platforms (self->other, two, "linux/s390x", FALSE);

  all = pull (self, "app:1", "all", &error);
  assert_moved (all, self->index, FALSE, error);
  assert_platforms (self->other, three, "", TRUE);

  /* One of them again does not take the others away. */
  other = pull (self, "app:1", "host", &error);
  assert_moved (other, self->index, TRUE, error);
  assert_platforms (self->other, three, "", TRUE);
}

static void
test_partly_held (Fixture *self, gconstpointer data)
{
  GPtrArray *children = ls_manifest_get_children (self->index);
  const char *root = ls_store_get_path (self->store);
  const char *hex = ls_digest_get_hex (ls_descriptor_get_digest (children->pdata[0]));
  g_autofree char *gone = g_build_filename (root, "blobs", "sha256", hex, NULL);
  g_autofree char *here = g_strconcat (self->host, ",linux/riscv64", NULL);
  g_autofree char *expected =
      g_strconcat (": ", self->host, ", linux/riscv64; but not linux/s390x", NULL);
  g_autoptr (LsManifest) image = ls_store_read_manifest (self->store, children->pdata[1], NULL);
  g_autoptr (LsManifest) several = NULL;
  g_autoptr (LsTransferJob) job = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (gone), ==, 0);
  g_assert_null (push (self, "app:1", "all", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PARTLY_HELD);
  g_assert_true (g_str_has_suffix (error->message, expected));
  g_assert_cmpint (ls_test_registry_count_blob_bytes (self->client.server), ==, 0);
  g_clear_error (&error);

  /* One of them alone. */
  job = push (self, "app:one", "host", &error);
  assert_moved (job, image, FALSE, error);
  assert_registry_has (self, "app:one", image);
  g_clear_object (&job);

  /* Those that are here, as an index of their own. */
  job = push (self, "app:several", here, &error);
  g_assert_no_error (error);
  g_assert_false (ls_digest_equal (ls_transfer_job_get_digest (job), digest_of (self->index)));
  several = ls_registry_get_manifest (self->registry, "app", "several", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ls_manifest_get_children (several)->len, ==, 2);
  assert_can_be_copied (self, "app:several", several);
  g_clear_object (&job);

  /* The same again has nothing to do. */
  job = push (self, "app:several", here, &error);
  assert_moved (job, several, TRUE, error);
}

/* Of an index that is there as a whole: a layer of one image went missing. */
static void
test_lost_layer (Fixture *self, gconstpointer data)
{
  GPtrArray *children = ls_manifest_get_children (self->index);
  g_autoptr (LsManifest) image = ls_store_read_manifest (self->store, children->pdata[2], NULL);
  LsDescriptor *layer = ls_manifest_get_layers (image)->pdata[1];
  const char *hex = ls_digest_get_hex (ls_descriptor_get_digest (layer));
  g_autofree char *gone =
      g_build_filename (ls_store_get_path (self->store), "blobs", "sha256", hex, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (gone), ==, 0);
  g_assert_null (push (self, "app:1", "all", &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_PARTLY_HELD);
  g_assert_true (g_str_has_suffix (error->message, "; but not linux/riscv64"));
  g_assert_cmpint (ls_test_registry_count_blob_bytes (self->client.server), ==, 0);
}

static void
test_copy_within (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "team/app:1", "all", &error);
  g_autoptr (LsRegistryImage) source = remote_at (self->registry, "team/app:1");
  g_autoptr (LsRegistryImage) destination = remote_at (self->registry, "other/app:2");
  g_autoptr (LsTransferJob) copied = NULL;
  g_autoptr (LsTransferJob) again = NULL;
  g_autoptr (GPtrArray) layers = NULL;

  assert_moved (pushed, self->index, FALSE, error);
  copied = move (source, destination, "all", &error);
  assert_moved (copied, self->index, FALSE, error);
  layers = ls_transfer_job_dup_layers (copied);
  g_assert_cmpuint (count_mounted (copied), ==, layers->len);
  g_assert_cmpint (ls_transfer_job_get_moved (copied), ==, 0);
  assert_registry_has (self, "other/app:2", self->index);
  assert_can_be_copied (self, "other/app:2", self->index);

  again = move (source, destination, "all", &error);
  assert_moved (again, self->index, TRUE, error);
}

static void
test_copy_between (Fixture *self, gconstpointer data)
{
  LsTestClient second = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "app:1", "all", &error);

  assert_moved (pushed, self->index, FALSE, error);
  ls_test_client_set_up (&second, data);
  {
    g_autoptr (LsRegistry) registry = ls_test_client_open (&second, NULL, NULL);
    g_autoptr (LsRegistryImage) source = remote_at (self->registry, "app:1");
    g_autoptr (LsRegistryImage) destination = remote_at (registry, "copied:1");
    g_autoptr (LsRegistryImage) image = remote_at (registry, "copied:host");
    g_autoptr (LsTransferJob) copied = move (source, destination, "all", &error);
    g_autoptr (LsTransferJob) one = NULL;
    g_autoptr (LsManifest) there = NULL;

    assert_moved (copied, self->index, FALSE, error);
    g_assert_cmpint (ls_transfer_job_get_moved (copied), ==, ls_transfer_job_get_total (copied));
    g_assert_cmpint (ls_transfer_job_get_moved (copied), >, 5000);
    there = ls_registry_get_manifest (registry, "copied", "1", NULL, &error);
    g_assert_no_error (error);
    g_assert_true (
        g_bytes_equal (ls_manifest_get_bytes (there), ls_manifest_get_bytes (self->index)));

    one = move (source, image, "host", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (ls_digest_to_string (ls_transfer_job_get_digest (one)), ==,
                     ls_digest_to_string (ls_descriptor_get_digest (
                         ls_manifest_get_children (self->index)->pdata[1])));
  }
  ls_test_client_tear_down (&second, data);
}

static LsPlatformOffer *
get_offer (LsImageOffer *offer, guint position)
{
  g_autoptr (LsPlatformOffer) item = g_list_model_get_item (G_LIST_MODEL (offer), position);

  return item;
}

static void
test_offer (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "app:1", "all", &error);
  g_autoptr (LsRegistryImage) source = remote_at (self->registry, "app:1");
  g_autoptr (LsImageOffer) before = NULL;
  g_autoptr (LsTransferJob) pulled = NULL;
  g_autoptr (LsImageOffer) after = NULL;
  g_autoptr (GPtrArray) two = g_ptr_array_new ();
  g_autoptr (LsPlatformChoice) choice = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = g_strconcat ("linux/s390x,", self->host, NULL);
  gint64 shared;
  gint64 size;
  gint64 here;

  assert_moved (pushed, self->index, FALSE, error);
  before = ls_image_offer_read (LS_IMAGE_SOURCE (source), self->other, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ls_image_offer_is_index (before));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (before)), ==, 3);
  g_assert_cmpstr (ls_platform_offer_get_text (get_offer (before, 0)), ==, "linux/s390x");
  g_assert_cmpstr (ls_platform_offer_get_text (get_offer (before, 1)), ==, self->host);
  g_assert_cmpuint (ls_platform_offer_get_attestations (get_offer (before, 0))->len, ==, 1);
  g_assert_cmpuint (ls_platform_offer_get_attestations (get_offer (before, 1))->len, ==, 0);
  g_assert_false (ls_platform_offer_is_host (get_offer (before, 0)));
  g_assert_true (ls_platform_offer_is_host (get_offer (before, 1)));
  g_assert_cmpint (ls_platform_offer_get_size (get_offer (before, 1)), >, 2000);
  g_assert_cmpint (ls_platform_offer_get_size_here (get_offer (before, 1)), ==, 0);

  /* After one was pulled it is here, and so is what the others share with it. */
  pulled = pull (self, "app:1", "host", &error);
  assert_moved (pulled, self->index, FALSE, error);
  after = ls_image_offer_read (LS_IMAGE_SOURCE (source), self->other, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ls_platform_offer_get_size_here (get_offer (after, 1)), ==,
                   ls_platform_offer_get_size (get_offer (after, 1)));
  shared = ls_platform_offer_get_size_here (get_offer (after, 0));
  g_assert_cmpint (shared, >, 1000);
  g_assert_cmpint (shared, <, ls_platform_offer_get_size (get_offer (after, 0)));

  g_ptr_array_add (two, get_offer (after, 0));
  g_ptr_array_add (two, get_offer (after, 1));
  size = ls_image_offer_measure (after, two, &here);
  g_assert_cmpint (size, ==,
                   ls_platform_offer_get_size (get_offer (after, 0))
                       + ls_platform_offer_get_size (get_offer (after, 1)) - shared);
  g_assert_cmpint (here, ==, ls_platform_offer_get_size (get_offer (after, 1)));
  choice = ls_image_offer_make_choice (after, two);
  text = ls_platform_choice_to_string (choice);
  g_assert_cmpstr (text, ==, expected);
}

/* A plain image is the one that is offered; its config says what it runs on. */
static void
test_plain_offer (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsTransferJob) pushed = push (self, "app:1", "host", &error);
  g_autoptr (LsRegistryImage) source = remote_at (self->registry, "app:1");
  g_autoptr (LsRegistryImage) nothing = remote_at (self->registry, "app:2");
  g_autoptr (LsImageOffer) offer = NULL;

  g_assert_no_error (error);
  offer = ls_image_offer_read (LS_IMAGE_SOURCE (source), self->other, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (ls_image_offer_is_index (offer));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (offer)), ==, 1);
  g_assert_cmpstr (ls_platform_offer_get_text (get_offer (offer, 0)), ==, self->host);

  g_assert_null (ls_image_offer_read (LS_IMAGE_SOURCE (nothing), self->other, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/index-transfers/everything", test_everything);
  ADD ("/index-transfers/step-by-step", test_step_by_step);
  ADD ("/index-transfers/partly-held", test_partly_held);
  ADD ("/index-transfers/lost-layer", test_lost_layer);
  ADD ("/index-transfers/copy-within", test_copy_within);
  ADD ("/index-transfers/copy-between", test_copy_between);
  ADD ("/index-transfers/offer", test_offer);
  ADD ("/index-transfers/plain-offer", test_plain_offer);
#undef ADD

  return g_test_run ();
}
