/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the program under test: tells where every mapped widget is, so
 * that a real mouse can be moved there. Listens on the Unix socket that
 * TOUR_PROBE_SOCKET names; each connection gets one JSON array and is closed.
 *
 * A widget is an object: depth (in the tree, for the reader to find parents),
 * type, id (of the template or builder file), x, y, width and height (in pixels
 * of the screen), native (a surface of its own, such as a popover), text,
 * tooltip, sensitive, focus, selected, value, classes.
 *
 * Also writes, to the file that TOUR_FIRST_FRAME names, how many milliseconds
 * passed between the start of main() and the end of the first frame. */

#include <gio/gunixsocketaddress.h>
#include <gtk/gtk.h>

#include <gdk/x11/gdkx.h>

static gboolean
surface_origin (GtkNative *native, double *x, double *y)
{
  GdkSurface *surface = gtk_native_get_surface (native);
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (native));
  Display *xdisplay;
  Window child;
  int root_x, root_y;

  if (!GDK_IS_X11_SURFACE (surface))
    return FALSE;

  xdisplay = gdk_x11_display_get_xdisplay (display);
  if (!XTranslateCoordinates (xdisplay, gdk_x11_surface_get_xid (surface),
                              DefaultRootWindow (xdisplay), 0, 0, &root_x, &root_y, &child))
    return FALSE;

  gtk_native_get_surface_transform (native, x, y);
  *x += root_x;
  *y += root_y;
  return TRUE;
}

static void
append_string (GString *json, const char *member, const char *value)
{
  if (value == NULL)
    return;

  g_string_append_printf (json, ",\"%s\":\"", member);
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p);
      else if ((guchar) *p < 0x20)
        g_string_append_printf (json, "\\u%04x", (guchar) *p);
      else
        g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}

static const char *
widget_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  /* What a password entry holds is nobody's business. */
  if (GTK_IS_TEXT (widget) && !gtk_text_get_visibility (GTK_TEXT (widget)))
    return NULL;
  if (GTK_IS_PASSWORD_ENTRY (widget))
    return NULL;
  if (GTK_IS_TEXT (widget) || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget))
    return gtk_editable_get_text (GTK_EDITABLE (widget));
  if (GTK_IS_WINDOW (widget))
    return gtk_window_get_title (GTK_WINDOW (widget));
  if (GTK_IS_IMAGE (widget))
    return gtk_image_get_icon_name (GTK_IMAGE (widget));
  return NULL;
}

static gboolean
widget_value (GtkWidget *widget, double *value)
{
  if (GTK_IS_PROGRESS_BAR (widget))
    *value = gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (widget));
  else if (GTK_IS_LEVEL_BAR (widget))
    *value = gtk_level_bar_get_value (GTK_LEVEL_BAR (widget));
  else if (GTK_IS_SWITCH (widget))
    *value = gtk_switch_get_active (GTK_SWITCH (widget));
  else if (GTK_IS_CHECK_BUTTON (widget))
    *value = gtk_check_button_get_active (GTK_CHECK_BUTTON (widget));
  else if (GTK_IS_TOGGLE_BUTTON (widget))
    *value = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget));
  else
    return FALSE;
  return TRUE;
}

static void
append_widget (GString *json, GtkWidget *widget, int depth)
{
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_rect_t bounds;
  double x, y, value;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (!gtk_widget_get_mapped (widget))
    return;

  if (native != NULL && surface_origin (native, &x, &y)
      && gtk_widget_compute_bounds (widget, GTK_WIDGET (native), &bounds))
    {
      g_autofree char *classes = NULL;
      g_auto (GStrv) names = gtk_widget_get_css_classes (widget);
      GtkStateFlags state = gtk_widget_get_state_flags (widget);

      classes = g_strjoinv (" ", names);
      g_string_append_printf (json,
                              "%s\n{\"depth\":%d,\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d,"
                              "\"native\":%s,\"sensitive\":%s,\"focus\":%s,\"selected\":%s",
                              json->len > 1 ? "," : "", depth, (int) (x + bounds.origin.x),
                              (int) (y + bounds.origin.y), (int) bounds.size.width,
                              (int) bounds.size.height, GTK_IS_NATIVE (widget) ? "true" : "false",
                              gtk_widget_is_sensitive (widget) ? "true" : "false",
                              gtk_widget_has_focus (widget) ? "true" : "false",
                              state & GTK_STATE_FLAG_SELECTED ? "true" : "false");
      append_string (json, "type", G_OBJECT_TYPE_NAME (widget));
      append_string (json, "id", gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));
      append_string (json, "text", widget_text (widget));
      append_string (json, "tooltip", gtk_widget_get_tooltip_text (widget));
      append_string (json, "classes", classes);
      if (widget_value (widget, &value))
        g_string_append_printf (json, ",\"value\":%s",
                                g_ascii_formatd (number, sizeof number, "%.4f", value));
      g_string_append_c (json, '}');
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    append_widget (json, child, depth + 1);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  g_autoptr (GString) json = g_string_new ("[");
  GListModel *windows = gtk_window_get_toplevels ();
  GIOStream *stream = G_IO_STREAM (connection);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      append_widget (json, window, 0);
    }
  g_string_append (json, "]\n");

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), json->str, json->len, NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
  return TRUE;
}

static gboolean
start_listening (gpointer user_data)
{
  g_autofree char *path = user_data;
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocketService *service = g_socket_service_new ();

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error))
    g_printerr ("probe: %s\n", error->message);
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), NULL);
  g_socket_service_start (service);
  return G_SOURCE_REMOVE;
}

static gint64 started_at;

static gboolean
on_first_frame (GSignalInvocationHint *hint, guint n_values, const GValue *values,
                gpointer user_data)
{
  g_autofree char *path = user_data;
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%.1f\n", (g_get_monotonic_time () - started_at) / 1000.0);
  g_file_set_contents (path, text, -1, NULL);
  return FALSE;
}

/* Runs when the libraries are loaded and main() is next. */
__attribute__ ((constructor)) static void
probe_init (void)
{
  const char *path = g_getenv ("TOUR_PROBE_SOCKET");
  const char *first_frame = g_getenv ("TOUR_FIRST_FRAME");

  if (path == NULL)
    return;
  started_at = g_get_monotonic_time ();
  if (first_frame != NULL)
    {
      g_type_class_unref (g_type_class_ref (GDK_TYPE_FRAME_CLOCK));
      g_signal_add_emission_hook (g_signal_lookup ("after-paint", GDK_TYPE_FRAME_CLOCK), 0,
                                  on_first_frame, g_strdup (first_frame), NULL);
    }
  /* What the program starts is no business of ours. */
  g_unsetenv ("LD_PRELOAD");
  g_idle_add (start_listening, g_strdup (path));
}
