/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-session.h"

#include "ls-test-dir.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#define SERVICE "org.freedesktop.secrets"
#define PATIENCE_SECONDS 60

/* No <servicedir>: nothing is started behind the test's back. */
static const char bus_config[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig>\n"
    "  <type>session</type>\n"
    "  <listen>%s</listen>\n"
    "  <policy context=\"default\">\n"
    "    <allow send_destination=\"*\" eavesdrop=\"true\"/>\n"
    "    <allow eavesdrop=\"true\"/>\n"
    "    <allow own=\"*\"/>\n"
    "  </policy>\n"
    "</busconfig>\n";

struct _LsTestSession
{
  LsTestDir *home;
  GSubprocess *bus;
  char *address;
  GDBusConnection *own;
  GSubprocess *keyring;
};

/**
 * ls_test_session_is_possible:
 *
 * Returns: whether the programs that a session needs are installed
 */
gboolean
ls_test_session_is_possible (void)
{
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");
  g_autofree char *keyring = g_find_program_in_path ("gnome-keyring-daemon");

  return bus != NULL && keyring != NULL;
}

static void
set_directory (LsTestSession *self, const char *variable, const char *name)
{
  g_autofree char *path = ls_test_dir_build (self->home, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_setenv (variable, path, TRUE);
}

/**
 * ls_test_session_new:
 *
 * Makes a home, and an environment in which there is neither a bus nor a display.
 *
 * Returns: (transfer full): a session
 */
LsTestSession *
ls_test_session_new (void)
{
  LsTestSession *self = g_new0 (LsTestSession, 1);

  self->home = ls_test_dir_new ();
  g_setenv ("HOME", ls_test_dir_get_path (self->home), TRUE);
  set_directory (self, "XDG_RUNTIME_DIR", "run");
  set_directory (self, "XDG_DATA_HOME", "data");
  set_directory (self, "XDG_CONFIG_HOME", "config");
  set_directory (self, "XDG_CACHE_HOME", "cache");
  /* Nobody listens there yet; an unset variable would let GIO look for another bus. */
  self->address = g_strdup_printf ("unix:path=%s/bus", ls_test_dir_get_path (self->home));
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", self->address, TRUE);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  g_unsetenv ("GNOME_KEYRING_CONTROL");
  g_unsetenv ("SECRET_BACKEND");

  return self;
}

/* A test that fails aborts, and its daemons must not stay behind. */
static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
start_process (const char *const *argv, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  /* Warnings of foreign programs are theirs. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);

  return process;
}

static void
end_process (GSubprocess **process)
{
  if (*process == NULL)
    return;

  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

/**
 * ls_test_session_free:
 * @self: (transfer full): a session
 *
 * Ends the processes that the session started and removes its home.
 */
void
ls_test_session_free (LsTestSession *self)
{
  g_clear_object (&self->own);
  end_process (&self->keyring);
  end_process (&self->bus);
  ls_test_dir_free (self->home);
  g_free (self->address);
  g_free (self);
}

/**
 * ls_test_session_get_home:
 * @self: a session
 *
 * Returns: (transfer none): the directory that is removed with the session
 */
const char *
ls_test_session_get_home (LsTestSession *self)
{
  return ls_test_dir_get_path (self->home);
}

/**
 * ls_test_session_start_bus:
 * @self: a session
 *
 * Starts the D-Bus daemon, with no service on it.
 */
void
ls_test_session_start_bus (LsTestSession *self)
{
  g_autofree char *config = g_strdup_printf (bus_config, self->address);
  g_autofree char *path = ls_test_dir_build (self->home, "bus.conf");
  g_autofree char *option = g_strconcat ("--config-file=", path, NULL);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, config, -1, &error);
  g_assert_no_error (error);

  self->bus = start_process ((const char *const[]){ "dbus-daemon", option, "--nofork",
                                                    "--nopidfile", "--print-address=1", NULL },
                             G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->bus));
  /* It says its address once it listens. */
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
}

/**
 * ls_test_session_enter:
 * @self: a session with a bus
 *
 * Lets this process use the session, and survive its end.
 */
void
ls_test_session_enter (LsTestSession *self)
{
  g_autoptr (GError) error = NULL;

  self->own = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (self->own, FALSE);
}

/**
 * ls_test_session_connect:
 * @self: a session with a bus
 *
 * Returns: (transfer full): a connection of the test's own to the bus
 */
GDBusConnection *
ls_test_session_connect (LsTestSession *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection;

  connection =
      g_dbus_connection_new_for_address_sync (self->address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);

  return connection;
}

static gboolean
keyring_has_name (GDBusConnection *connection)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  gboolean owned = FALSE;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", SERVICE), G_VARIANT_TYPE ("(b)"),
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(b)", &owned);

  return owned;
}

/**
 * ls_test_session_start_keyring:
 * @self: a session with a bus
 * @password: (nullable): unlocks the keyring, and makes it when there is none; %NULL to
 *   leave it locked
 *
 * Starts gnome-keyring-daemon and waits until it is on the bus.
 */
void
ls_test_session_start_keyring (LsTestSession *self, const char *password)
{
  g_autoptr (GDBusConnection) connection = ls_test_session_connect (self);
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;

  g_assert_null (self->keyring);

  self->keyring = start_process (
      (const char *const[]){ "gnome-keyring-daemon", "--foreground", "--components=secrets",
                             password != NULL ? "--unlock" : NULL, NULL },
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
          | G_SUBPROCESS_FLAGS_STDERR_SILENCE);

  if (password != NULL)
    {
      GOutputStream *input = g_subprocess_get_stdin_pipe (self->keyring);

      g_output_stream_write_all (input, password, strlen (password), NULL, NULL, &error);
      g_assert_no_error (error);
      g_output_stream_close (input, NULL, &error);
      g_assert_no_error (error);
    }

  while (!keyring_has_name (connection))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (10 * 1000);
    }
}

/**
 * ls_test_session_stop_keyring:
 * @self: a session
 *
 * Ends gnome-keyring-daemon, as when it crashes; what it stored stays on disk.
 */
void
ls_test_session_stop_keyring (LsTestSession *self)
{
  end_process (&self->keyring);
}
