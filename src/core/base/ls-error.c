/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"

typedef struct
{
  char *server_text;
  char *subject;
  gint64 retry_at;
  guint64 bytes_needed;
} LsErrorPrivate;

static void
ls_error_private_init (LsErrorPrivate *priv)
{
  *priv = (LsErrorPrivate){ 0 };
}

static void
ls_error_private_copy (const LsErrorPrivate *src, LsErrorPrivate *dest)
{
  dest->server_text = g_strdup (src->server_text);
  dest->subject = g_strdup (src->subject);
  dest->retry_at = src->retry_at;
  dest->bytes_needed = src->bytes_needed;
}

static void
ls_error_private_clear (LsErrorPrivate *priv)
{
  g_free (priv->server_text);
  g_free (priv->subject);
}

G_DEFINE_EXTENDED_ERROR (LsError, ls_error)

/* Only errors of our domain carry the extra fields. */
static LsErrorPrivate *
details (const GError *error)
{
  return error != NULL && error->domain == LS_ERROR ? ls_error_get_private (error) : NULL;
}

/**
 * ls_error_set_server_text:
 * @error: an error of the %LS_ERROR domain
 * @text: (nullable): what the server said, already cut to a decent length
 *
 * Keeps the server's own words, to be shown as details only.
 */
void
ls_error_set_server_text (GError *error, const char *text)
{
  LsErrorPrivate *priv = details (error);

  g_return_if_fail (priv != NULL);

  g_free (priv->server_text);
  priv->server_text = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

/**
 * ls_error_get_server_text:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): the server's own words
 */
const char *
ls_error_get_server_text (const GError *error)
{
  LsErrorPrivate *priv = details (error);

  return priv != NULL ? priv->server_text : NULL;
}

/**
 * ls_error_wants_sign_in:
 * @error: (nullable): any error
 *
 * Returns: whether it may go away when the user signs in, for the first time or anew
 */
gboolean
ls_error_wants_sign_in (const GError *error)
{
  return g_error_matches (error, LS_ERROR, LS_ERROR_UNAUTHORIZED)
         || g_error_matches (error, LS_ERROR, LS_ERROR_CONFIDANT_CHANGED);
}

/**
 * ls_error_set_subject:
 * @error: an error of the %LS_ERROR domain
 * @subject: (nullable): the host, reference, digest or path the error is about
 *
 * Names what the sentence in the user interface is about.
 */
void
ls_error_set_subject (GError *error, const char *subject)
{
  LsErrorPrivate *priv = details (error);

  g_return_if_fail (priv != NULL);

  g_free (priv->subject);
  priv->subject = g_strdup (subject);
}

/**
 * ls_error_get_subject:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): the host, reference, digest or path the error is about
 */
const char *
ls_error_get_subject (const GError *error)
{
  LsErrorPrivate *priv = details (error);

  return priv != NULL ? priv->subject : NULL;
}

/**
 * ls_error_set_retry_at:
 * @error: an error of the %LS_ERROR domain
 * @unix_seconds: when it makes sense to try again, in seconds of Unix time
 */
void
ls_error_set_retry_at (GError *error, gint64 unix_seconds)
{
  LsErrorPrivate *priv = details (error);

  g_return_if_fail (priv != NULL);

  priv->retry_at = unix_seconds;
}

/**
 * ls_error_get_retry_at:
 * @error: any error
 *
 * Returns: when it makes sense to try again, in seconds of Unix time; 0 if not known
 */
gint64
ls_error_get_retry_at (const GError *error)
{
  LsErrorPrivate *priv = details (error);

  return priv != NULL ? priv->retry_at : 0;
}

/**
 * ls_error_set_bytes_needed:
 * @error: an error of the %LS_ERROR domain
 * @bytes: how many more bytes the disk must have free
 */
void
ls_error_set_bytes_needed (GError *error, guint64 bytes)
{
  LsErrorPrivate *priv = details (error);

  g_return_if_fail (priv != NULL);

  priv->bytes_needed = bytes;
}

/**
 * ls_error_get_bytes_needed:
 * @error: any error
 *
 * Returns: how many more bytes the disk must have free; 0 if not known
 */
guint64
ls_error_get_bytes_needed (const GError *error)
{
  LsErrorPrivate *priv = details (error);

  return priv != NULL ? priv->bytes_needed : 0;
}
