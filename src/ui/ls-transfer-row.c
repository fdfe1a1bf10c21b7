/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-transfer-row.h"

#include "config.h"
#include "ls-format.h"
#include "ls-layer-row.h"
#include "ls-safe-text.h"
#include "ls-transfer-order.h"
#include "ls-transfer-row-closures.h"
#include "ls-transfer-text.h"

#include <glib/gi18n.h>

#define MAX_TITLE_CHARS 300

/* How many layers get their rows at once, and with each frame from there on. */
#define FIRST_LAYERS 12
#define LAYERS_A_FRAME 4

struct _LsTransferRow
{
  GtkListBoxRow parent_instance;

  LsTransfer *transfer;
  LsTransferQueue *queue;
  GtkSliceListModel *shown_layers; /* (nullable): while they are shown */
  guint grow_id;
  guint n_before;
  guint dismiss_id;
  GtkWidget *menu; /* (nullable): made when it is first opened */

  GtkToggleButton *expander;
  GtkListBox *layers;
  GtkProgressBar *progress;
  GtkWidget *pause_button;
  GMenuModel *menu_model;
};

G_DEFINE_FINAL_TYPE (LsTransferRow, ls_transfer_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  PROP_0,
  PROP_TRANSFER,
  PROP_QUEUE,
  PROP_N_BEFORE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_possible (LsTransferRow *self, const char *action)
{
  LsTransferState state = ls_transfer_get_state (self->transfer);
  gboolean finished = ls_transfer_is_finished (self->transfer);

  if (g_str_equal (action, "transfer.pause"))
    return !finished && state != LS_TRANSFER_PAUSED;
  if (g_str_equal (action, "transfer.resume"))
    return state == LS_TRANSFER_PAUSED;
  if (g_str_equal (action, "transfer.cancel"))
    return !finished;
  if (g_str_equal (action, "transfer.retry"))
    return state == LS_TRANSFER_WAITING || state == LS_TRANSFER_FAILED
           || state == LS_TRANSFER_CANCELLED;
  if (g_str_equal (action, "transfer.dismiss"))
    return finished;
  if (g_str_equal (action, "transfer.copy-digest"))
    return state == LS_TRANSFER_SUCCEEDED;

  return ls_transfer_order_can_move (self->transfer);
}

static void
pause_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsTransferRow *self = LS_TRANSFER_ROW (widget);

  ls_transfer_queue_pause (self->queue, self->transfer);
}

static void
resume_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsTransferRow *self = LS_TRANSFER_ROW (widget);

  ls_transfer_queue_resume (self->queue, self->transfer);
}

static void
on_pause_clicked (LsTransferRow *self)
{
  if (ls_transfer_get_state (self->transfer) == LS_TRANSFER_PAUSED)
    ls_transfer_queue_resume (self->queue, self->transfer);
  else
    ls_transfer_queue_pause (self->queue, self->transfer);
}

static void
cancel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ls_transfer_cancel (LS_TRANSFER_ROW (widget)->transfer);
}

static void
retry_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsTransferRow *self = LS_TRANSFER_ROW (widget);

  ls_transfer_queue_retry (self->queue, self->transfer);
}

static void
start_sooner_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ls_transfer_order_step (LS_TRANSFER_ROW (widget), TRUE);
}

static void
start_later_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ls_transfer_order_step (LS_TRANSFER_ROW (widget), FALSE);
}

static gboolean
dismiss_cb (gpointer user_data)
{
  LsTransferRow *self = user_data;
  GtkWidget *widget = GTK_WIDGET (self);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *next = gtk_widget_get_next_sibling (widget);

  self->dismiss_id = 0;

  /* The keyboard goes on from the row that takes the place. */
  if (next == NULL)
    next = gtk_widget_get_prev_sibling (widget);
  if (next != NULL && focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget)))
    gtk_widget_grab_focus (next);

  ls_transfer_queue_remove (self->queue, self->transfer);

  return G_SOURCE_REMOVE;
}

