/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-drag-escape.h"

#ifdef GDK_WINDOWING_X11
#include <X11/extensions/XInput2.h>
#include <gdk/x11/gdkx.h>

static gboolean
is_escape (Display *display, XEvent *event)
{
  XGenericEventCookie *cookie = &event->xcookie;
  int opcode;
  int first_event;
  int first_error;

  if (event->type != GenericEvent || cookie->evtype != XI_KeyPress || cookie->data == NULL
      || !XQueryExtension (display, "XInputExtension", &opcode, &first_event, &first_error)
      || cookie->extension != opcode)
    return FALSE;

  return ((XIDeviceEvent *) cookie->data)->detail == XKeysymToKeycode (display, GDK_KEY_Escape);
}

/* What GDK itself does on Escape; gtk_drag_source_drag_cancel() would only hide
 * what is dragged, and the drop would still come. */
static gboolean
x_event_cb (GdkDisplay *display, gpointer event, GdkDrag *drag)
{
  if (!is_escape (gdk_x11_display_get_xdisplay (display), event))
    return FALSE;

  g_signal_emit_by_name (drag, "cancel", GDK_DRAG_CANCEL_USER_CANCELLED);
  return TRUE;
}

static void
drop_performed_cb (GdkDrag *drag, GdkDisplay *display)
{
  g_signal_handlers_disconnect_by_func (display, x_event_cb, drag);
}

static void
cancel_cb (GdkDrag *drag, GdkDragCancelReason reason, GdkDisplay *display)
{
  g_signal_handlers_disconnect_by_func (display, x_event_cb, drag);
}

/**
 * ls_drag_escape_watch:
 * @drag: a drag that has begun
 *
 * Cancels @drag when Escape is pressed before it ends.
 */
void
ls_drag_escape_watch (GdkDrag *drag)
{
  GdkDisplay *display = gdk_drag_get_display (drag);

  if (!GDK_IS_X11_DISPLAY (display))
    return;

  g_signal_connect_object (display, "xevent", G_CALLBACK (x_event_cb), drag, 0);
  g_signal_connect_object (drag, "drop-performed", G_CALLBACK (drop_performed_cb), display, 0);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (cancel_cb), display, 0);
}

#else

void
ls_drag_escape_watch (GdkDrag *drag)
{
}

#endif
