/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the program under test: measures how long the main loop was
 * away from poll(), which is how long the window did not react. The file that
 * TOUR_STALL_LOG names gets one line for each stall of more than
 * TOUR_STALL_LIMIT milliseconds, with the monotonic time when it began and how much of it
 * the thread computed (the rest it waited, for a processor mostly), and at the end the
 * longest. With TOUR_STALL_STACKS, which makes stalls longer, the stack of the main thread
 * during a stall comes before its line. Time before the first poll is start-up and not
 * counted. */

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define STACK_DEPTH 48

static struct
{
  int log;
  gint64 limit;
  pthread_t main_thread;
  gint64 busy_since; /* 0: in poll(); read by the watch thread */
  gint64 computed_before; /* CPU time of the main thread when it came out of poll() */
  int stack_taken;
  gint64 longest;
  int iterations;
} meter;

/* Microseconds that this thread has had a processor. */
static gint64
get_thread_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static int
measuring_poll (GPollFD *fds, guint n_fds, int timeout)
{
  gint64 began = __atomic_exchange_n (&meter.busy_since, 0, __ATOMIC_SEQ_CST);
  int ready, saved_errno;

  if (began != 0)
    {
      gint64 busy = g_get_monotonic_time () - began;

      meter.iterations++;
      if (busy > meter.limit)
        dprintf (meter.log, "stall %.1f ms at %.3f s, %.1f ms of it computing\n", busy / 1000.0,
                 began / 1e6, (get_thread_time () - meter.computed_before) / 1000.0);
      meter.longest = MAX (meter.longest, busy);
    }

  ready = poll ((struct pollfd *) fds, n_fds, timeout);
  saved_errno = errno;
  meter.computed_before = get_thread_time ();
  __atomic_store_n (&meter.stack_taken, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n (&meter.busy_since, g_get_monotonic_time (), __ATOMIC_SEQ_CST);
  errno = saved_errno;
  return ready;
}

static void
on_long_stall (int signal_number)
{
  void *stack[STACK_DEPTH];

  backtrace_symbols_fd (stack, backtrace (stack, STACK_DEPTH), meter.log);
}

static void *
watch (void *data)
{
  for (;;)
    {
      gint64 began;

      g_usleep (5000);
      began = __atomic_load_n (&meter.busy_since, __ATOMIC_SEQ_CST);
      if (began != 0 && g_get_monotonic_time () - began > meter.limit
          && !__atomic_exchange_n (&meter.stack_taken, 1, __ATOMIC_SEQ_CST))
        pthread_kill (meter.main_thread, SIGUSR2);
    }
  return NULL;
}

__attribute__ ((destructor)) static void
stall_finish (void)
{
  if (meter.limit > 0)
    dprintf (meter.log, "longest %.1f ms in %d iterations\n", meter.longest / 1000.0,
             meter.iterations);
}

__attribute__ ((constructor)) static void
stall_init (void)
{
  const char *path = g_getenv ("TOUR_STALL_LOG");
  const char *limit = g_getenv ("TOUR_STALL_LIMIT");
  const char *stacks = g_getenv ("TOUR_STALL_STACKS");
  struct sigaction action = { .sa_handler = on_long_stall, .sa_flags = SA_RESTART };
  void *stack[1];
  pthread_t thread;

  if (path == NULL)
    return;
  g_unsetenv ("LD_PRELOAD");
  meter.log = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (meter.log < 0)
    return;

  /* The first call loads a library, which a signal handler must not. */
  backtrace (stack, 1);
  meter.limit = 1000 * (limit != NULL ? g_ascii_strtoll (limit, NULL, 10) : 50);
  meter.main_thread = pthread_self ();
  sigaction (SIGUSR2, &action, NULL);
  g_main_context_set_poll_func (NULL, measuring_poll);
  if (stacks == NULL || *stacks == '\0')
    return;
  pthread_create (&thread, NULL, watch, NULL);
  pthread_detach (thread);
}
