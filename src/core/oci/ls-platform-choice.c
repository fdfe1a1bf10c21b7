/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-platform-choice.h"

#include "ls-error.h"

#include <string.h>

#define TEXT_HOST "host"
#define TEXT_ALL "all"

struct _LsPlatformChoice
{
  LsPlatformChoiceKind kind;
  GPtrArray *platforms; /* of LsPlatform; NULL unless it is a list */
};

G_DEFINE_BOXED_TYPE (LsPlatformChoice, ls_platform_choice, ls_platform_choice_ref,
                     ls_platform_choice_unref)

static LsPlatformChoice *
choice_new (LsPlatformChoiceKind kind)
{
  LsPlatformChoice *self = g_atomic_rc_box_new0 (LsPlatformChoice);

  self->kind = kind;

  return self;
}

/**
 * ls_platform_choice_new_host:
 *
 * Returns: (transfer full): the choice of this computer's platform
 */
LsPlatformChoice *
ls_platform_choice_new_host (void)
{
  return choice_new (LS_PLATFORM_CHOICE_HOST);
}

/**
 * ls_platform_choice_new_all:
 *
 * Returns: (transfer full): the choice of everything that an index holds
 */
LsPlatformChoice *
ls_platform_choice_new_all (void)
{
  return choice_new (LS_PLATFORM_CHOICE_ALL);
}

/**
 * ls_platform_choice_new_some:
 * @platforms: (element-type LsPlatform): at least one platform; repetitions do no harm
 *
 * Returns: (transfer full): the choice of these platforms
 */
LsPlatformChoice *
ls_platform_choice_new_some (GPtrArray *platforms)
{
  LsPlatformChoice *self;

  g_return_val_if_fail (platforms != NULL && platforms->len > 0, NULL);

  self = choice_new (LS_PLATFORM_CHOICE_SOME);
  self->platforms = g_ptr_array_new_full (platforms->len, (GDestroyNotify) ls_platform_unref);
  for (guint i = 0; i < platforms->len; i++)
    g_ptr_array_add (self->platforms, ls_platform_ref (platforms->pdata[i]));

  return self;
}

/**
 * ls_platform_choice_parse:
 * @text: what ls_platform_choice_to_string() made, or a user wrote: `host`, `all`, or
 *   `linux/amd64,linux/arm/v7`
 * @error: return location for an error
 *
 * Returns: (transfer full): a choice, or %NULL with %LS_ERROR_INVALID_NAME
 */
LsPlatformChoice *
ls_platform_choice_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) platforms = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strcmp (text, TEXT_HOST) == 0)
    return ls_platform_choice_new_host ();
  if (strcmp (text, TEXT_ALL) == 0)
    return ls_platform_choice_new_all ();

  platforms = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_platform_unref);
  parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      LsPlatform *platform = ls_platform_parse (g_strstrip (parts[i]), error);

      if (platform == NULL)
        return NULL;
      g_ptr_array_add (platforms, platform);
    }
  if (platforms->len == 0)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_INVALID_NAME, "No platform is chosen");
      return NULL;
    }

  return ls_platform_choice_new_some (platforms);
}

/**
 * ls_platform_choice_to_string:
 * @choice: a choice
 *
 * Returns: (transfer full): the choice as ls_platform_choice_parse() reads it
 */
char *
ls_platform_choice_to_string (const LsPlatformChoice *choice)
{
  g_autoptr (GStrvBuilder) names = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (choice != NULL, NULL);

  if (choice->kind != LS_PLATFORM_CHOICE_SOME)
    return g_strdup (choice->kind == LS_PLATFORM_CHOICE_ALL ? TEXT_ALL : TEXT_HOST);

  names = g_strv_builder_new ();
  for (guint i = 0; i < choice->platforms->len; i++)
    {
      g_autofree char *name = ls_platform_to_string (choice->platforms->pdata[i]);

      g_strv_builder_add (names, name);
    }
  parts = g_strv_builder_end (names);

  return g_strjoinv (",", parts);
}

/**
 * ls_platform_choice_ref:
 * @choice: a choice
 *
 * Returns: (transfer full): the same choice
 */
LsPlatformChoice *
ls_platform_choice_ref (LsPlatformChoice *choice)
{
  return g_atomic_rc_box_acquire (choice);
}

static void
ls_platform_choice_clear (gpointer data)
{
  LsPlatformChoice *self = data;

  g_clear_pointer (&self->platforms, g_ptr_array_unref);
}

/**
 * ls_platform_choice_unref:
 * @choice: (transfer full): a choice
 */
void
ls_platform_choice_unref (LsPlatformChoice *choice)
{
  g_atomic_rc_box_release_full (choice, ls_platform_choice_clear);
}

/**
 * ls_platform_choice_get_kind:
 * @choice: a choice
 *
 * Returns: whether it is this computer's platform, a list, or everything
 */
LsPlatformChoiceKind
ls_platform_choice_get_kind (const LsPlatformChoice *choice)
{
  g_return_val_if_fail (choice != NULL, LS_PLATFORM_CHOICE_HOST);

  return choice->kind;
}

/**
 * ls_platform_choice_dup_platforms:
 * @choice: a choice
 *
 * Returns: (transfer full) (element-type LsPlatform) (nullable): the platforms that are
 *   chosen by name, this computer's among them; %NULL for everything
 */
GPtrArray *
ls_platform_choice_dup_platforms (const LsPlatformChoice *choice)
{
  GPtrArray *platforms;

  g_return_val_if_fail (choice != NULL, NULL);

  if (choice->kind == LS_PLATFORM_CHOICE_ALL)
    return NULL;

  platforms = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_platform_unref);
  if (choice->kind == LS_PLATFORM_CHOICE_HOST)
    g_ptr_array_add (platforms, ls_platform_host ());
  else
    for (guint i = 0; i < choice->platforms->len; i++)
      g_ptr_array_add (platforms, ls_platform_ref (choice->platforms->pdata[i]));

  return platforms;
}
