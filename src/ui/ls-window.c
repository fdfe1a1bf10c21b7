/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ls-window.h"

#include "ls-account-page.h"
#include "ls-dialogs.h"
#include "ls-drop-popover.h"
#include "ls-images-page.h"
#include "ls-local-place.h"
#include "ls-name-dialog.h"
#include "ls-reference-text.h"
#include "ls-push.h"
#include "ls-registry-page.h"
#include "ls-search-page.h"
#include "ls-settings.h"
#include "ls-sidebar.h"
#include "ls-sign-in-dialog.h"
#include "ls-split.h"
#include "ls-toast.h"
#include "ls-transfer-notifier.h"
#include "ls-transfers-panel.h"
#include "ls-window-actions.h"

#include <glib/gi18n.h>

typedef enum
{
  PAGE_IMAGES,
  PAGE_SEARCH,
  PAGE_ACCOUNT,
  PAGE_REGISTRY,
  PAGE_TRANSFERS,
  N_PAGES
} Page;

struct _LsWindow
{
  AdwApplicationWindow parent_instance;

  LsContext *context;           /* (owned) */
  GSettings *settings;          /* (owned) (nullable) */
  LsReference *image_to_show;   /* (owned) (nullable): asked for, not in the list yet */
  LsTransferNotifier *notifier; /* (owned) */
  gboolean may_close;

  AdwToastOverlay *toast_overlay;
  LsSplit *split;
  GtkStack *stack;
  LsSidebar *sidebar;
  GtkWidget *pages[N_PAGES]; /* (nullable): those that were shown */
};

enum
{
  PROP_0,
  PROP_CONTEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsWindow, ls_window, ADW_TYPE_APPLICATION_WINDOW)

/* A page is made when it is first shown: so the window is there sooner. */
static gpointer
get_page (LsWindow *self, Page page)
{
  static GtkWidget *(*const constructors[N_PAGES]) (LsContext *) = {
    [PAGE_IMAGES] = ls_images_page_new,        [PAGE_SEARCH] = ls_search_page_new,
    [PAGE_ACCOUNT] = ls_account_page_new,      [PAGE_REGISTRY] = ls_registry_page_new,
    [PAGE_TRANSFERS] = ls_transfers_panel_new,
  };

  if (self->pages[page] == NULL)
    {
      self->pages[page] = constructors[page](self->context);
      gtk_stack_add_child (self->stack, self->pages[page]);
    }

  return self->pages[page];
}

static void
show_page (LsWindow *self, Page page)
{
  gtk_stack_set_visible_child (self->stack, get_page (self, page));
}

static gboolean
is_shown (LsWindow *self, Page page)
{
  return self->pages[page] != NULL
         && gtk_stack_get_visible_child (self->stack) == self->pages[page];
}

static void
place_selected_cb (LsWindow *self, LsPlace *place)
{
  g_autofree char *registry = ls_place_dup_registry (place);

  if (LS_IS_ACCOUNT (place))
    {
      ls_account_page_set_account (get_page (self, PAGE_ACCOUNT), LS_ACCOUNT (place));
      show_page (self, PAGE_ACCOUNT);
    }
  else if (registry == NULL)
    {
      show_page (self, PAGE_IMAGES);
    }
  else if (g_strcmp0 (registry, LS_DOCKER_HUB) == 0)
    {
      show_page (self, PAGE_SEARCH);
    }
  else
    {
      ls_registry_page_set_registry (get_page (self, PAGE_REGISTRY), registry);
      show_page (self, PAGE_REGISTRY);
    }
}

static void
place_activated_cb (LsWindow *self, LsPlace *place)
{
  ls_split_set_show_content (self->split, TRUE);
}

/* Dropping an image on a place. */

static void
propose_push (LsWindow *self, LsImage *image, LsAccount *account, GtkWidget *row)
{
  GtkWidget *popover = ls_drop_popover_new (self->context, image, account);
  graphene_rect_t bounds;

  gtk_widget_set_parent (popover, GTK_WIDGET (self->sidebar));
  if (gtk_widget_compute_bounds (row, GTK_WIDGET (self->sidebar), &bounds))
    gtk_popover_set_pointing_to (GTK_POPOVER (popover),
                                 &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y,
                                                  (int) bounds.size.width,
                                                  (int) bounds.size.height });
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
signed_in_to_push_cb (LsSignInDialog *dialog, LsAccount *account, gpointer user_data)
{
  LsImage *image = LS_IMAGE (user_data);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  GtkWidget *name_dialog;

  if (!LS_IS_WINDOW (parent))
    return;

  name_dialog = ls_name_dialog_new (LS_WINDOW (parent)->context, image, LS_NAME_DIALOG_PUSH);
  ls_name_dialog_set_account (LS_NAME_DIALOG (name_dialog), account);
  ls_present_dialog (GTK_WINDOW (name_dialog), parent);
}

static void
release_image (gpointer image, GClosure *closure)
{
  g_object_unref (image);
}

