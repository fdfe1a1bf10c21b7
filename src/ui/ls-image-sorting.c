/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-image-sorting.h"

#define KEY_COLUMN "images-sort-column"
#define KEY_DESCENDING "images-sort-descending"

struct _LsImageSorting
{
  GObject parent_instance;

  GtkColumnView *column_view;                       /* (owned) */
  GtkColumnViewColumn *columns[LS_N_IMAGE_COLUMNS]; /* (owned) */
  GSettings *settings;                              /* (owned) (nullable) */

  gboolean probing;
  int probed_column; /* -1: none yet */
};

G_DEFINE_FINAL_TYPE (LsImageSorting, ls_image_sorting, G_TYPE_OBJECT)

typedef struct
{
  LsImageSorting *sorting; /* (unowned) */
  LsImageColumn column;
} SortBy;

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  SortBy *sort_by = user_data;

  if (sort_by->sorting->probing)
    {
      if (sort_by->sorting->probed_column < 0)
        sort_by->sorting->probed_column = sort_by->column;
      return 1;
    }

  return ls_image_compare ((LsImage *) a, (LsImage *) b, sort_by->column);
}

static void
sort_changed_cb (LsImageSorting *self)
{
  LsImageColumn column;
  gboolean descending;

  if (self->settings == NULL || !ls_image_sorting_get_column (self, &column, &descending))
    return;

  g_settings_set_string (self->settings, KEY_COLUMN, ls_image_column_to_string (column));
  g_settings_set_boolean (self->settings, KEY_DESCENDING, descending);
}

static void
restore (LsImageSorting *self)
{
  LsImageColumn column = LS_IMAGE_COLUMN_CREATED;
  gboolean descending = TRUE;

  if (self->settings != NULL)
    {
      g_autofree char *name = g_settings_get_string (self->settings, KEY_COLUMN);

      ls_image_column_from_string (name, &column);
      descending = g_settings_get_boolean (self->settings, KEY_DESCENDING);
    }

  gtk_column_view_sort_by_column (self->column_view, self->columns[column],
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

static void
ls_image_sorting_dispose (GObject *object)
{
  LsImageSorting *self = LS_IMAGE_SORTING (object);

  for (guint i = 0; i < LS_N_IMAGE_COLUMNS; i++)
    {
      /* The sorters refer to this object. */
      if (self->columns[i] != NULL)
        gtk_column_view_column_set_sorter (self->columns[i], NULL);
      g_clear_object (&self->columns[i]);
    }
  g_clear_object (&self->column_view);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ls_image_sorting_parent_class)->dispose (object);
}

static void
ls_image_sorting_class_init (LsImageSortingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_image_sorting_dispose;
}

static void
ls_image_sorting_init (LsImageSorting *self)
{
}

/**
 * ls_image_sorting_new:
 * @column_view: a view of images
 * @columns: its columns, in the order of #LsImageColumn
 * @settings: (nullable): where the order is kept
 *
 * Sorts @column_view as it was sorted last, and then as the user clicks.
 *
 * Returns: a new object, to be kept as long as the view
 */
LsImageSorting *
ls_image_sorting_new (GtkColumnView *column_view, GtkColumnViewColumn *const *columns,
                      GSettings *settings)
{
  LsImageSorting *self;

  g_return_val_if_fail (GTK_IS_COLUMN_VIEW (column_view), NULL);

  self = g_object_new (LS_TYPE_IMAGE_SORTING, NULL);
  self->column_view = g_object_ref (column_view);
  g_set_object (&self->settings, settings);

  for (guint i = 0; i < LS_N_IMAGE_COLUMNS; i++)
    {
      SortBy *sort_by = g_new (SortBy, 1);
      g_autoptr (GtkSorter) sorter = NULL;

      *sort_by = (SortBy){ self, i };
      sorter = GTK_SORTER (gtk_custom_sorter_new (compare, sort_by, g_free));
      self->columns[i] = g_object_ref (columns[i]);
      gtk_column_view_column_set_sorter (columns[i], sorter);
    }

  restore (self);
  g_signal_connect_object (gtk_column_view_get_sorter (column_view), "changed",
                           G_CALLBACK (sort_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * ls_image_sorting_get_column:
 * @self: a sorting
 * @column: (out): the column that the view is sorted by
 * @descending: (out): whether from the last to the first
 *
 * Finds out how the view is sorted. GTK 4.8 does not tell, but the column whose
 * sorter is asked first is the one, and a "larger" that comes out as "smaller"
 * says that the order is turned around.
 *
 * Returns: %FALSE if the view is not sorted at all
 */
gboolean
ls_image_sorting_get_column (LsImageSorting *self, LsImageColumn *column, gboolean *descending)
{
  GtkSorter *sorter;
  GtkOrdering ordering;

  g_return_val_if_fail (LS_IS_IMAGE_SORTING (self), FALSE);

  sorter = gtk_column_view_get_sorter (self->column_view);
  self->probing = TRUE;
  self->probed_column = -1;
  /* Any two objects do: while probing, nobody looks at them. */
  ordering = gtk_sorter_compare (sorter, self, self->column_view);
  self->probing = FALSE;
  if (self->probed_column < 0)
    return FALSE;

  *column = self->probed_column;
  *descending = ordering == GTK_ORDERING_SMALLER;
  return TRUE;
}
