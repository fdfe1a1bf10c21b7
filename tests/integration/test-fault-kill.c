/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A transfer is killed at each of its steps. Nothing of the image shows, or all of it,
 * and the next start moves only the rest. */

#include "ls-fault-matrix.h"
#include "ls-fault-transfer.h"

static const LsFaultMatrix pull = { "pull, killed", { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL } };
static const LsFaultMatrix push = { "push, killed", { LS_FAULT_AUTH_TOKEN, LS_FAULT_PUSH } };

int
main (int argc, char *argv[])
{
  ls_fault_child_run (argc, argv);
  g_test_init (&argc, &argv, NULL);

  ls_fault_matrix_add ("/fault/kill/pull", &pull);
  ls_fault_matrix_add ("/fault/kill/push", &push);

  return g_test_run ();
}
