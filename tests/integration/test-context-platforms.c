/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Indexes with several platforms, copies and the check of the store, as a user has
 * them: from the model down to a real registry. */

#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-client.h"
#include "ls-test-context.h"
#include "ls-test-graph.h"
#include "ls-test-image.h"
#include "ls-test-store.h"
#include "ls-test-transfer.h"

#include <glib/gstdio.h>

static LsManifest *
make_index (LsTestContext *self, const char *name)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autofree char *text = ls_platform_to_string (host);
  const char *platforms[] = { "linux/s390x", text, NULL };
  LsManifest *index = ls_test_index_write (self->store, platforms, 1);
  g_autoptr (LsReference) reference = ls_test_reference (name);

  ls_test_image_tag (self->store, name, index);
  ls_test_context_wait_for (self, reference, TRUE);

  return index;
}

static LsImage *
find (LsTestContext *self, const char *name)
{
  g_autoptr (LsReference) reference = ls_test_reference (name);

  return ls_test_context_wait_for (self, reference, TRUE);
}

static LsTransfer *
push (LsTestContext *self, LsImage *image, const char *rest, const char *platforms)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (self, rest);
  g_autoptr (LsPlatformChoice) choice =
      platforms != NULL ? ls_platform_choice_parse (platforms, NULL) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_push_platforms_async (self->context, image, name, NULL, choice, ls_test_keep_result,
                                   &result);
  ls_test_await (&result);
  transfer = ls_context_push_finish (self->context, result, &error);
  g_assert_no_error (error);

  return transfer;
}

static LsTransfer *
pull (LsTestContext *self, const char *rest, const char *platforms)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (self, rest);
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_parse (platforms, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_pull_platforms_async (self->context, name, choice, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_pull_finish (self->context, result, &error);
  g_assert_no_error (error);

  return transfer;
}

static LsTransfer *
copy (LsTestContext *self, const char *from_rest, const char *to_rest)
{
  g_autoptr (LsReference) from = ls_test_context_name_at (self, from_rest);
  g_autoptr (LsReference) to = ls_test_context_name_at (self, to_rest);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_copy_async (self->context, from, to, NULL, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_copy_finish (self->context, result, &error);
  g_assert_no_error (error);

  return transfer;
}

static const char *
digest_of (LsManifest *manifest)
{
  return ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (manifest)));
}

static void
remove_name (LsTestContext *self, LsReference *name)
{
  g_assert_true (ls_store_remove (self->store, name, NULL, NULL));
  ls_test_context_wait_for (self, name, FALSE);
}

static void
write_graph (LsTestContext *self, LsTestGraph *graph)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, graph->contents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_autoptr (LsDescriptor) blob = ls_test_describe (value, "application/octet-stream");

      ls_store_write_blob (self->store, blob, value, &error);
      g_assert_no_error (error);
    }

  g_hash_table_iter_init (&iter, graph->manifests);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ls_store_write_blob (self->store, ls_manifest_get_descriptor (value),
                           ls_manifest_get_bytes (value), &error);
      g_assert_no_error (error);
    }
}

/* An attestation stands in the same index as its image, wherever that is. */
static void
test_nested_attestations (LsTestContext *self, gconstpointer data)
{
  g_autoptr (LsTestGraph) graph =
      ls_test_graph_new ("[amd64:a [arm64:b s390x:c @0:d] [ppc64le:e @0:f @0:g]]");
  g_autoptr (LsReference) name = ls_test_reference ("nested:1");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) variants = NULL;
  g_autoptr (GError) error = NULL;

  write_graph (self, graph);
  ls_test_image_tag (self->store, "nested:1", graph->root);
  ls_context_describe_async (self->context, ls_test_context_wait_for (self, name, TRUE), NULL,
                             ls_test_keep_result, &result);
  ls_test_await (&result);
  variants = ls_context_describe_finish (self->context, result, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (variants->len, ==, 4);
  for (guint i = 0; i < variants->len; i++)
    {
      LsImageVariant *variant = variants->pdata[i];
      guint n = g_str_equal (variant->platform, "linux/arm64")     ? 1
                : g_str_equal (variant->platform, "linux/ppc64le") ? 2
                                                                   : 0;

      g_test_message ("%s", variant->platform);
      g_assert_cmpuint (g_strv_length (variant->attestations), ==, n);
    }
}

