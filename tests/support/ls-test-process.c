/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-test-process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (60 * G_USEC_PER_SEC)
#define PAUSE (5 * 1000)

/* Below those that connections get. */
#define FIRST_PORT 20000
#define LAST_PORT 32000

static void
die_with_parent (gpointer data)
{
  int log = GPOINTER_TO_INT (data);

  dup2 (log, STDOUT_FILENO);
  dup2 (log, STDERR_FILENO);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/**
 * ls_test_process_start:
 * @argv: the program and its arguments
 * @log_path: where its output goes
 *
 * Starts a server.
 *
 * Returns: its process id, for ls_test_process_end()
 */
GPid
ls_test_process_start (const char *const *argv, const char *log_path)
{
  g_autoptr (GError) error = NULL;
  int log = open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  GPid pid;

  g_assert_cmpint (log, >=, 0);
  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                 die_with_parent, GINT_TO_POINTER (log), &pid, &error);
  close (log);
  g_assert_no_error (error);

  return pid;
}

/**
 * ls_test_process_end:
 * @pid: what ls_test_process_start() gave
 *
 * Ends the program and waits for it.
 */
void
ls_test_process_end (GPid pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
}

/**
 * ls_test_process_run:
 * @directory: (nullable): where to run it
 * @program: the program
 * @...: its arguments, and %NULL
 *
 * Runs a program that has to succeed. What it prints is shown if it does not.
 */
void
ls_test_process_run (const char *directory, const char *program, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  const char *argument = program;
  va_list arguments;

  va_start (arguments, program);
  for (; argument != NULL; argument = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (gpointer) argument);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);

  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_cwd (launcher, directory != NULL ? directory : ".");
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);

  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("%s: %s", program, output);
}

/**
 * ls_test_find_free_port:
 *
 * Finds a port that stays free until somebody is told to listen there: none of those
 * that the kernel gives to connections, of which other tests make thousands meanwhile.
 *
 * Returns: a port of 127.0.0.1 on which nobody listens
 */
guint16
ls_test_find_free_port (void)
{
  for (guint attempt = 0; attempt < 1000; attempt++)
    {
      guint16 port = (guint16) g_random_int_range (FIRST_PORT, LAST_PORT + 1);
      g_autoptr (GSocket) socket = NULL;
      g_autoptr (GSocketAddress) address = NULL;
      g_autoptr (GError) error = NULL;

      socket =
          g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
      g_assert_no_error (error);
      address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
      if (g_socket_bind (socket, address, TRUE, NULL))
        return port;
    }

  g_error ("there is no free port from %d to %d", FIRST_PORT, LAST_PORT);
}

static gboolean
is_answering (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);

  return connection != NULL;
}

/**
 * ls_test_wait_for_port:
 * @port: a port of 127.0.0.1
 * @what: who should listen there, for the message when nobody does
 *
 * Waits until somebody listens, a minute at most.
 */
void
ls_test_wait_for_port (guint16 port, const char *what)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (!is_answering (port))
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s does not answer on port %u", what, port);
      g_usleep (PAUSE);
    }
}
