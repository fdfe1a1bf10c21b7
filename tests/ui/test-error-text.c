/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error-text.h"

#include "ls-error-details.h"
#include "ls-http-error.h"

#include <gio/gio.h>

/* Every code of LsError: a new one must be added here, and to the sentences. */
static const LsError all_codes[] = {
  LS_ERROR_FAILED,         LS_ERROR_INVALID_NAME,   LS_ERROR_UNAUTHORIZED,
  LS_ERROR_FORBIDDEN,      LS_ERROR_NOT_FOUND,      LS_ERROR_RATE_LIMITED,
  LS_ERROR_OFFLINE,        LS_ERROR_TIMED_OUT,      LS_ERROR_TLS,
  LS_ERROR_INSECURE,       LS_ERROR_LED_ASTRAY,     LS_ERROR_CONFIDANT_CHANGED,
  LS_ERROR_NOT_A_REGISTRY, LS_ERROR_CLIENT_REFUSED, LS_ERROR_SERVER,
  LS_ERROR_PROTOCOL,       LS_ERROR_TOO_LARGE,      LS_ERROR_UNSUPPORTED,
  LS_ERROR_NO_PLATFORM,    LS_ERROR_PARTLY_HELD,    LS_ERROR_DIGEST_MISMATCH,
  LS_ERROR_NO_SPACE,       LS_ERROR_STORE,          LS_ERROR_KEYRING_UNAVAILABLE,
  LS_ERROR_KEYRING_LOCKED, LS_ERROR_SETTINGS,
};

static const char technical[] = "technical words of the core";

static GError *
make_error (LsError code, const char *subject)
{
  GError *error = g_error_new_literal (LS_ERROR, code, technical);

  if (subject != NULL)
    ls_error_set_subject (error, subject);

  return error;
}

static void
assert_is_sentences (const char *text)
{
  g_assert_cmpuint (g_utf8_strlen (text, -1), >, 20);
  g_assert_cmpuint (g_utf8_strlen (text, -1), <, 360);
  g_assert_true (g_str_has_suffix (text, "."));
  g_assert_null (strstr (text, technical));
  g_assert_null (strstr (text, "(null)"));
  g_assert_null (strchr (text, '\n'));
}

static void
test_every_code (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* The list above is complete. */
  g_assert_cmpuint (G_N_ELEMENTS (all_codes), ==, LS_ERROR_SETTINGS + 1);

  for (gsize i = 0; i < G_N_ELEMENTS (all_codes); i++)
    for (LsActivity activity = LS_ACTIVITY_OTHER; activity <= LS_ACTIVITY_PUSH; activity++)
      {
        g_autoptr (GError) bare = make_error (all_codes[i], NULL);
        g_autoptr (GError) full = make_error (all_codes[i], "registry.example");
        g_autofree char *bare_text = ls_error_text_during (bare, activity);
        g_autofree char *full_text = ls_error_text_during (full, activity);

        g_test_message ("code %d, activity %d: %s", all_codes[i], activity, full_text);
        g_assert_cmpint (all_codes[i], ==, i);
        assert_is_sentences (bare_text);
        assert_is_sentences (full_text);

        /* No code shares its sentence with another one. */
        if (activity == LS_ACTIVITY_OTHER)
          g_assert_true (g_hash_table_add (seen, g_steal_pointer (&bare_text)));
      }
}