static void
test_platforms (LsTestContext *self, gconstpointer data)
{
  g_autoptr (LsManifest) index = make_index (self, "multi:1");
  g_autoptr (LsReference) first = ls_test_reference ("multi:1");
  g_autoptr (LsReference) name = ls_test_context_name_at (self, "alice/multi:1");
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) pulled = NULL;
  g_autoptr (LsTransfer) all = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LsImageOffer) offer = NULL;
  g_autoptr (GError) error = NULL;
  LsImage *image = find (self, "multi:1");

  g_assert_true (ls_image_is_index (image));
  g_assert_true (ls_image_is_whole (image));
  g_assert_cmpuint (g_strv_length ((char **) ls_image_get_platforms (image)), ==, 2);
  g_assert_cmpstr (ls_image_get_platforms (image)[1], ==, "linux/s390x");

  ls_test_context_sign_in (self);
  pushed = push (self, image, "alice/multi:1", NULL);
  ls_test_context_complete (pushed);
  g_assert_cmpstr (ls_transfer_get_digest (pushed), ==, digest_of (index));

  remove_name (self, first);
  remove_name (self, name);
  g_assert_true (ls_store_collect_garbage (self->store, NULL, NULL, NULL));

  ls_context_inspect_async (self->context, name, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  offer = ls_context_inspect_finish (self->context, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (offer)), ==, 2);

  pulled = pull (self, "alice/multi:1", "linux/s390x");
  ls_test_context_complete (pulled);
  image = ls_test_context_wait_for (self, name, TRUE);
  g_assert_false (ls_image_is_index (image));
  g_assert_cmpstr (ls_image_get_platforms (image)[0], ==, "linux/s390x");

  all = pull (self, "alice/multi:1", "all");
  ls_test_context_complete (all);
  g_assert_cmpstr (ls_transfer_get_digest (all), ==, digest_of (index));
}

static gboolean
is_finished (gpointer data)
{
  return ls_transfer_is_finished (data);
}

typedef struct
{
  LsTestContext *self;
  LsReference *name;
  guint n_platforms;
} Wanted;

static gboolean
has_platforms (gpointer data)
{
  Wanted *wanted = data;
  LsImage *image = ls_image_list_find (ls_context_get_images (wanted->self->context), wanted->name);

  return image != NULL
         && g_strv_length ((char **) ls_image_get_platforms (image)) == wanted->n_platforms;
}

static LsStoreCheck *
check (LsTestContext *self)
{
  LsStoreCheck *check = ls_context_create_check (self->context);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_store_check_run_async (check, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_store_check_run_finish (check, result, &error);
  g_assert_no_error (error);

  return check;
}

static guint
count_problems (LsStoreCheck *check)
{
  return g_list_model_get_n_items (ls_store_check_get_problems (check));
}

/* A part of an index does not go, says why, and goes otherwise; and when the rest has
 * come, the list shows it although the name leads to the same as before. */
static void
test_partly_held (LsTestContext *self, gconstpointer data)
{
  g_autoptr (LsManifest) index = make_index (self, "multi:1");
  g_autoptr (LsReference) name = ls_test_context_name_at (self, "alice/multi:1");
  g_autofree char *gone = g_build_filename (
      ls_store_get_path (self->store), "blobs", "sha256",
      ls_digest_get_hex (ls_descriptor_get_digest (ls_manifest_get_children (index)->pdata[0])),
      NULL);
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) refused = NULL;
  g_autoptr (LsTransfer) one = NULL;
  g_autoptr (LsTransfer) rest = NULL;
  g_autoptr (LsStoreCheck) checked = NULL;
  Wanted wanted = { self, name, 2 };
  LsImage *image;

  ls_test_context_sign_in (self);
  pushed = push (self, find (self, "multi:1"), "alice/multi:1", NULL);
  ls_test_context_complete (pushed);
  ls_test_await_until (has_platforms, &wanted);

  /* What is whole is not looked at again; after a check it is. */
  g_assert_cmpint (g_unlink (gone), ==, 0);
  checked = check (self);
  g_assert_cmpuint (count_problems (checked), ==, 0);
  ls_image_list_load (ls_context_get_images (self->context));
  wanted.n_platforms = 1;
  ls_test_await_until (has_platforms, &wanted);
  image = ls_test_context_wait_for (self, name, TRUE);

  refused = push (self, image, "alice/other:1", NULL);
  ls_test_await_until (is_finished, refused);
  g_assert_error (ls_transfer_get_error (refused), LS_ERROR, LS_ERROR_PARTLY_HELD);
  g_assert_true (
      g_str_has_suffix (ls_transfer_get_error (refused)->message, "; but not linux/s390x"));

  one = push (self, image, "alice/other:1", "host");
  ls_test_context_complete (one);

  rest = pull (self, "alice/multi:1", "all");
  ls_test_context_complete (rest);
  wanted.n_platforms = 2;
  ls_test_await_until (has_platforms, &wanted);
}

