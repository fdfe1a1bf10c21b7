/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-credentials.h"

#include <libsecret/secret.h>

struct _LsCredentials
{
  char *username;
  SecretValue *secret; /* in memory that is locked, and wiped when freed */
};

G_DEFINE_BOXED_TYPE (LsCredentials, ls_credentials, ls_credentials_ref, ls_credentials_unref)

/**
 * ls_credentials_new:
 * @username: who signs in
 * @secret: a password or an access token
 *
 * Returns: (transfer full): new credentials
 */
LsCredentials *
ls_credentials_new (const char *username, const char *secret)
{
  LsCredentials *self;

  g_return_val_if_fail (username != NULL, NULL);
  g_return_val_if_fail (secret != NULL, NULL);

  self = g_atomic_rc_box_new0 (LsCredentials);
  self->username = g_strdup (username);
  self->secret = secret_value_new (secret, -1, "text/plain");

  return self;
}

/**
 * ls_credentials_ref:
 * @credentials: credentials
 *
 * Returns: (transfer full): the same credentials
 */
LsCredentials *
ls_credentials_ref (LsCredentials *credentials)
{
  return g_atomic_rc_box_acquire (credentials);
}

static void
ls_credentials_clear (gpointer data)
{
  LsCredentials *self = data;

  g_free (self->username);
  secret_value_unref (self->secret);
}

/**
 * ls_credentials_unref:
 * @credentials: (transfer full): credentials
 *
 * Gives up a reference; the secret is wiped with the last one.
 */
void
ls_credentials_unref (LsCredentials *credentials)
{
  g_atomic_rc_box_release_full (credentials, ls_credentials_clear);
}

/**
 * ls_credentials_get_username:
 * @credentials: credentials
 *
 * Returns: (transfer none): who signs in
 */
const char *
ls_credentials_get_username (const LsCredentials *credentials)
{
  return credentials->username;
}

/**
 * ls_credentials_get_secret:
 * @credentials: credentials
 *
 * Returns: (transfer none): the secret; do not copy it into ordinary memory
 */
const char *
ls_credentials_get_secret (const LsCredentials *credentials)
{
  return secret_value_get_text (credentials->secret);
}
