/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a user does with images, from the model down to a real registry. */

#include "ls-error.h"
#include "ls-test-await.h"
#include "ls-test-context.h"
#include "ls-test-image.h"
#include "ls-test-keyring.h"
#include "ls-test-session.h"
#include "ls-test-transfer.h"

static LsImage *
make_image (LsTestContext *fixture, const char *text)
{
  g_autoptr (LsManifest) manifest = ls_test_image_write (fixture->store, 3, 100000, 7);
  g_autoptr (LsReference) name = ls_reference_parse (text, NULL);

  ls_test_image_tag (fixture->store, text, manifest);

  return ls_test_context_wait_for (fixture, name, TRUE);
}

static void
sign_in_with (LsTestContext *fixture, const char *password)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (LS_TEST_USER, password);
  g_autoptr (LsAccount) account = NULL;

  account =
      ls_account_list_keep_for_session (ls_context_get_accounts (fixture->context),
                                        ls_test_registry_get_name (fixture->registry), credentials);
  g_assert_nonnull (account);
}

static gboolean
is_finished (gpointer data)
{
  return ls_transfer_is_finished (data);
}

static gboolean
has_succeeded (gpointer data)
{
  return ls_transfer_get_state (data) == LS_TRANSFER_SUCCEEDED;
}

static LsTransfer *
push (LsTestContext *fixture, LsImage *image, LsReference *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_push_async (fixture->context, image, name, NULL, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_push_finish (fixture->context, result, &error);
  g_assert_no_error (error);
  ls_test_await_until (is_finished, transfer);

  return transfer;
}

static LsTransfer *
pull (LsTestContext *fixture, LsReference *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LsTransfer *transfer;

  ls_context_pull_async (fixture->context, name, ls_test_keep_result, &result);
  ls_test_await (&result);
  transfer = ls_context_pull_finish (fixture->context, result, &error);
  g_assert_no_error (error);
  ls_test_await_until (is_finished, transfer);

  return transfer;
}

static void
remove_image (LsTestContext *fixture, LsImage *image)
{
  g_autoptr (LsReference) name = ls_reference_ref (ls_image_get_name (image));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ls_context_remove_async (fixture->context, image, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_context_remove_finish (fixture->context, result, &error);
  g_assert_no_error (error);
  ls_test_context_wait_for (fixture, name, FALSE);
}

static void
assert_layers (LsTransfer *transfer, LsLayerState state)
{
  GListModel *layers = ls_transfer_get_layers (transfer);

  g_assert_cmpuint (g_list_model_get_n_items (layers), ==, 4);
  g_assert_cmpuint (ls_test_transfer_count_layers (transfer, state, NULL), ==, 4);
}

static void
test_round_trip (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsTransfer) first = NULL;
  g_autoptr (LsTransfer) again = NULL;
  g_autoptr (LsTransfer) back = NULL;
  g_autoptr (LsTransfer) unchanged = NULL;
  g_autofree char *digest = NULL;
  LsImage *image = make_image (fixture, "app:1");
  guint64 freed = 0;

  digest = g_strdup (ls_image_get_digest (image));
  ls_test_context_sign_in (fixture);

  first = push (fixture, image, name);
  g_assert_no_error (ls_transfer_get_error (first));
  assert_layers (first, LS_LAYER_COMPLETE);
  g_assert_cmpstr (ls_transfer_get_digest (first), ==, digest);
  g_assert_false (ls_transfer_get_up_to_date (first));
  g_assert_cmpint (ls_transfer_get_manifest_size (first), >, 0);

  again = push (fixture, image, name);
  g_assert_no_error (ls_transfer_get_error (again));
  assert_layers (again, LS_LAYER_EXISTS);
  g_assert_true (ls_transfer_get_up_to_date (again));

  /* Nothing of it stays here; then all of it comes back, byte for byte. */
  remove_image (fixture, image);
  remove_image (fixture, ls_test_context_wait_for (fixture, name, TRUE));
  g_assert_true (ls_store_collect_garbage (fixture->store, &freed, NULL, NULL));
  g_assert_cmpuint (freed, >, 0);

  back = pull (fixture, name);
  g_assert_no_error (ls_transfer_get_error (back));
  assert_layers (back, LS_LAYER_COMPLETE);
  g_assert_cmpstr (ls_transfer_get_digest (back), ==, digest);
  image = ls_test_context_wait_for (fixture, name, TRUE);
  g_assert_cmpstr (ls_image_get_digest (image), ==, digest);

  unchanged = pull (fixture, name);
  g_assert_no_error (ls_transfer_get_error (unchanged));
  assert_layers (unchanged, LS_LAYER_EXISTS);
  g_assert_true (ls_transfer_get_up_to_date (unchanged));
  g_assert_cmpstr (ls_transfer_get_digest (unchanged), ==, digest);
}

static void
test_goes_on_after_sign_in (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsTransfer) transfer = push (fixture, make_image (fixture, "app:1"), name);

  g_assert_cmpint (ls_transfer_get_state (transfer), ==, LS_TRANSFER_FAILED);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_UNAUTHORIZED);

  ls_test_context_sign_in (fixture);
  ls_test_await_until (has_succeeded, transfer);
}

