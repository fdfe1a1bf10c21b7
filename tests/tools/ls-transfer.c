/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moves one image without a window, with the same code that the window uses:
 *
 *   ls-transfer pull REFERENCE [oci:DIR[:NAME] | NAME]
 *   ls-transfer push [oci:DIR[:NAME] | NAME] REFERENCE
 *   ls-transfer copy SRC DST
 *
 * Of an index a pull brings the image for this computer, and the others take all of it,
 * unless --platform or --all says otherwise.
 *
 * SRC and DST are references or oci:DIR[:NAME]; where an image on this computer
 * is meant, a reference is a name in the store (--store). Registries are those of
 * registries.conf; credentials come from LS_TRANSFER_LOGIN=user:secret, and for
 * the source of a copy from LS_TRANSFER_SOURCE_LOGIN. Progress goes to standard
 * error when that is a terminal. The benchmark measures this program, and tests
 * drive it. */

#include "ls-error.h"
#include "ls-transfer-end.h"
#include "ls-transfer-job.h"

#include <glib-unix.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PROGRESS_INTERVAL_MS 200
#define EXIT_USAGE 2

typedef struct
{
  LsTransferEnd *source;
  LsTransferEnd *destination;
  LsPlatformChoice *platforms;
  LsTransferJob *job;
  GCancellable *cancellable;
  GMainLoop *loop;
  gint64 began;
  gint64 ended;
  gboolean shows_progress;
  GError *error;
} Move;

static void
move_clear (Move *self)
{
  g_clear_pointer (&self->source, ls_transfer_end_free);
  g_clear_pointer (&self->destination, ls_transfer_end_free);
  g_clear_pointer (&self->platforms, ls_platform_choice_unref);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Move, move_clear)

static gboolean
on_signal (gpointer user_data)
{
  Move *self = user_data;

  g_cancellable_cancel (self->cancellable);

  /* Who insists is not kept waiting: the next one finds nobody listening. */
  return G_SOURCE_REMOVE;
}

static gboolean
show_progress (gpointer user_data)
{
  Move *self = user_data;
  gint64 total = ls_transfer_job_get_total (self->job);
  g_autofree char *done =
      g_format_size_full (ls_transfer_job_get_done (self->job), G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *all = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);

  if (total > 0)
    g_printerr ("\r\033[K%s of %s", done, all);

  return G_SOURCE_CONTINUE;
}

static void
end_loop (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static gpointer
move_image (gpointer data)
{
  Move *self = data;

  if (ls_transfer_job_run (self->job, self->cancellable, &self->error))
    ls_transfer_end_keep_ref_name (self->destination, &self->error);
  self->ended = g_get_monotonic_time ();
  /* Not before the loop runs. */
  g_idle_add_once (end_loop, self->loop);

  return NULL;
}

/* The image is moved by a thread, so that this one can wait for Ctrl-C. */
static gboolean
run (Move *self)
{
  g_autoptr (LsImageSource) source = NULL;
  g_autoptr (LsImageDestination) destination = NULL;
  GThread *thread;

  self->began = g_get_monotonic_time ();
  if (!ls_transfer_ends_open (self->source, self->destination, &self->error))
    return FALSE;

  source = ls_transfer_end_make_source (self->source);
  destination = ls_transfer_end_make_destination (self->destination);
  self->job = ls_transfer_job_new (source, destination);
  ls_transfer_job_set_platforms (self->job, self->platforms);
  self->cancellable = g_cancellable_new ();
  self->loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, on_signal, self);
  g_unix_signal_add (SIGTERM, on_signal, self);
  self->shows_progress = isatty (STDERR_FILENO);
  if (self->shows_progress)
    g_timeout_add (PROGRESS_INTERVAL_MS, show_progress, self);

  thread = g_thread_new ("move", move_image, self);
  g_main_loop_run (self->loop);
  g_thread_join (thread);
  if (self->shows_progress)
    g_printerr ("\r\033[K");

  return self->error == NULL;
}

static void
print_text (Move *self)
{
  printf ("%s %" G_GINT64_FORMAT " bytes moved%s\n",
          ls_digest_to_string (ls_transfer_job_get_digest (self->job)),
          ls_transfer_job_get_moved (self->job),
          ls_transfer_job_get_up_to_date (self->job) ? ", up to date" : "");
}

