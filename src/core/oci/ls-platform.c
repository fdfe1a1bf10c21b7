/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platform.h"

#include "ls-error.h"

#include <string.h>
#include <sys/utsname.h>

/* Added to the rank of an image for another architecture that the wanted one runs too. */
#define RANK_OTHER_ARCHITECTURE 100

struct _LsPlatform
{
  char *os;
  char *architecture;
  char *variant;    /* NULL for the one that goes without saying */
  char *os_version; /* Windows only; NULL */
};

G_DEFINE_BOXED_TYPE (LsPlatform, ls_platform, ls_platform_ref, ls_platform_unref)

/* What the kernel and other tools call them, and Go's name and variant. */
static const struct
{
  const char *machine;
  const char *architecture;
  const char *variant;
} machines[] = {
  { "x86_64", "amd64", NULL },
  { "x86-64", "amd64", NULL },
  { "aarch64", "arm64", NULL },
  { "aarch64_be", "arm64be", NULL },
  { "i386", "386", NULL },
  { "i486", "386", NULL },
  { "i586", "386", NULL },
  { "i686", "386", NULL },
  { "armhf", "arm", "v7" },
  { "armel", "arm", "v6" },
  { "armv5tel", "arm", "v5" },
  { "armv5tejl", "arm", "v5" },
  { "armv6l", "arm", "v6" },
  { "armv7l", "arm", "v7" },
  { "armv7", "arm", "v7" },
  { "armv8l", "arm", "v8" },
  { "loongarch64", "loong64", NULL },
};

/* Architectures whose variants are steps: each runs what the lower ones run. A
 * variant is a number between a prefix and a suffix; @unnamed is the one that is
 * meant when none is given. */
static const struct
{
  const char *architecture;
  const char *prefix;
  const char *suffix;
  int unnamed;
} ladders[] = {
  { "amd64", "v", "", 1 },       { "arm64", "v", "", 8 },         { "arm", "v", "", 7 },
  { "ppc64le", "power", "", 8 }, { "riscv64", "rva", "u64", 20 },
};

static gboolean
is_name (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("._-", *at) == NULL)
      return FALSE;

  return TRUE;
}

/* The step that @variant is on, 0 if it is on none; FALSE if the architecture has no steps. */
static gboolean
find_step (const char *architecture, const char *variant, int *step)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ladders); i++)
    {
      g_autofree char *digits = NULL;
      guint64 number = 0;

      if (strcmp (architecture, ladders[i].architecture) != 0)
        continue;

      *step = variant == NULL ? ladders[i].unnamed : 0;
      if (variant != NULL && g_str_has_prefix (variant, ladders[i].prefix)
          && g_str_has_suffix (variant, ladders[i].suffix))
        {
          digits = g_strdup (variant + strlen (ladders[i].prefix));
          digits[strlen (digits) - MIN (strlen (digits), strlen (ladders[i].suffix))] = '\0';
          if (g_ascii_string_to_unsigned (digits, 10, 1, 1000, &number, NULL))
            *step = number;
        }
      return TRUE;
    }

  return FALSE;
}

static void
normalize (LsPlatform *self)
{
  int unnamed, step;

  for (gsize i = 0; i < G_N_ELEMENTS (machines); i++)
    if (strcmp (self->architecture, machines[i].machine) == 0)
      {
        g_free (self->architecture);
        self->architecture = g_strdup (machines[i].architecture);
        if (self->variant == NULL)
          self->variant = g_strdup (machines[i].variant);
        break;
      }

  /* "8" is how some tools wrote "v8". */
  if (self->variant != NULL && g_ascii_isdigit (self->variant[0])
      && (g_str_has_prefix (self->architecture, "arm")))
    {
      g_autofree char *number = g_steal_pointer (&self->variant);

      self->variant = g_strconcat ("v", number, NULL);
    }

  /* arm64 and arm64/v8 are one, as are amd64 and amd64/v1; but arm/v7 keeps its
   * variant, because nobody writes it without. */
  if (strcmp (self->architecture, "arm") == 0)
    {
      if (self->variant == NULL)
        self->variant = g_strdup ("v7");
    }
  else if (find_step (self->architecture, NULL, &unnamed)
           && find_step (self->architecture, self->variant, &step) && step == unnamed)
    g_clear_pointer (&self->variant, g_free);
}

