/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The store as the end of a transfer. */

#include "ls-error.h"
#include "ls-local-image.h"
#include "ls-media-type.h"
#include "ls-test-place.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"
#include "ls-transfer-layer-private.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define GIB ((gint64) 1024 * 1024 * 1024)

static const char *const two_layers[] = { "the longer layer", "short", NULL };

static LsImageDestination *
destination_new (LsTestStore *fixture, const char *text)
{
  g_autoptr (LsReference) name = ls_test_reference (text);

  return LS_IMAGE_DESTINATION (ls_local_image_new (fixture->store, name));
}

static LsTransferJob *
pull (LsTestStore *fixture, LsTestPlace *source, const char *name)
{
  g_autoptr (LsImageDestination) destination = destination_new (fixture, name);
  LsTransferJob *job = ls_transfer_job_new (LS_IMAGE_SOURCE (source), destination);
  g_autoptr (GError) error = NULL;

  ls_transfer_job_run (job, NULL, &error);
  g_assert_no_error (error);

  return job;
}

static LsLayerState
state_of (LsTransferJob *job, guint position)
{
  g_autoptr (GPtrArray) layers = ls_transfer_job_dup_layers (job);

  return ls_transfer_layer_peek (layers->pdata[position], NULL);
}

static LsDescriptor *
first_layer (LsTestPlace *source)
{
  return ls_manifest_get_layers (source->root)->pdata[0];
}

static void
test_same_image_again (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTransferJob) first = pull (fixture, source, "app:1");
  g_autoptr (LsTransferJob) again = pull (fixture, source, "app:1");
  g_autoptr (LsTransferJob) other = pull (fixture, source, "app:2");

  g_assert_false (ls_transfer_job_get_up_to_date (first));
  g_assert_cmpint (state_of (first, 0), ==, LS_LAYER_COMPLETE);
  g_assert_true (ls_transfer_job_get_up_to_date (again));
  g_assert_cmpint (state_of (again, 0), ==, LS_LAYER_EXISTS);

  /* All of it is there, but not under that name. */
  g_assert_false (ls_transfer_job_get_up_to_date (other));
  g_assert_cmpint (state_of (other, 0), ==, LS_LAYER_EXISTS);
}

/* A pull is the way to mend what the disk has spoilt. */
static void
test_damaged_layer_is_not_up_to_date (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsTransferJob) first = pull (fixture, source, "app:1");
  g_autofree char *path = ls_test_store_blob_path (fixture, first_layer (source));
  g_autoptr (LsTransferJob) again = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "the spoilt layer", -1, &error);
  g_assert_no_error (error);

  again = pull (fixture, source, "app:1");
  g_assert_false (ls_transfer_job_get_up_to_date (again));
  g_assert_cmpint (state_of (again, 0), ==, LS_LAYER_COMPLETE);
  g_assert_cmpint (state_of (again, 1), ==, LS_LAYER_EXISTS);
  ls_store_verify_blob (fixture->store, first_layer (source), NULL, &error);
  g_assert_no_error (error);
}

/* The image was pulled by way of an index, tagged and pushed: the new name leads
 * to the image alone over there, and to the same one here. */
static void
test_same_image_by_another_way (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) direct = ls_test_place_new_source (two_layers);
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsPlatform) host = ls_platform_host ();
  g_autoptr (LsReference) from = ls_test_reference ("app:1");
  g_autoptr (LsReference) to = ls_test_reference ("me/app:1");
  g_autoptr (LsDescriptor) image = NULL;
  g_autoptr (LsTransferJob) first = NULL;
  g_autoptr (LsTransferJob) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *index = NULL;

  source->child = g_steal_pointer (&source->root);
  index = g_strdup_printf (
      "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST
      "\",\"digest\":\"%s\",\"size\":%" G_GINT64_FORMAT
      ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}]}",
      ls_digest_to_string (ls_descriptor_get_digest (ls_manifest_get_descriptor (source->child))),
      ls_descriptor_get_size (ls_manifest_get_descriptor (source->child)),
      ls_platform_get_os (host), ls_platform_get_architecture (host));
  source->root = ls_test_place_parse (index, LS_MEDIA_TYPE_OCI_INDEX);

  first = pull (fixture, source, "app:1");
  image = ls_store_resolve (fixture->store, from, &error);
  g_assert_no_error (error);
  ls_store_tag (fixture->store, to, image, NULL, &error);
  g_assert_no_error (error);

  again = pull (fixture, direct, "me/app:1");
  g_assert_true (ls_transfer_job_get_up_to_date (again));
}

/* A layer that only its owner may distribute, and that the registry has not: the image
 * goes without it, in and out. */
