/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-compare.h"

#include <string.h>

/* As the settings name them. */
static const char *const column_names[LS_N_IMAGE_COLUMNS] = { "repository", "tag", "image-id",
                                                              "created", "size" };

/**
 * ls_image_column_to_string:
 * @column: a column
 *
 * Returns: (transfer none): the name that the settings keep it by
 */
const char *
ls_image_column_to_string (LsImageColumn column)
{
  g_return_val_if_fail ((guint) column < LS_N_IMAGE_COLUMNS, NULL);

  return column_names[column];
}

/**
 * ls_image_column_from_string:
 * @text: a name from the settings
 * @column: (out): the column
 *
 * Returns: whether there is such a column
 */
gboolean
ls_image_column_from_string (const char *text, LsImageColumn *column)
{
  for (guint i = 0; i < LS_N_IMAGE_COLUMNS; i++)
    {
      if (g_strcmp0 (text, column_names[i]) == 0)
        {
          *column = i;
          return TRUE;
        }
    }

  return FALSE;
}

/* 9.10 comes after 9.2: numbers in a tag count as numbers. */
static int
compare_versions (const char *a, const char *b)
{
  g_autofree char *key_a = g_utf8_collate_key_for_filename (a, -1);
  g_autofree char *key_b = g_utf8_collate_key_for_filename (b, -1);
  int order = strcmp (key_a, key_b);

  return order != 0 ? order : strcmp (a, b);
}

static int
compare_times (GDateTime *a, GDateTime *b)
{
  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);

  return g_date_time_compare (a, b);
}

static int
compare_names (LsImage *a, LsImage *b)
{
  int order = g_utf8_collate (ls_image_get_repository (a), ls_image_get_repository (b));

  return order != 0 ? order : compare_versions (ls_image_get_tag (a), ls_image_get_tag (b));
}

/**
 * ls_image_compare:
 * @a: an image
 * @b: another image
 * @column: what to compare
 *
 * Orders images by one column, and by their names where that is the same.
 *
 * Returns: less than, equal to or greater than zero, as strcmp()
 */
int
ls_image_compare (LsImage *a, LsImage *b, LsImageColumn column)
{
  int order = 0;

  g_return_val_if_fail (LS_IS_IMAGE (a), 0);
  g_return_val_if_fail (LS_IS_IMAGE (b), 0);

  switch (column)
    {
    case LS_IMAGE_COLUMN_TAG:
      order = compare_versions (ls_image_get_tag (a), ls_image_get_tag (b));
      break;
    case LS_IMAGE_COLUMN_IMAGE_ID:
      order = g_strcmp0 (ls_image_get_image_id (a), ls_image_get_image_id (b));
      break;
    case LS_IMAGE_COLUMN_CREATED:
      order = compare_times (ls_image_get_created (a), ls_image_get_created (b));
      break;
    case LS_IMAGE_COLUMN_SIZE:
      order = (ls_image_get_size (a) > ls_image_get_size (b))
              - (ls_image_get_size (a) < ls_image_get_size (b));
      break;
    case LS_IMAGE_COLUMN_REPOSITORY:
    case LS_N_IMAGE_COLUMNS:
    default:
      break;
    }

  return order != 0 ? order : compare_names (a, b);
}
