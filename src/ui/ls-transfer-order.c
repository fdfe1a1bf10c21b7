/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-order.h"

#include "ls-drag-card.h"
#include "ls-drag-escape.h"

/**
 * ls_transfer_order_can_move:
 * @transfer: a transfer
 *
 * Returns: whether it is still to start
 */
gboolean
ls_transfer_order_can_move (LsTransfer *transfer)
{
  LsTransferState state = ls_transfer_get_state (transfer);

  return state == LS_TRANSFER_QUEUED || state == LS_TRANSFER_PAUSED;
}

/* The next one in the list that can be moved, or %NULL. */
static LsTransfer *
find_neighbour (GtkWidget *row, gboolean below)
{
  for (;;)
    {
      LsTransfer *transfer;

      row = below ? gtk_widget_get_next_sibling (row) : gtk_widget_get_prev_sibling (row);
      if (!LS_IS_TRANSFER_ROW (row))
        return NULL;

      transfer = ls_transfer_row_get_transfer (LS_TRANSFER_ROW (row));
      if (ls_transfer_order_can_move (transfer))
        return transfer;
    }
}

/* What is moved gets a new row: the keyboard goes on from there. */
static void
focus_row_of (GtkWidget *list, LsTransfer *transfer)
{
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (LS_IS_TRANSFER_ROW (row)
        && ls_transfer_row_get_transfer (LS_TRANSFER_ROW (row)) == transfer)
      {
        gtk_widget_grab_focus (row);
        return;
      }
}

typedef struct
{
  LsTransferQueue *queue;
  GtkWidget *list;
  LsTransfer *transfer;
  LsTransfer *other;
  gboolean sooner;
} Move;

static void
move_free (gpointer data)
{
  Move *move = data;

  g_object_unref (move->queue);
  g_object_unref (move->list);
  g_object_unref (move->transfer);
  g_object_unref (move->other);
  g_free (move);
}

static gboolean
move_cb (gpointer user_data)
{
  Move *move = user_data;

  if (move->sooner)
    ls_transfer_queue_move_before (move->queue, move->transfer, move->other);
  else
    ls_transfer_queue_move_after (move->queue, move->transfer, move->other);
  focus_row_of (move->list, move->transfer);

  return G_SOURCE_REMOVE;
}

/* The row goes away with the move, which it cannot while its own event is handled. */
static void
move_later (LsTransferRow *row, LsTransfer *transfer, LsTransfer *other, gboolean sooner)
{
  Move *move = g_new0 (Move, 1);

  move->queue = g_object_ref (ls_transfer_row_get_queue (row));
  move->list = g_object_ref (gtk_widget_get_parent (GTK_WIDGET (row)));
  move->transfer = g_object_ref (transfer);
  move->other = g_object_ref (other);
  move->sooner = sooner;
  g_idle_add_full (G_PRIORITY_DEFAULT, move_cb, move, move_free);
}

/**
 * ls_transfer_order_can_step:
 * @row: the row of a transfer
 * @sooner: in which direction
 *
 * Returns: whether it can change places with a neighbour there
 */
gboolean
ls_transfer_order_can_step (LsTransferRow *row, gboolean sooner)
{
  return ls_transfer_order_can_move (ls_transfer_row_get_transfer (row))
         && find_neighbour (GTK_WIDGET (row), sooner) != NULL;
}

/**
 * ls_transfer_order_step:
 * @row: the row of a transfer that can be moved
 * @sooner: whether it is to start before the one that is next now, or after the last one
 *
 * Changes places with the neighbour. The one that starts first is at the bottom.
 */
void
ls_transfer_order_step (LsTransferRow *row, gboolean sooner)
{
  LsTransfer *transfer = ls_transfer_row_get_transfer (row);
  LsTransfer *other = find_neighbour (GTK_WIDGET (row), sooner);

  if (other != NULL && ls_transfer_order_can_move (transfer))
    move_later (row, transfer, other, sooner);
  else
    gtk_widget_error_bell (GTK_WIDGET (row));
}

/* By dragging. The list does that for its rows, which go away when they are moved. */

static LsTransferRow *
get_row_at (GtkListBox *list, double y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (list, (int) y);

  return row != NULL ? LS_TRANSFER_ROW (row) : NULL;
}

static GdkContentProvider *
drag_prepare_cb (GtkListBox *list, double x, double y, GtkDragSource *source)
{
  LsTransferRow *row = get_row_at (list, y);

  if (row == NULL || !ls_transfer_order_can_move (ls_transfer_row_get_transfer (row)))
    return NULL;

  return gdk_content_provider_new_typed (LS_TYPE_TRANSFER, ls_transfer_row_get_transfer (row));
}

static void
drag_begin_cb (GtkListBox *list, GdkDrag *drag, GtkDragSource *source)
{
  g_auto (GValue) value = G_VALUE_INIT;

  ls_drag_escape_watch (drag);
  g_value_init (&value, LS_TYPE_TRANSFER);
  if (gdk_content_provider_get_value (gdk_drag_get_content (drag), &value, NULL))
    ls_drag_card_show (drag, ls_transfer_get_title (g_value_get_object (&value)));
}

/* Where it goes: the neighbour, and whether it comes below that. */
static LsTransferRow *
find_target (GtkListBox *list, double y, gboolean *below)
{
  LsTransferRow *row = get_row_at (list, y);
  graphene_rect_t bounds;

  if (row != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (list), &bounds))
    *below = y > bounds.origin.y + bounds.size.height / 2;

  return row;
}

static void
mark (GtkListBox *list, LsTransferRow *target, gboolean below)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      gtk_widget_remove_css_class (row, "drop-above");
      gtk_widget_remove_css_class (row, "drop-below");
    }

  if (target != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (target), below ? "drop-below" : "drop-above");
}

static GdkDragAction
drop_motion_cb (GtkListBox *list, double x, double y, GtkDropTarget *target)
{
  gboolean below = FALSE;
  LsTransferRow *row = find_target (list, y, &below);

  mark (list, row, below);

  return row != NULL ? GDK_ACTION_MOVE : 0;
}

static void
drop_leave_cb (GtkListBox *list, GtkDropTarget *target)
{
  mark (list, NULL, FALSE);
}

static gboolean
drop_cb (GtkListBox *list, const GValue *value, double x, double y, GtkDropTarget *target)
{
  LsTransfer *transfer = g_value_get_object (value);
  gboolean below = FALSE;
  LsTransferRow *row = find_target (list, y, &below);

  mark (list, NULL, FALSE);
  if (transfer == NULL || row == NULL || transfer == ls_transfer_row_get_transfer (row))
    return FALSE;

  move_later (row, transfer, ls_transfer_row_get_transfer (row), below);

  return TRUE;
}

/**
 * ls_transfer_order_add_drag:
 * @list: a list of #LsTransferRow
 *
 * Lets rows that can be moved be dragged within @list.
 */
void
ls_transfer_order_add_drag (GtkListBox *list)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (LS_TYPE_TRANSFER, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (drag_prepare_cb), list,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), list,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (source));

  g_signal_connect_object (target, "motion", G_CALLBACK (drop_motion_cb), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "leave", G_CALLBACK (drop_leave_cb), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), list, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (target));
}
