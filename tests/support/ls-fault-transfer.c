/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-transfer.h"

#include "ls-fault-proxy.h"
#include "ls-local-image.h"
#include "ls-registry-image.h"
#include "ls-test-store.h"
#include "ls-transfer-job.h"
#include "ls-upload-style.h"

#include <stdio.h>
#include <unistd.h>

/* Pauses are for the nerves of servers, and of no use here. */
#define RETRY_DELAY_MS 4

#define CHILD_TIMEOUT 30

static LsRegistry *
open_registry (const LsFaultTransfer *self)
{
  g_autofree char *path = g_build_filename (self->directory, "registries.conf", NULL);
  g_autofree char *memory = g_build_filename (self->directory, "uploads.conf", NULL);
  g_autoptr (LsHttp) http =
      g_object_new (LS_TYPE_HTTP, "timeout", self->timeout, "retry-delay", RETRY_DELAY_MS, NULL);
  g_autoptr (LsRegistrySettings) settings = ls_registry_settings_new ();
  g_autoptr (LsCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  ls_registry_settings_load (settings, path, &error);
  g_assert_no_error (error);
  ls_upload_memory_load (ls_registry_settings_get_upload_memory (settings), memory, &error);
  g_assert_no_error (error);
  if (self->is_signed_in)
    credentials = ls_credentials_new (LS_FAULT_USER, LS_FAULT_PASSWORD);

  return ls_registry_new (http, settings, LS_FAULT_HOST, credentials);
}

static LsReference *
make_name (const char *repository)
{
  g_autofree char *name = g_strdup_printf (LS_FAULT_HOST "/%s:1", repository);

  return ls_test_reference (name);
}

/**
 * ls_fault_transfer_run:
 * @transfer: what to move
 * @error: return location for an error
 *
 * Pulls, pushes or copies all platforms.
 *
 * Returns: whether the image is there now
 */
gboolean
ls_fault_transfer_run (const LsFaultTransfer *transfer, GError **error)
{
  g_autoptr (LsReference) remote_name = make_name (transfer->repository);
  g_autoptr (LsReference) local_name = ls_test_reference (LS_FAULT_IMAGE);
  g_autoptr (LsRegistry) registry = open_registry (transfer);
  g_autoptr (LsStore) store = ls_store_new (transfer->store);
  g_autoptr (LsLocalImage) local = ls_local_image_new (store, local_name);
  g_autoptr (LsRegistryImage) remote = ls_registry_image_new (registry, remote_name);
  g_autoptr (LsPlatformChoice) all = ls_platform_choice_new_all ();
  g_autoptr (LsTransferJob) job = NULL;

  if (transfer->origin != NULL)
    {
      g_autoptr (LsReference) origin_name = make_name (transfer->origin);
      g_autoptr (LsRegistryImage) origin = ls_registry_image_new (registry, origin_name);

      job = ls_transfer_job_new (LS_IMAGE_SOURCE (origin), LS_IMAGE_DESTINATION (remote));
    }
  else if (transfer->is_push)
    job = ls_transfer_job_new (LS_IMAGE_SOURCE (local), LS_IMAGE_DESTINATION (remote));
  else
    job = ls_transfer_job_new (LS_IMAGE_SOURCE (remote), LS_IMAGE_DESTINATION (local));

  ls_transfer_job_set_platforms (job, all);
  ls_transfer_job_set_retry_pause (job, RETRY_DELAY_MS);

  return ls_transfer_job_run (job, NULL, error);
}

void
ls_fault_child_run (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  LsFaultTransfer transfer = { .timeout = CHILD_TIMEOUT };

  if (argc != 7 || !g_str_equal (argv[1], LS_FAULT_CHILD))
    return;

  transfer.is_push = g_str_equal (argv[2], "push");
  transfer.is_signed_in = g_str_equal (argv[3], "signed-in");
  transfer.directory = argv[4];
  transfer.store = argv[5];
  transfer.repository = argv[6];
  ls_http_prepare_process ();

  if (ls_fault_transfer_run (&transfer, &error))
    printf ("ok\n");
  else
    printf ("%s %d: %s\n", g_quark_to_string (error->domain), error->code, error->message);
  fflush (stdout);
  _exit (0);
}
