/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fault-matrix.h"

G_BEGIN_DECLS

/* One cell of a fault matrix: a fault at a step, and what has to come of it. */

typedef struct
{
  char *title; /* "GET /v2/, reset at the request, each time" */
  char *step;
  LsFault fault;
  int required;
  gboolean may_recover;
  gint64 body_size; /* of the larger one of the step's bodies */
} LsFaultCell;

/* All of them (LsFaultCell) for the steps of a run without faults. */
GPtrArray *ls_fault_cells_list     (GPtrArray           *steps,
                                    const LsFaultMatrix *matrix);
/* How many bytes may have to be moved a second time after it. */
gint64     ls_fault_cell_get_waste (LsFaultCell       *cell,
                                    gint64             largest_blob);

G_END_DECLS