/* The row goes away, which it cannot while its own event is handled. */
static void
dismiss_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LsTransferRow *self = LS_TRANSFER_ROW (widget);

  if (ls_transfer_is_finished (self->transfer) && self->dismiss_id == 0)
    self->dismiss_id = g_idle_add_full (G_PRIORITY_DEFAULT, dismiss_cb, self, NULL);
}

static void
on_sign_in_clicked (LsTransferRow *self)
{
  LsReference *name = ls_transfer_get_name (self->transfer);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-in", "s",
                              ls_reference_get_registry (name));
}

static void
copy_digest_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *digest = ls_transfer_get_digest (LS_TRANSFER_ROW (widget)->transfer);

  if (digest != NULL)
    gtk_widget_activate_action (widget, "win.copy", "s", digest);
}

static const struct
{
  const char *name;
  GtkWidgetActionActivateFunc activate;
} actions[] = {
  { "transfer.pause", pause_action },
  { "transfer.resume", resume_action },
  { "transfer.cancel", cancel_action },
  { "transfer.retry", retry_action },
  { "transfer.dismiss", dismiss_action },
  { "transfer.start-sooner", start_sooner_action },
  { "transfer.start-later", start_later_action },
  { "transfer.copy-digest", copy_digest_action },
};

static GtkWidget *
create_layer_row (gpointer item, gpointer user_data)
{
  LsTransferRow *self = LS_TRANSFER_ROW (user_data);

  return ls_layer_row_new (item, ls_transfer_get_kind (self->transfer));
}

/* A few more rows with each frame: to make and measure hundreds takes longer than
 * one frame has. */
static gboolean
grow_cb (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer user_data)
{
  LsTransferRow *self = LS_TRANSFER_ROW (widget);
  guint n_layers = g_list_model_get_n_items (ls_transfer_get_layers (self->transfer));
  guint n_shown = gtk_slice_list_model_get_size (self->shown_layers) + LAYERS_A_FRAME;

  if (n_shown < n_layers)
    {
      gtk_slice_list_model_set_size (self->shown_layers, n_shown);
      return G_SOURCE_CONTINUE;
    }

  gtk_slice_list_model_set_size (self->shown_layers, G_MAXUINT);
  self->grow_id = 0;
  return G_SOURCE_REMOVE;
}

static void
stop_growing (LsTransferRow *self)
{
  if (self->grow_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->grow_id);
  self->grow_id = 0;
}

/* A transfer may have a hundred layers that change several times a second: rows
 * exist only while they are shown. */
static void
show_layers (LsTransferRow *self, gboolean show)
{
  stop_growing (self);
  g_clear_object (&self->shown_layers);
  if (show)
    {
      GListModel *layers = ls_transfer_get_layers (self->transfer);

      self->shown_layers = gtk_slice_list_model_new (g_object_ref (layers), 0, FIRST_LAYERS);
      self->grow_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), grow_cb, NULL, NULL);
    }
  gtk_list_box_bind_model (self->layers, G_LIST_MODEL (self->shown_layers), create_layer_row, self,
                           NULL);
}

static void
on_expander_toggled (LsTransferRow *self)
{
  gboolean expanded = gtk_toggle_button_get_active (self->expander);
  const char *label = expanded ? _ ("Hide Layers") : _ ("Show Layers");

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->expander), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);
  show_layers (self, expanded);
}

static void
tell_description (LsTransferRow *self)
{
  g_autofree char *description = ls_transfer_row_describe_state (self->transfer);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
}