static void
image_dropped_cb (LsWindow *self, LsPlace *place, LsImage *image, GtkWidget *row)
{
  g_autofree char *registry = ls_place_dup_registry (place);
  LsAccount *account =
      LS_IS_ACCOUNT (place)
          ? LS_ACCOUNT (place)
          : ls_account_list_find (ls_context_get_accounts (self->context), registry, NULL);
  LsSignInDialog *dialog;

  if (account != NULL)
    {
      propose_push (self, image, account, row);
      return;
    }

  dialog = ls_sign_in_dialog_new (self->context, registry);
  g_signal_connect_data (dialog, "signed-in", G_CALLBACK (signed_in_to_push_cb),
                         g_object_ref (image), release_image, 0);
  ls_present_dialog (GTK_WINDOW (dialog), GTK_WINDOW (self));
}

/* Telling of what happened. */

static void
signed_in_cb (LsWindow *self, LsAccount *account)
{
  g_autofree char *text =
      /* Translators: the first %s is a registry, as in “Docker Hub”, the second a user name */
      g_strdup_printf (_ ("Signed in to %1$s as %2$s"),
                       ls_registry_title (ls_account_get_registry (account)),
                       ls_account_get_username (account));

  ls_toast_say (GTK_WIDGET (self->split), text);
}

/* An image that was pulled or tagged just now comes to the list a moment later. */
static void
show_awaited_image (LsWindow *self)
{
  LsImage *image;

  if (self->image_to_show == NULL)
    return;

  image = ls_image_list_find (ls_context_get_images (self->context), self->image_to_show);
  if (image == NULL)
    return;

  g_clear_pointer (&self->image_to_show, ls_reference_unref);
  ls_images_page_show_image (get_page (self, PAGE_IMAGES), image);
}

/* `docker login` or `docker logout` may have run meanwhile. */
static void
active_changed_cb (LsWindow *self)
{
  LsAccountList *accounts = ls_context_get_accounts (self->context);
  LsLoadState state = ls_account_list_get_state (accounts);

  if (gtk_window_is_active (GTK_WINDOW (self))
      && (state == LS_LOAD_STATE_READY || state == LS_LOAD_STATE_EMPTY))
    ls_account_list_load (accounts);
}

/* Closing. */

static void
close_confirmed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  LsWindow *self = LS_WINDOW (object);

  if (!ls_confirm_finish (GTK_WINDOW (self), result))
    return;

  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
