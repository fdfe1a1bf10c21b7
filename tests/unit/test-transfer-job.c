/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-media-type.h"
#include "ls-test-place.h"
#include "ls-transfer-job.h"
#include "ls-transfer-layer-private.h"

static LsTransferJob *
job_new (LsTestPlace *source, LsTestPlace *destination)
{
  LsTransferJob *job =
      ls_transfer_job_new (LS_IMAGE_SOURCE (source), LS_IMAGE_DESTINATION (destination));

  ls_transfer_job_set_retry_pause (job, 1);

  return job;
}

static LsLayerState
state_of (LsTransferJob *job, guint position)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (job);

  g_assert_nonnull (layers);
  g_assert_cmpuint (position, <, layers->len);

  /* What the workers reported is what the views get to see. */
  return ls_transfer_layer_peek (layers->pdata[position], NULL);
}

static const char *const two_layers[] = { "the longer layer", "short", NULL };

static void
test_moves_what_is_missing (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) journal = NULL;
  g_autofree char *present = ls_test_place_add_blob (destination, "short");

  g_assert_true (ls_transfer_job_run (job, NULL, &error));
  g_assert_no_error (error);

  g_assert_cmpint (state_of (job, 0), ==, LS_LAYER_COMPLETE);
  g_assert_cmpint (state_of (job, 1), ==, LS_LAYER_EXISTS);
  g_assert_cmpint (state_of (job, 2), ==, LS_LAYER_COMPLETE);
  g_assert_cmpint (ls_transfer_job_get_total (job), ==,
                   strlen ("the longer layer"
                           "short")
                       + 2);
  g_assert_cmpint (ls_transfer_job_get_done (job), ==, ls_transfer_job_get_total (job));
  g_assert_cmpint (ls_transfer_job_get_moved (job), ==, strlen ("the longer layer") + 2);
  g_assert_false (ls_transfer_job_get_up_to_date (job));
  g_assert_true (
      ls_digest_equal (ls_transfer_job_get_digest (job),
                       ls_descriptor_get_digest (ls_manifest_get_descriptor (source->root))));
  g_assert_cmpint (ls_transfer_job_get_manifest_size (job), ==,
                   ls_descriptor_get_size (ls_manifest_get_descriptor (source->root)));

  /* Room is asked for first, and nothing is visible before everything is there. */
  journal = g_strsplit (g_strstrip (destination->journal->str), "\n", -1);
  g_assert_cmpuint (g_strv_length (journal), ==, 5);
  g_assert_cmpstr (journal[0], ==, "reserve 18");
  g_assert_true (g_str_has_prefix (journal[1], "put "));
  g_assert_true (g_str_has_prefix (journal[2], "put "));
  g_assert_true (g_str_has_prefix (journal[3], "image "));
  g_assert_true (g_str_has_prefix (journal[4], "finish "));
  g_assert_cmpuint (destination->n_ended, ==, 1);
  g_assert_cmpuint (source->n_released, ==, 1);
}

static void
test_repeated_layer_moves_once (void)
{
  const char *const twice[] = { "same", "same", NULL };
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (twice);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GPtrArray) layers = NULL;

  g_assert_true (ls_transfer_job_run (job, NULL, NULL));
  layers = ls_transfer_job_dup_layers (job);
  g_assert_cmpuint (layers->len, ==, 2);
}

static void
test_mounts (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);

  destination->mounts = ls_test_place_add_blob (source, "short");
  g_assert_true (ls_transfer_job_run (job, NULL, NULL));
  g_assert_cmpint (state_of (job, 1), ==, LS_LAYER_MOUNTED);
  g_assert_cmpint (ls_transfer_job_get_total (job), ==,
                   strlen ("the longer layer"
                           "short")
                       + 2);
  g_assert_cmpint (ls_transfer_job_get_done (job), ==, ls_transfer_job_get_total (job));
  g_assert_cmpint (ls_transfer_job_get_moved (job), ==, strlen ("the longer layer") + 2);
}

static void
test_is_up_to_date (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);

  destination->current = ls_image_source_peek (LS_IMAGE_SOURCE (source), NULL);
  g_assert_true (ls_transfer_job_run (job, NULL, NULL));
  g_assert_true (ls_transfer_job_get_up_to_date (job));
  g_assert_cmpstr (destination->journal->str, ==, "");
  g_assert_cmpint (state_of (job, 0), ==, LS_LAYER_EXISTS);
  g_assert_nonnull (ls_transfer_job_get_digest (job));
}

