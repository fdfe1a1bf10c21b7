/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-name-check.h"

#include "ls-reference-text.h"

#include <glib/gi18n.h>

static gboolean
is_same_content (LsImage *a, LsImage *b)
{
  return g_strcmp0 (ls_image_get_digest (a), ls_image_get_digest (b)) == 0;
}

/**
 * ls_name_check:
 * @images: the images on this computer
 * @image: the image that is to get a name
 * @text: what was typed
 * @name: (out) (optional) (nullable): the name, with a tag, unless it is invalid
 * @message: (out) (optional) (nullable): a sentence for the user
 *
 * Judges @text as a name for @image. A name without tag gets "latest".
 *
 * Returns: what became of it
 */
LsNameVerdict
ls_name_check (LsImageList *images, LsImage *image, const char *text, LsReference **name,
               char **message)
{
  g_autofree char *stripped = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (LsReference) parsed = NULL;
  g_autoptr (LsReference) complete = NULL;
  LsNameVerdict verdict = LS_NAME_NEW;
  const char *sentence = NULL;
  g_autofree char *composed = NULL;
  LsImage *holder;

  g_return_val_if_fail (LS_IS_IMAGE_LIST (images), LS_NAME_INVALID);
  g_return_val_if_fail (LS_IS_IMAGE (image), LS_NAME_INVALID);
  g_return_val_if_fail (text != NULL, LS_NAME_INVALID);

  stripped = g_strstrip (g_strdup (text));
  parsed = ls_reference_parse (stripped, NULL);
  if (parsed == NULL)
    {
      verdict = LS_NAME_INVALID;
      sentence = ls_reference_problem_text (ls_reference_check (stripped));
    }
  else if (ls_reference_get_digest (parsed) != NULL)
    {
      verdict = LS_NAME_INVALID;
      sentence = _ ("Leave out the digest: it comes with the image. Give a tag instead.");
    }
  else
    {
      complete = ls_reference_with_latest (parsed);
      shown = ls_reference_to_string (complete);
      holder = ls_image_list_find (images, complete);

      if (ls_reference_equal (complete, ls_image_get_name (image)))
        {
          verdict = LS_NAME_UNCHANGED;
        }
      else if (holder != NULL && !is_same_content (holder, image))
        {
          verdict = LS_NAME_TAKEN;
          /* Translators: %s is the name of an image */
          composed = g_strdup_printf (_ ("Another image is called “%s” now and will lose this "
                                         "name."),
                                      shown);
        }
      else if (ls_reference_get_tag (parsed) == NULL)
        {
          /* Translators: %s is the name of an image, which ends in “:latest” */
          composed = g_strdup_printf (_ ("Without a tag, this becomes “%s”."), shown);
        }
    }

  if (message != NULL)
    *message = composed != NULL ? g_steal_pointer (&composed) : g_strdup (sentence);
  if (name != NULL)
    *name = g_steal_pointer (&complete);

  return verdict;
}
