/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-descriptor.h"
#include "ls-error.h"
#include "ls-json.h"

#include <string.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "\"digest\":\"sha256:" HEX "\""
#define TYPE "\"mediaType\":\"application/x\""
#define SIZE "\"size\":7"

static LsDescriptor *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (JsonObject) object = ls_json_parse_object (bytes, 65536, NULL);

  g_assert_nonnull (object);

  return ls_descriptor_from_json (object, error);
}

static LsDescriptor *
parse_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsDescriptor *descriptor = parse (text, &error);

  g_assert_no_error (error);

  return descriptor;
}

static char *
to_text (LsDescriptor *descriptor)
{
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);

  return json_to_string (node, FALSE);
}

static void
test_good (void)
{
  g_autoptr (LsDescriptor) descriptor = parse_good (
      "{" TYPE "," DIGEST "," SIZE ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\","
      "\"variant\":\"v6\"},\"annotations\":{\"a\":\"b\",\"odd\":1}}");
  g_autofree char *platform = ls_platform_to_string (ls_descriptor_get_platform (descriptor));

  g_assert_cmpstr (ls_descriptor_get_media_type (descriptor), ==, "application/x");
  g_assert_cmpstr (ls_digest_to_string (ls_descriptor_get_digest (descriptor)), ==, "sha256:" HEX);
  g_assert_cmpint (ls_descriptor_get_size (descriptor), ==, 7);
  g_assert_cmpstr (platform, ==, "linux/arm/v6");
  g_assert_cmpstr (ls_descriptor_get_annotation (descriptor, "a"), ==, "b");
  g_assert_null (ls_descriptor_get_annotation (descriptor, "odd"));
  g_assert_null (ls_descriptor_get_annotation (descriptor, "absent"));
}