save_state (LsWindow *self)
{
  int width;
  int height;

  if (self->settings == NULL)
    return;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
restore_state (LsWindow *self)
{
  int width = 960;
  int height = 640;

  if (self->settings != NULL)
    {
      width = g_settings_get_int (self->settings, "window-width");
      height = g_settings_get_int (self->settings, "window-height");
      if (g_settings_get_boolean (self->settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }

  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

static gboolean
destroy_cb (gpointer window)
{
  gtk_window_destroy (GTK_WINDOW (window));

  return G_SOURCE_REMOVE;
}

static gboolean
ls_window_close_request (GtkWindow *window)
{
  LsWindow *self = LS_WINDOW (window);
  guint n_active = ls_transfer_queue_get_n_active (ls_context_get_transfers (self->context));
  g_autofree char *heading = NULL;

  if (n_active == 0 || self->may_close)
    {
      save_state (self);
      /* The key that closes the window still holds the widget with the focus. GTK
       * cannot stop watching the expressions of a row that outlives its list. */
      g_idle_add_full (G_PRIORITY_DEFAULT, destroy_cb, g_object_ref (self), g_object_unref);
      return TRUE;
    }

  heading = g_strdup_printf (
      ngettext ("%u Transfer Is Running", "%u Transfers Are Running", n_active), n_active);
  ls_confirm_async (window, heading,
                    _ ("What is running stops when you quit. Longshore takes it up where it was "
                       "when you open it again."),
                    _ ("_Keep Running"), _ ("_Quit"), close_confirmed_cb, NULL);

  return TRUE;
}

static void
add_sidebar (LsWindow *self)
{
  self->sidebar = LS_SIDEBAR (ls_sidebar_new (self->context));
  g_signal_connect_object (self->sidebar, "place-selected", G_CALLBACK (place_selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sidebar, "place-activated", G_CALLBACK (place_activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sidebar, "image-dropped", G_CALLBACK (image_dropped_cb), self,
                           G_CONNECT_SWAPPED);
  ls_split_set_sidebar (self->split, GTK_WIDGET (self->sidebar));
}

static void
transfer_finished_cb (LsWindow *self, LsTransfer *transfer)
{
  ls_push_follow (GTK_WINDOW (self), self->context, transfer);
}

static void
ls_window_constructed (GObject *object)
{
  LsWindow *self = LS_WINDOW (object);

  G_OBJECT_CLASS (ls_window_parent_class)->constructed (object);

  ls_window_add_actions (self);
  add_sidebar (self);

  self->notifier = ls_transfer_notifier_new (self);
  g_signal_connect_object (ls_context_get_transfers (self->context), "finished",
                           G_CALLBACK (transfer_finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_context_get_accounts (self->context), "signed-in",
                           G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_context_get_images (self->context), "items-changed",
                           G_CALLBACK (show_awaited_image), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_changed_cb), NULL);

  self->settings = ls_settings_new ();
  restore_state (self);
  ls_window_show_registry (self, NULL);
}

static void
ls_window_dispose (GObject *object)
{
  LsWindow *self = LS_WINDOW (object);

  g_clear_object (&self->notifier);
  g_clear_object (&self->context);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->image_to_show, ls_reference_unref);

  G_OBJECT_CLASS (ls_window_parent_class)->dispose (object);
}

static void
ls_window_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsWindow *self = LS_WINDOW (object);

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
ls_window_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsWindow *self = LS_WINDOW (object);

  switch (property_id)
    {
    case PROP_CONTEXT:
      self->context = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_window_class_init (LsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ls_window_constructed;
  object_class->dispose = ls_window_dispose;
  object_class->get_property = ls_window_get_property;
  object_class->set_property = ls_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = ls_window_close_request;

  properties[PROP_CONTEXT] =
      g_param_spec_object ("context", NULL, NULL, LS_TYPE_CONTEXT,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LS_TYPE_SPLIT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/longshoreapp/Longshore/ls-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LsWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, split);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, stack);
}

static void
ls_window_init (LsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ls_window_new:
 * @application: the application
 * @context: what to show
 *
 * Returns: a new window
 */
GtkWidget *
ls_window_new (GtkApplication *application, LsContext *context)
{
  return g_object_new (LS_TYPE_WINDOW, "application", application, "context", context, NULL);
}

/**
 * ls_window_get_context:
 * @self: a window
 *
 * Returns: (transfer none): what it shows
 */
LsContext *
ls_window_get_context (LsWindow *self)
{
  g_return_val_if_fail (LS_IS_WINDOW (self), NULL);

  return self->context;
}

/**
 * ls_window_show_registry:
 * @self: a window
 * @registry: (nullable): the name of a registry; %NULL for this computer
 *
 * Shows the page of a place.
 */
void
ls_window_show_registry (LsWindow *self, const char *registry)
{
  LsPlace *place;

  g_return_if_fail (LS_IS_WINDOW (self));

  place = ls_sidebar_find_place (self->sidebar, registry);
  if (place != NULL)
    ls_sidebar_select (self->sidebar, place);
  ls_split_set_show_content (self->split, TRUE);
}

/**
 * ls_window_show_transfers:
 * @self: a window
 *
 * Shows the page of transfers.
 */
void
ls_window_show_transfers (LsWindow *self)
{
  g_return_if_fail (LS_IS_WINDOW (self));

  ls_sidebar_select (self->sidebar, NULL);
  show_page (self, PAGE_TRANSFERS);
  ls_split_set_show_content (self->split, TRUE);
}

/**
 * ls_window_shows_transfers:
 * @self: a window
 *
 * Returns: whether the page of transfers is shown
 */
gboolean
ls_window_shows_transfers (LsWindow *self)
{
  g_return_val_if_fail (LS_IS_WINDOW (self), FALSE);

  return is_shown (self, PAGE_TRANSFERS);
}

/**
 * ls_window_add_toast:
 * @self: a window
 * @toast: (transfer full): what to show when its turn comes
 */
void
ls_window_add_toast (LsWindow *self, AdwToast *toast)
{
  g_return_if_fail (LS_IS_WINDOW (self));

  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/**
 * ls_window_show_image:
 * @self: a window
 * @name: the name of an image on this computer
 *
 * Shows the images and selects one of them, as soon as it is there.
 */
void
ls_window_show_image (LsWindow *self, LsReference *name)
{
  g_return_if_fail (LS_IS_WINDOW (self));
  g_return_if_fail (name != NULL);

  ls_window_show_registry (self, NULL);
  g_clear_pointer (&self->image_to_show, ls_reference_unref);
  self->image_to_show = ls_reference_ref (name);
  show_awaited_image (self);
}

/**
 * ls_window_show_sidebar:
 * @self: a window
 *
 * Leads to the places, with the keyboard focus.
 */
void
ls_window_show_sidebar (LsWindow *self)
{
  g_return_if_fail (LS_IS_WINDOW (self));

  ls_split_set_show_content (self->split, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->sidebar));
}

/**
 * ls_window_open_menu:
 * @self: a window
 *
 * Opens the main menu, which is in the pane of places.
 */
void
ls_window_open_menu (LsWindow *self)
{
  g_return_if_fail (LS_IS_WINDOW (self));

  ls_split_set_show_content (self->split, FALSE);
  ls_sidebar_open_menu (self->sidebar);
}

/**
 * ls_window_search:
 * @self: a window
 *
 * Starts a search on the page that is shown; where there is none to search, of
 * the images.
 */
void
ls_window_search (LsWindow *self)
{
  g_return_if_fail (LS_IS_WINDOW (self));

  if (is_shown (self, PAGE_SEARCH))
    {
      ls_split_set_show_content (self->split, TRUE);
      ls_search_page_focus (get_page (self, PAGE_SEARCH));
      return;
    }

  ls_window_show_registry (self, NULL);
  ls_images_page_start_search (get_page (self, PAGE_IMAGES));
}