static void
test_foreign_layer (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new ();
  g_autoptr (LsTestPlace) registry = ls_test_place_new ();
  g_autofree char *config = ls_test_place_add_blob (source, "{}");
  g_autofree char *layer = ls_test_place_add_blob (source, "a layer");
  g_autofree char *json = g_strdup_printf (
      "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_CONFIG
      "\",\"digest\":\"%s\",\"size\":2},\"layers\":[{\"mediaType\":"
      "\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"digest\":\"sha256:%064d\","
      "\"size\":1000,\"urls\":[\"https://owner.example/layer\"]},{\"mediaType\":"
      "\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"%s\",\"size\":7}]}",
      config, 1, layer);
  g_autoptr (LsReference) name = ls_test_reference ("app:1");
  g_autoptr (LsLocalImage) here = ls_local_image_new (fixture->store, name);
  g_autoptr (LsTransferJob) first = NULL;
  g_autoptr (LsTransferJob) again = NULL;
  g_autoptr (LsTransferJob) out = NULL;
  g_autoptr (GError) error = NULL;

  source->root = ls_test_place_parse (json, LS_MEDIA_TYPE_OCI_MANIFEST);
  first = pull (fixture, source, "app:1");
  g_assert_cmpint (state_of (first, 0), ==, LS_LAYER_LEFT_OUT);
  g_assert_cmpint (state_of (first, 1), ==, LS_LAYER_COMPLETE);
  ls_test_assert_names (fixture->store, "docker.io/library/app:1");

  again = pull (fixture, source, "app:1");
  g_assert_true (ls_transfer_job_get_up_to_date (again));

  out = ls_transfer_job_new (LS_IMAGE_SOURCE (here), LS_IMAGE_DESTINATION (registry));
  ls_transfer_job_run (out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (state_of (out, 0), ==, LS_LAYER_LEFT_OUT);
  g_assert_cmpint (state_of (out, 1), ==, LS_LAYER_COMPLETE);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (20000);
  g_cancellable_cancel (data);

  return NULL;
}

/* Another program collects garbage, and takes its time. */
static void
test_cancel_while_waiting_for_the_store (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsImageDestination) destination = destination_new (fixture, "app:1");
  g_autofree char *path = ls_test_store_build_path (fixture, "use.lock");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  GThread *thread;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);

  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_false (ls_image_destination_begin (destination, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  close (fd);
}

/* What an earlier attempt left needs no room any more. */
static void
test_room_for_the_rest_only (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsImageDestination) destination = destination_new (fixture, "app:1");
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autoptr (LsDigest) digest = NULL;
  g_autoptr (LsDescriptor) blob = NULL;
  g_autoptr (GPtrArray) manifests = g_ptr_array_new ();
  g_autoptr (GPtrArray) blobs = g_ptr_array_new ();
  g_autofree char *part = NULL;
  g_autoptr (GError) error = NULL;
  struct statvfs status;
  gint64 size;
  int fd;

  g_assert_cmpint (statvfs (ls_store_get_path (fixture->store), &status), ==, 0);
  size = (gint64) status.f_bavail * (gint64) status.f_frsize + GIB;
  digest = ls_digest_parse (
      "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", NULL);
  blob = ls_descriptor_new ("application/octet-stream", digest, size);
  g_ptr_array_add (manifests, source->root);
  g_ptr_array_add (blobs, blob);

  g_assert_false (ls_image_destination_reserve (destination, manifests, blobs, NULL, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_NO_SPACE);
  g_assert_cmpuint (ls_error_get_bytes_needed (error), >, GIB / 2);
  g_clear_error (&error);

  part = ls_test_store_part_path (fixture, blob);
  fd = open (part, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  g_assert_cmpint (fd, >=, 0);
  if (ftruncate (fd, size - 1000) < 0)
    g_test_skip ("This file system has no sparse files that large");
  else
    {
      ls_image_destination_reserve (destination, manifests, blobs, NULL, &error);
      g_assert_no_error (error);

      /* More than the blob has is no part of it. */
      g_assert_cmpint (ftruncate (fd, size + 1), ==, 0);
      g_assert_false (ls_image_destination_reserve (destination, manifests, blobs, NULL, NULL));
    }
  close (fd);
}

/* What was there from an earlier attempt counts as done, and not as moved: it says
 * nothing of the line. */
static void
test_resumed_bytes_do_not_move (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (LsTestPlace) source = ls_test_place_new_source (two_layers);
  g_autofree char *part = ls_test_store_part_path (fixture, first_layer (source));
  g_autoptr (LsTransferJob) job = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (part, "the lon", -1, &error);
  g_assert_no_error (error);
  job = pull (fixture, source, "app:1");
  g_assert_cmpint (ls_transfer_job_get_done (job), ==, ls_transfer_job_get_total (job));
  g_assert_cmpint (ls_transfer_job_get_moved (job), ==, ls_transfer_job_get_total (job) - 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/local-image/same-image-again", test_same_image_again);
  ADD ("/local-image/damaged-layer", test_damaged_layer_is_not_up_to_date);
  ADD ("/local-image/same-image-by-another-way", test_same_image_by_another_way);
  ADD ("/local-image/foreign-layer", test_foreign_layer);
  ADD ("/local-image/cancel-waiting", test_cancel_while_waiting_for_the_store);
  ADD ("/local-image/resumed-bytes", test_resumed_bytes_do_not_move);
  ADD ("/local-image/room-for-the-rest", test_room_for_the_rest_only);
#undef ADD

  return g_test_run ();
}