/* What a screen reader says of the row. */
static void
tell_state (LsTransferRow *self)
{
  LsTransferState state = ls_transfer_get_state (self->transfer);
  LsTransferKind kind = ls_transfer_get_kind (self->transfer);
  gboolean is_repair = ls_transfer_is_repair (self->transfer);
  g_autofree char *title = ls_safe_text (ls_transfer_get_title (self->transfer), MAX_TITLE_CHARS);
  g_autofree char *route = ls_transfer_route_text (kind, ls_transfer_get_from (self->transfer),
                                                   ls_transfer_get_to (self->transfer),
                                                   ls_transfer_get_account (self->transfer));
  g_autofree char *label =
      /* Translators: what a screen reader says of a transfer: what it does, the name of an
       * image, and from where to where: "Pull ubuntu:24.04, Docker Hub → This Computer". */
      g_strdup_printf (C_ ("transfer", "%1$s %2$s, %3$s"), ls_transfer_kind_name (kind, is_repair),
                       title, route);

  tell_description (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  state == LS_TRANSFER_PAUSED ? _ ("Resume") : _ ("Pause"), -1);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name,
                                   is_possible (self, actions[i].name));
}

static void
tell_progress (LsTransferRow *self)
{
  g_autofree char *percent = ls_format_percent (ls_transfer_get_fraction (self->transfer));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, percent, -1);
}

