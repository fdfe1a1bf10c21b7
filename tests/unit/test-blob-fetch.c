/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a blob comes, by what is known of the line. */

#include "ls-blob-fetch.h"
#include "ls-error.h"
#include "ls-test-store.h"

#define KIB ((gsize) 1024)
#define LONG_WAY ((gint64) 100 * 1000)
#define PATIENCE (60 * G_USEC_PER_SEC)
#define MOMENT (G_USEC_PER_SEC / 5)

/* A line over which little comes, and that breaks when somebody else has been called. */
#define TYPE_SLOW_STREAM (slow_stream_get_type ())
G_DECLARE_FINAL_TYPE (SlowStream, slow_stream, SLOW, STREAM, GFilterInputStream)

struct _SlowStream
{
  GFilterInputStream parent_instance;

  GMutex *mutex;
  GCond *asked;
  const guint *n_ranges;
};

G_DEFINE_FINAL_TYPE (SlowStream, slow_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
slow_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                  GError **error)
{
  SlowStream *self = SLOW_STREAM (stream);
  GInputStream *base = G_FILTER_INPUT_STREAM (stream)->base_stream;
  gint64 deadline = g_get_monotonic_time () + MOMENT;
  gboolean breaks;

  g_mutex_lock (self->mutex);
  while (*self->n_ranges == 0 && g_cond_wait_until (self->asked, self->mutex, deadline))
    ;
  breaks = *self->n_ranges > 0;
  g_mutex_unlock (self->mutex);
  if (breaks)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_OFFLINE, "It broke");
      return -1;
    }

  return g_input_stream_read (base, buffer, MIN (count, 16 * KIB), cancellable, error);
}

static void
slow_stream_class_init (SlowStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = slow_stream_read;
}

static void
slow_stream_init (SlowStream *self)
{
}

/* A blob that is somewhere else. */
#define TYPE_FAR_SOURCE (far_source_get_type ())
G_DECLARE_FINAL_TYPE (FarSource, far_source, FAR, SOURCE, GObject)

struct _FarSource
{
  GObject parent_instance;

  GBytes *content;
  LsDescriptor *blob;
  gint64 round_trip;
  gboolean sends_ranges;
  gboolean has_one_line;

  GMutex mutex; /* guards what follows */
  GCond asked;
  guint n_whole;
  guint n_ranges;
  guint n_together; /* no range comes before so many were asked for */
  gsize n_bytes;    /* of all ranges */
  int error_code;   /* what becomes of the first range; 0 when it comes */
  gboolean has_failed;
  GInputStream *only_line; /* (nullable): as long as this is open, there is no other */
};

static void source_iface_init (LsImageSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FarSource, far_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LS_TYPE_IMAGE_SOURCE, source_iface_init))

static void
far_source_finalize (GObject *object)
{
  FarSource *self = FAR_SOURCE (object);

  g_clear_object (&self->only_line);
  g_bytes_unref (self->content);
  ls_descriptor_unref (self->blob);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->asked);

  G_OBJECT_CLASS (far_source_parent_class)->finalize (object);
}

static void
far_source_class_init (FarSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = far_source_finalize;
}

static void
far_source_init (FarSource *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->asked);
}

static GInputStream *
open_part (FarSource *self, gsize offset, gsize length)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (self->content, offset, length);

  return g_memory_input_stream_new_from_bytes (part);
}

static GInputStream *
far_source_open_blob (LsImageSource *source, LsDescriptor *blob, gint64 offset,
                      GCancellable *cancellable, GError **error)
{
  FarSource *self = FAR_SOURCE (source);
  g_autoptr (GInputStream) stream =
      open_part (self, (gsize) offset, g_bytes_get_size (self->content) - (gsize) offset);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_whole++;
  if (!self->has_one_line || self->n_whole > 1)
    return g_steal_pointer (&stream);

  self->only_line = g_object_new (TYPE_SLOW_STREAM, "base-stream", stream, NULL);
  SLOW_STREAM (self->only_line)->mutex = &self->mutex;
  SLOW_STREAM (self->only_line)->asked = &self->asked;
  SLOW_STREAM (self->only_line)->n_ranges = &self->n_ranges;

  return g_object_ref (self->only_line);
}

