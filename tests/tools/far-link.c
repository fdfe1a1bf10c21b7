/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A long line between two ends of one network namespace:
 *
 *   unshare --net far-link DELAY LOSS RATE
 *
 * DELAY is in milliseconds there and back, LOSS in percent of the packets each
 * way, RATE in Mbit/s each way of one connection. Who listens in the namespace is
 * at 10.77.0.2 for everybody in there. Says "ready" once that is so, and ends with
 * its parent.
 *
 * It is a tun device whose packets come back after a while with source and
 * destination swapped, so the real TCP of the kernel runs at both ends. (What `tc`
 * has for this, netem and fq, is not in every kernel.) */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#define NEAR_ADDRESS "10.77.0.1"
#define NETWORK_MASK "255.255.255.0"
#define MTU 1500
#define QUEUE_LENGTH 10000

/* How long the line keeps of one connection what is too much for it. */
#define MAX_QUEUE_US (100 * 1000)

/* IPv4, RFC 791. */
#define PROTOCOL_OFFSET 9
#define SOURCE_OFFSET 12
#define DESTINATION_OFFSET 16
#define MIN_HEADER 20

typedef struct
{
  gint64 due;
  gsize length;
  guint8 bytes[MTU];
} Packet;

typedef struct
{
  int tun;
  gint64 delay;        /* microseconds, one way */
  double loss;         /* 0 to 1 */
  double rate;         /* bytes a microsecond */
  GQueue queue;        /* Packet, in the order of their due times */
  GHashTable *free_at; /* flow -> when the line has sent what it has of it */
} Line;

static void
die (const char *what)
{
  perror (what);
  exit (1);
}

static int
open_tun (void)
{
  struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
  struct sockaddr_in *address = (struct sockaddr_in *) &request.ifr_addr;
  int tun = open ("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  int control = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (tun < 0 || ioctl (tun, TUNSETIFF, &request) < 0)
    die ("/dev/net/tun");

  address->sin_family = AF_INET;
  inet_pton (AF_INET, NEAR_ADDRESS, &address->sin_addr);
  if (ioctl (control, SIOCSIFADDR, &request) < 0)
    die ("address");
  inet_pton (AF_INET, NETWORK_MASK, &address->sin_addr);
  if (ioctl (control, SIOCSIFNETMASK, &request) < 0)
    die ("network");
  request.ifr_mtu = MTU;
  if (ioctl (control, SIOCSIFMTU, &request) < 0)
    die ("MTU");

  /* Room for what comes while this process has no turn. */
  request.ifr_qlen = QUEUE_LENGTH;
  if (ioctl (control, SIOCSIFTXQLEN, &request) < 0)
    die ("queue");

  /* Both the line and, for programs that talk to themselves, the loopback. */
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl (control, SIOCSIFFLAGS, &request) < 0)
    die (request.ifr_name);
  strcpy (request.ifr_name, "lo");
  if (ioctl (control, SIOCSIFFLAGS, &request) < 0)
    die (request.ifr_name);
  close (control);

  return tun;
}

/* One direction of one connection: the ports after the header; 0 for what has none. */
static guint32
flow_of (const Packet *packet)
{
  gsize header = (packet->bytes[0] & 0xf) * 4;
  guint32 ports = 0;

  if (packet->bytes[PROTOCOL_OFFSET] == IPPROTO_TCP && header + sizeof ports <= packet->length)
    memcpy (&ports, packet->bytes + header, sizeof ports);

  return ports;
}

/* The sum of the header stays the same, and so do those of TCP. */
static void
turn_round (Packet *packet)
{
  guint8 source[4];

  memcpy (source, packet->bytes + SOURCE_OFFSET, sizeof source);
  memcpy (packet->bytes + SOURCE_OFFSET, packet->bytes + DESTINATION_OFFSET, sizeof source);
  memcpy (packet->bytes + DESTINATION_OFFSET, source, sizeof source);
}