static void
test_contents (void)
{
  static const struct
  {
    LsError code;
    LsActivity activity;
    const char *subject;
    const char *expected[3];
  } cases[] = {
    { LS_ERROR_UNAUTHORIZED,
      LS_ACTIVITY_SIGN_IN,
      "localhost:5000",
      { "“localhost:5000”", "user name and password", "access token" } },
    { LS_ERROR_UNAUTHORIZED,
      LS_ACTIVITY_SIGN_IN,
      "auth.docker.io",
      { "Docker Hub does not accept", "two-factor", "access token" } },
    { LS_ERROR_UNAUTHORIZED, LS_ACTIVITY_PUSH, "ghcr.io", { "“ghcr.io”", "Sign in" } },
    { LS_ERROR_FORBIDDEN,
      LS_ACTIVITY_PUSH,
      "library/ubuntu",
      { "may not push to “library/ubuntu”", "user name or organization", "may write" } },
    { LS_ERROR_FORBIDDEN, LS_ACTIVITY_PULL, "me/app", { "no access to “me/app”", "sign in" } },
    { LS_ERROR_NOT_FOUND, LS_ACTIVITY_PULL, "ubuntu:99", { "“ubuntu:99” was not found" } },
    { LS_ERROR_NOT_FOUND,
      LS_ACTIVITY_PULL,
      "docker.io/library/ubuntu:99",
      { "“ubuntu:99” was not found" } },
    { LS_ERROR_OFFLINE, LS_ACTIVITY_SIGN_IN, "example.com", { "“example.com” cannot be reached" } },
    { LS_ERROR_TLS,
      LS_ACTIVITY_SIGN_IN,
      "example.com",
      { "certificate of “example.com” is not trusted", "“ca”" } },
    { LS_ERROR_INSECURE,
      LS_ACTIVITY_SIGN_IN,
      "example.com",
      { "safe connection to “example.com”", "insecure=true" } },
    { LS_ERROR_LED_ASTRAY,
      LS_ACTIVITY_PULL,
      "example.com",
      { "“example.com” refers to another server", "nothing was sent" } },
    { LS_ERROR_CONFIDANT_CHANGED,
      LS_ACTIVITY_PULL,
      "example.com",
      { "“example.com”", "another server than before", "sign in again" } },
    { LS_ERROR_NOT_A_REGISTRY,
      LS_ACTIVITY_SIGN_IN,
      "example.com",
      { "“example.com” answers", "not a container registry" } },
    { LS_ERROR_CLIENT_REFUSED,
      LS_ACTIVITY_SIGN_IN,
      "hub.docker.com",
      { "“Docker Hub” refuses", "could not be checked" } },
    { LS_ERROR_CLIENT_REFUSED,
      LS_ACTIVITY_SEARCH,
      "hub.docker.com",
      { "Docker Hub refuses to search", "pull an image by its name" } },
    { LS_ERROR_DIGEST_MISMATCH,
      LS_ACTIVITY_PULL,
      "sha256:4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe",
      { "part 4e5021d210f6 of", "thrown away" } },
    { LS_ERROR_DIGEST_MISMATCH,
      LS_ACTIVITY_PUSH,
      "sha256:4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe4e5021d210f65ebe",
      { "part 4e5021d210f6 of", "Pull the image again" } },
    { LS_ERROR_STORE, LS_ACTIVITY_OTHER, "/home/me/store", { "“/home/me/store”" } },
    { LS_ERROR_SETTINGS,
      LS_ACTIVITY_OTHER,
      "/home/me/registries.conf",
      { "“/home/me/registries.conf”" } },
    { LS_ERROR_KEYRING_LOCKED,
      LS_ACTIVITY_SIGN_IN,
      NULL,
      { "keyring is locked", "this session only" } },
    { LS_ERROR_KEYRING_UNAVAILABLE,
      LS_ACTIVITY_SIGN_IN,
      NULL,
      { "no keyring", "this session only" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = make_error (cases[i].code, cases[i].subject);
      g_autofree char *text = ls_error_text_during (error, cases[i].activity);

      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].expected) && cases[i].expected[j] != NULL; j++)
        if (strstr (text, cases[i].expected[j]) == NULL)
          g_error ("“%s” does not say “%s”", text, cases[i].expected[j]);
    }
}

