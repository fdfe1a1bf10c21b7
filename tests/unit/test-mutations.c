/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Valid texts with a few random changes, the same ones in every run: whatever
 * comes in, a reader either takes it or says why not. What it takes is used, so
 * that the sanitizers see that as well. */

#include "ls-challenge.h"
#include "ls-error.h"
#include "ls-image-config.h"
#include "ls-json.h"
#include "ls-manifest.h"
#include "ls-media-type.h"
#include "ls-reference.h"

#include <string.h>

#define SEED 20240229
#define ROUNDS 4000
#define MAX_CHANGES 4

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BLOB(type) "{\"mediaType\":\"" type "\",\"digest\":\"sha256:" HEX "\",\"size\":1234}"
#define CHILD(architecture)                                                                        \
  "{\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"digest\":\"sha256:" HEX                     \
  "\",\"size\":1234,\"platform\":{\"architecture\":\"" architecture                                \
  "\",\"os\":\"linux\",\"variant\":\"v8\"},\"annotations\":{\"a\":\"b\"}}"

static const char *const manifests[] = {
  "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_MANIFEST "\",\"config\":" BLOB (
      LS_MEDIA_TYPE_OCI_CONFIG) ",\"layers\":[" BLOB ("a/b") "," BLOB ("c/d") "]}",
  "{\"schemaVersion\":2,\"config\":" BLOB (LS_MEDIA_TYPE_DOCKER_CONFIG) ",\"layers\":[" BLOB (
      "a/b") "]}",
  "{\"schemaVersion\":2,\"mediaType\":\"" LS_MEDIA_TYPE_OCI_INDEX
  "\",\"manifests\":[" CHILD ("amd64") "," CHILD ("arm64") "]}",
  "{\"schemaVersion\":2,\"manifests\":[" CHILD ("amd64") "," BLOB (LS_MEDIA_TYPE_OCI_INDEX) "]}",
};

static const char *const configs[] = {
  "{\"created\":\"2024-10-01T12:34:56.123456789Z\",\"architecture\":\"arm\",\"os\":\"linux\","
  "\"variant\":\"v7\",\"os.version\":\"10.0.1\",\"config\":{\"Env\":[\"A=B\"],\"Labels\":null},"
  "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" HEX "\"]}}",
};

static const char *const references[] = {
  "ubuntu",
  "ubuntu:24.04",
  "docker.io/library/ubuntu:latest",
  "localhost:5000/me/app_x:1.0@sha256:" HEX,
  "[2001:db8::1]:5000/a/b-c.d:_x",
  "registry.example.com/team/project/app@sha256:" HEX,
};

static const char *const registry_names[] = {
  "https://index.docker.io/v1/", " docker.io ",          "http://localhost:5000/",
  "[2001:db8::1]:5000",          "registry.example.com",
};

static const char *const challenges[] = {
  "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
  "scope=\"repository:library/ubuntu:pull,push\"",
  "Basic realm=\"Registry\"",
  "BASIC realm = \"a \\\"quoted\\\" one\" , charset=UTF-8",
  "Negotiate, Digest realm=\"x\", nonce=\"y\", Bearer realm=\"/token\", error=\"invalid_token\"",
};

static const char *const platforms[] = { "linux/amd64", "linux/arm/v7", "windows/amd64" };

/* What tends to sit on the edge of something. */
static const char *const pieces[] = {
  "null",
  "true",
  "[]",
  "{}",
  "\"\"",
  "-1",
  "0",
  "1.5",
  "1e400",
  "9007199254740993",
  "9223372036854775807",
  "99999999999999999999",
  "\"\\u0000\"",
  "\"\\ud800\"",
  "\\",
  "\"",
  "[[[[[[",
  "{\"a\":",
  ",",
  ":",
  "/",
  "//",
  "..",
  "@",
  "sha256:",
  "sha512:",
  "a",
  "A",
  "-",
  "_",
  ".",
  " ",
  "\n",
  "\x01",
  "\x7f",
  "\xff",
  "\xc3\xa9",
  "\xe2\x80\xae",
  "%2f",
  "[",
  "]",
  "[::1]",
  "65536",
  "latest",
  LS_MEDIA_TYPE_DOCKER_LIST,
  LS_MEDIA_TYPE_OCI_MANIFEST,
  "\"layers\":[],",
  "\"manifests\":[],",
  "\"schemaVersion\":1,",
  "unknown",
};

