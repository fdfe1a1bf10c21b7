/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-upload-body.h"

#include "ls-error.h"
#include "ls-http-stream.h"

#include <string.h>

#define TEXT "0123456789"

#define FOR_EVER 3600 /* seconds */

typedef struct
{
  GCancellable *stop;
  GCancellable *force;
  LsGrace *grace;
  LsUploadBody *body;
} Fixture;

static void
set_up_for (Fixture *fixture, GInputStream *bytes)
{
  fixture->stop = g_cancellable_new ();
  fixture->force = g_cancellable_new ();
  fixture->grace = ls_grace_new (fixture->stop, FOR_EVER);
  fixture->body = LS_UPLOAD_BODY (ls_upload_body_new (bytes, fixture->stop, fixture->grace));
}

/* A blob that has the text and should have @size bytes. */
static void
set_up (Fixture *fixture, gint64 size)
{
  g_autoptr (GInputStream) text = g_memory_input_stream_new_from_data (TEXT, -1, NULL);
  g_autoptr (GInputStream) bytes = ls_http_stream_new_for_upload (text, "blob", size);

  set_up_for (fixture, bytes);
}

static void
tear_down (Fixture *fixture)
{
  g_object_unref (fixture->body);
  ls_grace_free (fixture->grace);
  g_object_unref (fixture->stop);
  g_object_unref (fixture->force);
}

static gssize
read_some (Fixture *fixture, GError **error)
{
  char buffer[6];

  return g_input_stream_read (G_INPUT_STREAM (fixture->body), buffer, sizeof buffer, fixture->force,
                              error);
}

/* Six bytes are out: those are all, and the end is a good one until somebody asks. */
static void
assert_stops (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (read_some (fixture, &error), ==, 0);
  g_assert_cmpint (read_some (fixture, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpint (ls_upload_body_get_size (fixture->body), ==, 6);
  g_assert_false (ls_upload_body_check_failure (fixture->body, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_whole (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, strlen (TEXT));
  g_assert_cmpint (read_some (&fixture, &error), ==, 6);
  g_assert_cmpint (read_some (&fixture, &error), ==, 4);
  g_assert_cmpint (read_some (&fixture, &error), ==, 0);
  g_assert_true (ls_upload_body_check_failure (fixture.body, &error));
  g_assert_cmpint (ls_upload_body_get_size (fixture.body), ==, strlen (TEXT));
  tear_down (&fixture);
}

static void
test_stopped (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, strlen (TEXT));
  g_assert_cmpint (read_some (&fixture, &error), ==, 6);
  g_cancellable_cancel (fixture.stop);
  assert_stops (&fixture);
  tear_down (&fixture);
}

/* A request without a byte would be another one than was meant. */
static void
test_stopped_before (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, strlen (TEXT));
  g_cancellable_cancel (fixture.stop);
  g_assert_cmpint (read_some (&fixture, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (ls_grace_get_cancellable (fixture.grace)));
  tear_down (&fixture);
}

static void
test_forced (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, strlen (TEXT));
  g_assert_cmpint (read_some (&fixture, &error), ==, 6);
  g_cancellable_cancel (fixture.force);
  g_assert_cmpint (read_some (&fixture, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tear_down (&fixture);
}

/* A source that gives a little, and then nothing for ever. */
typedef struct
{
  GInputStream parent;
  gboolean has_given;
  GCancellable *stop; /* cancelled while it is waited for */
} SilentStream;

typedef GInputStreamClass SilentStreamClass;

GType silent_stream_get_type (void);
G_DEFINE_TYPE (SilentStream, silent_stream, G_TYPE_INPUT_STREAM)

static gssize
silent_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                    GError **error)
{
  SilentStream *self = (SilentStream *) stream;

  if (!self->has_given)
    {
      self->has_given = TRUE;
      memset (buffer, 'a', count);
      return (gssize) count;
    }

  g_cancellable_cancel (self->stop);
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_usleep (1000);

  return -1;
}

static void
silent_stream_class_init (SilentStreamClass *klass)
{
  klass->read_fn = silent_stream_read;
}

static void
silent_stream_init (SilentStream *self)
{
}

static void
test_stopped_while_silent (void)
{
  g_autoptr (GInputStream) silent = g_object_new (silent_stream_get_type (), NULL);
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up_for (&fixture, silent);
  ((SilentStream *) silent)->stop = fixture.stop;
  g_assert_cmpint (read_some (&fixture, &error), ==, 6);
  assert_stops (&fixture);
  tear_down (&fixture);
}

/* What is there is not the blob. */
static void
test_too_short (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, strlen (TEXT) + 1);
  g_assert_cmpint (read_some (&fixture, &error), ==, 6);
  g_assert_cmpint (read_some (&fixture, &error), ==, 4);
  g_assert_cmpint (read_some (&fixture, &error), ==, -1);
  g_assert_error (error, LS_ERROR, LS_ERROR_DIGEST_MISMATCH);
  tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upload-body/whole", test_whole);
  g_test_add_func ("/upload-body/stopped", test_stopped);
  g_test_add_func ("/upload-body/stopped-while-silent", test_stopped_while_silent);
  g_test_add_func ("/upload-body/stopped-before", test_stopped_before);
  g_test_add_func ("/upload-body/forced", test_forced);
  g_test_add_func ("/upload-body/too-short", test_too_short);

  return g_test_run ();
}
