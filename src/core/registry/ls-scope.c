/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-scope.h"

#include <string.h>

/**
 * ls_scope_for_repository:
 * @repository: the name of a repository
 * @actions: what to do there, "pull" or "pull,push"
 *
 * Returns: (transfer full): a scope
 */
char *
ls_scope_for_repository (const char *repository, const char *actions)
{
  return g_strdup_printf ("repository:%s:%s", repository, actions);
}

/**
 * ls_scope_covers:
 * @have: a scope
 * @want: another
 *
 * The name between the two ends may itself hold colons.
 *
 * Returns: whether @have allows all that @want does
 */
gboolean
ls_scope_covers (const char *have, const char *want)
{
  const char *have_actions = strrchr (have, ':');
  const char *want_actions = strrchr (want, ':');
  g_auto (GStrv) allowed = NULL;
  g_auto (GStrv) wanted = NULL;

  if (g_str_equal (have, want))
    return TRUE;
  if (have_actions == NULL || want_actions == NULL || have_actions - have != want_actions - want
      || strncmp (have, want, (gsize) (have_actions - have)) != 0)
    return FALSE;

  allowed = g_strsplit (have_actions + 1, ",", -1);
  wanted = g_strsplit (want_actions + 1, ",", -1);
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (!g_strv_contains ((const char *const *) allowed, wanted[i]))
        return FALSE;
    }

  return TRUE;
}

/**
 * ls_scopes_cover:
 * @have: scopes
 * @want: scopes that are needed
 *
 * Returns: whether each of @want is covered by one of @have; nothing wanted is
 *   covered only by nothing had, since that token proves who one is and no more
 */
gboolean
ls_scopes_cover (const char *const *have, const char *const *want)
{
  if (want[0] == NULL)
    return have[0] == NULL;

  for (guint i = 0; want[i] != NULL; i++)
    {
      gboolean covered = FALSE;

      for (guint j = 0; have[j] != NULL && !covered; j++)
        covered = ls_scope_covers (have[j], want[i]);
      if (!covered)
        return FALSE;
    }

  return TRUE;
}