static void
test_chooses_the_platform (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autoptr (GError) error = NULL;
  g_autofree char *index = NULL;
  g_autofree char *image_line = NULL;
  LsDescriptor *image;

  source->child = g_steal_pointer (&source->root);
  image = ls_manifest_get_descriptor (source->child);
  index = g_strdup_printf (
      "{\"schemaVersion\":2,\"manifests\":["
      "{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"sha256:%064d\",\"size\":7,"
      "\"platform\":{\"os\":\"plan9\",\"architecture\":\"mips\"}},"
      "{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
      "\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT
      ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}]}",
      1, ls_digest_to_string (ls_descriptor_get_digest (image)), ls_descriptor_get_size (image),
      ls_platform_get_os (host), ls_platform_get_architecture (host));
  source->root = ls_test_place_parse (index, LS_MEDIA_TYPE_OCI_INDEX);

  g_assert_true (ls_transfer_job_run (job, NULL, &error));
  g_assert_no_error (error);
  image_line =
      g_strdup_printf ("image %.12s\n", ls_digest_get_hex (ls_descriptor_get_digest (image)));
  g_assert_nonnull (strstr (destination->journal->str, image_line));
  g_assert_true (
      ls_digest_equal (ls_transfer_job_get_digest (job),
                       ls_descriptor_get_digest (ls_manifest_get_descriptor (source->root))));
  g_assert_cmpint (ls_transfer_job_get_manifest_size (job), ==,
                   ls_descriptor_get_size (ls_manifest_get_descriptor (source->root)));
}

