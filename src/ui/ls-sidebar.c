/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-sidebar.h"

#include "ls-error-text.h"
#include "ls-place-row.h"
#include "ls-split.h"
#include "ls-transfers-button.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LsSidebar
{
  GtkWidget parent_instance;

  LsContext *context; /* (owned) */
  LsPlace *selected;  /* (owned) (nullable) */

  GtkWidget *header_bar;
  GtkListBox *list;
  GtkWidget *sign_in_button;
  GtkWidget *keyring_notice;
  GtkLabel *keyring_label;
  GtkButton *keyring_button;
  GtkWidget *settings_notice;
  GtkLabel *settings_label;
  GtkRevealer *transfers_revealer;
  LsTransfersButton *transfers_button;
  GtkMenuButton *menu_button;
};

enum
{
  PROP_0,
  PROP_CONTEXT,
  N_PROPS
};

enum
{
  PLACE_SELECTED,
  PLACE_ACTIVATED,
  IMAGE_DROPPED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsSidebar, ls_sidebar, GTK_TYPE_WIDGET)

static void
image_dropped_cb (LsSidebar *self, LsImage *image, LsPlaceRow *row)
{
  g_signal_emit (self, signals[IMAGE_DROPPED], 0, ls_place_row_get_place (row), image, row);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  LsSidebar *self = LS_SIDEBAR (user_data);
  GtkWidget *row = ls_place_row_new (LS_PLACE (item), ls_context_get_accounts (self->context));

  g_signal_connect_object (row, "image-dropped", G_CALLBACK (image_dropped_cb), self,
                           G_CONNECT_SWAPPED);

  return row;
}

static gboolean
is_on_this_computer (GtkListBoxRow *row)
{
  g_autofree char *registry = ls_place_dup_registry (ls_place_row_get_place (LS_PLACE_ROW (row)));

  return registry == NULL;
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  GtkWidget *label;

  if (before != NULL && is_on_this_computer (before) == is_on_this_computer (row))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row) != NULL)
    return;

  label = gtk_label_new (is_on_this_computer (row) ? _ ("This Computer") : _ ("Registries"));
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_add_css_class (label, "section-title");
  gtk_list_box_row_set_header (row, label);
}

/* A list that is read anew has new objects for the same places. */
static gboolean
is_same_place (LsPlace *a, LsPlace *b)
{
  g_autofree char *registry_a = NULL;
  g_autofree char *registry_b = NULL;
  g_autofree char *title_a = NULL;
  g_autofree char *title_b = NULL;

  if (a == b)
    return TRUE;
  if (G_OBJECT_TYPE (a) != G_OBJECT_TYPE (b))
    return FALSE;

  registry_a = ls_place_dup_registry (a);
  registry_b = ls_place_dup_registry (b);
  title_a = ls_place_dup_title (a);
  title_b = ls_place_dup_title (b);

  return g_strcmp0 (registry_a, registry_b) == 0 && g_strcmp0 (title_a, title_b) == 0;
}

static GtkListBoxRow *
find_row (LsSidebar *self, LsPlace *place)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      if (is_same_place (ls_place_row_get_place (LS_PLACE_ROW (row)), place))
        return row;
    }

  return NULL;
}

static void
row_selected_cb (LsSidebar *self, GtkListBoxRow *row)
{
  if (row == NULL)
    return;

  if (g_set_object (&self->selected, ls_place_row_get_place (LS_PLACE_ROW (row))))
    g_signal_emit (self, signals[PLACE_SELECTED], 0, self->selected);
}

static void
row_activated_cb (LsSidebar *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[PLACE_ACTIVATED], 0, ls_place_row_get_place (LS_PLACE_ROW (row)));
}

/* Runs after the list box has followed the model. */
static void
places_changed_cb (LsSidebar *self)
{
  GtkListBoxRow *row;

  if (self->selected == NULL || gtk_list_box_get_selected_row (self->list) != NULL)
    return;

  row = find_row (self, self->selected);
  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->list, 0);
  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
}