/**
 * ls_platform_new:
 * @os: (nullable): an operating system, in Go's name
 * @architecture: (nullable): an architecture, in Go's name or the kernel's
 * @variant: (nullable): a variant of the architecture
 * @os_version: (nullable): a version of Windows
 *
 * Makes a platform of what an index or an image says about itself. Names for
 * the same thing become one: arm64 and arm64/v8, amd64 and x86_64.
 *
 * Returns: (transfer full) (nullable): a platform; %NULL if the system or the
 *   architecture is not given, or a part holds other characters than names have
 */
LsPlatform *
ls_platform_new (const char *os, const char *architecture, const char *variant,
                 const char *os_version)
{
  LsPlatform *self;

  if (variant != NULL && *variant == '\0')
    variant = NULL;
  if (os_version != NULL && *os_version == '\0')
    os_version = NULL;
  if (!is_name (os) || !is_name (architecture) || (variant != NULL && !is_name (variant))
      || (os_version != NULL && !is_name (os_version)))
    return NULL;

  self = g_atomic_rc_box_new0 (LsPlatform);
  self->os = g_ascii_strdown (os, -1);
  self->architecture = g_ascii_strdown (architecture, -1);
  self->variant = variant != NULL ? g_ascii_strdown (variant, -1) : NULL;
  self->os_version = g_strdup (os_version);
  normalize (self);

  return self;
}

/* Takes the version out of `windows(10.0.20348)`. */
static char *
split_os_version (char *os)
{
  char *start = strchr (os, '(');
  gsize length;

  if (start == NULL || !g_str_has_suffix (start, ")"))
    return NULL;

  *start++ = '\0';
  length = strlen (start);
  start[length - 1] = '\0';

  return start;
}

/**
 * ls_platform_parse:
 * @text: a platform as users write it: `linux/arm64` or `linux/arm/v7`; or as
 *   containerd does where the version of Windows matters: `windows(10.0.20348)/amd64`
 * @error: return location for an error
 *
 * Returns: (transfer full): a platform, or %NULL with %LS_ERROR_INVALID_NAME
 */
LsPlatform *
ls_platform_parse (const char *text, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint n_parts;
  LsPlatform *self = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  parts = g_strsplit (text, "/", -1);
  n_parts = g_strv_length (parts);
  if (n_parts == 2 || (n_parts == 3 && *parts[2] != '\0'))
    {
      const char *os_version = split_os_version (parts[0]);

      if (os_version == NULL || *os_version != '\0')
        self = ls_platform_new (parts[0], parts[1], parts[2], os_version);
    }
  if (self == NULL)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_INVALID_NAME,
                         "A platform must look like linux/amd64 or linux/arm/v7");

  return self;
}

/**
 * ls_platform_host:
 *
 * Returns: (transfer full): the platform of this computer, as the kernel reports it
 */
LsPlatform *
ls_platform_host (void)
{
  struct utsname names;
  LsPlatform *self = NULL;

  if (uname (&names) == 0)
    self = ls_platform_new (names.sysname, names.machine, NULL, NULL);

  return self != NULL ? self : ls_platform_new ("linux", "amd64", NULL, NULL);
}

/**
 * ls_platform_ref:
 * @platform: a platform
 *
 * Returns: (transfer full): the same platform
 */
LsPlatform *
ls_platform_ref (LsPlatform *platform)
{
  return g_atomic_rc_box_acquire (platform);
}

static void
ls_platform_clear (gpointer data)
{
  LsPlatform *self = data;

  g_free (self->os);
  g_free (self->architecture);
  g_free (self->variant);
  g_free (self->os_version);
}

/**
 * ls_platform_unref:
 * @platform: (transfer full): a platform
 */
void
ls_platform_unref (LsPlatform *platform)
{
  g_atomic_rc_box_release_full (platform, ls_platform_clear);
}