static void
print_json (Move *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "digest",
                                 ls_digest_to_string (ls_transfer_job_get_digest (self->job)));
  json_object_set_int_member (object, "bytes", ls_transfer_job_get_moved (self->job));
  json_object_set_boolean_member (object, "upToDate", ls_transfer_job_get_up_to_date (self->job));
  json_object_set_double_member (object, "seconds",
                                 (self->ended - self->began) / (double) G_USEC_PER_SEC);
  text = json_to_string (node, FALSE);
  printf ("%s\n", text);
}

static void
print_error (const GError *error)
{
  g_printerr ("ls-transfer: %s\n", error->message);
  if (ls_error_get_server_text (error) != NULL)
    g_printerr ("ls-transfer: the server says: %s\n", ls_error_get_server_text (error));
}

/* Finds out which end is which; FALSE when the arguments make no transfer, with
 * @error set when it can be told why. */
static gboolean
parse_ends (Move *self, int argc, char *argv[], const char *store, GError **error)
{
  gboolean pull = argc > 1 && g_str_equal (argv[1], "pull");
  gboolean push = argc > 1 && g_str_equal (argv[1], "push");
  gboolean copy = argc > 1 && g_str_equal (argv[1], "copy");

  if (argc > 4 || (argc < 4 && copy) || argc < 3 || !(pull || push || copy))
    return FALSE;

  self->source = ls_transfer_end_parse (argv[2], push ? store : NULL, error);
  if (self->source == NULL)
    return FALSE;
  self->destination = ls_transfer_end_parse (argv[argc - 1], pull ? store : NULL, error);
  if (self->destination == NULL)
    return FALSE;

  if (pull && self->source->path != NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME, "A pull is from a registry, not “%s”",
                 self->source->text);
  else if (push && self->destination->path != NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME, "A push is to a registry, not “%s”",
                 self->destination->text);
  else
    return TRUE;

  return FALSE;
}

/* Without a word a pull brings the image for this computer, and everything goes
 * otherwise, as in the window. */
static gboolean
parse_platforms (Move *self, const char *verb, const char *platforms, gboolean all, GError **error)
{
  if (platforms != NULL && all)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_INVALID_NAME,
                   "--platform and --all exclude each other");
      return FALSE;
    }

  if (platforms != NULL)
    self->platforms = ls_platform_choice_parse (platforms, error);
  else if (all || !g_str_equal (verb, "pull"))
    self->platforms = ls_platform_choice_new_all ();
  else
    self->platforms = ls_platform_choice_new_host ();

  return self->platforms != NULL;
}

int
main (int argc, char *argv[])
{
  g_autofree char *store = NULL;
  g_autofree char *platforms = NULL;
  gboolean all = FALSE;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "store", 0, 0, G_OPTION_ARG_FILENAME, &store,
      "The OCI image layout whose names references on this computer are", "DIR" },
    { "platform", 0, 0, G_OPTION_ARG_STRING, &platforms,
      "The images of an index to move: linux/arm64, or several with commas, or host", "P" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, "Move a whole index", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print the outcome as JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("pull|push|copy SRC DST");
  g_autoptr (GError) error = NULL;
  g_auto (Move) move = { 0 };

  ls_http_prepare_process ();
  g_option_context_set_summary (context,
                                "SRC and DST are references or oci:DIR[:NAME]. A pull without DST "
                                "goes to the store, a push without SRC comes from it.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      print_error (error);
      return EXIT_USAGE;
    }
  if (store == NULL)
    store = g_build_filename (g_get_user_data_dir (), "longshore", "store", NULL);
  if (!parse_ends (&move, argc, argv, store, &error)
      || !parse_platforms (&move, argv[1], platforms, all, &error))
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      if (error != NULL)
        print_error (error);
      else
        g_printerr ("%s", help);
      return EXIT_USAGE;
    }

  if (!run (&move))
    {
      print_error (move.error);
      return EXIT_FAILURE;
    }
  if (json)
    print_json (&move);
  else
    print_text (&move);

  return EXIT_SUCCESS;
}
