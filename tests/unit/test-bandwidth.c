/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-bandwidth-stream.h"

#define MIB (1024 * 1024)
#define HOUR (3600 * (gint64) G_USEC_PER_SEC)

/* A time that passes as soon as somebody waits for it. */
typedef struct
{
  GMutex mutex;
  gint64 now;
} Clock;

static gint64
get_time (gpointer data)
{
  Clock *clock = data;
  gint64 now;

  g_mutex_lock (&clock->mutex);
  now = clock->now;
  g_mutex_unlock (&clock->mutex);

  return now;
}

static void
wait_until (gint64 time, gpointer data)
{
  Clock *clock = data;

  g_mutex_lock (&clock->mutex);
  clock->now = MAX (clock->now, time);
  g_mutex_unlock (&clock->mutex);
}

static const LsBandwidthClock virtual = { get_time, wait_until };

static void
take (LsBandwidth *bandwidth, gint64 n_bytes)
{
  while (n_bytes > 0)
    {
      g_autoptr (GError) error = NULL;
      gsize granted;

      g_assert_true (ls_bandwidth_take (bandwidth, (gsize) n_bytes, &granted, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (granted, >, 0);
      g_assert_cmpint ((gint64) granted, <=, n_bytes);
      n_bytes -= (gint64) granted;
    }
}

static void
test_rates (void)
{
  static const struct
  {
    gint64 limit;
    gint64 n_bytes;
  } cases[] = {
    { 100, 2000 },
    { 1024, 100 * 1024 },
    { 333333, 10 * MIB },
    { MIB, 100 * MIB },
    { 1000 * (gint64) MIB, 4000 * (gint64) MIB },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Clock clock = { .now = 5 };
      g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
      double seconds = (double) cases[i].n_bytes / (double) cases[i].limit;

      g_mutex_init (&clock.mutex);
      ls_bandwidth_set_limit (bandwidth, cases[i].limit);
      g_assert_cmpint (ls_bandwidth_get_limit (bandwidth), ==, cases[i].limit);
      take (bandwidth, cases[i].n_bytes);

      /* The last slice is on credit. */
      take (bandwidth, 1);
      g_assert_cmpfloat_with_epsilon ((double) (clock.now - 5) / G_USEC_PER_SEC, seconds,
                                      seconds / 20);
      g_mutex_clear (&clock.mutex);
    }
}

static void
test_no_limit (void)
{
  Clock clock = { .now = 5 };
  g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
  gsize granted;

  g_mutex_init (&clock.mutex);
  g_assert_true (ls_bandwidth_take (bandwidth, 1000 * MIB, &granted, NULL, NULL));
  g_assert_cmpuint (granted, ==, 1000 * MIB);
  g_assert_cmpint (clock.now, ==, 5);

  ls_bandwidth_set_limit (bandwidth, 1000);
  ls_bandwidth_set_limit (bandwidth, 0);
  take (bandwidth, 1000 * MIB);
  g_assert_cmpint (clock.now, ==, 5);
  g_mutex_clear (&clock.mutex);
}

/* What a short read leaves over is not lost, and an idle hour is not saved up. */
static void
test_balance (void)
{
  Clock clock = { .now = 5 };
  g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
  gsize granted;

  g_mutex_init (&clock.mutex);
  ls_bandwidth_set_limit (bandwidth, 64 * 1024);
  for (int i = 0; i < 1000; i++)
    {
      g_assert_true (ls_bandwidth_take (bandwidth, 4096, &granted, NULL, NULL));
      ls_bandwidth_give_back (bandwidth, granted);
    }
  g_assert_cmpint (clock.now, <, 5 + G_USEC_PER_SEC);

  clock.now += HOUR;
  take (bandwidth, 10 * 64 * 1024);
  g_assert_cmpint (clock.now, >, HOUR + 9 * G_USEC_PER_SEC);
  g_mutex_clear (&clock.mutex);
}

static gpointer
take_much (gpointer data)
{
  take (data, 10 * MIB);

  return NULL;
}

/* One limit for all of them together, and each gets what it wants in the end. */
static void
test_many (void)
{
  Clock clock = { .now = 5 };
  g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
  GThread *threads[8];

  g_mutex_init (&clock.mutex);
  ls_bandwidth_set_limit (bandwidth, MIB);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("taker", take_much, bandwidth);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (clock.now, >, 79 * G_USEC_PER_SEC);
  g_assert_cmpint (clock.now, <, 81 * G_USEC_PER_SEC);
  g_mutex_clear (&clock.mutex);
}

static gpointer
cancel (gpointer data)
{
  g_cancellable_cancel (data);

  return NULL;
}

static gpointer
lift_limit (gpointer data)
{
  ls_bandwidth_set_limit (data, 0);

  return NULL;
}

/* A byte a second: these would wait for minutes. */
static void
test_cancel (void)
{
  g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gsize granted;
  GThread *thread;

  ls_bandwidth_set_limit (bandwidth, 1);
  take (bandwidth, 512);
  thread = g_thread_new ("cancel", cancel, cancellable);
  g_assert_false (ls_bandwidth_take (bandwidth, 1, &granted, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);

  thread = g_thread_new ("lift", lift_limit, bandwidth);
  g_assert_true (ls_bandwidth_take (bandwidth, 1, &granted, NULL, NULL));
  g_thread_join (thread);
}

static const LsPace pace = { .patience = 120, .min_speed = 64 };

static void
test_stream (void)
{
  Clock clock = { .now = 5 };
  g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
  g_autofree char *data = g_strnfill (100 * 1024, 'x');
  g_autoptr (GInputStream) bytes = g_memory_input_stream_new_from_data (data, 100 * 1024, NULL);
  g_autoptr (GInputStream) stream = ls_bandwidth_stream_new (bytes, bandwidth, &pace);
  g_autofree char *buffer = g_malloc (200 * 1024);
  g_autoptr (GError) error = NULL;
  gsize n_read;

  g_mutex_init (&clock.mutex);
  ls_bandwidth_set_limit (bandwidth, 10 * 1024);
  g_input_stream_read_all (stream, buffer, 200 * 1024, &n_read, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (buffer, n_read, data, 100 * 1024);
  g_assert_cmpint (clock.now, >, 9 * G_USEC_PER_SEC);
  g_assert_cmpint (clock.now, <, 11 * G_USEC_PER_SEC);
  g_mutex_clear (&clock.mutex);
}

/* A server that takes its time with each read. */
typedef struct
{
  GFilterInputStream parent;
  Clock *clock;
  gint64 seconds;
  gsize n_bytes;
} SlowStream;

typedef GFilterInputStreamClass SlowStreamClass;

GType slow_stream_get_type (void);
G_DEFINE_TYPE (SlowStream, slow_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
slow_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                  GError **error)
{
  SlowStream *self = (SlowStream *) stream;
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));

  self->clock->now += self->seconds * G_USEC_PER_SEC;

  return g_input_stream_read (base, buffer, MIN (count, self->n_bytes), cancellable, error);
}

static void
slow_stream_class_init (SlowStreamClass *klass)
{
  klass->parent_class.read_fn = slow_stream_read;
}

static void
slow_stream_init (SlowStream *self)
{
}

static void
test_pace (void)
{
  static const struct
  {
    gint64 seconds;
    gsize n_bytes;
    gint64 limit;
    gboolean ends;
  } cases[] = {
    { 30, 1, 0, FALSE },    /* one byte now and then */
    { 30, 1000, 0, FALSE }, /* a little more */
    { 30, 4096, 0, TRUE },  /* a very slow line */
    { 0, 1, 0, TRUE },      /* small pieces */
    { 0, 4096, 20, TRUE },  /* slow because it was told to be */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Clock clock = { .now = 5 };
      g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
      g_autofree char *data = g_strnfill (32 * 1024, 'x');
      g_autoptr (GInputStream) bytes = g_memory_input_stream_new_from_data (data, 32 * 1024, NULL);
      g_autoptr (GInputStream) slow =
          g_object_new (slow_stream_get_type (), "base-stream", bytes, NULL);
      g_autoptr (GInputStream) stream = ls_bandwidth_stream_new (slow, bandwidth, &pace);
      g_autofree char *buffer = g_malloc (64 * 1024);
      g_autoptr (GError) error = NULL;
      gsize n_read;

      g_mutex_init (&clock.mutex);
      ((SlowStream *) slow)->clock = &clock;
      ((SlowStream *) slow)->seconds = cases[i].seconds;
      ((SlowStream *) slow)->n_bytes = cases[i].n_bytes;
      ls_bandwidth_set_limit (bandwidth, cases[i].limit);
      g_input_stream_read_all (stream, buffer, 64 * 1024, &n_read, NULL, &error);
      g_test_message ("%d", (int) i);
      if (cases[i].ends)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (n_read, ==, 32 * 1024);
        }
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_mutex_clear (&clock.mutex);
    }
}

/* A server that takes its time with each piece of what it is sent, and a source that does
 * so with each read. */
static void
test_pace_of_upload (void)
{
  static const struct
  {
    gint64 seconds; /* for a piece */
    gsize n_bytes;  /* in it */
    gint64 seconds_of_source;
    gint64 limit;
    gboolean ends;
  } cases[] = {
    { 30, 1, 0, 0, FALSE },      /* one byte now and then */
    { 30, 1000, 0, 0, FALSE },   /* a little more */
    { 30, 4096, 0, 0, TRUE },    /* a very slow line */
    { 250, 16384, 0, 0, TRUE },  /* the same, and what it takes comes from it in lumps */
    { 500, 16384, 0, 0, FALSE }, /* a record of TLS, byte by byte */
    { 0, 1, 0, 0, TRUE },        /* small pieces */
    { 0, 4096, 500, 0, TRUE },   /* the source of a copy may be slow */
    { 1, 4096, 500, 0, TRUE },   /* and the server no more than that */
    { 30, 1, 500, 0, FALSE },    /* both are */
    { 0, 4096, 0, 20, TRUE },    /* slow because it was told to be */
    { 30, 1, 0, 20, FALSE },     /* and by itself */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Clock clock = { .now = 5 };
      g_autoptr (LsBandwidth) bandwidth = ls_bandwidth_new_with_clock (&virtual, &clock);
      g_autofree char *data = g_strnfill (64 * 1024, 'x');
      g_autoptr (GInputStream) bytes = g_memory_input_stream_new_from_data (data, 64 * 1024, NULL);
      g_autoptr (GInputStream) slow =
          g_object_new (slow_stream_get_type (), "base-stream", bytes, NULL);
      g_autoptr (GInputStream) stream = ls_bandwidth_stream_new_for_upload (slow, bandwidth, &pace);
      g_autoptr (GError) error = NULL;
      gboolean is_fast_enough = TRUE;
      char buffer[16 * 1024];
      gssize n_read;

      g_mutex_init (&clock.mutex);
      ((SlowStream *) slow)->clock = &clock;
      ((SlowStream *) slow)->seconds = cases[i].seconds_of_source;
      ((SlowStream *) slow)->n_bytes = sizeof buffer;
      ls_bandwidth_set_limit (bandwidth, cases[i].limit);
      while (is_fast_enough
             && (n_read = g_input_stream_read (stream, buffer, sizeof buffer, NULL, &error)) > 0)
        for (gsize n_taken = 0; is_fast_enough && n_taken < (gsize) n_read;)
          {
            gsize n = MIN (cases[i].n_bytes, (gsize) n_read - n_taken);

            clock.now += cases[i].seconds * G_USEC_PER_SEC;
            n_taken += n;
            is_fast_enough = ls_bandwidth_stream_note_taken (LS_BANDWIDTH_STREAM (stream), n);
          }
      g_test_message ("%d", (int) i);
      g_assert_no_error (error);
      g_assert_cmpint (is_fast_enough, ==, cases[i].ends);
      g_mutex_clear (&clock.mutex);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bandwidth/rates", test_rates);
  g_test_add_func ("/bandwidth/no-limit", test_no_limit);
  g_test_add_func ("/bandwidth/balance", test_balance);
  g_test_add_func ("/bandwidth/many", test_many);
  g_test_add_func ("/bandwidth/cancel", test_cancel);
  g_test_add_func ("/bandwidth/stream", test_stream);
  g_test_add_func ("/bandwidth/pace", test_pace);
  g_test_add_func ("/bandwidth/pace-of-upload", test_pace_of_upload);

  return g_test_run ();
}
