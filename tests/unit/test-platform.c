/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-error.h"
#include "ls-platform.h"

#include <string.h>
#include <sys/utsname.h>

static LsPlatform *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsPlatform *platform = ls_platform_parse (text, &error);

  g_assert_no_error (error);

  return platform;
}

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *os;
    const char *architecture;
    const char *variant;
    const char *shown;
  } cases[] = {
    { "linux/amd64", "linux", "amd64", NULL, "linux/amd64" },
    { "linux/amd64/v1", "linux", "amd64", NULL, "linux/amd64" },
    { "linux/amd64/v3", "linux", "amd64", "v3", "linux/amd64/v3" },
    { "Linux/x86_64", "linux", "amd64", NULL, "linux/amd64" },
    { "linux/i686", "linux", "386", NULL, "linux/386" },
    { "linux/arm64", "linux", "arm64", NULL, "linux/arm64" },
    { "linux/arm64/v8", "linux", "arm64", NULL, "linux/arm64" },
    { "linux/arm64/8", "linux", "arm64", NULL, "linux/arm64" },
    { "linux/aarch64", "linux", "arm64", NULL, "linux/arm64" },
    { "linux/arm64/v9", "linux", "arm64", "v9", "linux/arm64/v9" },
    { "linux/arm", "linux", "arm", "v7", "linux/arm/v7" },
    { "linux/arm/7", "linux", "arm", "v7", "linux/arm/v7" },
    { "linux/arm/v6", "linux", "arm", "v6", "linux/arm/v6" },
    { "linux/armv7l", "linux", "arm", "v7", "linux/arm/v7" },
    { "linux/armhf", "linux", "arm", "v7", "linux/arm/v7" },
    { "linux/ppc64le", "linux", "ppc64le", NULL, "linux/ppc64le" },
    { "linux/s390x", "linux", "s390x", NULL, "linux/s390x" },
    { "linux/riscv64", "linux", "riscv64", NULL, "linux/riscv64" },
    { "linux/loongarch64", "linux", "loong64", NULL, "linux/loong64" },
    { "windows/amd64", "windows", "amd64", NULL, "windows/amd64" },
    { "unknown/unknown", "unknown", "unknown", NULL, "unknown/unknown" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsPlatform) platform = parse (cases[i].text);
      g_autofree char *shown = ls_platform_to_string (platform);

      g_assert_cmpstr (ls_platform_get_os (platform), ==, cases[i].os);
      g_assert_cmpstr (ls_platform_get_architecture (platform), ==, cases[i].architecture);
      g_assert_cmpstr (ls_platform_get_variant (platform), ==, cases[i].variant);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "",
    "/",
    "linux",
    "linux/",
    "/amd64",
    "linux/amd64/",
    "linux/arm/v7/x",
    "linux amd64",
    "linux/am d64",
    "linux/amd64\n",
    "<b>linux</b>/amd64",
    "linux/\xe4\xbd\xa0",
    "linux//amd64",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ls_platform_parse (bad[i], &error));
      g_assert_error (error, LS_ERROR, LS_ERROR_INVALID_NAME);
    }
}

static void
test_new (void)
{
  g_autoptr (LsPlatform) platform = ls_platform_new ("linux", "amd64", "", "");

  g_assert_nonnull (platform);
  g_assert_null (ls_platform_get_variant (platform));
  g_assert_null (ls_platform_new (NULL, "amd64", NULL, NULL));
  g_assert_null (ls_platform_new ("linux", NULL, NULL, NULL));
  g_assert_null (ls_platform_new ("", "", NULL, NULL));
  g_assert_null (ls_platform_new ("linux", "amd64", "<b>", NULL));
  g_assert_null (ls_platform_new ("windows", "amd64", NULL, "10.0\n"));
}

static void
test_host (void)
{
  g_autoptr (LsPlatform) host = ls_platform_host ();
  struct utsname names;

  g_assert_cmpint (uname (&names), ==, 0);
  g_assert_cmpint (g_ascii_strcasecmp (ls_platform_get_os (host), names.sysname), ==, 0);
  if (strcmp (names.machine, "x86_64") == 0)
    g_assert_cmpstr (ls_platform_get_architecture (host), ==, "amd64");
  if (strcmp (names.machine, "aarch64") == 0)
    g_assert_cmpstr (ls_platform_get_architecture (host), ==, "arm64");
}

