/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-keyring.h"

#include "ls-error.h"
#include "ls-test-await.h"

#include <string.h>

gboolean
ls_test_keyring_store (LsKeyring *keyring, const char *registry, const char *username,
                       const char *secret, GError **error)
{
  g_autoptr (LsCredentials) credentials = ls_credentials_new (username, secret);
  g_autoptr (GAsyncResult) result = NULL;

  ls_keyring_store_async (keyring, registry, credentials, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_keyring_store_finish (keyring, result, error);
}

/* The secret; NULL with @error set if there is none. */
char *
ls_test_keyring_lookup (LsKeyring *keyring, const char *registry, const char *username,
                        GError **error)
{
  g_autoptr (LsCredentials) credentials = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  ls_keyring_lookup_async (keyring, registry, username, ls_test_keep_result, &result);
  ls_test_await (&result);
  credentials = ls_keyring_lookup_finish (keyring, result, error);
  if (credentials == NULL)
    return NULL;

  g_assert_cmpstr (ls_credentials_get_username (credentials), ==, username);

  return g_strdup (ls_credentials_get_secret (credentials));
}

gboolean
ls_test_keyring_erase (LsKeyring *keyring, const char *registry, const char *username,
                       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_keyring_erase_async (keyring, registry, username, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_keyring_erase_finish (keyring, result, error);
}

gboolean
ls_test_keyring_unlock (LsKeyring *keyring, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ls_keyring_unlock_async (keyring, ls_test_keep_result, &result);
  ls_test_await (&result);

  return ls_keyring_unlock_finish (keyring, result, error);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "user@registry user@registry", sorted. */
char *
ls_test_keyring_list (LsKeyring *keyring, gboolean *locked, GError **error)
{
  g_autoptr (GPtrArray) logins = NULL;
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GAsyncResult) result = NULL;

  ls_keyring_list_async (keyring, ls_test_keep_result, &result);
  ls_test_await (&result);
  logins = ls_keyring_list_finish (keyring, result, locked, error);
  if (logins == NULL)
    return NULL;

  for (guint i = 0; i < logins->len; i++)
    {
      LsKeyringLogin *login = g_ptr_array_index (logins, i);

      g_ptr_array_add (words, g_strdup_printf ("%s@%s", login->username, login->registry));
    }
  g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);

  return g_strjoinv (" ", (GStrv) words->pdata);
}

void
ls_test_keyring_assert_stores (LsKeyring *keyring, const char *registry, const char *username,
                               const char *secret)
{
  g_autoptr (GError) error = NULL;
  gboolean stored = ls_test_keyring_store (keyring, registry, username, secret, &error);

  g_assert_no_error (error);
  g_assert_true (stored);
}

void
ls_test_keyring_assert_erases (LsKeyring *keyring, const char *registry, const char *username)
{
  g_autoptr (GError) error = NULL;
  gboolean erased = ls_test_keyring_erase (keyring, registry, username, &error);

  g_assert_no_error (error);
  g_assert_true (erased);
}

void
ls_test_keyring_assert_secret (LsKeyring *keyring, const char *registry, const char *username,
                               const char *secret)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = ls_test_keyring_lookup (keyring, registry, username, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, secret);
}

void
ls_test_keyring_assert_no_secret (LsKeyring *keyring, const char *registry, const char *username,
                                  int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = ls_test_keyring_lookup (keyring, registry, username, &error);

  g_assert_error (error, LS_ERROR, code);
  g_assert_null (found);
}

void
ls_test_keyring_assert_lists (LsKeyring *keyring, const char *logins, gboolean locked)
{
  g_autoptr (GError) error = NULL;
  gboolean found_locked = !locked;
  g_autofree char *found = ls_test_keyring_list (keyring, &found_locked, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, logins);
  g_assert_cmpint (found_locked, ==, locked);
}
