/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an image says of itself, and the platforms in it and in choices of them. */

#include "ls-fuzz.h"
#include "ls-image-config.h"
#include "ls-platform-choice.h"

static void
check_platform (LsPlatform *platform)
{
  g_autofree char *text = ls_platform_to_string (platform);
  g_autoptr (LsPlatform) again = ls_platform_parse (text, NULL);
  g_autofree char *text_again = NULL;

  g_assert_nonnull (again);
  text_again = ls_platform_to_string (again);
  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpint (ls_platform_rank (platform, platform), ==, 0);
  ls_fuzz_assert_tidy (text);
}

static void
check_choice (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsPlatformChoice) choice = ls_platform_choice_parse (text, &error);
  g_autoptr (LsPlatformChoice) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *written_again = NULL;

  if (choice == NULL)
    {
      ls_fuzz_assert_error (error);
      return;
    }
  written = ls_platform_choice_to_string (choice);
  again = ls_platform_choice_parse (written, NULL);
  g_assert_nonnull (again);
  written_again = ls_platform_choice_to_string (again);
  g_assert_cmpstr (written_again, ==, written);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsImageConfig) config = ls_image_config_parse (bytes, &error);
  g_autoptr (LsPlatform) platform = ls_platform_parse (text, NULL);

  if (config == NULL)
    ls_fuzz_assert_error (error);
  else if (ls_image_config_get_platform (config) != NULL)
    check_platform (ls_image_config_get_platform (config));
  if (config != NULL && ls_image_config_get_created (config) != NULL)
    g_assert_cmpint (g_date_time_get_year (ls_image_config_get_created (config)), >, 1);
  if (platform != NULL)
    check_platform (platform);
  check_choice (text);

  return 0;
}
