/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfers-panel.h"

#include "config.h"
#include "ls-back-button.h"
#include "ls-transfer-order.h"
#include "ls-transfer-row.h"

#include <glib/gi18n.h>

struct _LsTransfersPanel
{
  AdwBin parent_instance;

  LsTransferQueue *queue;

  GtkStack *stack;
  GtkScrolledWindow *scrolled_window;
  GtkListBox *list;
  GtkWidget *clear_button;
  GtkButton *pause_all_button;
};

G_DEFINE_FINAL_TYPE (LsTransfersPanel, ls_transfers_panel, ADW_TYPE_BIN)

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  LsTransfersPanel *self = LS_TRANSFERS_PANEL (user_data);

  return ls_transfer_row_new (item, self->queue);
}

static void
update_page (LsTransfersPanel *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "transfers");
}

/* The one that starts first is at the bottom. */
static void
update_order (LsTransfersPanel *self)
{
  guint n_before = 0;

  for (GtkWidget *row = gtk_widget_get_last_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_prev_sibling (row))
    {
      LsTransfer *transfer;

      if (!LS_IS_TRANSFER_ROW (row))
        continue;

      transfer = ls_transfer_row_get_transfer (LS_TRANSFER_ROW (row));
      if (ls_transfer_get_state (transfer) == LS_TRANSFER_QUEUED)
        g_object_set (row, "n-before", n_before++, NULL);
    }
}

/* One button for both: what the user wants is the other state. */
static void
update_pause_all_button (LsTransfersPanel *self)
{
  guint n_active = 0;
  guint n_paused = 0;
  gboolean resumes;
  const char *label;

  g_object_get (self->queue, "n-active", &n_active, "n-paused", &n_paused, NULL);
  resumes = n_active == 0 && n_paused > 0;
  label = resumes ? _ ("Resume All") : _ ("Pause All");

  gtk_button_set_icon_name (self->pause_all_button, resumes ? "media-playback-start-symbolic"
                                                            : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_all_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_all_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->pause_all_button), n_active > 0 || n_paused > 0);
}

static void
on_pause_all_clicked (LsTransfersPanel *self)
{
  guint n_active = ls_transfer_queue_get_n_active (self->queue);

  if (n_active > 0)
    ls_transfer_queue_pause_all (self->queue);
  else
    ls_transfer_queue_resume_all (self->queue);
}

static void
on_items_changed (LsTransfersPanel *self, guint position, guint removed, guint added)
{
  update_page (self);
  update_order (self);

  /* What was just asked for comes in at the top: a list that is scrolled would hide it. */
  if (position == 0 && added > 0)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled_window), 0);
}

static void
on_row_activated (LsTransfersPanel *self, GtkListBoxRow *row)
{
  ls_transfer_row_toggle_layers (LS_TRANSFER_ROW (row));
}

/* The menu of a row. */

static void
on_secondary_press (LsTransfersPanel *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (gtk_list_box_get_row_at_y (self->list, (int) y) != NULL)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* When the button is let go, as in the list of images: see secondary_release_cb() there. */
static void
on_secondary_release (LsTransfersPanel *self, int n_press, double x, double y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) y);
  graphene_point_t point;

  if (row != NULL
      && gtk_widget_compute_point (GTK_WIDGET (self->list), GTK_WIDGET (row),
                                   &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    ls_transfer_row_open_menu (LS_TRANSFER_ROW (row), point.x, point.y);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, LS_TYPE_TRANSFER_ROW) : NULL;

  if (row == NULL)
    return FALSE;

  ls_transfer_row_open_menu (LS_TRANSFER_ROW (row), 0, gtk_widget_get_height (row) / 2.0);

  return TRUE;
}

static void
on_clear_clicked (LsTransfersPanel *self)
{
  ls_transfer_queue_clear_finished (self->queue);
}

static void
ls_transfers_panel_dispose (GObject *object)
{
  LsTransfersPanel *self = LS_TRANSFERS_PANEL (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (ls_transfers_panel_parent_class)->dispose (object);
}

static void
ls_transfers_panel_class_init (LsTransfersPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LS_TYPE_BACK_BUTTON);

  G_OBJECT_CLASS (klass)->dispose = ls_transfers_panel_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-transfers-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTransfersPanel, stack);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersPanel, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersPanel, list);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersPanel, clear_button);
  gtk_widget_class_bind_template_child (widget_class, LsTransfersPanel, pause_all_button);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_pause_all_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_press);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_release);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

static void
ls_transfers_panel_init (LsTransfersPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_transfers_panel_new:
 * @context: whose transfers to show
 *
 * Returns: (transfer floating): a new panel
 */
GtkWidget *
ls_transfers_panel_new (LsContext *context)
{
  static const char *const counts[] = { "notify::n-queued", "notify::n-active",
                                        "notify::n-paused" };
  LsTransfersPanel *self;

  g_return_val_if_fail (LS_IS_CONTEXT (context), NULL);

  self = g_object_new (LS_TYPE_TRANSFERS_PANEL, NULL);
  self->queue = g_object_ref (ls_context_get_transfers (context));

  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->queue), create_row, self, NULL);
  g_signal_connect_object (self->queue, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_object_bind_property (self->queue, "has-finished", self->clear_button, "sensitive",
                          G_BINDING_SYNC_CREATE);
  ls_transfer_order_add_drag (self->list);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_signal_connect_object (self->queue, counts[i], G_CALLBACK (update_pause_all_button), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->queue, counts[i], G_CALLBACK (update_order), self,
                               G_CONNECT_SWAPPED);
    }
  update_page (self);
  update_order (self);
  update_pause_all_button (self);

  return GTK_WIDGET (self);
}