/**
 * ls_platform_get_os:
 * @platform: a platform
 *
 * Returns: (transfer none): the operating system, in Go's name
 */
const char *
ls_platform_get_os (const LsPlatform *platform)
{
  return platform->os;
}

/**
 * ls_platform_get_architecture:
 * @platform: a platform
 *
 * Returns: (transfer none): the architecture, in Go's name
 */
const char *
ls_platform_get_architecture (const LsPlatform *platform)
{
  return platform->architecture;
}

/**
 * ls_platform_get_variant:
 * @platform: a platform
 *
 * Returns: (nullable) (transfer none): the variant; %NULL if it goes without saying
 */
const char *
ls_platform_get_variant (const LsPlatform *platform)
{
  return platform->variant;
}

/**
 * ls_platform_to_string:
 * @platform: a platform
 *
 * Returns: (transfer full): the platform as users write it, such as `linux/arm/v7`, and
 *   as ls_platform_parse() reads it
 */
char *
ls_platform_to_string (const LsPlatform *platform)
{
  if (platform->os_version != NULL)
    {
      g_autofree char *os = g_strdup_printf ("%s(%s)", platform->os, platform->os_version);

      return g_strjoin ("/", os, platform->architecture, platform->variant, NULL);
    }

  return g_strjoin ("/", platform->os, platform->architecture, platform->variant, NULL);
}

/* How far below @variant, which is wanted, the @offered one is; -1 if it is not below. */
static int
rank_variant (const char *architecture, const char *variant, const char *offered)
{
  int wanted_step, offered_step;

  if (g_strcmp0 (variant, offered) == 0)
    return 0;
  if (!find_step (architecture, variant, &wanted_step)
      || !find_step (architecture, offered, &offered_step) || wanted_step == 0 || offered_step == 0
      || offered_step > wanted_step)
    return -1;

  return wanted_step - offered_step;
}

static int
rank_architecture (const LsPlatform *wanted, const LsPlatform *offered)
{
  int rank = -1;

  if (strcmp (wanted->architecture, offered->architecture) == 0)
    return rank_variant (wanted->architecture, wanted->variant, offered->variant);
  if (strcmp (wanted->architecture, "amd64") == 0 && strcmp (offered->architecture, "386") == 0)
    return RANK_OTHER_ARCHITECTURE;
  if (strcmp (wanted->architecture, "arm64") == 0 && strcmp (offered->architecture, "arm") == 0)
    rank = rank_variant ("arm", "v8", offered->variant);

  return rank < 0 ? -1 : RANK_OTHER_ARCHITECTURE + rank;
}

/* Windows runs images of its own build only; the fourth number is a mere update. */
static gboolean
os_version_fits (const char *wanted, const char *offered)
{
  g_auto (GStrv) wanted_parts = NULL;
  g_auto (GStrv) offered_parts = NULL;

  if (wanted == NULL || offered == NULL)
    return TRUE;

  wanted_parts = g_strsplit (wanted, ".", 4);
  offered_parts = g_strsplit (offered, ".", 4);
  for (int i = 0; i < 3 && wanted_parts[i] != NULL; i++)
    if (g_strcmp0 (wanted_parts[i], offered_parts[i]) != 0)
      return FALSE;

  return TRUE;
}

/**
 * ls_platform_rank:
 * @wanted: what the image should run on
 * @offered: what an image was made for
 *
 * Tells how well an image fits. Lower variants of the same architecture fit, and
 * so do the 32-bit kin of amd64 and arm64, which come after all variants.
 *
 * Returns: 0 for an exact fit, more for a worse one, -1 for none
 */
int
ls_platform_rank (const LsPlatform *wanted, const LsPlatform *offered)
{
  g_return_val_if_fail (wanted != NULL, -1);
  g_return_val_if_fail (offered != NULL, -1);

  if (strcmp (wanted->os, offered->os) != 0
      || !os_version_fits (wanted->os_version, offered->os_version))
    return -1;

  return rank_architecture (wanted, offered);
}
