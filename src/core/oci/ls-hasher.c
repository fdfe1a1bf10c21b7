/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-digest.h"

#include <gcrypt.h>

#define SECURE_MEMORY 32768 /* bytes; libgcrypt's usual pool, which libsecret draws on */

struct _LsHasher
{
  gcry_md_hd_t handle;
  const char *algorithm;
  int gcrypt_algorithm;
};

/* libsecret sets libgcrypt up as well, from whatever thread talks to the keyring
 * first, unless it finds that done. Before main() there is one thread only. */
__attribute__ ((constructor)) static void
set_up_libgcrypt (void)
{
  if (gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P))
    return;

  gcry_check_version (NULL);
  gcry_control (GCRYCTL_SUSPEND_SECMEM_WARN);
  gcry_control (GCRYCTL_INIT_SECMEM, SECURE_MEMORY, 0);
  gcry_control (GCRYCTL_RESUME_SECMEM_WARN);
  gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
}

/**
 * ls_hasher_new:
 * @algorithm: "sha256" or "sha512", as from ls_digest_get_algorithm()
 *
 * Returns: (transfer full): a hasher that saw no bytes yet
 */
LsHasher *
ls_hasher_new (const char *algorithm)
{
  gboolean is_sha512 = g_strcmp0 (algorithm, "sha512") == 0;
  LsHasher *self;

  g_return_val_if_fail (is_sha512 || g_strcmp0 (algorithm, "sha256") == 0, NULL);

  self = g_new0 (LsHasher, 1);
  self->algorithm = is_sha512 ? "sha512" : "sha256";
  self->gcrypt_algorithm = is_sha512 ? GCRY_MD_SHA512 : GCRY_MD_SHA256;
  if (gcry_md_open (&self->handle, self->gcrypt_algorithm, 0) != 0)
    g_error ("libgcrypt has no %s", self->algorithm);

  return self;
}

/**
 * ls_hasher_update:
 * @hasher: a hasher
 * @data: (array length=size): the next bytes
 * @size: how many
 */
void
ls_hasher_update (LsHasher *hasher, gconstpointer data, gsize size)
{
  g_return_if_fail (hasher != NULL);

  if (size > 0)
    gcry_md_write (hasher->handle, data, size);
}

/**
 * ls_hasher_finish:
 * @hasher: a hasher; all that can still be done to it is ls_hasher_free()
 *
 * Returns: (transfer full): the digest of all bytes that the hasher saw
 */
LsDigest *
ls_hasher_finish (LsHasher *hasher)
{
  g_autoptr (GString) text = NULL;
  const guchar *value;

  g_return_val_if_fail (hasher != NULL, NULL);

  value = gcry_md_read (hasher->handle, hasher->gcrypt_algorithm);
  text = g_string_new (hasher->algorithm);
  g_string_append_c (text, ':');
  for (guint i = 0; i < gcry_md_get_algo_dlen (hasher->gcrypt_algorithm); i++)
    g_string_append_printf (text, "%02x", value[i]);

  return ls_digest_parse (text->str, NULL);
}

/**
 * ls_hasher_free:
 * @hasher: (transfer full): a hasher
 */
void
ls_hasher_free (LsHasher *hasher)
{
  gcry_md_close (hasher->handle);
  g_free (hasher);
}
