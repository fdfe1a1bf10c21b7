/* SPDX-License-Identifier: GPL-3.0-or-later */

/* At every operation on files of a pull: a disk that is full or broken, and an end of
 * the process. The operations are learnt from a run without faults. */

#include "ls-error.h"
#include "ls-fault-crowd.h"
#include "ls-fault-transfer.h"
#include "ls-fault-world.h"

#include <errno.h>
#include <string.h>

#define MODULE "fault-files.so"

#define SUCCEEDS (-1)
#define IS_KILLED (-2)

#define PARALLEL_CASES 16

static const LsFaultScene scene = { LS_FAULT_AUTH_NONE, LS_FAULT_PULL };

typedef struct
{
  const char *operation; /* how it starts */
  const char *mode;      /* as the module has it */
  int error_number;
  int required; /* an LsError, SUCCEEDS or IS_KILLED */
} Rule;

/* Every rule that fits makes a cell. */
static const Rule rules[] = {
  { "", "kill", 0, IS_KILLED },

  { "create ", "full", ENOSPC, LS_ERROR_NO_SPACE },
  { "mkdir ", "full", ENOSPC, LS_ERROR_NO_SPACE },
  { "write ", "full", ENOSPC, LS_ERROR_NO_SPACE },
  { "write ", "half", ENOSPC, LS_ERROR_NO_SPACE },
  { "write ", "full", EDQUOT, LS_ERROR_NO_SPACE },
  { "", "once", EIO, LS_ERROR_STORE },
};

typedef struct
{
  char *title; /* as LsFaultCase has it */
  char *fault; /* for the module */
  int required;
} Cell;

static void
cell_free (Cell *cell)
{
  g_free (cell->title);
  g_free (cell->fault);
  g_free (cell);
}

/* What is remembered for the next start is not worth failing for. */
static gboolean
can_do_without (const char *operation)
{
  return strstr (operation, " ingest/") != NULL ? strstr (operation, ".manifest") != NULL
                                                : g_str_equal (operation, "sync ingest");
}

static GSubprocess *
spawn_with_module (LsFaultPlace *place, const char *variable, const char *value)
{
  g_autofree char *module = g_test_build_filename (G_TEST_BUILT, "support", MODULE, NULL);
  /* The sanitizers' library wants to be the first one, and need not be. */
  const char *options = g_getenv ("ASAN_OPTIONS");
  g_autofree char *sanitizer =
      g_strdup_printf ("%s:verify_asan_link_order=0", options != NULL ? options : "");
  const char *const environment[] = { "LD_PRELOAD", module,          "ASAN_OPTIONS",
                                      sanitizer,    "LS_FAULT_ROOT", place->store,
                                      variable,     value,           NULL };

  return ls_fault_place_spawn (place, environment);
}

/* Returns what the process says, or "killed". */
static char *
wait_for (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;
  char *outcome = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, &outcome, NULL, &error);
  g_assert_no_error (error);
  if (g_subprocess_get_if_signaled (process))
    {
      g_free (outcome);
      return g_strdup ("killed");
    }

  return g_strchomp (outcome);
}

static gboolean
is_as_required (const char *outcome, int required)
{
  g_autofree char *failure = NULL;

  if (required == SUCCEEDS)
    return g_str_equal (outcome, "ok");
  if (required == IS_KILLED)
    return g_str_equal (outcome, "killed");

  failure = g_strdup_printf ("%s %d:", g_quark_to_string (LS_ERROR), required);

  return g_str_has_prefix (outcome, failure);
}

/* None of it or all; and where the layout was not even begun, no layout. */
static char *
check_store (LsFaultPlace *place, gboolean is_complete)
{
  g_autofree char *layout = g_build_filename (place->store, "oci-layout", NULL);
  g_autofree char *problem = NULL;

  if (!is_complete)
    {
      if (!g_file_test (layout, G_FILE_TEST_EXISTS))
        return NULL;
      problem = ls_fault_place_check (place, FALSE);
      if (problem == NULL)
        return NULL;
    }

  return ls_fault_place_check (place, TRUE);
}

static char *
run_cell (gpointer one, gpointer user_data)
{
  Cell *cell = one;
  g_autoptr (LsFaultPlace) place = ls_fault_place_new (user_data, &scene);
  g_autoptr (GSubprocess) process = spawn_with_module (place, "LS_FAULT_FILES", cell->fault);
  g_autofree char *outcome = wait_for (process);
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;
  gint64 missing;

  if (!is_as_required (outcome, cell->required))
    return g_strdup (outcome);
  problem = check_store (place, cell->required == SUCCEEDS);
  if (problem != NULL)
    return g_strdup_printf ("afterwards there is: %s", problem);

  ls_fault_proxy_set_fault (place->proxy, NULL);
  missing = ls_fault_place_missing (place);
  if (!ls_fault_place_run (place, &error))
    return g_strdup_printf ("when all is well again: %s", error->message);
  problem = check_store (place, TRUE);
  if (problem != NULL)
    return g_strdup_printf ("after another run there is: %s", problem);
  if (ls_fault_proxy_get_sent (place->proxy) > missing)
    return g_strdup_printf ("another run moved %" G_GINT64_FORMAT " bytes, with %" G_GINT64_FORMAT
                            " missing",
                            ls_fault_proxy_get_sent (place->proxy), missing);

  return NULL;
}

static void
add_cells (GPtrArray *cells, const char *operation, guint nth)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const Rule *rule = &rules[i];
      Cell *cell;

      if (!g_str_has_prefix (operation, rule->operation))
        continue;
      /* GLib tries that twice. */
      if (g_str_has_prefix (operation, "mkdir ") && g_str_equal (rule->mode, "once"))
        continue;
      cell = g_new0 (Cell, 1);
      cell->title =
          g_strdup_printf ("%s #%u, %s %s", operation, nth, rule->mode,
                           rule->error_number != 0 ? g_strerror (rule->error_number) : "");
      cell->fault = g_strdup_printf ("%u %d %s %s", nth, rule->error_number, rule->mode, operation);
      cell->required = g_str_equal (rule->mode, "once") && can_do_without (operation)
                           ? SUCCEEDS
                           : rule->required;
      g_ptr_array_add (cells, cell);
    }
}

static GPtrArray *
list_cells (LsFaultWorld *world)
{
  g_autoptr (LsFaultPlace) place = ls_fault_place_new (world, &scene);
  g_autofree char *log = ls_test_dir_build (place->dir, "operations.log");
  g_autoptr (GSubprocess) process = spawn_with_module (place, "LS_FAULT_LOG", log);
  g_autofree char *outcome = wait_for (process);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *text = NULL;
  g_auto (GStrv) operations = NULL;
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cell_free);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (outcome, ==, "ok");
  g_file_get_contents (log, &text, NULL, &error);
  g_assert_no_error (error);
  operations = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; operations[i] != NULL; i++)
    {
      guint nth = GPOINTER_TO_UINT (g_hash_table_lookup (counts, operations[i])) + 1;

      g_hash_table_replace (counts, operations[i], GUINT_TO_POINTER (nth));
      add_cells (cells, operations[i], nth);
    }

  return cells;
}

static void
test_pull (void)
{
  g_autoptr (LsFaultWorld) world = ls_fault_world_new (LS_FAULT_LARGE_LAYER);
  g_autoptr (GPtrArray) cells = list_cells (world);

  ls_fault_crowd_run ("pull, disk", cells, PARALLEL_CASES, run_cell, world);
}

int
main (int argc, char *argv[])
{
  ls_fault_child_run (argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fault/disk/pull", test_pull);

  return g_test_run ();
}
