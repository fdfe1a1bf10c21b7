/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-application.h"
#include "ls-error.h"
#include "ls-window.h"

#include "fake-image.h"
#include "test-shell.h"
#include "ui-test.h"

#include <glib/gstdio.h>

/* The whole program on a bus of its own, where the test stands in for what shows
 * notifications on a desktop. */

static const char interface_xml[] =
    "<node><interface name='org.freedesktop.Notifications'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "</interface></node>";

typedef struct
{
  GDBusConnection *desktop;
  guint last_id;
  guint n_shown;
  guint n_closed;
  char *title;
  char *body;
  GStrv actions;

  LsApplication *application;
  GtkWindow *window;
  LsTransferQueue *queue;
  FakeImage *image;
} Fixture;

static void
emit (Fixture *fixture, const char *signal, GVariant *parameters)
{
  g_dbus_connection_emit_signal (fixture->desktop, NULL, "/org/freedesktop/Notifications",
                                 "org.freedesktop.Notifications", signal, parameters, NULL);
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *parameters,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (g_str_equal (method, "Notify"))
    {
      guint id;

      g_clear_pointer (&fixture->title, g_free);
      g_clear_pointer (&fixture->body, g_free);
      g_clear_pointer (&fixture->actions, g_strfreev);
      g_variant_get_child (parameters, 1, "u", &id);
      if (id == 0)
        id = ++fixture->last_id;
      g_variant_get_child (parameters, 3, "s", &fixture->title);
      g_variant_get_child (parameters, 4, "s", &fixture->body);
      g_variant_get_child (parameters, 5, "^as", &fixture->actions);
      fixture->n_shown++;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", id));
    }
  else if (g_str_equal (method, "GetCapabilities"))
    {
      const char *const capabilities[] = { "body", "actions", NULL };

      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", capabilities));
    }
  else
    {
      guint closed;

      g_variant_get (parameters, "(u)", &closed);
      fixture->n_closed++;
      g_dbus_method_invocation_return_value (invocation, NULL);
      emit (fixture, "NotificationClosed", g_variant_new ("(uu)", closed, 3));
    }
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
set_up_desktop (Fixture *fixture)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (GError) error = NULL;
  gboolean acquired = FALSE;

  fixture->desktop =
      g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (fixture->desktop, "/org/freedesktop/Notifications",
                                     node->interfaces[0], &vtable, fixture, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (fixture->desktop, "org.freedesktop.Notifications",
                                G_BUS_NAME_OWNER_FLAGS_NONE, on_name_acquired, NULL, &acquired,
                                NULL);
  wait_until (acquired);
}

static void
run_transfers (Fixture *fixture, LsTransferKind kind, guint n_transfers)
{
  for (guint i = 0; i < n_transfers; i++)
    {
      g_autoptr (LsTransfer) transfer = fake_image_transfer (fixture->image, kind);

      ls_transfer_queue_add (fixture->queue, transfer);
    }
  wait_until (ls_transfer_queue_get_n_active (fixture->queue) == 0);
}

static void
put_behind (Fixture *fixture)
{
  wait_until (gtk_window_is_active (fixture->window));
  gtk_window_minimize (fixture->window);
  wait_until (!gtk_window_is_active (fixture->window));
}

/* Until all that the desktop said has been heard. A notification that is withdrawn
 * before the answer to it has come stays open: GLib does not know its number yet. */
static void
settle (Fixture *fixture)
{
  GDBusConnection *connection =
      g_application_get_dbus_connection (G_APPLICATION (fixture->application));
  g_autoptr (GVariant) answer = NULL;

  g_dbus_connection_flush_sync (fixture->desktop, NULL, NULL);
  /* What was sent before this answer has arrived with it. */
  answer =
      g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (answer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
bring_to_front (Fixture *fixture)
{
  settle (fixture);
  gtk_window_present (fixture->window);
  wait_until (gtk_window_is_active (fixture->window));
}

static GtkWindow *
find_window (Fixture *fixture)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (fixture->application));

  return windows != NULL ? windows->data : NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_desktop (fixture);
  fixture->application = ls_application_new (0);
  fixture->image = fake_image_new ("docker.io/library/ubuntu:24.04");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->image);
  g_object_unref (fixture->application);
  g_dbus_connection_close_sync (fixture->desktop, NULL, NULL);
  g_object_unref (fixture->desktop);
  g_free (fixture->title);
  g_free (fixture->body);
  g_strfreev (fixture->actions);
}

static gboolean
shows_transfers (Fixture *fixture)
{
  return ls_window_shows_transfers (LS_WINDOW (fixture->window));
}

