/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-platform-choice.h"

static void
test_texts (void)
{
  static const struct
  {
    const char *text;
    const char *canonical; /* NULL: refused */
    LsPlatformChoiceKind kind;
    guint n_platforms;
  } cases[] = {
    { "host", "host", LS_PLATFORM_CHOICE_HOST, 1 },
    { "all", "all", LS_PLATFORM_CHOICE_ALL, 0 },
    { "linux/amd64", "linux/amd64", LS_PLATFORM_CHOICE_SOME, 1 },
    { "linux/amd64,linux/arm/v7", "linux/amd64,linux/arm/v7", LS_PLATFORM_CHOICE_SOME, 2 },
    { "linux/x86_64, linux/arm64/v8", "linux/amd64,linux/arm64", LS_PLATFORM_CHOICE_SOME, 2 },
    { "windows(10.0.20348.1)/amd64", "windows(10.0.20348.1)/amd64", LS_PLATFORM_CHOICE_SOME, 1 },
    { "", NULL, 0, 0 },
    { "Host", NULL, 0, 0 },
    { "linux", NULL, 0, 0 },
    { "all,linux/amd64", NULL, 0, 0 },
    { "linux/amd64,", NULL, 0, 0 },
    { ",", NULL, 0, 0 },
    { "windows()/amd64", NULL, 0, 0 },
    { "windows(10/amd64", NULL, 0, 0 },
    { "windows(1)(2)/amd64", NULL, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsPlatformChoice) choice = ls_platform_choice_parse (cases[i].text, &error);
      g_autoptr (GPtrArray) platforms = NULL;
      g_autofree char *text = NULL;

      g_test_message ("“%s”", cases[i].text);
      if (cases[i].canonical == NULL)
        {
          g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
          g_assert_null (choice);
          continue;
        }
      g_assert_no_error (error);
      text = ls_platform_choice_to_string (choice);
      g_assert_cmpstr (text, ==, cases[i].canonical);
      g_assert_cmpint (ls_platform_choice_get_kind (choice), ==, cases[i].kind);
      platforms = ls_platform_choice_dup_platforms (choice);
      g_assert_cmpuint (platforms != NULL ? platforms->len : 0, ==, cases[i].n_platforms);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/platform-choice/texts", test_texts);

  return g_test_run ();
}