static void
update_keyring_notice (LsSidebar *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  const GError *error = ls_account_list_get_error (accounts);
  gboolean locked = ls_account_list_get_locked (accounts);

  if (error != NULL)
    {
      g_autofree char *text = ls_error_text (error);

      gtk_label_set_text (self->keyring_label, text);
      gtk_button_set_label (self->keyring_button, _ ("Try Again"));
    }
  else if (locked)
    {
      gtk_label_set_text (self->keyring_label,
                          _ ("The keyring is locked. Accounts in it cannot be used."));
      gtk_button_set_label (self->keyring_button, _ ("Unlock…"));
    }

  gtk_widget_set_visible (self->keyring_notice, error != NULL || locked);
}

static void
unlock_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LsSidebar) self = LS_SIDEBAR (user_data);
  g_autoptr (GError) error = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self->keyring_button), TRUE);
  if (!ls_account_list_unlock_finish (LS_ACCOUNT_LIST (object), result, &error))
    {
      /* Dismissing the prompt is an answer: the notice stays, and that is all. */
      g_debug ("The keyring stays locked: %s", error->message);
      update_keyring_notice (self);
    }
}

static void
keyring_button_clicked_cb (LsSidebar *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);

  if (ls_account_list_get_error (accounts) != NULL)
    {
      ls_account_list_load (accounts);
      return;
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->keyring_button), FALSE);
  ls_account_list_unlock_async (accounts, unlock_cb, g_object_ref (self));
}

static void
update_settings_notice (LsSidebar *self)
{
  const GError *error = ls_context_get_settings_error (self->context);

  if (error != NULL)
    {
      g_autofree char *text = ls_error_text (error);

      gtk_label_set_text (self->settings_label, text);
    }
  gtk_widget_set_visible (self->settings_notice, error != NULL);
}

static void
update_transfers (LsSidebar *self)
{
  GListModel *transfers = G_LIST_MODEL (ls_context_get_transfers (self->context));

  gtk_revealer_set_reveal_child (self->transfers_revealer,
                                 g_list_model_get_n_items (transfers) > 0);
}

static void
ls_sidebar_constructed (GObject *object)
{
  LsSidebar *self = LS_SIDEBAR (object);
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  LsTransferQueue *transfers = ls_context_get_transfers (self->context);
  LsPlaceList *places = ls_context_get_places (self->context);

  G_OBJECT_CLASS (ls_sidebar_parent_class)->constructed (object);

  gtk_list_box_set_header_func (self->list, update_header, NULL, NULL);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (places), create_row, self, NULL);
  g_signal_connect_object (places, "items-changed", G_CALLBACK (places_changed_cb), self,
                           G_CONNECT_SWAPPED);

  g_signal_connect_object (accounts, "notify::error", G_CALLBACK (update_keyring_notice), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "notify::locked", G_CALLBACK (update_keyring_notice), self,
                           G_CONNECT_SWAPPED);
  update_keyring_notice (self);

  g_signal_connect_object (self->context, "notify::settings-error",
                           G_CALLBACK (update_settings_notice), self, G_CONNECT_SWAPPED);
  update_settings_notice (self);

  ls_transfers_button_set_queue (self->transfers_button, transfers);
  g_signal_connect_object (transfers, "items-changed", G_CALLBACK (update_transfers), self,
                           G_CONNECT_SWAPPED);
  update_transfers (self);
}