/* One that ends behind other windows is told of, and leads back to the transfers. */
static void
tell_of_one (Fixture *fixture)
{
  put_behind (fixture);
  run_transfers (fixture, LS_TRANSFER_PULL, 1);
  wait_until (fixture->n_shown == 1);
  g_assert_cmpstr (fixture->title, ==, "Pulled ubuntu:24.04");
  g_assert_cmpstr (fixture->body, ==, "Downloaded newer image");
  g_assert_true (g_strv_contains ((const char *const *) fixture->actions, "default"));
  g_assert_false (shows_transfers (fixture));

  /* A desktop closes what was chosen. */
  fixture->n_closed++;
  emit (fixture, "ActionInvoked", g_variant_new ("(us)", fixture->last_id, "default"));
  emit (fixture, "NotificationClosed", g_variant_new ("(uu)", fixture->last_id, 2));
  wait_until (shows_transfers (fixture));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
}

static void
tell_of_many (Fixture *fixture)
{
  GError *error = g_error_new_literal (LS_ERROR, LS_ERROR_OFFLINE, "technical");

  put_behind (fixture);
  run_transfers (fixture, LS_TRANSFER_PULL, 3);
  wait_until (fixture->n_shown >= 1 && g_str_equal (fixture->title, "3 transfers have ended"));
  g_assert_cmpstr (fixture->body, ==, "3 succeeded");

  /* What comes later takes its place, as long as nobody has looked. */
  fake_image_fail (fixture->image, error);
  run_transfers (fixture, LS_TRANSFER_PUSH, 1);
  wait_until (g_str_equal (fixture->title, "4 transfers have ended"));
  g_assert_cmpstr (fixture->body, ==, "3 succeeded, 1 failed");
}

/* Whoever looks at the window needs no notification; an older one goes away. */
static void
tell_nothing_in_front (Fixture *fixture)
{
  wait_until (fixture->n_closed == fixture->last_id);
  fake_image_fail (fixture->image, NULL);
  run_transfers (fixture, LS_TRANSFER_PULL, 2);
  put_behind (fixture);
  run_transfers (fixture, LS_TRANSFER_PULL, 1);
  wait_until (g_str_has_prefix (fixture->title, "Pulled"));
  g_assert_cmpstr (fixture->title, ==, "Pulled ubuntu:24.04");
}

/* A copy is no push. */
static void
tell_of_a_copy (Fixture *fixture)
{
  put_behind (fixture);
  run_transfers (fixture, LS_TRANSFER_COPY, 1);
  wait_until (g_str_equal (fixture->title, "Copied ubuntu:24.04"));
}

/* GLib 2.74 does not survive the end of a program with a notification that is open. */
static void
close_all (Fixture *fixture)
{
  guint n_closed = fixture->n_closed;

  bring_to_front (fixture);
  wait_until (fixture->n_closed > n_closed);
  settle (fixture);
}

static void
on_activate (GApplication *application, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_signal_handlers_disconnect_by_func (application, on_activate, fixture);
  fixture->window = find_window (fixture);
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
  fixture->queue = ls_context_get_transfers (ls_window_get_context (LS_WINDOW (fixture->window)));

  tell_of_one (fixture);
  bring_to_front (fixture);
  tell_of_many (fixture);
  bring_to_front (fixture);
  tell_nothing_in_front (fixture);
  bring_to_front (fixture);
  tell_of_a_copy (fixture);
  close_all (fixture);

  gtk_window_destroy (fixture->window);
}

static void
test_tells (Fixture *fixture, gconstpointer data)
{
  g_signal_connect_after (fixture->application, "activate", G_CALLBACK (on_activate), fixture);
  g_assert_cmpint (g_application_run (G_APPLICATION (fixture->application), 0, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  LsTestDir *dir = ls_test_dir_new ();
  /* For the rest of the process: libraries keep their connections. */
  static GTestDBus *bus;
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));
  int result;

  g_setenv ("XDG_CONFIG_HOME", ls_test_dir_get_path (dir), TRUE);
  g_setenv ("XDG_DATA_HOME", ls_test_dir_get_path (dir), TRUE);
  /* Takes the display away, too. */
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  if (display != NULL)
    g_setenv ("DISPLAY", display, TRUE);
  test_shell_init_toolkit (&argc, &argv);

  g_test_add ("/transfer-notifier/tells", Fixture, NULL, set_up, test_tells, tear_down);
  result = g_test_run ();
  g_test_dbus_stop (bus);
  ls_test_dir_free (dir);

  return result;
}
