/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-workspace.h"

#include "ls-test-image.h"

void
test_workspace_set_up (TestWorkspace *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  self->dir = ls_test_dir_new ();
  path = ls_test_dir_build (self->dir, "store");
  self->store = ls_store_new (path);
  ls_store_open (self->store, NULL, &error);
  g_assert_no_error (error);

  self->context = test_context_new (self->dir, data);
  self->images = ls_context_get_images (self->context);
}

void
test_workspace_tear_down (TestWorkspace *self, gconstpointer data)
{
  gpointer context = self->context;

  if (self->shell != NULL)
    gtk_window_destroy (GTK_WINDOW (self->shell));
  g_object_add_weak_pointer (context, &context);
  g_object_unref (self->context);
  wait_until (context == NULL);
  g_object_unref (self->store);
  ls_test_dir_free (self->dir);
}

static gboolean
is_read (TestWorkspace *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);

  return ls_image_list_get_state (self->images) != LS_LOAD_STATE_LOADING
         && ls_account_list_get_state (accounts) != LS_LOAD_STATE_LOADING
         && ls_account_list_get_state (accounts) != LS_LOAD_STATE_IDLE;
}

void
test_workspace_load (TestWorkspace *self)
{
  ls_context_load (self->context);
  wait_until (is_read (self));
}

void
test_workspace_add_image (TestWorkspace *self, const char *name, guint seed)
{
  g_autoptr (LsManifest) manifest = ls_test_image_write (self->store, 1, 1000 * (seed + 1), seed);

  ls_test_image_tag (self->store, name, manifest);
}

/* Waits for the list, which follows the store. */
LsImage *
test_workspace_get_image (TestWorkspace *self, const char *name)
{
  g_autoptr (LsReference) reference = ls_test_reference (name);

  wait_until (ls_image_list_find (self->images, reference) != NULL);

  return ls_image_list_find (self->images, reference);
}

LsAccount *
test_workspace_sign_in (TestWorkspace *self, const char *registry, const char *username)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, "correct horse");
  g_autoptr (LsAccount) account =
      ls_account_list_keep_for_session (accounts, registry, credentials);

  g_assert_nonnull (account);

  return ls_account_list_find (accounts, registry, username);
}

void
test_workspace_show (TestWorkspace *self, GtkWidget *widget)
{
  self->shell = test_shell_new (widget);
  wait_until (gtk_widget_get_mapped (widget));
}