/* What each line of the journal is about, in the words of the graph. */
static char *
read_journal (LsTestPlace *source, LsTestPlace *destination)
{
  g_auto (GStrv) lines = g_strsplit (g_strstrip (destination->journal->str), "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);
      GHashTableIter iter;
      gpointer digest, label;

      g_hash_table_iter_init (&iter, source->graph->labels);
      while (g_hash_table_iter_next (&iter, &digest, &label))
        if (g_str_has_prefix ((char *) digest + strlen ("sha256:"), words[1]))
          g_string_append_printf (text, "%s %s\n", words[0], (char *) label);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Blobs before the manifests that name them, images before their index, the name last. */
static void
test_whole_index (void)
{
  static const char *const expected[] = {
    "put a",
    "put b",
    "put c-amd64:a",
    "put c-s390x:b",
    "manifest amd64:a",
    "manifest s390x:b",
    "manifest [s390x:b]",
    "finish [amd64:a [s390x:b]]",
  };
  g_autoptr (LsTestPlace) source = ls_test_place_new_graph ("[amd64:a [s390x:b]]");
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();
  g_autofree char *journal = NULL;
  g_autoptr (GError) error = NULL;
  const char *last_put;

  ls_transfer_job_set_platforms (job, all);
  g_assert_true (ls_transfer_job_run (job, NULL, &error));
  g_assert_no_error (error);

  journal = read_journal (source, destination);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_nonnull (strstr (journal, expected[i]));
  last_put = g_strrstr (journal, "put ");
  g_assert_true (last_put < strstr (journal, "manifest "));
  g_assert_true (strstr (journal, "manifest s390x:b") < strstr (journal, "manifest [s390x:b]"));
  g_assert_true (g_str_has_suffix (journal, "finish [amd64:a [s390x:b]]\n"));
}

/* What is there as a whole costs nothing: nobody asks for a child or a blob. */
static void
test_whole_index_again (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_graph ("[amd64:a [s390x:b]]");
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();
  g_autoptr (GError) error = NULL;

  destination->current = ls_image_source_peek (LS_IMAGE_SOURCE (source), NULL);
  ls_transfer_job_set_platforms (job, all);
  g_assert_true (ls_transfer_job_run (job, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (ls_transfer_job_get_up_to_date (job));
  g_assert_cmpint (source->graph->n_asked, ==, 0);
  g_assert_cmpstr (destination->journal->str, ==, "");
}

static void
test_refused_room_moves_nothing (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GError) error = NULL;

  destination->refuse_room = TRUE;
  g_assert_false (ls_transfer_job_run (job, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_null (strstr (destination->journal->str, "put"));
  g_assert_null (strstr (destination->journal->str, "finish"));
  g_assert_cmpuint (destination->n_ended, ==, 1);
}

static void
test_unknown_image (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new ();
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GError) error = NULL;

  g_assert_false (ls_transfer_job_run (job, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_null (ls_transfer_job_dup_layers (job));
  g_assert_cmpuint (source->n_released, ==, 1);
}

static void
test_failures (void)
{
  static const struct
  {
    int code;
    guint failures;
    gboolean succeeds;
  } cases[] = {
    { LS_ERROR_OFFLINE, 1, TRUE },          { LS_ERROR_SERVER, 2, TRUE },
    { LS_ERROR_TIMED_OUT, 1, TRUE },        { LS_ERROR_OFFLINE, 1000, FALSE },
    { LS_ERROR_DIGEST_MISMATCH, 1, FALSE }, { LS_ERROR_FORBIDDEN, 1, FALSE },
    { LS_ERROR_NO_SPACE, 1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const one[] = { "a layer", NULL };
      g_autoptr (LsTestPlace) source = ls_test_place_new_source (one);
      g_autoptr (LsTestPlace) destination = ls_test_place_new ();
      g_autoptr (LsTransferJob) job = job_new (source, destination);
      g_autoptr (GError) error = NULL;
      g_autofree char *config = ls_test_place_add_blob (destination, "{}");

      destination->failures = cases[i].failures;
      destination->failure_code = cases[i].code;
      g_assert_cmpint (ls_transfer_job_run (job, NULL, &error), ==, cases[i].succeeds);
      if (cases[i].succeeds)
        {
          g_assert_no_error (error);
          g_assert_cmpint (state_of (job, 0), ==, LS_LAYER_COMPLETE);
        }
      else
        {
          g_assert_error (error, LS_ERROR, cases[i].code);
          g_assert_cmpint (state_of (job, 0), ==, LS_LAYER_FAILED);
          g_assert_null (strstr (destination->journal->str, "finish"));
        }
    }
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (20000);
  g_cancellable_cancel (data);

  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  destination->block = TRUE;
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (ls_transfer_job_run (job, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (strstr (destination->journal->str, "finish"));
  g_assert_cmpuint (destination->n_ended, ==, 1);
  g_thread_join (thread);
}

static gpointer
cancel_after_failure (gpointer data)
{
  LsTestPlace *destination = data;
  GCancellable *cancellable = g_object_get_data (G_OBJECT (destination), "cancellable");
  gboolean has_failed = FALSE;

  while (!has_failed)
    {
      g_usleep (1000);
      g_mutex_lock (&destination->lock);
      has_failed = strstr (destination->journal->str, "fail") != NULL;
      g_mutex_unlock (&destination->lock);
    }
  g_cancellable_cancel (cancellable);

  return NULL;
}

/* Who cancels while the line is given time to recover has cancelled, and is not
 * told of the failure before. */
static void
test_cancel_between_attempts (void)
{
  const char *const one[] = { "a layer", NULL };
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (one);
  g_autoptr (LsTestPlace) destination = ls_test_place_new ();
  g_autoptr (LsTransferJob) job = job_new (source, destination);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *config = ls_test_place_add_blob (destination, "{}");
  g_autoptr (GError) error = NULL;
  GThread *thread;

  ls_transfer_job_set_retry_pause (job, 3600 * 1000);
  destination->failures = 1000;
  destination->failure_code = LS_ERROR_OFFLINE;
  g_object_set_data (G_OBJECT (destination), "cancellable", cancellable);
  thread = g_thread_new ("cancel", cancel_after_failure, destination);

  g_assert_false (ls_transfer_job_run (job, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (state_of (job, 0), ==, LS_LAYER_WAITING);
  g_thread_join (thread);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer-job/moves-what-is-missing", test_moves_what_is_missing);
  g_test_add_func ("/transfer-job/repeated-layer", test_repeated_layer_moves_once);
  g_test_add_func ("/transfer-job/mounts", test_mounts);
  g_test_add_func ("/transfer-job/up-to-date", test_is_up_to_date);
  g_test_add_func ("/transfer-job/platform", test_chooses_the_platform);
  g_test_add_func ("/transfer-job/whole-index", test_whole_index);
  g_test_add_func ("/transfer-job/whole-index/again", test_whole_index_again);
  g_test_add_func ("/transfer-job/refused-room", test_refused_room_moves_nothing);
  g_test_add_func ("/transfer-job/unknown-image", test_unknown_image);
  g_test_add_func ("/transfer-job/failures", test_failures);
  g_test_add_func ("/transfer-job/cancel", test_cancel);
  g_test_add_func ("/transfer-job/cancel/between-attempts", test_cancel_between_attempts);

  return g_test_run ();
}