static int
compare_due (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 due_a = ((const Packet *) a)->due;
  gint64 due_b = ((const Packet *) b)->due;

  return (due_a > due_b) - (due_a < due_b);
}

static void
insert (Line *line, Packet *packet)
{
  GList *after = line->queue.tail;

  /* Most are the last ones. */
  while (after != NULL && compare_due (after->data, packet, NULL) > 0)
    after = after->prev;
  g_queue_insert_after (&line->queue, after, packet);
}

static void
take (Line *line, Packet *packet, gint64 now)
{
  gpointer flow = GUINT_TO_POINTER (flow_of (packet));
  gint64 *free_at = g_hash_table_lookup (line->free_at, flow);
  gint64 begins;

  if (free_at == NULL)
    {
      free_at = g_new0 (gint64, 1);
      g_hash_table_insert (line->free_at, flow, free_at);
    }
  begins = MAX (now, *free_at);
  if (begins - now > MAX_QUEUE_US || g_random_double () < line->loss)
    {
      g_free (packet);
      return;
    }
  *free_at = begins + (gint64) (packet->length / line->rate);
  packet->due = *free_at + line->delay;
  turn_round (packet);
  insert (line, packet);
}

static void
take_all (Line *line)
{
  for (;;)
    {
      Packet *packet = g_new (Packet, 1);
      gssize n = read (line->tun, packet->bytes, sizeof packet->bytes);

      if (n <= 0)
        {
          g_free (packet);
          return;
        }
      packet->length = n;
      /* IPv4 only: the kernel's own greetings by IPv6 go nowhere. */
      if (n >= MIN_HEADER && packet->bytes[0] >> 4 == 4)
        take (line, packet, g_get_monotonic_time ());
      else
        g_free (packet);
    }
}

static void
give_what_is_due (Line *line)
{
  Packet *packet;

  while ((packet = g_queue_peek_head (&line->queue)) != NULL
         && packet->due <= g_get_monotonic_time ())
    {
      g_queue_pop_head (&line->queue);
      if (write (line->tun, packet->bytes, packet->length) < 0)
        g_debug ("A packet is lost: %s", g_strerror (errno));
      g_free (packet);
    }
}

static void
run (Line *line)
{
  struct pollfd fd = { .fd = line->tun, .events = POLLIN };

  for (;;)
    {
      Packet *next = g_queue_peek_head (&line->queue);
      struct timespec wait = { 0 };

      if (next != NULL)
        {
          gint64 left = MAX (next->due - g_get_monotonic_time (), 0);

          wait.tv_sec = left / G_USEC_PER_SEC;
          wait.tv_nsec = left % G_USEC_PER_SEC * 1000;
        }
      ppoll (&fd, 1, next != NULL ? &wait : NULL, NULL);
      take_all (line);
      give_what_is_due (line);
    }
}

/* What most servers of the world do. Inside a namespace the kernel may allow only the
 * older one, which a lossy line makes the same of. */
static void
choose_congestion_control (void)
{
  static const char *const wanted[] = { "cubic", "reno" };
  int fd = open ("/proc/sys/net/ipv4/tcp_congestion_control", O_WRONLY | O_CLOEXEC);
  gboolean done = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (wanted) && !done; i++)
    done = write (fd, wanted[i], strlen (wanted[i])) > 0;
  if (!done)
    die ("congestion control");
  close (fd);
}

int
main (int argc, char *argv[])
{
  Line line = { .queue = G_QUEUE_INIT };

  if (argc != 4)
    {
      g_printerr ("Usage: unshare --net far-link DELAY LOSS RATE\n");
      return 2;
    }
  prctl (PR_SET_PDEATHSIG, SIGTERM);

  line.delay = (gint64) (g_ascii_strtod (argv[1], NULL) * 1000 / 2);
  line.loss = g_ascii_strtod (argv[2], NULL) / 100;
  line.rate = g_ascii_strtod (argv[3], NULL) / 8;
  line.free_at = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  line.tun = open_tun ();
  choose_congestion_control ();

  printf ("ready\n");
  fflush (stdout);
  run (&line);
}