static void
test_retry_time (void)
{
  g_autoptr (GDateTime) when = g_date_time_new_now_local ();
  g_autofree char *clock = g_date_time_format (when, "%H:%M");
  g_autofree char *expected = g_strdup_printf ("Try again after %s", clock);
  g_autoptr (GError) error = make_error (LS_ERROR_RATE_LIMITED, "docker.io");
  g_autofree char *text = NULL;
  g_autofree char *sign_in_text = NULL;

  ls_error_set_retry_at (error, g_date_time_to_unix (when));
  text = ls_error_text (error);
  sign_in_text = ls_error_text_during (error, LS_ACTIVITY_SIGN_IN);

  g_assert_nonnull (strstr (text, expected));
  g_assert_nonnull (strstr (sign_in_text, expected));
}

static void
test_bytes_needed (void)
{
  g_autoptr (GError) error = make_error (LS_ERROR_NO_SPACE, NULL);
  g_autofree char *text = NULL;

  ls_error_set_bytes_needed (error, 120000000);
  text = ls_error_text (error);

  g_assert_nonnull (strstr (text, "120.0\u00a0MB more is needed"));
}

static void
test_platforms (void)
{
  g_autoptr (GError) error = make_error (LS_ERROR_NO_PLATFORM, "linux/arm64, linux/s390x");
  g_autofree char *text = ls_error_text (error);

  g_assert_nonnull (strstr (text, "linux/arm64, linux/s390x"));
}

/* What the outside writes into an error cannot break out of the sentence. */
static void
test_hostile_subject (void)
{
  g_autoptr (GError) error = make_error (LS_ERROR_NOT_FOUND, "a\u202eb\nc\033d");
  g_autofree char *text = ls_error_text (error);

  g_assert_nonnull (strstr (text, "“ab cd” was not found"));
}

static void
test_details (void)
{
  g_autoptr (GError) said = make_error (LS_ERROR_FORBIDDEN, "me/app");
  g_autoptr (GError) silent = make_error (LS_ERROR_FORBIDDEN, "me/app");
  g_autoptr (GError) failed = make_error (LS_ERROR_FAILED, NULL);
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, technical);
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, technical);
  g_autofree char *said_details = NULL;
  g_autofree char *silent_details = ls_error_details (silent);
  g_autofree char *failed_details = ls_error_details (failed);
  g_autofree char *foreign_details = ls_error_details (foreign);
  g_autofree char *cancelled_details = ls_error_details (cancelled);

  ls_error_set_server_text (said, "denied: requested access\nto the <b>resource</b> is denied");
  said_details = ls_error_details (said);

  g_assert_cmpstr (said_details, ==, "denied: requested access to the <b>resource</b> is denied");
  g_assert_null (silent_details);
  g_assert_cmpstr (failed_details, ==, technical);
  g_assert_cmpstr (foreign_details, ==, technical);
  g_assert_null (cancelled_details);
}

/* The sentence says already what is wrong, and in the user's language. */
static void
test_offline_details (void)
{
  g_autoptr (GError) refused =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Connection refused");
  g_autoptr (GError) error = ls_http_error_from_transport (refused, "localhost:5000", 0);
  g_autofree char *details = ls_error_details (error);

  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_assert_cmpstr (details, ==, "Connection refused");
}

static void
test_other_domains (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, technical);
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, technical);
  g_autofree char *foreign_text = ls_error_text (foreign);
  g_autofree char *cancelled_text = ls_error_text (cancelled);

  assert_is_sentences (foreign_text);
  assert_is_sentences (cancelled_text);
  g_assert_nonnull (strstr (cancelled_text, "cancelled"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error-text/every-code", test_every_code);
  g_test_add_func ("/error-text/contents", test_contents);
  g_test_add_func ("/error-text/retry-time", test_retry_time);
  g_test_add_func ("/error-text/bytes-needed", test_bytes_needed);
  g_test_add_func ("/error-text/platforms", test_platforms);
  g_test_add_func ("/error-text/hostile-subject", test_hostile_subject);
  g_test_add_func ("/error-text/details", test_details);
  g_test_add_func ("/error-text/offline-details", test_offline_details);
  g_test_add_func ("/error-text/other-domains", test_other_domains);

  return g_test_run ();
}