/* For each wanted platform, offers from the best to the worst, then those that do
 * not fit. */
static void
test_rank (void)
{
  static const struct
  {
    const char *wanted;
    const char *fitting[6];
    const char *other[6];
  } cases[] = {
    { "linux/amd64",
      { "linux/amd64", "linux/386" },
      { "linux/amd64/v2", "linux/arm64", "windows/amd64", "unknown/unknown", "linux/amd64/x" } },
    { "linux/amd64/v3",
      { "linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386" },
      { "linux/amd64/v4" } },
    { "linux/386", { "linux/386" }, { "linux/amd64" } },
    { "linux/arm64",
      { "linux/arm64", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5" },
      { "linux/arm64/v9", "linux/amd64", "darwin/arm64" } },
    { "linux/arm64/v9", { "linux/arm64/v9", "linux/arm64", "linux/arm/v7" }, { NULL } },
    { "linux/arm",
      { "linux/arm/v7", "linux/arm/v6", "linux/arm/v5" },
      { "linux/arm/v8", "linux/arm64" } },
    { "linux/arm/v6", { "linux/arm/v6", "linux/arm/v5" }, { "linux/arm/v7", "linux/arm" } },
    { "linux/ppc64le/power9",
      { "linux/ppc64le/power9", "linux/ppc64le" },
      { "linux/ppc64le/power10" } },
    { "linux/riscv64",
      { "linux/riscv64" },
      { "linux/riscv64/rva22u64", "linux/riscv64/rva23u64" } },
    { "linux/riscv64/rva23u64",
      { "linux/riscv64/rva23u64", "linux/riscv64/rva22u64", "linux/riscv64" },
      { NULL } },
    { "linux/s390x", { "linux/s390x" }, { "linux/s390x/z15" } },
    { "linux/odd/one", { "linux/odd/one" }, { "linux/odd", "linux/odd/two" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsPlatform) wanted = parse (cases[i].wanted);
      int last_rank = -1;

      for (gsize k = 0; k < 6 && cases[i].fitting[k] != NULL; k++)
        {
          g_autoptr (LsPlatform) offered = parse (cases[i].fitting[k]);
          int rank = ls_platform_rank (wanted, offered);

          g_test_message ("%s on %s: %d", cases[i].fitting[k], cases[i].wanted, rank);
          g_assert_cmpint (rank, >, last_rank);
          if (k == 0)
            g_assert_cmpint (rank, ==, 0);
          last_rank = rank;
        }
      for (gsize k = 0; k < 6 && cases[i].other[k] != NULL; k++)
        {
          g_autoptr (LsPlatform) offered = parse (cases[i].other[k]);

          g_test_message ("%s on %s", cases[i].other[k], cases[i].wanted);
          g_assert_cmpint (ls_platform_rank (wanted, offered), ==, -1);
        }
    }
}

static void
test_windows_version (void)
{
  static const struct
  {
    const char *wanted;
    const char *offered;
    gboolean fits;
  } cases[] = {
    { "10.0.17763.1", "10.0.17763.5458", TRUE },
    { "10.0.17763", "10.0.17763.5458", TRUE },
    { "10.0.17763.1", "10.0.20348.1", FALSE },
    { "10.0.17763", "10.0.1776", FALSE },
    { "10.0.17763", "10.0", FALSE },
    { NULL, "10.0.17763.1", TRUE },
    { "10.0.17763.1", NULL, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsPlatform) wanted = ls_platform_new ("windows", "amd64", NULL, cases[i].wanted);
      g_autoptr (LsPlatform) offered = ls_platform_new ("windows", "amd64", NULL, cases[i].offered);

      g_assert_cmpint (ls_platform_rank (wanted, offered) >= 0, ==, cases[i].fits);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/platform/good", test_good);
  g_test_add_func ("/platform/bad", test_bad);
  g_test_add_func ("/platform/new", test_new);
  g_test_add_func ("/platform/host", test_host);
  g_test_add_func ("/platform/rank", test_rank);
  g_test_add_func ("/platform/windows-version", test_windows_version);

  return g_test_run ();
}