static void
assert_mounted (LsTransfer *transfer)
{
  GListModel *layers = ls_transfer_get_layers (transfer);

  g_assert_cmpuint (ls_test_transfer_count_layers (transfer, LS_LAYER_MOUNTED, NULL), ==,
                    g_list_model_get_n_items (layers));
}

static void
test_copy (LsTestContext *self, gconstpointer data)
{
  g_autoptr (LsManifest) index = make_index (self, "multi:1");
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) copied = NULL;
  g_autoptr (LsTransfer) denied = NULL;

  ls_test_context_sign_in (self);
  pushed = push (self, find (self, "multi:1"), "alice/multi:1", NULL);
  ls_test_context_complete (pushed);

  copied = copy (self, "alice/multi:1", "alice/copy:2");
  ls_test_context_complete (copied);
  g_assert_cmpint (ls_transfer_get_kind (copied), ==, LS_TRANSFER_COPY);
  g_assert_cmpstr (ls_transfer_get_digest (copied), ==, digest_of (index));
  g_assert_cmpstr (ls_transfer_get_from (copied), ==, ls_test_registry_get_name (self->registry));
  g_assert_cmpstr (ls_transfer_get_to (copied), ==, ls_test_registry_get_name (self->registry));
  g_assert_cmpstr (ls_reference_get_repository (ls_transfer_get_source_name (copied)), ==,
                   "alice/multi");
  /* All of it was mounted: it is done without a byte that moved. */
  g_assert_cmpint (ls_transfer_get_bytes_done (copied), ==, ls_transfer_get_bytes_total (copied));
  assert_mounted (copied);

  denied = copy (self, "alice/multi:1", "bob/copy:2");
  ls_test_await_until (is_finished, denied);
  g_assert_error (ls_transfer_get_error (denied), LS_ERROR, LS_ERROR_FORBIDDEN);
}

static gboolean
has_succeeded (gpointer data)
{
  return ls_transfer_get_state (data) == LS_TRANSFER_SUCCEEDED;
}

/* A copy that was refused goes on after a sign-in, with what each of its ends needs. */
static void
test_copy_goes_on_after_sign_in (LsTestContext *self, gconstpointer data)
{
  LsTestRegistry *second = ls_test_registry_new (LS_TEST_REGISTRY_PLAIN);
  g_autofree char *from_text =
      g_strdup_printf ("%s/open/multi:1", ls_test_registry_get_name (second));
  g_autoptr (LsReference) from = ls_test_reference (from_text);
  g_autoptr (LsReference) to = ls_test_context_name_at (self, "alice/copied:1");
  g_autoptr (LsManifest) index = make_index (self, "multi:1");
  g_autoptr (GAsyncResult) pushing = NULL;
  g_autoptr (GAsyncResult) copying = NULL;
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) copied = NULL;
  g_autoptr (GError) error = NULL;

  ls_context_push_async (self->context, find (self, "multi:1"), from, NULL, ls_test_keep_result,
                         &pushing);
  ls_test_await (&pushing);
  pushed = ls_context_push_finish (self->context, pushing, &error);
  g_assert_no_error (error);
  ls_test_context_complete (pushed);

  ls_context_copy_async (self->context, from, to, NULL, NULL, ls_test_keep_result, &copying);
  ls_test_await (&copying);
  copied = ls_context_copy_finish (self->context, copying, &error);
  g_assert_no_error (error);
  ls_test_await_until (is_finished, copied);
  g_assert_error (ls_transfer_get_error (copied), LS_ERROR, LS_ERROR_UNAUTHORIZED);

  ls_test_context_sign_in (self);
  ls_test_await_until (has_succeeded, copied);
  g_assert_cmpstr (ls_transfer_get_digest (copied), ==, digest_of (index));
  ls_test_registry_free (second);
}

static guint
mend (LsTestContext *self, LsStoreCheck *check, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_context_mend_async (self->context, check, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_context_mend_finish (self->context, result, error);
}

static gboolean
all_are_finished (gpointer data)
{
  GListModel *transfers = data;

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);

      if (!ls_transfer_is_finished (transfer))
        return FALSE;
    }

  return TRUE;
}