/* The first range fails when all are under way. The others come after that, as long as somebody
 * still wants them. */
static gboolean
fails (FarSource *self, gint64 offset, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  if (self->error_code == 0)
    return FALSE;

  if (offset == 0)
    {
      g_set_error_literal (error, LS_ERROR, self->error_code, "It broke");
      self->has_failed = TRUE;
      g_cond_broadcast (&self->asked);
      return TRUE;
    }

  while (!self->has_failed)
    g_assert_true (g_cond_wait_until (&self->asked, &self->mutex, deadline));
  deadline = g_get_monotonic_time () + MOMENT;
  while (!g_cancellable_is_cancelled (cancellable)
         && g_cond_wait_until (&self->asked, &self->mutex, deadline))
    ;

  return g_cancellable_set_error_if_cancelled (cancellable, error);
}

static GInputStream *
far_source_open_range (LsImageSource *source, LsDescriptor *blob, gint64 offset, gint64 length,
                       GCancellable *cancellable, GError **error)
{
  FarSource *self = FAR_SOURCE (source);
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_ranges++;
  g_cond_broadcast (&self->asked);
  if (!self->sends_ranges)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_UNSUPPORTED, "It comes whole or not at all");
      return NULL;
    }
  while (self->n_ranges < self->n_together)
    g_assert_true (g_cond_wait_until (&self->asked, &self->mutex, deadline));
  if (fails (self, offset, cancellable, error))
    return NULL;
  while (self->only_line != NULL && !g_input_stream_is_closed (self->only_line))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_cond_wait_until (&self->asked, &self->mutex, g_get_monotonic_time () + MOMENT / 10);
    }
  self->n_bytes += (gsize) length;

  return open_part (self, (gsize) offset, (gsize) length);
}

static gint64
far_source_get_round_trip (LsImageSource *source)
{
  return FAR_SOURCE (source)->round_trip;
}

static void
source_iface_init (LsImageSourceInterface *iface)
{
  iface->open_blob = far_source_open_blob;
  iface->open_range = far_source_open_range;
  iface->get_round_trip = far_source_get_round_trip;
}

static FarSource *
far_source_new (gsize size, gint64 round_trip, gboolean sends_ranges)
{
  FarSource *self = g_object_new (TYPE_FAR_SOURCE, NULL);
  guint8 *data = g_malloc (size);
  g_autoptr (LsDigest) digest = NULL;

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * i >> 7);
  self->content = g_bytes_new_take (data, size);
  digest = ls_digest_for_bytes (self->content);
  self->blob = ls_descriptor_new ("application/octet-stream", digest, (gint64) size);
  self->round_trip = round_trip;
  self->sends_ranges = sends_ranges;

  return self;
}

/* Told by one thread at a time. */
static void
on_progress (gint64 done, gboolean verifying, gpointer user_data)
{
  *(gint64 *) user_data = done;
}

static void
fetch (LsTestStore *fixture, FarSource *source)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsIngest) ingest = ls_store_ingest (fixture->store, source->blob, NULL, &error);
  g_autoptr (GBytes) found = NULL;
  gint64 done = -1;

  g_assert_no_error (error);
  ls_blob_fetch_run (ingest, LS_IMAGE_SOURCE (source), source->blob, on_progress, &done, NULL,
                     &error);
  g_assert_no_error (error);
  g_assert_cmpint (done, ==, ls_descriptor_get_size (source->blob));
  ls_ingest_commit (ingest, NULL, &error);
  g_assert_no_error (error);

  found =
      ls_store_read_blob (fixture->store, source->blob, g_bytes_get_size (source->content), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (found, source->content));
}

static void
test_short_line (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (1024 * KIB + 5, 1000, TRUE);

  fetch (fixture, source);
  g_assert_cmpuint (source->n_whole, ==, 1);
  g_assert_cmpuint (source->n_ranges, ==, 0);
}

/* Several ranges are under way at once, without one that has to be waited for first, and
 * together they are the blob. */