/* The password was changed elsewhere: the account is listed, and its former
 * secret is refused until the user gives the new one. */
static void
test_goes_on_with_another_secret (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsTransfer) transfer = NULL;

  sign_in_with (fixture, "the former one");
  transfer = push (fixture, make_image (fixture, "app:1"), name);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_UNAUTHORIZED);

  ls_test_context_sign_in (fixture);
  ls_test_await_until (has_succeeded, transfer);
}

/* Neither another registry nor another user has to do with it. */
static void
test_sign_in_of_others (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsReference) other_name = ls_test_context_name_at (fixture, "alice/app:2");
  g_autoptr (LsAccount) elsewhere = ls_account_new ("elsewhere.example", LS_TEST_USER, TRUE, FALSE);
  g_autoptr (LsTransfer) again = NULL;
  g_autoptr (LsTransfer) of_bob = NULL;
  g_autoptr (LsTransfer) of_nobody = NULL;

  of_bob = push (fixture, make_image (fixture, "app:1"), name);
  g_assert_error (ls_transfer_get_error (of_bob), LS_ERROR, LS_ERROR_UNAUTHORIZED);
  ls_transfer_set_account (of_bob, "bob");
  of_nobody = push (fixture, make_image (fixture, "app:1"), other_name);
  ls_test_context_sign_in (fixture);
  ls_test_await_until (has_succeeded, of_nobody);
  g_assert_cmpint (ls_transfer_get_state (of_bob), ==, LS_TRANSFER_FAILED);
  g_assert_cmpstr (ls_transfer_get_account (of_bob), ==, "bob");

  ls_transfer_set_account (of_bob, NULL);
  g_signal_emit_by_name (ls_context_get_accounts (fixture->context), "signed-in", elsewhere);
  again = push (fixture, make_image (fixture, "app:1"), other_name);
  g_assert_true (has_succeeded (again));
  g_assert_cmpint (ls_transfer_get_state (of_bob), ==, LS_TRANSFER_FAILED);
}

static void
test_denied (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "bob/app:1");
  g_autoptr (LsTransfer) transfer = NULL;

  ls_test_context_sign_in (fixture);
  transfer = push (fixture, make_image (fixture, "app:1"), name);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_FORBIDDEN);
}

static void
test_nobody_at_docker_hub (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_reference_parse ("alice/app:1", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (fixture->context));

  ls_context_push_async (fixture->context, make_image (fixture, "app:1"), name, NULL,
                         ls_test_keep_result, &result);
  ls_test_await (&result);
  g_assert_null (ls_context_push_finish (fixture->context, result, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_UNAUTHORIZED);
  g_assert_cmpuint (g_list_model_get_n_items (transfers), ==, 0);
  g_assert_null (ls_image_list_find (ls_context_get_images (fixture->context), name));
}

static void
test_retry_when_the_server_is_back (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsTransfer) first = push (fixture, make_image (fixture, "app:1"), name);
  g_autoptr (LsTransfer) transfer = NULL;

  g_assert_no_error (ls_transfer_get_error (first));
  ls_test_registry_stop (fixture->registry);
  transfer = pull (fixture, name);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_OFFLINE);

  ls_test_registry_start (fixture->registry);
  ls_transfer_queue_retry (ls_context_get_transfers (fixture->context), transfer);
  ls_test_await_until (has_succeeded, transfer);
}

