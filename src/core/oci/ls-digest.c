/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-digest.h"

#include "ls-error.h"

#include <string.h>

#define SHORT_LENGTH 12 /* digits, as Docker prints an image ID */

struct _LsDigest
{
  char *text;
  const char *algorithm; /* static */
  const char *hex;       /* in text */
};

G_DEFINE_BOXED_TYPE (LsDigest, ls_digest, ls_digest_ref, ls_digest_unref)

static const struct
{
  const char *name;
  gsize hex_length;
} algorithms[] = {
  { "sha256", 64 },
  { "sha512", 128 },
};

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* algorithm ::= component (separator component)*, component ::= [a-z0-9]+ */
static gboolean
is_algorithm (const char *text, gsize length)
{
  gboolean after_component = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      gboolean in_component = g_ascii_islower (text[i]) || g_ascii_isdigit (text[i]);

      if (!in_component && (!after_component || strchr ("+._-", text[i]) == NULL))
        return FALSE;
      after_component = in_component;
    }

  return after_component;
}

static gboolean
consists_of (const char *text, const char *characters)
{
  return *text != '\0' && text[strspn (text, characters)] == '\0';
}

/**
 * ls_digest_parse:
 * @text: what should be a digest
 * @error: return location for an error
 *
 * Reads a digest by the grammar of the OCI image specification, descriptor.md.
 *
 * Returns: (transfer full): a digest, or %NULL with %LS_ERROR_INVALID_NAME for what
 *   is no digest and %LS_ERROR_UNSUPPORTED for one of another algorithm
 */
LsDigest *
ls_digest_parse (const char *text, GError **error)
{
  const char *colon;

  g_return_val_if_fail (text != NULL, NULL);

  colon = strchr (text, ':');
  if (colon == NULL || !is_algorithm (text, colon - text)
      || !consists_of (colon + 1, LOWER UPPER DIGITS "=_-"))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_INVALID_NAME,
                           "A digest must look like sha256:0123...");
      return NULL;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      gsize name_length = strlen (algorithms[i].name);
      LsDigest *self;

      if ((gsize) (colon - text) != name_length
          || strncmp (text, algorithms[i].name, name_length) != 0)
        continue;
      if (strlen (colon + 1) != algorithms[i].hex_length
          || !consists_of (colon + 1, DIGITS "abcdef"))
        {
          g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME,
                       "A %s digest must have %" G_GSIZE_FORMAT " lower-case hexadecimal digits",
                       algorithms[i].name, algorithms[i].hex_length);
          return NULL;
        }

      self = g_atomic_rc_box_new0 (LsDigest);
      self->text = g_strdup (text);
      self->algorithm = algorithms[i].name;
      self->hex = self->text + name_length + 1;
      return self;
    }

  g_set_error_literal (error, LS_ERROR, LS_ERROR_UNSUPPORTED,
                       "A digest that is neither sha256 nor sha512 cannot be verified");
  return NULL;
}

static LsDigest *
compute (const char *algorithm, GBytes *bytes)
{
  g_autoptr (LsHasher) hasher = ls_hasher_new (algorithm);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  ls_hasher_update (hasher, data, size);

  return ls_hasher_finish (hasher);
}

/**
 * ls_digest_for_bytes:
 * @bytes: some content
 *
 * Returns: (transfer full): its sha256 digest
 */
LsDigest *
ls_digest_for_bytes (GBytes *bytes)
{
  g_return_val_if_fail (bytes != NULL, NULL);

  return compute ("sha256", bytes);
}

/**
 * ls_digest_ref:
 * @digest: a digest
 *
 * Returns: (transfer full): the same digest
 */
LsDigest *
ls_digest_ref (LsDigest *digest)
{
  return g_atomic_rc_box_acquire (digest);
}

static void
ls_digest_clear (gpointer data)
{
  LsDigest *self = data;

  g_free (self->text);
}

/**
 * ls_digest_unref:
 * @digest: (transfer full): a digest
 */
void
ls_digest_unref (LsDigest *digest)
{
  g_atomic_rc_box_release_full (digest, ls_digest_clear);
}

/**
 * ls_digest_to_string:
 * @digest: a digest
 *
 * Returns: (transfer none): algorithm, colon and hexadecimal digits
 */
const char *
ls_digest_to_string (const LsDigest *digest)
{
  return digest->text;
}

/**
 * ls_digest_get_algorithm:
 * @digest: a digest
 *
 * Returns: (transfer none): "sha256" or "sha512"
 */
const char *
ls_digest_get_algorithm (const LsDigest *digest)
{
  return digest->algorithm;
}

/**
 * ls_digest_get_hex:
 * @digest: a digest
 *
 * Returns: (transfer none): 64 or 128 hexadecimal digits, in lower case
 */
const char *
ls_digest_get_hex (const LsDigest *digest)
{
  return digest->hex;
}

/**
 * ls_digest_dup_short:
 * @digest: a digest
 *
 * Returns: (transfer full): the first 12 hexadecimal digits, to be shown
 */
char *
ls_digest_dup_short (const LsDigest *digest)
{
  return g_strndup (digest->hex, SHORT_LENGTH);
}

/**
 * ls_digest_hash:
 * @digest: (type LsDigest): a digest
 *
 * Returns: a value for a #GHashTable
 */
guint
ls_digest_hash (gconstpointer digest)
{
  return g_str_hash (((const LsDigest *) digest)->text);
}

/**
 * ls_digest_equal:
 * @a: (type LsDigest): a digest
 * @b: (type LsDigest): another
 *
 * Returns: whether both have the same algorithm and value
 */
gboolean
ls_digest_equal (gconstpointer a, gconstpointer b)
{
  return strcmp (((const LsDigest *) a)->text, ((const LsDigest *) b)->text) == 0;
}

/**
 * ls_digest_matches:
 * @digest: a digest
 * @bytes: content that should have it
 *
 * Returns: whether @bytes hash to @digest under the digest's own algorithm
 */
gboolean
ls_digest_matches (const LsDigest *digest, GBytes *bytes)
{
  g_autoptr (LsDigest) computed = NULL;

  g_return_val_if_fail (digest != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  computed = compute (digest->algorithm, bytes);

  return ls_digest_equal (digest, computed);
}
