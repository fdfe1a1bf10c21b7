/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-image-config.h"

#include <string.h>

static LsImageConfig *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return ls_image_config_parse (bytes, error);
}

static void
test_created (void)
{
  static const struct
  {
    const char *json;
    gint64 seconds; /* of Unix time; -1 where there is no date */
  } cases[] = {
    { "{\"created\":\"2024-10-01T12:34:56Z\"}", 1727786096 },
    { "{\"created\":\"2024-10-01T12:34:56.123456789Z\"}", 1727786096 },
    { "{\"created\":\"2024-10-01T20:34:56.1+08:00\"}", 1727786096 },
    { "{\"created\":\"1970-01-01T00:00:00Z\"}", 0 },
    { "{\"created\":\"0001-01-01T00:00:00Z\"}", -1 },
    { "{\"created\":\"yesterday\"}", -1 },
    { "{\"created\":\"\"}", -1 },
    { "{\"created\":1727786096}", -1 },
    { "{\"created\":null}", -1 },
    { "{}", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsImageConfig) config = parse (cases[i].json, &error);
      GDateTime *created;

      g_test_message ("%s", cases[i].json);
      g_assert_no_error (error);
      created = ls_image_config_get_created (config);
      g_assert_cmpint (created != NULL ? g_date_time_to_unix (created) : -1, ==, cases[i].seconds);
    }
}

static void
test_platform (void)
{
  static const struct
  {
    const char *json;
    const char *platform;
  } cases[] = {
    { "{\"os\":\"linux\",\"architecture\":\"amd64\"}", "linux/amd64" },
    { "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}", "linux/arm/v6" },
    { "{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}", "linux/arm64" },
    { "{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0.1\"}",
      "windows(10.0.1)/amd64" },
    { "{\"os\":\"linux\"}", NULL },
    { "{\"architecture\":\"amd64\"}", NULL },
    { "{\"os\":\"\",\"architecture\":\"\"}", NULL },
    { "{\"os\":[],\"architecture\":{}}", NULL },
    { "{\"os\":\"<b>\",\"architecture\":\"amd64\"}", NULL },
    { "{}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsImageConfig) config = parse (cases[i].json, &error);
      g_autofree char *shown = NULL;
      LsPlatform *platform;

      g_test_message ("%s", cases[i].json);
      g_assert_no_error (error);
      platform = ls_image_config_get_platform (config);
      shown = platform != NULL ? ls_platform_to_string (platform) : NULL;
      g_assert_cmpstr (shown, ==, cases[i].platform);
    }
}

static void
test_bad (void)
{
  static const char *const bad[] = { "", "[]", "{", "null", "\"x\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (bad[i], &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_PROTOCOL);
    }
}

static void
test_too_large (void)
{
  g_autofree char *spaces = g_strnfill (LS_IMAGE_CONFIG_MAX_SIZE, ' ');
  g_autofree char *text = g_strconcat ("{}", spaces, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, &error));
  g_assert_error (error, LS_ERROR, LS_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-config/created", test_created);
  g_test_add_func ("/image-config/platform", test_platform);
  g_test_add_func ("/image-config/bad", test_bad);
  g_test_add_func ("/image-config/too-large", test_too_large);

  return g_test_run ();
}