static void
test_unknown_tag (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/none:1");
  g_autoptr (LsTransfer) transfer = pull (fixture, name);

  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_null (ls_image_list_find (ls_context_get_images (fixture->context), name));
}

/* What is typed decides on the name here: a digest is a name of its own, a tag
 * beside it is how to call what it promises, and nothing means latest. */
static void
test_names_of_pulled_images (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) pushed = ls_test_context_name_at (fixture, "alice/app:latest");
  g_autoptr (LsReference) plain = ls_test_context_name_at (fixture, "alice/app");
  g_autoptr (LsReference) by_digest = NULL;
  g_autoptr (LsReference) with_tag = NULL;
  g_autoptr (LsReference) tag = ls_test_context_name_at (fixture, "alice/app:one");
  g_autoptr (LsReference) wrong = NULL;
  g_autoptr (LsTransfer) first = push (fixture, make_image (fixture, "app:1"), pushed);
  g_autoptr (LsTransfer) transfer = NULL;
  g_autofree char *digest = g_strdup (ls_transfer_get_digest (first));
  g_autofree char *digest_text = g_strconcat ("alice/app@", digest, NULL);
  g_autofree char *both_text = g_strconcat ("alice/app:one@", digest, NULL);
  g_autofree char *wrong_text = g_strdup_printf ("alice/app:one@sha256:%064d", 1);

  g_assert_no_error (ls_transfer_get_error (first));
  by_digest = ls_test_context_name_at (fixture, digest_text);
  with_tag = ls_test_context_name_at (fixture, both_text);
  wrong = ls_test_context_name_at (fixture, wrong_text);

  remove_image (fixture, ls_test_context_wait_for (fixture, pushed, TRUE));
  transfer = pull (fixture, plain);
  g_assert_no_error (ls_transfer_get_error (transfer));
  g_assert_false (ls_transfer_get_up_to_date (transfer));
  ls_test_context_wait_for (fixture, pushed, TRUE);
  g_clear_object (&transfer);

  transfer = pull (fixture, by_digest);
  g_assert_no_error (ls_transfer_get_error (transfer));
  g_assert_cmpstr (ls_transfer_get_digest (transfer), ==, digest);
  ls_test_context_wait_for (fixture, by_digest, TRUE);
  g_clear_object (&transfer);

  transfer = pull (fixture, with_tag);
  g_assert_no_error (ls_transfer_get_error (transfer));
  ls_test_context_wait_for (fixture, tag, TRUE);
  g_clear_object (&transfer);

  /* The tag that is there does not stand in for a digest that is not. */
  transfer = pull (fixture, wrong);
  g_assert_error (ls_transfer_get_error (transfer), LS_ERROR, LS_ERROR_NOT_FOUND);
  g_assert_cmpstr (ls_image_get_digest (ls_test_context_wait_for (fixture, tag, TRUE)), ==, digest);
}

static void
test_removal_can_be_undone (LsTestContext *fixture, gconstpointer data)
{
  g_autoptr (LsReference) name = ls_reference_parse ("app:1", NULL);
  g_autoptr (LsImage) image = g_object_ref (make_image (fixture, "app:1"));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  remove_image (fixture, image);
  ls_context_tag_async (fixture->context, image, name, ls_test_keep_result, &result);
  ls_test_await (&result);
  ls_context_tag_finish (fixture->context, result, &error);
  g_assert_no_error (error);
  ls_test_context_wait_for (fixture, name, TRUE);
}

static gboolean
has_account (gpointer data)
{
  LsTestContext *fixture = data;

  return ls_account_list_find (ls_context_get_accounts (fixture->context),
                               ls_test_registry_get_name (fixture->registry), LS_TEST_USER)
         != NULL;
}

