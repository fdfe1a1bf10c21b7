/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-split.h"

#include <adwaita.h>

/* The narrowest that the panes are shown side by side, whatever they ask for. */
#define SIDEBAR_MIN_WIDTH 230
#define SIDEBAR_MAX_WIDTH 290
#define SIDEBAR_SHARE 0.28
#define CONTENT_MIN_WIDTH 360

#define SLIDE_DURATION_MS 200
#define MOUSE_BUTTON_BACK 8

struct _LsSplit
{
  GtkWidget parent_instance;

  GtkWidget *sidebar; /* (owned) (nullable) */
  GtkWidget *content; /* (owned) (nullable) */
  gboolean collapsed;
  gboolean show_content;
  guint notify_collapsed_id;

  AdwAnimation *slide; /* (owned) */
  double position;     /* 0: the sidebar is shown, 1: the content is shown */
};

enum
{
  PROP_0,
  PROP_SIDEBAR,
  PROP_CONTENT,
  PROP_COLLAPSED,
  PROP_SHOW_CONTENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LsSplit, ls_split, GTK_TYPE_WIDGET)

static int
get_min_width (GtkWidget *pane)
{
  int minimum = 0;

  if (pane != NULL)
    gtk_widget_measure (pane, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

static int
get_sidebar_width (LsSplit *self, int width)
{
  int minimum = MAX (get_min_width (self->sidebar), SIDEBAR_MIN_WIDTH);

  return CLAMP ((int) (width * SIDEBAR_SHARE), minimum, MAX (minimum, SIDEBAR_MAX_WIDTH));
}

static gboolean
has_room_for_both (LsSplit *self, int width)
{
  return width >= MAX (get_min_width (self->sidebar), SIDEBAR_MIN_WIDTH)
                      + MAX (get_min_width (self->content), CONTENT_MIN_WIDTH);
}

/* Keyboard focus must not stay in a pane that nobody sees. */
static void
move_focus_into_shown_pane (LsSplit *self)
{
  GtkWidget *shown = self->show_content ? self->content : self->sidebar;
  GtkWidget *hidden = self->show_content ? self->sidebar : self->content;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!self->collapsed || shown == NULL || hidden == NULL || focus == NULL)
    return;
  if (focus != hidden && !gtk_widget_is_ancestor (focus, hidden))
    return;

  /* The sidebar knows where one came from. */
  if (self->show_content || !gtk_widget_grab_focus (shown))
    gtk_widget_child_focus (shown, GTK_DIR_TAB_FORWARD);
}

static gboolean
notify_collapsed_in_idle (gpointer user_data)
{
  LsSplit *self = LS_SPLIT (user_data);

  self->notify_collapsed_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLLAPSED]);
  move_focus_into_shown_pane (self);

  return G_SOURCE_REMOVE;
}

static void
set_position (double value, gpointer user_data)
{
  LsSplit *self = LS_SPLIT (user_data);

  self->position = value;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
allocate_pane (GtkWidget *pane, int x, int width, int height, gboolean visible)
{
  GtkAllocation allocation = { x, 0, width, height };

  if (pane == NULL)
    return;

  gtk_widget_set_child_visible (pane, visible);
  if (visible)
    gtk_widget_size_allocate (pane, &allocation, -1);
}

static void
ls_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LsSplit *self = LS_SPLIT (widget);
  gboolean collapsed = !has_room_for_both (self, width);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (self->collapsed != collapsed)
    {
      self->collapsed = collapsed;
      /* Handlers change what has to be measured, so not within an allocation. */
      if (self->notify_collapsed_id == 0)
        self->notify_collapsed_id = g_idle_add (notify_collapsed_in_idle, self);
    }

  if (collapsed)
    {
      int content_x = (int) (width * (1.0 - self->position));
      int sidebar_x = -(int) (width * self->position);

      allocate_pane (self->sidebar, rtl ? -sidebar_x : sidebar_x, width, height,
                     self->position < 1.0);
      allocate_pane (self->content, rtl ? -content_x : content_x, width, height,
                     self->position > 0.0);
    }
  else
    {
      int sidebar_width = get_sidebar_width (self, width);
      int content_width = width - sidebar_width;

      allocate_pane (self->sidebar, rtl ? content_width : 0, sidebar_width, height, TRUE);
      allocate_pane (self->content, rtl ? 0 : sidebar_width, content_width, height, TRUE);
    }
}

static void
ls_split_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  LsSplit *self = LS_SPLIT (widget);
  GtkWidget *panes[] = { self->sidebar, self->content };

  *minimum = 0;
  *natural = 0;

  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    {
      int pane_minimum;
      int pane_natural;

      if (panes[i] == NULL)
        continue;

      gtk_widget_measure (panes[i], orientation, -1, &pane_minimum, &pane_natural, NULL, NULL);
      *minimum = MAX (*minimum, pane_minimum);
      if (orientation == GTK_ORIENTATION_HORIZONTAL)
        *natural += pane_natural;
      else
        *natural = MAX (*natural, pane_natural);
    }
}