static gsize
pick (GRand *random, gsize count)
{
  return count > 0 ? (gsize) g_rand_int_range (random, 0, (gint32) count) : 0;
}

/* Puts a piece in the place of what stands between two marks, which for JSON is
 * mostly a whole value or key: such texts get past the first reader. */
static void
replace_token (GString *text, GRand *random, const char *piece)
{
  gsize start = pick (random, text->len);
  gsize end;

  while (start < text->len && strchr (":,[{/@", text->str[start]) == NULL)
    start++;
  start = MIN (start + 1, text->len);
  end = start + strcspn (text->str + start, ":,]}/@");
  g_string_erase (text, start, end - start);
  g_string_insert (text, start, piece);
}

static void
change (GString *text, GRand *random)
{
  const char *piece = pieces[pick (random, G_N_ELEMENTS (pieces))];
  gsize at = pick (random, text->len);
  gsize length = pick (random, MIN (16, text->len - at));
  g_autofree char *part = g_strndup (text->str + at, length);

  switch (pick (random, 7))
    {
    case 0: /* another bit */
      if (text->len > 0)
        text->str[at] ^= 1 << pick (random, 8);
      break;
    case 1:
      g_string_insert (text, at, piece);
      break;
    case 2:
      g_string_erase (text, at, length);
      break;
    case 3: /* the same again, elsewhere */
      g_string_insert (text, pick (random, text->len + 1), part);
      break;
    case 4:
      if (pick (random, 4) == 0)
        g_string_truncate (text, at);
      break;
    default:
      replace_token (text, random, piece);
      break;
    }
}

typedef gboolean (*Reader) (const GString *text, GError **error);

/* A reader must take some and refuse some, or it was not tried. */
static void
try_reader (Reader reader, const char *const *texts, gsize n_texts)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  guint n_taken = 0;
  guint n_refused = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GString) text = g_string_new (texts[round % n_texts]);
      g_autoptr (GError) error = NULL;

      for (gsize i = 0, n = 1 + pick (random, MAX_CHANGES); i < n; i++)
        change (text, random);

      if (reader (text, &error))
        {
          g_assert_no_error (error);
          n_taken++;
        }
      else
        {
          g_assert_nonnull (error);
          g_assert_true (error->domain == LS_ERROR);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          g_assert_cmpuint (strlen (error->message), >, 0);
          n_refused++;
        }
    }

  g_test_message ("%u taken, %u refused", n_taken, n_refused);
  g_assert_cmpuint (n_taken, >, ROUNDS / 100);
  g_assert_cmpuint (n_refused, >, ROUNDS / 100);
}

static GBytes *
to_bytes (const GString *text)
{
  /* A copy of just this length, so that a read past the end is one of the sanitizer's. */
  return g_bytes_new (text->str, text->len);
}

static void
use_descriptor (LsDescriptor *descriptor)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsDescriptor) again = ls_descriptor_from_json (json_node_get_object (node), &error);

  g_assert_no_error (error);
  g_assert_true (
      ls_digest_equal (ls_descriptor_get_digest (descriptor), ls_descriptor_get_digest (again)));
  g_assert_cmpint (ls_descriptor_get_size (descriptor), >=, 0);
}

static gboolean
read_manifest (const GString *text, GError **error)
{
  g_autoptr (GBytes) bytes = to_bytes (text);
  g_autoptr (LsManifest) manifest = ls_manifest_parse (bytes, NULL, error);
  g_autoptr (LsPlatform) wanted = ls_platform_parse ("linux/amd64", NULL);
  g_autoptr (LsDescriptor) chosen = NULL;
  GPtrArray *lists[2];

  if (manifest == NULL)
    return FALSE;

  lists[0] = ls_manifest_get_layers (manifest);
  lists[1] = ls_manifest_get_children (manifest);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint k = 0; k < lists[i]->len; k++)
      use_descriptor (g_ptr_array_index (lists[i], k));
  g_assert_cmpint (ls_manifest_get_total_size (manifest), >=, (gint64) text->len);
  if (ls_manifest_is_index (manifest))
    {
      g_assert_null (ls_manifest_get_config (manifest));
      chosen = ls_manifest_select_platform (manifest, wanted, NULL);
    }
  else
    use_descriptor (ls_manifest_get_config (manifest));

  return TRUE;
}