static void
ls_transfer_row_constructed (GObject *object)
{
  LsTransferRow *self = LS_TRANSFER_ROW (object);

  G_OBJECT_CLASS (ls_transfer_row_parent_class)->constructed (object);

  g_signal_connect_object (self->transfer, "notify::state", G_CALLBACK (tell_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->transfer, "notify::bytes-total", G_CALLBACK (tell_description),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->transfer, "notify::waiting-until", G_CALLBACK (tell_description),
                           self, G_CONNECT_SWAPPED);
  /* Not that of the transfer: with a new fraction the bar forgets its text. */
  g_signal_connect_object (self->progress, "notify::fraction", G_CALLBACK (tell_progress), self,
                           G_CONNECT_SWAPPED);
  tell_state (self);
  tell_progress (self);
}

static void
ls_transfer_row_dispose (GObject *object)
{
  LsTransferRow *self = LS_TRANSFER_ROW (object);

  stop_growing (self);
  g_clear_handle_id (&self->dismiss_id, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->shown_layers);
  g_clear_object (&self->transfer);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (ls_transfer_row_parent_class)->dispose (object);
}

static void
ls_transfer_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LsTransferRow *self = LS_TRANSFER_ROW (object);

  switch (prop_id)
    {
    case PROP_TRANSFER:
      g_value_set_object (value, self->transfer);
      break;
    case PROP_QUEUE:
      g_value_set_object (value, self->queue);
      break;
    case PROP_N_BEFORE:
      g_value_set_uint (value, self->n_before);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ls_transfer_row_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  LsTransferRow *self = LS_TRANSFER_ROW (object);

  switch (prop_id)
    {
    case PROP_TRANSFER:
      self->transfer = g_value_dup_object (value);
      break;
    case PROP_QUEUE:
      self->queue = g_value_dup_object (value);
      break;
    case PROP_N_BEFORE:
      if (self->n_before != g_value_get_uint (value))
        {
          self->n_before = g_value_get_uint (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "transfer.dismiss", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_CONTROL_MASK,
                                       "transfer.start-sooner", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_CONTROL_MASK,
                                       "transfer.start-later", NULL);
}

static void
ls_transfer_row_class_init (LsTransferRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = ls_transfer_row_constructed;
  object_class->dispose = ls_transfer_row_dispose;
  object_class->get_property = ls_transfer_row_get_property;
  object_class->set_property = ls_transfer_row_set_property;

  properties[PROP_TRANSFER] = g_param_spec_object ("transfer", NULL, NULL, LS_TYPE_TRANSFER, flags);
  properties[PROP_QUEUE] = g_param_spec_object ("queue", NULL, NULL, LS_TYPE_TRANSFER_QUEUE, flags);
  properties[PROP_N_BEFORE] =
      g_param_spec_uint ("n-before", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/longshoreapp/Longshore/ls-transfer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTransferRow, expander);
  gtk_widget_class_bind_template_child (widget_class, LsTransferRow, layers);
  gtk_widget_class_bind_template_child (widget_class, LsTransferRow, progress);
  gtk_widget_class_bind_template_child (widget_class, LsTransferRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, LsTransferRow, menu_model);
  install_actions (widget_class);
  ls_transfer_row_bind_closures (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_expander_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_pause_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_in_clicked);
}

static void
ls_transfer_row_init (LsTransferRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_transfer_row_new:
 * @transfer: what to show
 * @queue: the queue that @transfer is in, to try it again
 *
 * Returns: (transfer floating): a new row
 */
GtkWidget *
ls_transfer_row_new (LsTransfer *transfer, LsTransferQueue *queue)
{
  g_return_val_if_fail (LS_IS_TRANSFER (transfer), NULL);
  g_return_val_if_fail (LS_IS_TRANSFER_QUEUE (queue), NULL);

  return g_object_new (LS_TYPE_TRANSFER_ROW, "transfer", transfer, "queue", queue, NULL);
}

/**
 * ls_transfer_row_toggle_layers:
 * @self: a row
 *
 * Shows the layers, or hides them again. Does nothing while there are none.
 */
void
ls_transfer_row_toggle_layers (LsTransferRow *self)
{
  g_return_if_fail (LS_IS_TRANSFER_ROW (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self->expander)))
    gtk_toggle_button_set_active (self->expander, !gtk_toggle_button_get_active (self->expander));
}

/**
 * ls_transfer_row_get_transfer:
 * @self: a row
 *
 * Returns: (transfer none): what it shows
 */
LsTransfer *
ls_transfer_row_get_transfer (LsTransferRow *self)
{
  g_return_val_if_fail (LS_IS_TRANSFER_ROW (self), NULL);

  return self->transfer;
}

/**
 * ls_transfer_row_get_queue:
 * @self: a row
 *
 * Returns: (transfer none): the queue that its transfer is in
 */
LsTransferQueue *
ls_transfer_row_get_queue (LsTransferRow *self)
{
  g_return_val_if_fail (LS_IS_TRANSFER_ROW (self), NULL);

  return self->queue;
}

/* Closing leaves the focus nowhere in particular. */
static void
menu_closed_cb (LsTransferRow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static gboolean
is_offered (LsTransferRow *self, const char *action)
{
  if (g_str_equal (action, "transfer.start-sooner"))
    return ls_transfer_order_can_step (self, TRUE);
  if (g_str_equal (action, "transfer.start-later"))
    return ls_transfer_order_can_step (self, FALSE);

  return is_possible (self, action);
}

/* What can be done now. What cannot be done any more while the menu is open stays in
 * its place, insensitive: nothing moves away under the pointer. */
static GMenuModel *
create_menu_model (LsTransferRow *self)
{
  GMenu *menu = g_menu_new ();

  for (int i = 0; i < g_menu_model_get_n_items (self->menu_model); i++)
    {
      g_autoptr (GMenuModel) section =
          g_menu_model_get_item_link (self->menu_model, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenu) offered = g_menu_new ();

      for (int j = 0; j < g_menu_model_get_n_items (section); j++)
        {
          g_autoptr (GMenuItem) item = g_menu_item_new_from_model (section, j);
          g_autofree char *action = NULL;

          g_menu_model_get_item_attribute (section, j, G_MENU_ATTRIBUTE_ACTION, "s", &action);
          if (is_offered (self, action))
            g_menu_append_item (offered, item);
        }
      if (g_menu_model_get_n_items (G_MENU_MODEL (offered)) > 0)
        g_menu_append_section (menu, NULL, G_MENU_MODEL (offered));
    }

  return G_MENU_MODEL (menu);
}

/**
 * ls_transfer_row_open_menu:
 * @self: a row
 * @x: where, in the row's coordinates
 * @y: where, in the row's coordinates
 *
 * Opens the menu of what can be done about the transfer.
 */
void
ls_transfer_row_open_menu (LsTransferRow *self, double x, double y)
{
  g_autoptr (GMenuModel) model = NULL;

  g_return_if_fail (LS_IS_TRANSFER_ROW (self));

  model = create_menu_model (self);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      g_signal_connect_object (self->menu, "closed", G_CALLBACK (menu_closed_cb), self,
                               G_CONNECT_SWAPPED);
    }

  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}