static void
ls_sidebar_dispose (GObject *object)
{
  LsSidebar *self = LS_SIDEBAR (object);
  GtkWidget *child;

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  /* Popovers hang on the sidebar, too. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selected);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (ls_sidebar_parent_class)->dispose (object);
}

static void
ls_sidebar_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsSidebar *self = LS_SIDEBAR (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      g_value_set_object (value, self->context);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_sidebar_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsSidebar *self = LS_SIDEBAR (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      self->context = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* Puts the keyboard focus on the place that is selected, or on the first. */
static gboolean
ls_sidebar_grab_focus (GtkWidget *widget)
{
  LsSidebar *self = LS_SIDEBAR (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->list, 0);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* In a list box Tab goes from row to row, and each would show its page: the one
 * that is shown could not be reached. */
static gboolean
ls_sidebar_move_focus (GtkWidget *widget, GtkDirectionType direction)
{
  LsSidebar *self = LS_SIDEBAR (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    {
      if (direction == GTK_DIR_TAB_FORWARD)
        return gtk_widget_child_focus (self->sign_in_button, direction);
      if (direction == GTK_DIR_TAB_BACKWARD)
        return gtk_widget_child_focus (self->header_bar, direction);
    }

  return GTK_WIDGET_CLASS (ls_sidebar_parent_class)->focus (widget, direction);
}

static void
ls_sidebar_class_init (LsSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ls_sidebar_constructed;
  object_class->dispose = ls_sidebar_dispose;
  object_class->get_property = ls_sidebar_get_property;
  object_class->set_property = ls_sidebar_set_property;

  widget_class->focus = ls_sidebar_move_focus;
  widget_class->grab_focus = ls_sidebar_grab_focus;

  properties[PROP_CONTEXT] =
      g_param_spec_object ("context", NULL, NULL, LS_TYPE_CONTEXT,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PLACE_SELECTED] = g_signal_new ("place-selected", LS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_PLACE);
  signals[PLACE_ACTIVATED] = g_signal_new ("place-activated", LS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, LS_TYPE_PLACE);
  signals[IMAGE_DROPPED] =
      g_signal_new ("image-dropped", LS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, LS_TYPE_PLACE, LS_TYPE_IMAGE, GTK_TYPE_WIDGET);

  g_type_ensure (LS_TYPE_SPLIT);
  g_type_ensure (LS_TYPE_TRANSFERS_BUTTON);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/longshoreapp/Longshore/ls-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, header_bar);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, keyring_notice);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, keyring_label);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, keyring_button);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, settings_notice);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, settings_label);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, transfers_revealer);
  gtk_widget_class_bind_template_child (widget_class, LsSidebar, transfers_button);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, keyring_button_clicked_cb);
}

static void
ls_sidebar_init (LsSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_sidebar_new:
 * @context: what to show
 *
 * Returns: a new sidebar
 */
GtkWidget *
ls_sidebar_new (LsContext *context)
{
  return g_object_new (LS_TYPE_SIDEBAR, "context", context, NULL);
}

/**
 * ls_sidebar_get_selected:
 * @self: a sidebar
 *
 * Returns: (transfer none) (nullable): the place whose page is shown
 */
LsPlace *
ls_sidebar_get_selected (LsSidebar *self)
{
  g_return_val_if_fail (LS_IS_SIDEBAR (self), NULL);

  return self->selected;
}

/**
 * ls_sidebar_select:
 * @self: a sidebar
 * @place: (nullable): the place to select; %NULL while a page is shown that is of no place
 *
 * Emits #LsSidebar::place-selected when another place was selected before.
 */
void
ls_sidebar_select (LsSidebar *self, LsPlace *place)
{
  GtkListBoxRow *row;

  g_return_if_fail (LS_IS_SIDEBAR (self));
  g_return_if_fail (place == NULL || LS_IS_PLACE (place));

  if (place == NULL)
    {
      g_clear_object (&self->selected);
      gtk_list_box_unselect_all (self->list);
      return;
    }

  row = find_row (self, place);
  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
}

/**
 * ls_sidebar_find_place:
 * @self: a sidebar
 * @registry: (nullable): the name of a registry; %NULL for this computer
 *
 * Returns: (transfer none) (nullable): the place itself, not an account there
 */
LsPlace *
ls_sidebar_find_place (LsSidebar *self, const char *registry)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (LS_IS_SIDEBAR (self), NULL);

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      LsPlace *place = ls_place_row_get_place (LS_PLACE_ROW (row));
      g_autofree char *its_registry = ls_place_dup_registry (place);

      if (!LS_IS_ACCOUNT (place) && g_strcmp0 (its_registry, registry) == 0)
        return place;
    }

  return NULL;
}

/**
 * ls_sidebar_open_menu:
 * @self: a sidebar
 *
 * Opens the main menu, with the keyboard focus, or closes it again.
 */
void
ls_sidebar_open_menu (LsSidebar *self)
{
  GtkPopover *popover;

  g_return_if_fail (LS_IS_SIDEBAR (self));

  popover = gtk_menu_button_get_popover (self->menu_button);
  if (popover != NULL && gtk_widget_get_visible (GTK_WIDGET (popover)))
    gtk_menu_button_popdown (self->menu_button);
  else
    gtk_menu_button_popup (self->menu_button);
}
