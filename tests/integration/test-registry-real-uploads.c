/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-deadline.h"
#include "ls-error.h"
#include "ls-fault-proxy.h"
#include "ls-test-client.h"

#define KIB 1024
#define CHUNK (256 * KIB)
#define SIZE (5 * CHUNK + 17)

#define N_COPIES 2
#define COPY_SIZE (2 * CHUNK + 17)
#define PATIENCE 120 /* seconds */

#define MIB (1024 * KIB)
#define LARGE_SIZE (20 * MIB)
#define LONGEST_REQUEST (17 * MIB)

/* The styles in which a real registry takes blobs. */
static const struct
{
  const char *name;
  LsUploadStyle style;
} styles[] = {
  { "put", { .method = LS_UPLOAD_BY_PUT } },
  { "patch", { .method = LS_UPLOAD_BY_PATCH } },
  { "chunks", { .method = LS_UPLOAD_BY_PATCH, .max_body = CHUNK } },
};

static void
be_of_style (LsTestClient *self, gsize i)
{
  ls_upload_memory_note (ls_registry_settings_get_upload_memory (self->settings),
                         ls_test_registry_get_name (self->server), &styles[i].style);
}

static void
assert_is_there (LsRegistry *registry, LsDescriptor *blob, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
      ls_registry_open_blob (registry, "app", blob, 0, -1, NULL, &error);
  g_autoptr (GBytes) back = NULL;

  g_assert_no_error (error);
  back = ls_test_read_all (stream);
  g_assert_true (g_bytes_equal (back, bytes));
}

static void
test_styles (LsTestClient *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
      g_autoptr (GBytes) bytes = ls_test_make_bytes (SIZE, (guint32) i);
      g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");

      be_of_style (self, i);
      ls_test_put_blob (registry, "app", bytes, blob);
      assert_is_there (registry, blob, bytes);
    }
}

/* A source whose line is cut once, or where somebody stops the upload. */
typedef struct
{
  GBytes *bytes;
  gint64 cut_at; /* -1: not any more */
  gint64 last_offset;
  GCancellable *stop; /* NULL: it is the line */
} Source;

typedef struct
{
  GFilterInputStream parent;
  gint64 left;
  GCancellable *stop;
} CutStream;

typedef GFilterInputStreamClass CutStreamClass;

GType cut_stream_get_type (void);
G_DEFINE_TYPE (CutStream, cut_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
cut_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
                 GError **error)
{
  CutStream *self = (CutStream *) stream;
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));
  gssize n_read;

  if (self->left == 0 && self->stop != NULL)
    {
      g_cancellable_cancel (self->stop);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return -1;
    }
  if (self->left == 0)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_OFFLINE, "The line was cut");
      return -1;
    }

  n_read = g_input_stream_read (base, buffer, (gsize) MIN ((gint64) count, self->left), cancellable,
                                error);
  self->left -= n_read;

  return n_read;
}

static void
cut_stream_class_init (CutStreamClass *klass)
{
  klass->parent_class.read_fn = cut_stream_read;
}

static void
cut_stream_init (CutStream *self)
{
}

static GInputStream *
open_source (gint64 offset, gpointer data, GCancellable *cancellable, GError **error)
{
  Source *self = data;
  g_autoptr (GInputStream) bytes = ls_test_open_bytes (offset, self->bytes, cancellable, error);
  CutStream *stream;

  self->last_offset = offset;
  if (self->cut_at < 0)
    return g_steal_pointer (&bytes);

  stream = g_object_new (cut_stream_get_type (), "base-stream", bytes, NULL);
  stream->left = self->cut_at - offset;
  stream->stop = self->stop;
  self->cut_at = -1;

  return G_INPUT_STREAM (stream);
}

/* docker-registry drops a session in which it got a part of what was promised, so
 * that only an upload that was cut between two chunks goes on. */
static void
test_cuts (LsTestClient *self, gconstpointer data)
{
  static const gint64 cuts[] = { 0, 3 * CHUNK, 3 * CHUNK + 5 };

  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (cuts); j++)
      {
        g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
        g_autoptr (GBytes) bytes = ls_test_make_bytes (SIZE, (guint32) (10 * i + j));
        g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
        Source source = { bytes, cuts[j], -1 };
        gboolean goes_on = styles[i].style.max_body > 0 && cuts[j] % CHUNK == 0;
        g_autoptr (GError) error = NULL;

        be_of_style (self, i);
        ls_registry_put_blob (registry, "app", blob, open_source, &source, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpint (source.last_offset, ==, goes_on ? cuts[j] : 0);
        assert_is_there (registry, blob, bytes);
      }
}

#define OPEN_SIZE (6 * MIB)
#define OPEN_CUT (5 * MIB + 5)