static void
assert_same_account (GListModel *transfers, LsTransfer *other)
{
  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LsTransfer) transfer = g_list_model_get_item (transfers, i);

      g_assert_cmpstr (ls_transfer_get_account (transfer), ==, ls_transfer_get_account (other));
    }
}

static void
spoil (LsTestContext *self, LsDescriptor *blob)
{
  g_autofree char *path =
      g_build_filename (ls_store_get_path (self->store), "blobs", "sha256",
                        ls_digest_get_hex (ls_descriptor_get_digest (blob)), NULL);
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  content[size / 2] ^= 1;
  g_assert_true (g_file_set_contents (path, content, size, NULL));
}

/* A layer, a manifest and the index itself are damaged; all come back, and the name
 * still leads to the index. */
static void
test_mend (LsTestContext *self, gconstpointer data)
{
  g_autoptr (LsManifest) index = make_index (self, "multi:1");
  g_autoptr (LsReference) first = ls_test_reference ("multi:1");
  g_autoptr (LsReference) name = ls_test_context_name_at (self, "alice/multi:1");
  GPtrArray *children = ls_manifest_get_children (index);
  g_autoptr (LsManifest) image = ls_store_read_manifest (self->store, children->pdata[1], NULL);
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (self->context));
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) repair = NULL;
  g_autoptr (LsStoreCheck) intact = NULL;
  g_autoptr (LsStoreCheck) damaged = NULL;
  g_autoptr (LsStoreCheck) index_damaged = NULL;
  g_autoptr (LsStoreCheck) mended = NULL;
  g_autoptr (LsDescriptor) root = NULL;
  g_autoptr (GError) error = NULL;

  ls_test_context_sign_in (self);
  pushed = push (self, find (self, "multi:1"), "alice/multi:1", NULL);
  ls_test_context_complete (pushed);
  remove_name (self, first);
  intact = check (self);
  g_assert_cmpuint (count_problems (intact), ==, 0);
  g_assert_cmpuint (mend (self, intact, &error), ==, 0);
  g_assert_no_error (error);

  spoil (self, ls_manifest_get_layers (image)->pdata[1]);
  spoil (self, children->pdata[0]);
  damaged = check (self);
  g_assert_cmpuint (count_problems (damaged), ==, 2);
  g_assert_cmpuint (mend (self, damaged, &error), ==, 2);
  g_assert_no_error (error);
  ls_test_await_until (all_are_finished, transfers);
  assert_same_account (transfers, pushed);
  repair = g_list_model_get_item (transfers, 0);
  g_assert_true (ls_transfer_is_repair (repair));
  g_assert_false (ls_transfer_is_repair (pushed));
  g_assert_cmpstr (ls_transfer_get_title (repair), ==, ls_transfer_get_title (pushed));
  mended = check (self);
  g_assert_cmpuint (count_problems (mended), ==, 0);
  g_clear_object (&mended);

  spoil (self, ls_manifest_get_descriptor (index));
  index_damaged = check (self);
  g_assert_cmpuint (count_problems (index_damaged), ==, 1);
  g_assert_cmpuint (mend (self, index_damaged, &error), ==, 1);
  g_assert_no_error (error);
  mended = check (self);
  g_assert_cmpuint (count_problems (mended), ==, 0);

  root = ls_store_resolve (self->store, name, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ls_digest_to_string (ls_descriptor_get_digest (root)), ==, digest_of (index));
}

int
main (int argc, char *argv[])
{
  /* A session without a keyring, whatever this one has: the accounts are those
   * of the session only. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);

#define ADD(path, flags, func)                                                                     \
  g_test_add (path, LsTestContext, GINT_TO_POINTER (flags), ls_test_context_set_up, func,          \
              ls_test_context_tear_down)
  ADD ("/context-platforms/platforms", LS_TEST_REGISTRY_TOKEN, test_platforms);
  ADD ("/context-platforms/nested-attestations", LS_TEST_REGISTRY_TOKEN, test_nested_attestations);
  ADD ("/context-platforms/partly-held", LS_TEST_REGISTRY_TOKEN, test_partly_held);
  ADD ("/context-platforms/copy", LS_TEST_REGISTRY_TOKEN, test_copy);
  ADD ("/context-platforms/copy/after-sign-in", LS_TEST_REGISTRY_TOKEN,
       test_copy_goes_on_after_sign_in);
  ADD ("/context-platforms/mend", LS_TEST_REGISTRY_TOKEN, test_mend);
#undef ADD

  return g_test_run ();
}
