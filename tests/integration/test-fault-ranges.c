/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A large layer comes in ranges, several at a time: in each of them, everything that can go
 * wrong. */

#include "ls-error.h"
#include "ls-fault-matrix.h"
#include "ls-fault-transfer.h"

#define RECOVERS LS_FAULT_RECOVERS

/* What one connection does not get another one may: which of them asks for what is not
 * settled. Of a server that refuses a range the whole blob is asked for. */
static const LsFaultRule range_rules[] = {
  { "GET ", LS_FAULT_STATUS, 403, LS_ERROR_FORBIDDEN, LS_ERROR_FORBIDDEN, .may_recover = TRUE },
  { "GET ", LS_FAULT_STATUS, 404, LS_ERROR_NOT_FOUND, LS_ERROR_NOT_FOUND, .may_recover = TRUE },
  { "GET ", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED },
  { "GET ", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { NULL },
};

/* A signed address that is refused may just have expired: the registry gives another. */
static const LsFaultRule redirected_range_rules[] = {
  { "GET elsewhere/", LS_FAULT_STATUS, 401, RECOVERS, LS_ERROR_FORBIDDEN },
  { "GET elsewhere/", LS_FAULT_STATUS, 403, RECOVERS, LS_ERROR_FORBIDDEN },
  { "GET elsewhere/", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND },
  { "GET elsewhere/", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED },
  { "GET elsewhere/", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { NULL },
};

static const LsFaultMatrix in_ranges = {
  "pull in ranges",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL_IN_RANGES },
  "GET blobs/",
  range_rules,
};
static const LsFaultMatrix redirected_in_ranges = {
  "pull in ranges from elsewhere",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL_IN_RANGES, LS_FAULT_REDIRECTS },
  "GET elsewhere/",
  redirected_range_rules,
  .is_brief = TRUE,
};

static const LsFaultMatrix killed = {
  "pull in ranges, killed",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL_IN_RANGES },
};

int
main (int argc, char *argv[])
{
  ls_fault_child_run (argc, argv);
  g_test_init (&argc, &argv, NULL);

  ls_fault_matrix_add ("/fault/ranges/faults", &in_ranges);
  ls_fault_matrix_add ("/fault/ranges/elsewhere", &redirected_in_ranges);
  ls_fault_matrix_add ("/fault/ranges/killed", &killed);

  return g_test_run ();
}
