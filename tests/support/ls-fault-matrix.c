/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-fault-matrix.h"

#include "ls-error.h"
#include "ls-fault-cells.h"
#include "ls-fault-crowd.h"
#include "ls-ingest.h"

#include <signal.h>

/* Seconds without a byte. */
#define TIMEOUT 30
#define SHORT_TIMEOUT 1
#define LONGER_TIMEOUT 6

/* Most of them only wait. But those that bring ranges share the connections of a process. */
#define PARALLEL_CASES 16
#define PARALLEL_CASES_IN_RANGES 4

/* What is lost where all three connections end. */
#define WASTE_IN_RANGES (3 * LS_INGEST_CHUNK_SIZE)

typedef struct
{
  const LsFaultMatrix *matrix;
  LsFaultWorld *world;
  LsFaultCell *cell;
} Case;

static char *
describe_end (const GError *error)
{
  if (error == NULL)
    return g_strdup ("it succeeded");

  return g_strdup_printf ("it failed with %s %d: %s", g_quark_to_string (error->domain),
                          error->code, error->message);
}

static gint64
count_moved (LsFaultPlace *place)
{
  return place->is_push ? ls_fault_proxy_get_taken (place->proxy)
                        : ls_fault_proxy_get_sent (place->proxy);
}

/* It went well, by itself: the image is there as a whole, and what had arrived was
 * not moved again. */
static char *
check_success (Case *self, LsFaultPlace *place)
{
  gint64 most = self->world->size + ls_fault_cell_get_waste (self->cell, self->world->largest)
                + (place->scene->way == LS_FAULT_PULL_IN_RANGES ? WASTE_IN_RANGES : 0);
  g_autofree char *problem = ls_fault_place_check (place, TRUE);

  if (problem != NULL)
    return g_strdup_printf ("afterwards there is: %s", problem);
  if (count_moved (place) > most)
    return g_strdup_printf ("%" G_GINT64_FORMAT " bytes were moved instead of %" G_GINT64_FORMAT,
                            count_moved (place), most);

  return NULL;
}

/* It did not: nothing of the image shows, and once the fault is gone another run
 * moves the rest. */
static char *
check_failure (Case *self, LsFaultPlace *place)
{
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;
  gint64 missing;

  problem = ls_fault_place_check (place, FALSE);
  /* What nobody heard of may be done all the same, but not by halves. */
  if (problem != NULL && self->cell->fault.point >= LS_FAULT_AT_REPLY)
    {
      g_clear_pointer (&problem, g_free);
      problem = ls_fault_place_check (place, TRUE);
    }
  if (problem != NULL)
    return g_strdup_printf ("after it failed there is: %s", problem);

  ls_fault_proxy_set_fault (place->proxy, NULL);
  place->timeout = TIMEOUT;
  missing = ls_fault_place_missing (place);
  if (!ls_fault_place_run (place, &error))
    return g_strdup_printf ("without the fault, too: %s", error->message);
  problem = ls_fault_place_check (place, TRUE);
  if (problem != NULL)
    return g_strdup_printf ("after another run there is: %s", problem);
  if (count_moved (place) > missing)
    return g_strdup_printf ("another run moved %" G_GINT64_FORMAT " bytes, with %" G_GINT64_FORMAT
                            " missing",
                            count_moved (place), missing);

  return NULL;
}

static char *
run_with_fault (Case *self, LsFaultPlace *place)
{
  const LsFaultCell *cell = self->cell;
  g_autofree char *abuse = NULL;
  g_autoptr (GError) error = NULL;
  gboolean recovered;

  recovered = ls_fault_place_run (place, &error);
  abuse = ls_fault_proxy_dup_abuse (place->proxy);

  if (!ls_fault_proxy_has_fired (place->proxy))
    return g_strdup ("it never came to that step");
  if (abuse != NULL)
    return g_steal_pointer (&abuse);
  if (recovered ? cell->required != LS_FAULT_RECOVERS && !cell->may_recover
                : !g_error_matches (error, LS_ERROR, cell->required))
    return describe_end (error);

  return recovered ? check_success (self, place) : check_failure (self, place);
}

