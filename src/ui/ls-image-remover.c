/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-image-remover.h"

#include "ls-dialogs.h"
#include "ls-toast.h"

#include <glib/gi18n.h>

struct _LsImageRemover
{
  GObject parent_instance;

  LsContext *context;   /* (owned) */
  AdwToast *last_toast; /* (owned) (nullable) */
  guint n_undoable;
};

G_DEFINE_FINAL_TYPE (LsImageRemover, ls_image_remover, G_TYPE_OBJECT)

/* One image on its way out. */
typedef struct
{
  LsImageRemover *remover; /* (owned) */
  LsImage *image;          /* (owned) */
  GtkWidget *widget;       /* (owned): where to tell about it */
  gboolean undone;
} Removal;

static void
removal_free (Removal *removal)
{
  g_object_unref (removal->remover);
  g_object_unref (removal->image);
  g_object_unref (removal->widget);
  g_free (removal);
}

static GtkWindow *
get_window (Removal *removal)
{
  GtkRoot *root = gtk_widget_get_root (removal->widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* While one removal can still be taken back, its blobs are needed, and the
 * garbage collector does not tell them from those of another. */
static void
finish_removal (Removal *removal)
{
  LsImageRemover *self = removal->remover;

  if (--self->n_undoable == 0)
    ls_context_collect_garbage (self->context);

  removal_free (removal);
}

static void
restored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Removal *removal = user_data;
  g_autoptr (GError) error = NULL;

  if (!ls_context_tag_finish (LS_CONTEXT (object), result, &error))
    ls_show_error (get_window (removal), _ ("The Image Could Not Be Brought Back"), error);

  finish_removal (removal);
}

static void
toast_button_clicked_cb (AdwToast *toast, gpointer user_data)
{
  Removal *removal = user_data;

  removal->undone = TRUE;
}

static void
toast_dismissed_cb (AdwToast *toast, gpointer user_data)
{
  Removal *removal = user_data;
  LsImageRemover *self = removal->remover;

  if (self->last_toast == toast)
    g_clear_object (&self->last_toast);

  if (removal->undone)
    ls_context_tag_async (self->context, removal->image, ls_image_get_name (removal->image),
                          restored_cb, removal);
  else
    finish_removal (removal);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Removal *removal = user_data;
  LsImageRemover *self = removal->remover;
  g_autoptr (GError) error = NULL;
  g_autoptr (AdwToast) former_toast = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (!ls_context_remove_finish (LS_CONTEXT (object), result, &error))
    {
      ls_show_error (get_window (removal), _ ("The Image Could Not Be Removed"), error);
      finish_removal (removal);
      return;
    }

  name = ls_reference_to_string (ls_image_get_name (removal->image));
  /* Translators: %s is the name of an image, which may be long: better at the end */
  text = g_strdup_printf (_ ("Removed %s"), name);
  toast = ls_toast_new_undo (text);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (toast_button_clicked_cb), removal);
  g_signal_connect (toast, "dismissed", G_CALLBACK (toast_dismissed_cb), removal);

  /* The toast about this removal must not wait for the one before to end. */
  former_toast = g_steal_pointer (&self->last_toast);
  if (former_toast != NULL)
    adw_toast_dismiss (former_toast);

  self->last_toast = g_object_ref (toast);
  ls_toast_show (removal->widget, toast);
}

static void
ls_image_remover_dispose (GObject *object)
{
  LsImageRemover *self = LS_IMAGE_REMOVER (object);

  g_clear_object (&self->last_toast);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (ls_image_remover_parent_class)->dispose (object);
}

static void
ls_image_remover_class_init (LsImageRemoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_image_remover_dispose;
}

static void
ls_image_remover_init (LsImageRemover *self)
{
}

/**
 * ls_image_remover_new:
 * @context: whose images it removes
 *
 * Returns: a new remover
 */
LsImageRemover *
ls_image_remover_new (LsContext *context)
{
  LsImageRemover *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_IMAGE_REMOVER, NULL);
  self->context = g_object_ref (context);

  return self;
}

/**
 * ls_image_remover_remove:
 * @self: a remover
 * @image: an image
 * @widget: a widget of the window to tell about it in
 *
 * Takes the name of @image away, offers to undo that, and then frees the space.
 */
void
ls_image_remover_remove (LsImageRemover *self, LsImage *image, GtkWidget *widget)
{
  Removal *removal;

  g_return_if_fail (LS_IS_IMAGE_REMOVER (self));
  g_return_if_fail (LS_IS_IMAGE (image));
  g_return_if_fail (GTK_IS_WIDGET (widget));

  removal = g_new0 (Removal, 1);
  removal->remover = g_object_ref (self);
  removal->image = g_object_ref (image);
  removal->widget = g_object_ref (widget);

  self->n_undoable++;
  ls_context_remove_async (self->context, image, removed_cb, removal);
}