static void
test_sizes (void)
{
  static const struct
  {
    const char *size;
    gint64 value; /* -1 where it is refused */
  } cases[] = {
    { "0", 0 },
    { "9007199254740992", G_GINT64_CONSTANT (9007199254740992) },
    { "9007199254740993", -1 },
    { "9223372036854775807", -1 },
    { "-1", -1 },
    { "-9223372036854775808", -1 },
    { "7.0", -1 },
    { "7e0", -1 },
    { "\"7\"", -1 },
    { "null", -1 },
    { "[7]", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{" TYPE "," DIGEST ",\"size\":%s}", cases[i].size);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsDescriptor) descriptor = parse (text, &error);

      g_test_message ("%s", cases[i].size);
      if (cases[i].value >= 0)
        g_assert_cmpint (ls_descriptor_get_size (descriptor), ==, cases[i].value);
      else
        g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    LsError code;
  } cases[] = {
    { "{}", LS_ERROR_PROTOCOL },
    { "{" DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE "," DIGEST "}", LS_ERROR_PROTOCOL },
    { "{\"mediaType\":\"\"," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{\"mediaType\":7," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{\"mediaType\":\"a b\"," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{\"mediaType\":\"a/b\\r\\nx: y\"," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{\"mediaType\":\"a/\xe4\xbd\xa0\"," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE ",\"digest\":7," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE ",\"digest\":\"\"," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE ",\"digest\":\"sha256:../../x\"," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE ",\"digest\":\"sha256:" HEX "0\"," SIZE "}", LS_ERROR_PROTOCOL },
    { "{" TYPE ",\"digest\":\"md5:" HEX "\"," SIZE "}", LS_ERROR_UNSUPPORTED },
    { "{\"mediatype\":\"application/x\"," DIGEST "," SIZE "}", LS_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, LS_ERROR, (int) cases[i].code);
    }
}

static void
test_odd_platforms (void)
{
  static const char *const platforms[] = {
    "null",
    "7",
    "{}",
    "{\"os\":\"linux\"}",
    "{\"os\":\"\",\"architecture\":\"\"}",
    "{\"os\":\"<b>\",\"architecture\":\"amd64\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (platforms); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{" TYPE "," DIGEST "," SIZE ",\"platform\":%s}", platforms[i]);
      g_autoptr (LsDescriptor) descriptor = parse_good (text);

      g_assert_null (ls_descriptor_get_platform (descriptor));
    }
}

/* What is not understood is not lost. */
static void
test_to_json (void)
{
  static const char text[] =
      "{" TYPE "," DIGEST "," SIZE
      ",\"urls\":[\"https://example.com/x\"],\"artifactType\":\"application/y\","
      "\"data\":\"e30=\",\"annotations\":{\"a\":\"\\\"\\n\xe4\xbd\xa0\",\"odd\":[1,null,true]},"
      "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\","
      "\"os.features\":[\"x\"]},\"x-unknown\":{\"deep\":{\"n\":-1.5,\"i\":9223372036854775807}}}";
  g_autoptr (LsDescriptor) descriptor = parse_good (text);
  g_autofree char *written = to_text (descriptor);

  g_assert_cmpstr (written, ==, text);
}

static void
test_to_json_is_a_copy (void)
{
  g_autoptr (LsDescriptor) descriptor = parse_good ("{" TYPE "," DIGEST "," SIZE "}");
  g_autoptr (JsonNode) node = ls_descriptor_to_json (descriptor);
  g_autofree char *written = NULL;

  json_object_set_int_member (json_node_get_object (node), "size", 8);
  written = to_text (descriptor);
  g_assert_cmpstr (written, ==, "{" TYPE "," DIGEST "," SIZE "}");
}

static void
test_new (void)
{
  g_autoptr (LsDigest) digest = ls_digest_parse ("sha256:" HEX, NULL);
  g_autoptr (LsDescriptor) descriptor = ls_descriptor_new ("application/x", digest, 7);
  g_autofree char *written = to_text (descriptor);

  g_assert_cmpstr (written, ==, "{" TYPE "," DIGEST "," SIZE "}");
  g_assert_null (ls_descriptor_get_platform (descriptor));
  g_assert_null (ls_descriptor_get_annotation (descriptor, "a"));
}

static void
test_with_annotation (void)
{
  static const struct
  {
    const char *before;
    const char *key;
    const char *value;
    const char *after;
  } cases[] = {
    { "", "k", "v", ",\"annotations\":{\"k\":\"v\"}" },
    { ",\"annotations\":{\"a\":\"b\"}", "k", "v", ",\"annotations\":{\"a\":\"b\",\"k\":\"v\"}" },
    { ",\"annotations\":{\"k\":\"b\"}", "k", "v", ",\"annotations\":{\"k\":\"v\"}" },
    { ",\"annotations\":null", "k", "v", ",\"annotations\":{\"k\":\"v\"}" },
    { ",\"annotations\":{\"a\":\"b\",\"k\":\"v\"}", "k", NULL, ",\"annotations\":{\"a\":\"b\"}" },
    { ",\"annotations\":{\"k\":\"v\"}", "k", NULL, "" },
    { ",\"annotations\":{\"a\":\"b\"}", "k", NULL, ",\"annotations\":{\"a\":\"b\"}" },
    { "", "k", NULL, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *before =
          g_strdup_printf ("{" TYPE "," DIGEST "," SIZE "%s}", cases[i].before);
      g_autofree char *after = g_strdup_printf ("{" TYPE "," DIGEST "," SIZE "%s}", cases[i].after);
      g_autoptr (LsDescriptor) descriptor = parse_good (before);
      g_autoptr (LsDescriptor) changed =
          ls_descriptor_with_annotation (descriptor, cases[i].key, cases[i].value);
      g_autofree char *written = to_text (changed);
      g_autofree char *original = to_text (descriptor);

      g_assert_cmpstr (written, ==, after);
      g_assert_cmpstr (ls_descriptor_get_annotation (changed, cases[i].key), ==, cases[i].value);
      g_assert_cmpstr (original, ==, before);
    }
}

static void
test_attestation (void)
{
  static const struct
  {
    const char *more;
    gboolean is_attestation;
  } cases[] = {
    { "", FALSE },
    { ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{"
      "\"vnd.docker.reference.type\":\"attestation-manifest\","
      "\"vnd.docker.reference.digest\":\"sha256:" HEX "\"}",
      TRUE },
    { ",\"annotations\":{\"vnd.docker.reference.type\":\"other\"}", FALSE },
    { ",\"annotations\":{\"vnd.docker.reference.type\":7}", FALSE },
    { ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{" TYPE "," DIGEST "," SIZE "%s}", cases[i].more);
      g_autoptr (LsDescriptor) descriptor = parse_good (text);

      g_assert_cmpint (ls_descriptor_is_attestation (descriptor), ==, cases[i].is_attestation);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/descriptor/good", test_good);
  g_test_add_func ("/descriptor/sizes", test_sizes);
  g_test_add_func ("/descriptor/bad", test_bad);
  g_test_add_func ("/descriptor/odd-platforms", test_odd_platforms);
  g_test_add_func ("/descriptor/to-json", test_to_json);
  g_test_add_func ("/descriptor/to-json-is-a-copy", test_to_json_is_a_copy);
  g_test_add_func ("/descriptor/new", test_new);
  g_test_add_func ("/descriptor/with-annotation", test_with_annotation);
  g_test_add_func ("/descriptor/attestation", test_attestation);

  return g_test_run ();
}
