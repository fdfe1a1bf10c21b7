/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-digest.h"
#include "ls-error.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* FIPS 180-2, the examples; the empty string is of common knowledge. */
#define SHA256_OF_NOTHING "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA256_OF_ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA512_OF_ABC                                                                              \
  "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"                        \
  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
#define SHA256_OF_MILLION_A                                                                        \
  "sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static const struct
{
  const char *text;
  LsError code;
} bad[] = {
  { "", LS_ERROR_INVALID_NAME },
  { ":", LS_ERROR_INVALID_NAME },
  { "sha256", LS_ERROR_INVALID_NAME },
  { "sha256:", LS_ERROR_INVALID_NAME },
  { HEX, LS_ERROR_INVALID_NAME },
  { ":" HEX, LS_ERROR_INVALID_NAME },
  { "sha256:" HEX "0", LS_ERROR_INVALID_NAME },
  { "sha256:0123456789abcdef", LS_ERROR_INVALID_NAME },
  { "sha512:" HEX, LS_ERROR_INVALID_NAME },
  { "sha256:" HEX HEX, LS_ERROR_INVALID_NAME },
  { "sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
    LS_ERROR_INVALID_NAME },
  { "sha256:g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    LS_ERROR_INVALID_NAME },
  { "SHA256:" HEX, LS_ERROR_INVALID_NAME },
  { "Sha256:" HEX, LS_ERROR_INVALID_NAME },
  { " sha256:" HEX, LS_ERROR_INVALID_NAME },
  { "sha256:" HEX " ", LS_ERROR_INVALID_NAME },
  { "sha256:" HEX "\n", LS_ERROR_INVALID_NAME },
  { "sha256: " HEX, LS_ERROR_INVALID_NAME },
  { "sha256::" HEX, LS_ERROR_INVALID_NAME },
  { "sha256:../../../../../../../../../../../../../../../../../../etc/passwd",
    LS_ERROR_INVALID_NAME },
  { "sha256:..%2f..%2f..%2f0123456789abcdef0123456789abcdef0123456789abcdef",
    LS_ERROR_INVALID_NAME },
  { "sha256:/123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    LS_ERROR_INVALID_NAME },
  { "a/../b:" HEX, LS_ERROR_INVALID_NAME },
  { "../sha256:" HEX, LS_ERROR_INVALID_NAME },
  { "+sha256:" HEX, LS_ERROR_INVALID_NAME },
  { "sha256+:" HEX, LS_ERROR_INVALID_NAME },
  { "sha..256:" HEX, LS_ERROR_INVALID_NAME },
  { "\xd1\x95ha256:" HEX, LS_ERROR_INVALID_NAME },
  { "md5:d41d8cd98f00b204e9800998ecf8427e", LS_ERROR_UNSUPPORTED },
  { "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", LS_ERROR_UNSUPPORTED },
  { "sha384:" HEX, LS_ERROR_UNSUPPORTED },
  { "blake3:" HEX, LS_ERROR_UNSUPPORTED },
  { "sha2:" HEX, LS_ERROR_UNSUPPORTED },
  { "sha256+b64:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564=", LS_ERROR_UNSUPPORTED },
};

static LsDigest *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsDigest *digest = ls_digest_parse (text, &error);

  g_assert_no_error (error);

  return digest;
}

static void
test_good (void)
{
  g_autoptr (LsDigest) sha256 = parse ("sha256:" HEX);
  g_autoptr (LsDigest) sha512 = parse ("sha512:" HEX HEX);
  g_autofree char *brief = ls_digest_dup_short (sha256);

  g_assert_cmpstr (ls_digest_to_string (sha256), ==, "sha256:" HEX);
  g_assert_cmpstr (ls_digest_get_algorithm (sha256), ==, "sha256");
  g_assert_cmpstr (ls_digest_get_hex (sha256), ==, HEX);
  g_assert_cmpstr (brief, ==, "0123456789ab");
  g_assert_cmpstr (ls_digest_to_string (sha512), ==, "sha512:" HEX HEX);
  g_assert_cmpstr (ls_digest_get_algorithm (sha512), ==, "sha512");
  g_assert_cmpstr (ls_digest_get_hex (sha512), ==, HEX HEX);
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i].text);
      g_assert_null (ls_digest_parse (bad[i].text, &error));
      g_assert_error (error, LS_ERROR, (int) bad[i].code);
    }
}

