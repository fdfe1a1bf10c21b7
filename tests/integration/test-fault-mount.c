/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An image is copied within its registry, which has its blobs already: at every request to
 * take one over, everything that can go wrong. */

#include "ls-error.h"
#include "ls-fault-matrix.h"

#define RECOVERS LS_FAULT_RECOVERS

/* A registry that does not mount gets the blob sent, whatever its reason is. */
static const LsFaultRule rules[] = {
  { "POST mounts/", LS_FAULT_STATUS, 401, RECOVERS, RECOVERS },
  { "POST mounts/", LS_FAULT_STATUS, 403, RECOVERS, RECOVERS },
  { "POST mounts/", LS_FAULT_STATUS, 404, RECOVERS, RECOVERS },
  { "POST mounts/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },

  /* An upload that the registry does not know any more is begun anew. */
  { "PATCH uploads", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND },
  { "PATCH uploads", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED },
  { "PATCH uploads", LS_FAULT_CORRUPT, 0, RECOVERS, LS_ERROR_DIGEST_MISMATCH },
  { NULL },
};

static const LsFaultMatrix mounted = {
  "copy by mounts",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_COPY },
  "POST mounts/",
  rules,
};

/* A registry that opens an upload instead. */
static const LsFaultMatrix refused = {
  "copy, mounts refused",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_COPY, LS_FAULT_REFUSES_MOUNTS },
  "POST mounts/",
  rules,
};

static const LsFaultMatrix sent = {
  "copy in the uploads of refused mounts",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_COPY, LS_FAULT_REFUSES_MOUNTS },
  "PATCH uploads",
  rules,
  .is_brief = TRUE,
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_fault_matrix_add ("/fault/mount/taken", &mounted);
  ls_fault_matrix_add ("/fault/mount/refused", &refused);
  ls_fault_matrix_add ("/fault/mount/sent", &sent);

  return g_test_run ();
}