static void
kill_process (gpointer data)
{
  g_subprocess_send_signal (data, SIGKILL);
}

static char *
run_and_kill (Case *self, LsFaultPlace *place)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  ls_fault_proxy_hold (place->proxy);
  process = ls_fault_place_spawn (place, NULL);
  ls_fault_proxy_set_signal (place->proxy, kill_process, process);
  ls_fault_proxy_let_go (place->proxy);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);

  if (!g_subprocess_get_if_signaled (process))
    return g_strdup ("it never came to that step");

  return check_failure (self, place);
}

static char *
run_with_timeout (Case *self, guint timeout)
{
  const LsFaultMatrix *matrix = self->matrix;
  const LsFaultCell *cell = self->cell;
  g_autoptr (LsFaultPlace) place = NULL;

  place = ls_fault_place_new (self->world, &matrix->scene);
  place->timeout = timeout;
  ls_fault_proxy_set_fault (place->proxy, &cell->fault);

  return cell->fault.kind == LS_FAULT_SIGNAL ? run_and_kill (self, place)
                                             : run_with_fault (self, place);
}

static char *
run_case (gpointer one, gpointer user_data)
{
  Case self = *(Case *) user_data;
  g_autofree char *failure = NULL;

  self.cell = one;
  if (self.cell->fault.kind != LS_FAULT_STALL)
    return run_with_timeout (&self, TIMEOUT);

  /* A busy computer may seem to stall as well, where the time is so short. */
  failure = run_with_timeout (&self, SHORT_TIMEOUT);

  return failure != NULL ? run_with_timeout (&self, LONGER_TIMEOUT) : NULL;
}

static gboolean
is_mounted (const LsFaultScene *scene)
{
  return scene->way == LS_FAULT_COPY && (scene->manners & LS_FAULT_REFUSES_MOUNTS) == 0;
}

/* All is well: the image arrives, nothing is moved twice, and the steps are known. */
static GPtrArray *
record_steps (LsFaultWorld *world, const LsFaultMatrix *matrix)
{
  g_autoptr (LsFaultPlace) place = ls_fault_place_new (world, &matrix->scene);
  g_autofree char *problem = NULL;
  g_autoptr (GError) error = NULL;

  ls_fault_place_run (place, &error);
  g_assert_no_error (error);
  problem = ls_fault_place_check (place, TRUE);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpint (count_moved (place), ==, is_mounted (&matrix->scene) ? 0 : world->size);

  return ls_fault_proxy_dup_steps (place->proxy);
}

static void
test_matrix (gconstpointer data)
{
  const LsFaultMatrix *matrix = data;
  gboolean in_ranges = matrix->scene.way == LS_FAULT_PULL_IN_RANGES;
  g_autoptr (LsFaultWorld) world =
      ls_fault_world_new (in_ranges ? LS_FAULT_LARGE_LAYER_IN_RANGES : LS_FAULT_LARGE_LAYER);
  g_autoptr (GPtrArray) steps = record_steps (world, matrix);
  g_autoptr (GPtrArray) cells = ls_fault_cells_list (steps, matrix);
  Case base = { .matrix = matrix, .world = world };

  ls_fault_crowd_run (matrix->name, cells, in_ranges ? PARALLEL_CASES_IN_RANGES : PARALLEL_CASES,
                      run_case, &base);
}

/**
 * ls_fault_matrix_add:
 * @path: the path of the test
 * @matrix: a matrix
 *
 * Adds a test.
 */
void
ls_fault_matrix_add (const char *path, const LsFaultMatrix *matrix)
{
  g_test_add_data_func (path, matrix, test_matrix);
}