static void
test_equal (void)
{
  g_autoptr (LsDigest) a = parse (SHA256_OF_ABC);
  g_autoptr (LsDigest) b = parse (SHA256_OF_ABC);
  g_autoptr (LsDigest) other = parse (SHA256_OF_NOTHING);

  g_assert_true (ls_digest_equal (a, b));
  g_assert_cmpuint (ls_digest_hash (a), ==, ls_digest_hash (b));
  g_assert_false (ls_digest_equal (a, other));
}

static void
test_matches (void)
{
  static const struct
  {
    const char *content;
    const char *digest;
    gboolean matches;
  } cases[] = {
    { "", SHA256_OF_NOTHING, TRUE },     { "abc", SHA256_OF_ABC, TRUE },
    { "abc", SHA512_OF_ABC, TRUE },      { "abd", SHA256_OF_ABC, FALSE },
    { "abd", SHA512_OF_ABC, FALSE },     { "abc\n", SHA256_OF_ABC, FALSE },
    { "abc", SHA256_OF_NOTHING, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].content, strlen (cases[i].content));
      g_autoptr (LsDigest) digest = parse (cases[i].digest);

      g_assert_cmpint (ls_digest_matches (digest, bytes), ==, cases[i].matches);
    }
}

static void
test_for_bytes (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (LsDigest) digest = ls_digest_for_bytes (bytes);

  g_assert_cmpstr (ls_digest_to_string (digest), ==, SHA256_OF_ABC);
}

/* The same bytes in pieces of any length give the same digest. */
static void
test_hasher (void)
{
  static const gsize piece_sizes[] = { 1, 63, 64, 65, 4096, 1000000 };
  g_autofree char *content = g_strnfill (1000000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (piece_sizes); i++)
    {
      g_autoptr (LsHasher) hasher = ls_hasher_new ("sha256");
      g_autoptr (LsDigest) digest = NULL;

      for (gsize at = 0; at < 1000000; at += piece_sizes[i])
        ls_hasher_update (hasher, content + at, MIN (piece_sizes[i], 1000000 - at));
      ls_hasher_update (hasher, NULL, 0);
      digest = ls_hasher_finish (hasher);
      g_assert_cmpstr (ls_digest_to_string (digest), ==, SHA256_OF_MILLION_A);
    }
}

static void
test_hasher_of_nothing (void)
{
  g_autoptr (LsHasher) hasher = ls_hasher_new ("sha256");
  g_autoptr (LsDigest) digest = ls_hasher_finish (hasher);

  g_assert_cmpstr (ls_digest_to_string (digest), ==, SHA256_OF_NOTHING);
}

static gpointer
hash_in_thread (gpointer data)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (LsDigest) digest = ls_digest_for_bytes (data);

      g_assert_cmpstr (ls_digest_to_string (digest), ==, SHA256_OF_ABC);
    }

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  GThread *threads[8];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hash", hash_in_thread, bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/digest/good", test_good);
  g_test_add_func ("/digest/bad", test_bad);
  g_test_add_func ("/digest/equal", test_equal);
  g_test_add_func ("/digest/matches", test_matches);
  g_test_add_func ("/digest/for-bytes", test_for_bytes);
  g_test_add_func ("/digest/hasher", test_hasher);
  g_test_add_func ("/digest/hasher-of-nothing", test_hasher_of_nothing);
  g_test_add_func ("/digest/threads", test_threads);

  return g_test_run ();
}
