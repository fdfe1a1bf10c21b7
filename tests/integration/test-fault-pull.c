/* SPDX-License-Identifier: GPL-3.0-or-later */

/* At every step of a pull, everything that can go wrong. */

#include "ls-error.h"
#include "ls-fault-matrix.h"

#define RECOVERS LS_FAULT_RECOVERS

static const LsFaultRule token_rules[] = {
  /* What a tag leads to has the registry's word to be checked against; but bytes that
   * come twice count more, and then there is only a grammar. */
  { "GET manifests/1", LS_FAULT_CORRUPT, 0, RECOVERS, LS_ERROR_PROTOCOL },
  { "GET manifests/", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { "GET blobs/", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { NULL },
};

/* A password is not shown again to who has refused it. */
static const LsFaultRule basic_rules[] = {
  { "GET manifests/1", LS_FAULT_CORRUPT, 0, RECOVERS, LS_ERROR_PROTOCOL },
  { "", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { "", LS_FAULT_STATUS, 401, LS_ERROR_UNAUTHORIZED, LS_ERROR_UNAUTHORIZED },
  { NULL },
};

/* A signed address that is refused may just have expired: the registry gives another. */
static const LsFaultRule redirect_rules[] = {
  { "GET elsewhere/", LS_FAULT_STATUS, 401, RECOVERS, LS_ERROR_FORBIDDEN },
  { "GET elsewhere/", LS_FAULT_STATUS, 403, RECOVERS, LS_ERROR_FORBIDDEN },
  { "GET elsewhere/", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND },
  { "GET elsewhere/", LS_FAULT_CORRUPT, 0, LS_ERROR_DIGEST_MISMATCH, LS_ERROR_DIGEST_MISMATCH },
  { NULL },
};

static const LsFaultMatrix with_password = {
  "pull with a password",
  { LS_FAULT_AUTH_BASIC, LS_FAULT_PULL },
  "GET manifests/",
  basic_rules,
};
static const LsFaultMatrix with_token = {
  "pull",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL },
  NULL,
  token_rules,
};
static const LsFaultMatrix to_redirect = {
  "pull, at the redirects",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL, LS_FAULT_REDIRECTS },
  "GET blobs/",
  token_rules,
};
static const LsFaultMatrix redirected = {
  "pull from elsewhere",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PULL, LS_FAULT_REDIRECTS },
  "GET elsewhere/",
  redirect_rules,
};
int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_fault_matrix_add ("/fault/pull/token", &with_token);
  ls_fault_matrix_add ("/fault/pull/password", &with_password);
  ls_fault_matrix_add ("/fault/pull/redirects", &to_redirect);
  ls_fault_matrix_add ("/fault/pull/redirected", &redirected);

  return g_test_run ();
}