/* A request that ends early, and not in the middle, leaves the upload as good as before. */
static void
test_source_fails (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (OPEN_SIZE, 2);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  Source source = { bytes, OPEN_CUT, -1 };
  g_autoptr (GError) error = NULL;

  ls_registry_put_blob (registry, "app", blob, open_source, &source, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (source.last_offset, ==, OPEN_CUT);
  assert_is_there (registry, blob, bytes);
}

static void
test_pause (LsTestClient *self, gconstpointer data)
{
  g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);
  g_autoptr (GBytes) bytes = ls_test_make_bytes (OPEN_SIZE, 3);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Source source = { bytes, OPEN_CUT, -1, cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_false (
      ls_registry_put_blob (registry, "app", blob, open_source, &source, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  ls_registry_put_blob (registry, "app", blob, open_source, &source, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (source.last_offset, ==, OPEN_CUT);
  assert_is_there (registry, blob, bytes);
}

/* Many a server in front of a registry passes a request on when all of it is there: of
 * one that is cut nothing is left. The line takes no more than 17 MiB at a time here. */
static void
test_lost_requests (LsTestClient *self, gconstpointer data)
{
  static const LsFault fault = { "PATCH uploads", 0, LS_FAULT_RESET, LS_FAULT_AT_REQUEST_BODY,
                                 LONGEST_REQUEST };
  g_autoptr (LsFaultProxy) proxy =
      ls_fault_proxy_new (ls_test_registry_get_port (self->server), LS_FAULT_AUTH_NONE);
  g_autofree char *settings =
      g_strdup_printf ("[%s]\nlocation=http://127.0.0.1:%u\n",
                       ls_test_registry_get_name (self->server), ls_fault_proxy_get_port (proxy));
  g_autoptr (GBytes) bytes = ls_test_make_bytes (LARGE_SIZE, 1);
  g_autoptr (LsDescriptor) blob = ls_test_describe (bytes, "application/octet-stream");
  g_autoptr (LsRegistry) registry = NULL;

  ls_fault_proxy_set_manners (proxy, LS_FAULT_BUFFERS);
  ls_fault_proxy_set_fault (proxy, &fault);
  ls_test_client_load_settings (self, settings);
  registry = ls_test_client_open (self, NULL, NULL);

  ls_test_put_blob (registry, "app", bytes, blob);
  g_assert_true (ls_fault_proxy_has_fired (proxy));
  g_assert_cmpint (ls_fault_proxy_get_taken (proxy), ==, LARGE_SIZE + LONGEST_REQUEST);
  assert_is_there (registry, blob, bytes);
}

typedef struct
{
  LsRegistry *registry;
  LsDescriptor *blob;
  GCancellable *cancellable;
} Copy;

static GInputStream *
open_original (gint64 offset, gpointer data, GCancellable *cancellable, GError **error)
{
  Copy *copy = data;

  return ls_registry_open_blob (copy->registry, "original", copy->blob, offset, -1, cancellable,
                                error);
}

static gpointer
run_copy (gpointer data)
{
  Copy *copy = data;
  GError *error = NULL;

  ls_registry_put_blob (copy->registry, "app", copy->blob, open_original, copy, copy->cancellable,
                        &error);

  return error;
}

/* A copy needs two connections, whatever the limit is: several of them must not wait for
 * each other. */
static void
copy_several (LsTestClient *self, LsRegistry *registry, gsize i)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (LsDeadline) deadline = ls_deadline_new (PATIENCE, cancellable);
  Copy copies[N_COPIES];
  GThread *threads[N_COPIES];

  be_of_style (self, i);
  for (guint32 j = 0; j < N_COPIES; j++)
    {
      g_autoptr (GBytes) bytes = ls_test_make_bytes (COPY_SIZE, N_COPIES * (guint32) i + j);

      copies[j] =
          (Copy){ registry, ls_test_describe (bytes, "application/octet-stream"), cancellable };
      ls_test_put_blob (registry, "original", bytes, copies[j].blob);
    }
  for (gsize j = 0; j < N_COPIES; j++)
    threads[j] = g_thread_new ("copy", run_copy, &copies[j]);
  for (gsize j = 0; j < N_COPIES; j++)
    {
      g_autoptr (GError) error = g_thread_join (threads[j]);

      g_assert_no_error (error);
      ls_descriptor_unref (copies[j].blob);
    }
}

static void
test_copies (LsTestClient *self, const char *limit)
{
  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      g_autoptr (LsRegistry) registry = ls_test_client_open (self, NULL, NULL);

      g_object_set (self->http, limit, 1, NULL);
      copy_several (self, registry, i);
    }
}

static void
test_copies_by_one_connection_to_a_host (LsTestClient *self, gconstpointer data)
{
  test_copies (self, "max-connections-per-host");
}

static void
test_copies_by_one_connection (LsTestClient *self, gconstpointer data)
{
  test_copies (self, "max-connections");
}

int
main (int argc, char **argv)
{
  ls_http_prepare_process ();
  g_test_init (&argc, &argv, NULL);

  ls_test_client_add ("/registry/real-uploads/styles", LS_TEST_REGISTRY_PLAIN, test_styles);
  ls_test_client_add ("/registry/real-uploads/cuts", LS_TEST_REGISTRY_PLAIN, test_cuts);
  ls_test_client_add ("/registry/real-uploads/source-fails", LS_TEST_REGISTRY_PLAIN,
                      test_source_fails);
  ls_test_client_add ("/registry/real-uploads/pause", LS_TEST_REGISTRY_PLAIN, test_pause);
  ls_test_client_add ("/registry/real-uploads/lost-requests", LS_TEST_REGISTRY_PLAIN,
                      test_lost_requests);
  ls_test_client_add ("/registry/real-uploads/copies-by-one-connection-to-a-host",
                      LS_TEST_REGISTRY_PLAIN, test_copies_by_one_connection_to_a_host);
  ls_test_client_add ("/registry/real-uploads/copies-by-one-connection", LS_TEST_REGISTRY_PLAIN,
                      test_copies_by_one_connection);

  return g_test_run ();
}