static GtkSizeRequestMode
ls_split_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
set_pane (LsSplit *self, GtkWidget **pane, GtkWidget *widget, GtkWidget *before, guint property)
{
  if (*pane == widget)
    return;

  if (*pane != NULL)
    gtk_widget_unparent (*pane);
  *pane = widget;
  if (widget != NULL)
    gtk_widget_insert_before (widget, GTK_WIDGET (self), before);

  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
show_sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ls_split_set_show_content (LS_SPLIT (widget), FALSE);
}

static void
back_button_pressed_cb (LsSplit *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (!self->collapsed || !self->show_content)
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  ls_split_set_show_content (self, FALSE);
}

static gboolean
back_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  LsSplit *self = LS_SPLIT (widget);

  if (!self->collapsed || !self->show_content)
    return FALSE;

  ls_split_set_show_content (self, FALSE);
  return TRUE;
}

static void
ls_split_dispose (GObject *object)
{
  LsSplit *self = LS_SPLIT (object);

  g_clear_handle_id (&self->notify_collapsed_id, g_source_remove);
  g_clear_object (&self->slide);
  g_clear_pointer (&self->sidebar, gtk_widget_unparent);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (ls_split_parent_class)->dispose (object);
}

static void
ls_split_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  LsSplit *self = LS_SPLIT (object);

  switch (property_id)
    {
    case PROP_SIDEBAR:
      g_value_set_object (value, self->sidebar);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_COLLAPSED:
      g_value_set_boolean (value, self->collapsed);
      break;
    case PROP_SHOW_CONTENT:
      g_value_set_boolean (value, self->show_content);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_split_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  LsSplit *self = LS_SPLIT (object);

  switch (property_id)
    {
    case PROP_SIDEBAR:
      ls_split_set_sidebar (self, g_value_get_object (value));
      break;
    case PROP_CONTENT:
      ls_split_set_content (self, g_value_get_object (value));
      break;
    case PROP_SHOW_CONTENT:
      ls_split_set_show_content (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ls_split_class_init (LsSplitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ls_split_dispose;
  object_class->get_property = ls_split_get_property;
  object_class->set_property = ls_split_set_property;

  widget_class->measure = ls_split_measure;
  widget_class->size_allocate = ls_split_size_allocate;
  widget_class->get_request_mode = ls_split_get_request_mode;

  properties[PROP_SIDEBAR] =
      g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTENT] =
      g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_CONTENT] =
      g_param_spec_boolean ("show-content", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "split.show-sidebar", NULL, show_sidebar_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, back_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, back_key_cb, NULL);

  gtk_widget_class_set_css_name (widget_class, "split");
}

static void
ls_split_init (LsSplit *self)
{
  GtkGesture *back = gtk_gesture_click_new ();
  AdwAnimationTarget *target = adw_callback_animation_target_new (set_position, self, NULL);

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  self->slide = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, SLIDE_DURATION_MS, target);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (back), MOUSE_BUTTON_BACK);
  g_signal_connect_object (back, "pressed", G_CALLBACK (back_button_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (back));
}

/**
 * ls_split_new:
 *
 * Returns: a new split without panes
 */
GtkWidget *
ls_split_new (void)
{
  return g_object_new (LS_TYPE_SPLIT, NULL);
}

/**
 * ls_split_set_sidebar:
 * @self: a split
 * @sidebar: (nullable): the pane at the start
 */
void
ls_split_set_sidebar (LsSplit *self, GtkWidget *sidebar)
{
  g_return_if_fail (LS_IS_SPLIT (self));
  g_return_if_fail (sidebar == NULL || GTK_IS_WIDGET (sidebar));

  /* Before the content, so that Tab goes there first. */
  set_pane (self, &self->sidebar, sidebar, self->content, PROP_SIDEBAR);
}

/**
 * ls_split_set_content:
 * @self: a split
 * @content: (nullable): the pane at the end
 */
void
ls_split_set_content (LsSplit *self, GtkWidget *content)
{
  g_return_if_fail (LS_IS_SPLIT (self));
  g_return_if_fail (content == NULL || GTK_IS_WIDGET (content));

  set_pane (self, &self->content, content, NULL, PROP_CONTENT);
}

/**
 * ls_split_get_collapsed:
 * @self: a split
 *
 * Returns: whether there is room for one pane only
 */
gboolean
ls_split_get_collapsed (LsSplit *self)
{
  g_return_val_if_fail (LS_IS_SPLIT (self), FALSE);

  return self->collapsed;
}

/**
 * ls_split_set_show_content:
 * @self: a split
 * @show_content: %TRUE for the content, %FALSE for the sidebar
 *
 * Chooses the pane that is shown when there is no room for both, and moves the
 * keyboard focus there.
 */
void
ls_split_set_show_content (LsSplit *self, gboolean show_content)
{
  g_return_if_fail (LS_IS_SPLIT (self));

  show_content = !!show_content;
  if (self->show_content == show_content)
    return;

  self->show_content = show_content;

  if (self->collapsed)
    {
      adw_timed_animation_set_value_from (ADW_TIMED_ANIMATION (self->slide), self->position);
      adw_timed_animation_set_value_to (ADW_TIMED_ANIMATION (self->slide), show_content);
      adw_animation_play (self->slide);
      /* Both panes can take the focus from here on. */
      gtk_widget_set_child_visible (show_content ? self->content : self->sidebar, TRUE);
      move_focus_into_shown_pane (self);
    }
  else
    {
      set_position (show_content, self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_CONTENT]);
}
