/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a command and writes down what it took:
 *
 *   measure REPORT COMMAND...
 *
 * The file REPORT gets one line: seconds, CPU seconds and peak memory in KiB, of
 * the command and the processes that it waited for. The exit status is the
 * command's. A program of its own, and one that needs next to no memory: the kernel
 * counts what the process that starts a command has in memory as the command's
 * peak, which for a Python script is more than some of what is measured. */

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static pid_t child;

/* Whoever is asked to end passes it on; what is left of the child then ends too. */
static void
pass_on (int number)
{
  if (child > 0)
    kill (child, number);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);

  return time.tv_sec + time.tv_nsec / 1e9;
}

static double
to_seconds (struct timeval time)
{
  return time.tv_sec + time.tv_usec / 1e6;
}

int
main (int argc, char *argv[])
{
  struct rusage usage;
  double began;
  double seconds;
  FILE *report;
  int problem;
  int status;

  if (argc < 3)
    {
      fprintf (stderr, "Usage: measure REPORT COMMAND...\n");
      return 2;
    }

  prctl (PR_SET_PDEATHSIG, SIGTERM);
  signal (SIGTERM, pass_on);
  signal (SIGINT, pass_on);

  began = now ();
  problem = posix_spawnp (&child, argv[2], NULL, NULL, &argv[2], environ);
  if (problem != 0)
    {
      fprintf (stderr, "measure: %s: %s\n", argv[2], strerror (problem));
      return 127;
    }
  while (wait4 (child, &status, 0, &usage) < 0)
    if (errno != EINTR)
      return 1;
  seconds = now () - began;

  report = fopen (argv[1], "w");
  if (report == NULL)
    {
      fprintf (stderr, "measure: %s: %s\n", argv[1], strerror (errno));
      return 1;
    }
  fprintf (report, "%.6f %.6f %ld\n", seconds,
           to_seconds (usage.ru_utime) + to_seconds (usage.ru_stime), usage.ru_maxrss);
  if (fclose (report) != 0)
    return 1;

  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