static void
test_long_line (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (1024 * KIB + 5, LONG_WAY, TRUE);

  source->n_together = 8;
  fetch (fixture, source);
  g_assert_cmpuint (source->n_whole, ==, 0);
  g_assert_cmpuint (source->n_ranges, >=, 8);
  g_assert_cmpuint (source->n_bytes, ==, g_bytes_get_size (source->content));
}

/* To ask for the second half takes longer than to send it after the first. */
static void
test_small_blob (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (200 * KIB, LONG_WAY, TRUE);

  fetch (fixture, source);
  g_assert_cmpuint (source->n_whole, ==, 1);
  g_assert_cmpuint (source->n_ranges, ==, 0);
}

static void
test_no_ranges (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (1024 * KIB + 5, LONG_WAY, FALSE);

  fetch (fixture, source);
  g_assert_cmpuint (source->n_whole, ==, 1);
  g_assert_cmpuint (source->n_ranges, >=, 1);
  g_assert_cmpuint (source->n_ranges, <=, 16);
}

/* A line that breaks takes nothing with it of what comes over the others. */
static void
test_broken_line (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (1024 * KIB, LONG_WAY, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsIngest) ingest = ls_store_ingest (fixture->store, source->blob, NULL, &error);
  gint64 done = -1;

  g_assert_no_error (error);
  source->n_together = 8;
  source->error_code = LS_ERROR_OFFLINE;
  ls_blob_fetch_run (ingest, LS_IMAGE_SOURCE (source), source->blob, on_progress, &done, NULL,
                     &error);
  g_assert_error (error, LS_ERROR, LS_ERROR_OFFLINE);
  g_clear_object (&ingest);

  g_assert_cmpint (done, >, 0);
  g_assert_cmpint (done, ==, source->n_bytes);
  source->error_code = 0;
  fetch (fixture, source);
  g_assert_cmpuint (source->n_bytes, ==, g_bytes_get_size (source->content));
}

/* Whoever is called for help may have to wait for the line that has broken. */
static void
test_only_line (LsTestStore *fixture, gconstpointer data)
{
  g_autoptr (FarSource) source = far_source_new (2048 * KIB, 1000, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsIngest) ingest = ls_store_ingest (fixture->store, source->blob, NULL, &error);
  gint64 done = -1;

  g_assert_no_error (error);
  source->has_one_line = TRUE;
  ls_blob_fetch_run (ingest, LS_IMAGE_SOURCE (source), source->blob, on_progress, &done, NULL,
                     &error);
  g_assert_cmpuint (source->n_ranges, >, 0);
  g_clear_error (&error);
  g_clear_object (&ingest);

  fetch (fixture, source);
}

typedef struct
{
  LsTestStore *fixture;
  FarSource *source;
} Pull;

static gpointer
run_pull (gpointer data)
{
  Pull *pull = data;

  fetch (pull->fixture, pull->source);

  return NULL;
}

/* Those who help go from one blob to the other, and each blob comes. */
static void
test_many_blobs (LsTestStore *fixture, gconstpointer data)
{
  Pull pulls[12];
  GThread *threads[G_N_ELEMENTS (pulls)];

  for (guint i = 0; i < G_N_ELEMENTS (pulls); i++)
    {
      pulls[i].fixture = fixture;
      pulls[i].source = far_source_new (1024 * KIB + i, LONG_WAY, i % 3 != 0);
      threads[i] = g_thread_new ("pull", run_pull, &pulls[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pulls); i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (pulls[i].source->n_whole, ==, i % 3 != 0 ? 0 : 1);
      g_object_unref (pulls[i].source);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, LsTestStore, NULL, ls_test_store_set_up, func, ls_test_store_tear_down)
  ADD ("/blob-fetch/short-line", test_short_line);
  ADD ("/blob-fetch/long-line", test_long_line);
  ADD ("/blob-fetch/small-blob", test_small_blob);
  ADD ("/blob-fetch/broken-line", test_broken_line);
  ADD ("/blob-fetch/only-line", test_only_line);
  ADD ("/blob-fetch/no-ranges", test_no_ranges);
  ADD ("/blob-fetch/many-blobs", test_many_blobs);
#undef ADD

  return g_test_run ();
}