static void
pull_without_keyring (LsTestContext *fixture, LsTestSession *session)
{
  g_autoptr (LsReference) name = ls_test_context_name_at (fixture, "alice/app:1");
  g_autoptr (LsKeyring) keyring = ls_keyring_new ();
  g_autoptr (LsTransfer) pushed = NULL;
  g_autoptr (LsTransfer) pulled = NULL;
  g_autoptr (LsTransfer) left = NULL;

  pushed = push (fixture, make_image (fixture, "app:1"), name);
  g_assert_no_error (ls_transfer_get_error (pushed));

  ls_test_keyring_assert_stores (keyring, ls_test_registry_get_name (fixture->registry),
                                 LS_TEST_USER, LS_TEST_PASSWORD);
  ls_context_load (fixture->context);
  ls_test_await_until (has_account, fixture);

  ls_test_session_stop_keyring (session);
  pulled = pull (fixture, name);
  g_assert_no_error (ls_transfer_get_error (pulled));

  /* Nobody pushes as somebody else. Who asks for it is told. */
  left = ls_transfer_new (LS_TRANSFER_PUSH, name, ls_transfer_get_source (pushed),
                          ls_transfer_get_destination (pushed));
  ls_transfer_set_account (left, LS_TEST_USER);
  ls_transfer_interrupt (left, FALSE);
  ls_transfer_queue_add (ls_context_get_transfers (fixture->context), left);
  ls_transfer_queue_resume (ls_context_get_transfers (fixture->context), left);
  ls_test_await_until (is_finished, left);
  g_assert_error (ls_transfer_get_error (left), LS_ERROR, LS_ERROR_KEYRING_UNAVAILABLE);
}

static void
check_pull_without_keyring (void)
{
  g_autoptr (LsTestSession) session = ls_test_session_new ();
  LsTestContext fixture = { 0 };

  ls_test_session_start_bus (session);
  ls_test_session_enter (session);
  ls_test_session_start_keyring (session, "opensesame");

  ls_test_context_set_up (&fixture, GINT_TO_POINTER (LS_TEST_REGISTRY_PLAIN));
  pull_without_keyring (&fixture, session);
  ls_test_context_tear_down (&fixture, NULL);
}

/* Who does not open the keyring still gets what is public. */
static void
test_pull_without_keyring (void)
{
  if (!ls_test_session_is_possible ())
    {
      g_test_skip ("dbus-daemon and gnome-keyring-daemon are not installed");
      return;
    }

  g_test_trap_subprocess ("/context/pull-without-keyring/subprocess", 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

#define ADD(path, flags, func)                                                                     \
  g_test_add (path, LsTestContext, GINT_TO_POINTER (flags), ls_test_context_set_up, func,          \
              ls_test_context_tear_down)

int
main (int argc, char *argv[])
{
  /* A session without a keyring, whatever this one has: the accounts are those
   * of the session only. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);

  ADD ("/context/round-trip/basic", LS_TEST_REGISTRY_BASIC, test_round_trip);
  ADD ("/context/round-trip/token-tls", LS_TEST_REGISTRY_TOKEN | LS_TEST_REGISTRY_TLS,
       test_round_trip);
  ADD ("/context/goes-on-after-sign-in", LS_TEST_REGISTRY_BASIC, test_goes_on_after_sign_in);
  ADD ("/context/goes-on-after-sign-in/token", LS_TEST_REGISTRY_TOKEN, test_goes_on_after_sign_in);
  ADD ("/context/goes-on-with-another-secret", LS_TEST_REGISTRY_BASIC,
       test_goes_on_with_another_secret);
  ADD ("/context/goes-on-with-another-secret/token", LS_TEST_REGISTRY_TOKEN,
       test_goes_on_with_another_secret);
  ADD ("/context/sign-in-of-others", LS_TEST_REGISTRY_BASIC, test_sign_in_of_others);
  ADD ("/context/denied", LS_TEST_REGISTRY_TOKEN, test_denied);
  ADD ("/context/nobody-at-docker-hub", LS_TEST_REGISTRY_PLAIN, test_nobody_at_docker_hub);
  ADD ("/context/server-is-back", LS_TEST_REGISTRY_PLAIN, test_retry_when_the_server_is_back);
  ADD ("/context/unknown-tag", LS_TEST_REGISTRY_PLAIN, test_unknown_tag);
  ADD ("/context/names-of-pulled-images", LS_TEST_REGISTRY_PLAIN, test_names_of_pulled_images);
  ADD ("/context/undo-removal", LS_TEST_REGISTRY_PLAIN, test_removal_can_be_undone);
  g_test_add_func ("/context/pull-without-keyring", test_pull_without_keyring);
  g_test_add_func ("/context/pull-without-keyring/subprocess", check_pull_without_keyring);

  return g_test_run ();
}