static gboolean
read_config (const GString *text, GError **error)
{
  g_autoptr (GBytes) bytes = to_bytes (text);
  g_autoptr (LsImageConfig) config = ls_image_config_parse (bytes, error);
  g_autofree char *platform = NULL;

  if (config == NULL)
    return FALSE;
  if (ls_image_config_get_platform (config) != NULL)
    platform = ls_platform_to_string (ls_image_config_get_platform (config));

  return TRUE;
}

/* What is shown must read as the same name; what goes over the wire must be harmless there. */
static gboolean
read_reference (const GString *text, GError **error)
{
  g_autoptr (LsReference) reference = ls_reference_parse (text->str, error);
  g_autoptr (LsReference) again = NULL;
  g_autoptr (LsReference) proposed = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *canonical = NULL;

  g_assert_cmpint (ls_reference_check (text->str) == LS_REFERENCE_OK, ==, reference != NULL);
  if (reference == NULL)
    return FALSE;

  shown = ls_reference_to_string (reference);
  canonical = ls_reference_to_canonical (reference);
  again = ls_reference_parse (shown, NULL);
  g_assert_nonnull (again);
  g_assert_true (ls_reference_equal (again, reference));
  for (const char *at = canonical; *at != '\0'; at++)
    g_assert_true (g_ascii_isalnum (*at) || strchr (".-_/:@[]", *at) != NULL);
  g_assert_null (strstr (canonical, "/."));
  g_assert_true (ls_registry_name_is_valid (ls_reference_get_registry (reference)));

  /* Whatever was typed may as well be somebody's name. */
  proposed = ls_reference_propose (reference, ls_reference_get_registry (reference), text->str);
  g_clear_pointer (&canonical, g_free);
  canonical = ls_reference_to_canonical (proposed);
  g_assert_cmpint (ls_reference_check (canonical), ==, LS_REFERENCE_OK);

  return TRUE;
}

static gboolean
read_registry_name (const GString *text, GError **error)
{
  g_autofree char *name = ls_registry_name_normalize (text->str, error);

  if (name == NULL)
    return FALSE;
  g_assert_true (ls_registry_name_is_valid (name));

  return TRUE;
}

/* A challenge that makes no sense is none, which is no error. */
static gboolean
read_challenge (const GString *text, GError **error)
{
  g_autoptr (LsChallenge) challenge = ls_challenge_parse (text->str);
  const char *realm;

  if (challenge == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_PROTOCOL, "No challenge");
      return FALSE;
    }
  realm = ls_challenge_get_realm (challenge);
  if (ls_challenge_get_scheme (challenge) == LS_CHALLENGE_BEARER)
    {
      g_assert_nonnull (realm);
      g_assert_cmpstr (realm, !=, "");
    }
  for (const char *at = realm; at != NULL && *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));

  return TRUE;
}

static gboolean
read_platform (const GString *text, GError **error)
{
  g_autoptr (LsPlatform) platform = ls_platform_parse (text->str, error);
  g_autoptr (LsPlatform) again = NULL;
  g_autofree char *shown = NULL;

  if (platform == NULL)
    return FALSE;
  shown = ls_platform_to_string (platform);
  again = ls_platform_parse (shown, NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (ls_platform_rank (platform, again), ==, 0);

  return TRUE;
}

static void
test_manifests (void)
{
  try_reader (read_manifest, manifests, G_N_ELEMENTS (manifests));
}

static void
test_configs (void)
{
  try_reader (read_config, configs, G_N_ELEMENTS (configs));
}

static void
test_references (void)
{
  try_reader (read_reference, references, G_N_ELEMENTS (references));
}

static void
test_registry_names (void)
{
  try_reader (read_registry_name, registry_names, G_N_ELEMENTS (registry_names));
}

static void
test_challenges (void)
{
  try_reader (read_challenge, challenges, G_N_ELEMENTS (challenges));
}

static void
test_platforms (void)
{
  try_reader (read_platform, platforms, G_N_ELEMENTS (platforms));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mutations/manifests", test_manifests);
  g_test_add_func ("/mutations/configs", test_configs);
  g_test_add_func ("/mutations/references", test_references);
  g_test_add_func ("/mutations/registry-names", test_registry_names);
  g_test_add_func ("/mutations/challenges", test_challenges);
  g_test_add_func ("/mutations/platforms", test_platforms);

  return g_test_run ();
}
