/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-context.h"

#include "ls-test-await.h"

static gboolean
is_loaded (gpointer data)
{
  LsContext *context = data;
  LsLoadState images = ls_image_list_get_state (ls_context_get_images (context));
  LsLoadState accounts = ls_account_list_get_state (ls_context_get_accounts (context));

  return images != LS_LOAD_STATE_LOADING && accounts != LS_LOAD_STATE_LOADING
         && accounts != LS_LOAD_STATE_IDLE;
}

void
ls_test_context_set_up (LsTestContext *self, gconstpointer flags)
{
  g_autofree char *config = NULL;
  g_autofree char *conf = NULL;
  g_autofree char *data = NULL;
  g_autofree char *store = NULL;

  self->dir = ls_test_dir_new ();
  self->registry = ls_test_registry_new (GPOINTER_TO_INT (flags));
  config = ls_test_dir_build (self->dir, "config");
  conf = g_build_filename (config, "registries.conf", NULL);
  data = ls_test_dir_build (self->dir, "data");
  store = g_build_filename (data, "store", NULL);
  g_assert_cmpint (g_mkdir_with_parents (config, 0700), ==, 0);
  ls_test_registry_write_settings (self->registry, conf);

  self->context = ls_context_new (config, data);
  g_assert_no_error (ls_context_get_settings_error (self->context));
  ls_context_load (self->context);
  ls_test_await_until (is_loaded, self->context);
  self->store = ls_store_new (store);
}

void
ls_test_context_tear_down (LsTestContext *self, gconstpointer flags)
{
  gpointer context = self->context;

  g_object_add_weak_pointer (context, &context);
  g_object_unref (self->context);
  while (context != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (self->store);
  ls_test_registry_free (self->registry);
  ls_test_dir_free (self->dir);
}

LsReference *
ls_test_context_name_at (LsTestContext *self, const char *rest)
{
  g_autofree char *text =
      g_strdup_printf ("%s/%s", ls_test_registry_get_name (self->registry), rest);
  g_autoptr (GError) error = NULL;
  LsReference *name = ls_reference_parse (text, &error);

  g_assert_no_error (error);

  return name;
}

void
ls_test_context_sign_in (LsTestContext *self)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (LS_TEST_USER, LS_TEST_PASSWORD);
  g_autoptr (LsAccount) account = NULL;

  account =
      ls_account_list_keep_for_session (ls_context_get_accounts (self->context),
                                        ls_test_registry_get_name (self->registry), credentials);
  g_assert_nonnull (account);
}

typedef struct
{
  LsTestContext *self;
  LsReference *name;
  gboolean present;
} Presence;

static gboolean
is_as_wanted (gpointer data)
{
  Presence *presence = data;
  LsImageList *images = ls_context_get_images (presence->self->context);

  return (ls_image_list_find (images, presence->name) != NULL) == presence->present;
}

LsImage *
ls_test_context_wait_for (LsTestContext *self, LsReference *name, gboolean present)
{
  Presence presence = { self, name, present };

  ls_test_await_until (is_as_wanted, &presence);

  return ls_image_list_find (ls_context_get_images (self->context), name);
}

static gboolean
is_finished (gpointer data)
{
  return ls_transfer_is_finished (data);
}

void
ls_test_context_complete (LsTransfer *transfer)
{
  ls_test_await_until (is_finished, transfer);
  g_assert_no_error (ls_transfer_get_error (transfer));
  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_SUCCEEDED);
}
