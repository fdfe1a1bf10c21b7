/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-reader.h"

#include <string.h>

struct _LsFaultReader
{
  GMutex mutex;
  GSubprocess *process;
  GDataInputStream *answers;
};

/**
 * ls_fault_reader_new:
 *
 * Returns: (transfer full): a reader, whose process runs until it is freed
 */
LsFaultReader *
ls_fault_reader_new (void)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "support", "read-images.py", NULL);
  g_autoptr (GError) error = NULL;
  LsFaultReader *self = g_new0 (LsFaultReader, 1);

  g_mutex_init (&self->mutex);
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, "python3", program, NULL);
  g_assert_no_error (error);
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));

  return self;
}

/**
 * ls_fault_reader_free:
 * @reader: (transfer full): a reader
 */
void
ls_fault_reader_free (LsFaultReader *reader)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (reader->process), NULL, NULL);
  g_subprocess_wait (reader->process, NULL, NULL);
  g_object_unref (reader->answers);
  g_object_unref (reader->process);
  g_mutex_clear (&reader->mutex);
  g_free (reader);
}

static char *
ask (LsFaultReader *self, const char *question)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GOutputStream *out = g_subprocess_get_stdin_pipe (self->process);
  g_autoptr (GError) error = NULL;
  char *answer;

  g_output_stream_write_all (out, question, strlen (question), NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (answer);

  return answer;
}

/**
 * ls_fault_reader_read_layout:
 * @reader: a reader
 * @directory: an OCI image layout
 *
 * Returns: (transfer full): what is in there
 */
char *
ls_fault_reader_read_layout (LsFaultReader *reader, const char *directory)
{
  g_autofree char *question = g_strdup_printf ("layout %s\n", directory);

  return ask (reader, question);
}

/**
 * ls_fault_reader_read_registry:
 * @reader: a reader
 * @port: where an open registry listens on 127.0.0.1
 * @repository: a repository
 * @tag: a tag
 *
 * Returns: (transfer full): what the tag leads to
 */
char *
ls_fault_reader_read_registry (LsFaultReader *reader, guint16 port, const char *repository,
                               const char *tag)
{
  g_autofree char *question = g_strdup_printf ("registry %u %s %s\n", port, repository, tag);

  return ask (reader, question);
}
