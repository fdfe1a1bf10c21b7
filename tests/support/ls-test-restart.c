/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-restart.h"

#include "ls-test-await.h"
#include "ls-test-image.h"

#include <string.h>

/* More than are moved at a time: some are through before the last ones begin, in
 * whatever order their requests get the only connection. */
#define N_LAYERS 8

static gboolean
is_loaded (gpointer data)
{
  LsLoadState images = ls_image_list_get_state (ls_context_get_images (data));
  LsLoadState accounts = ls_account_list_get_state (ls_context_get_accounts (data));

  return images != LS_LOAD_STATE_IDLE && images != LS_LOAD_STATE_LOADING
         && accounts != LS_LOAD_STATE_IDLE && accounts != LS_LOAD_STATE_LOADING;
}

/* When it is slow, there is one connection, so that there is a middle. */
LsContext *
ls_test_restart_open_at_speed (const char *config, const char *data, gint64 bytes_per_second)
{
  LsContext *context = ls_context_new (config, data);
  g_autofree char *cache = g_build_filename (data, "cache", NULL);

  ls_context_set_cache_dir (context, cache);
  if (bytes_per_second > 0)
    g_object_set (ls_context_get_http (context), "max-connections", 1, "bandwidth-limit",
                  bytes_per_second, NULL);
  g_assert_no_error (ls_context_get_settings_error (context));
  ls_context_load (context);
  ls_test_await_until (is_loaded, context);

  return context;
}

LsContext *
ls_test_restart_open (const char *config, const char *data)
{
  return ls_test_restart_open_at_speed (config, data, 0);
}

void
ls_test_restart_close (LsContext *context)
{
  gpointer weak = context;

  g_object_add_weak_pointer (G_OBJECT (context), &weak);
  ls_context_stop (context);
  g_object_unref (context);
  while (weak != NULL)
    g_main_context_iteration (NULL, TRUE);
}

LsTransfer *
ls_test_restart_pull (LsContext *context, LsReference *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_pull_async (context, name, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_pull_finish (context, result, &error);
  g_assert_no_error (error);

  return transfer;
}

LsTransfer *
ls_test_restart_push (LsContext *context, LsReference *name)
{
  LsImage *image = ls_image_list_find (ls_context_get_images (context), name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  g_assert_nonnull (image);
  ls_context_push_async (context, image, name, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_push_finish (context, result, &error);
  g_assert_no_error (error);

  return transfer;
}

gboolean
ls_test_has_succeeded (gpointer data)
{
  g_assert_no_error (ls_transfer_get_error (data));

  return ls_transfer_get_state (data) == LS_TRANSFER_SUCCEEDED;
}

GSubprocess *
ls_test_restart_spawn (LsTestRestart *self, const char *kind)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *name = ls_reference_to_canonical (self->name);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--run",
                                           kind, self->config, self->data, name, NULL);

  g_assert_no_error (error);

  return process;
}

LsStore *
ls_test_restart_open_store (const char *data)
{
  g_autofree char *path = g_build_filename (data, "store", NULL);
  g_autoptr (GError) error = NULL;
  LsStore *store = ls_store_new (path);

  ls_store_open (store, NULL, &error);
  g_assert_no_error (error);

  return store;
}

void
ls_test_restart_set_up (LsTestRestart *self, gconstpointer data)
{
  g_autofree char *conf = NULL;
  g_autofree char *text = NULL;
  g_autofree char *canonical = NULL;
  g_autoptr (LsStore) store = NULL;
  g_autoptr (LsManifest) image = NULL;

  self->dir = ls_test_dir_new ();
  self->registry = ls_test_registry_new (LS_TEST_REGISTRY_PLAIN);
  self->config = ls_test_dir_build (self->dir, "config");
  self->data = ls_test_dir_build (self->dir, "data");
  conf = g_build_filename (self->config, "registries.conf", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->config, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (self->data, 0700), ==, 0);
  ls_test_registry_write_settings (self->registry, conf);

  text = g_strdup_printf ("%s/me/app:1", ls_test_registry_get_name (self->registry));
  self->name = ls_reference_parse (text, NULL);
  store = ls_test_restart_open_store (self->data);
  image = ls_test_image_write (store, N_LAYERS, LS_TEST_LAYER_SIZE, 1);
  ls_test_image_tag (store, text, image);
  self->size = ls_manifest_get_total_size (image);
}

void
ls_test_restart_tear_down (LsTestRestart *self, gconstpointer data)
{
  ls_reference_unref (self->name);
  g_free (self->config);
  g_free (self->data);
  ls_test_registry_free (self->registry);
  ls_test_dir_free (self->dir);
}

static gboolean
has_transfer (gpointer data)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ls_context_get_transfers (data))) > 0;
}

/* The one that the next run finds. */
LsTransfer *
ls_test_restart_await_transfer (LsContext *context)
{
  ls_test_await_until (has_transfer, context);

  return g_list_model_get_item (G_LIST_MODEL (ls_context_get_transfers (context)), 0);
}

void
ls_test_restart_assert_forgotten (LsTestRestart *self)
{
  g_autofree char *path = g_build_filename (self->data, "transfers.ini", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "[transfer"));
}
