/* SPDX-License-Identifier: GPL-3.0-or-later */

/* At every step of a push, everything that can go wrong. */

#include "ls-error.h"
#include "ls-fault-matrix.h"

#define RECOVERS LS_FAULT_RECOVERS

static const LsFaultRule token_rules[] = {
  /* The first token is for a question whose answer is not needed. */
  { "GET /token", LS_FAULT_STATUS, 401, RECOVERS, LS_ERROR_UNAUTHORIZED, .nth = 1 },
  { "GET /token", LS_FAULT_STATUS, 403, RECOVERS, LS_ERROR_FORBIDDEN, .nth = 1 },
  { "GET /token", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND, .nth = 1 },
  { "GET /token", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED, .nth = 1 },
  { "GET /token", LS_FAULT_CORRUPT, 0, RECOVERS, LS_ERROR_PROTOCOL, .nth = 1 },

  /* What is there already is good to know. Where that cannot be had it is sent. */
  { "HEAD manifests/", LS_FAULT_RESET, 0, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_CLOSE, 0, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STALL, 0, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_GARBAGE, 0, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 401, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 403, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 404, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 429, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 500, RECOVERS, RECOVERS },
  { "HEAD manifests/", LS_FAULT_STATUS, 503, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_RESET, 0, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_CLOSE, 0, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STALL, 0, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_GARBAGE, 0, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 401, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 403, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 404, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 429, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 500, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_STATUS, 503, RECOVERS, RECOVERS },
  { "GET manifests/", LS_FAULT_CORRUPT, 0, RECOVERS, RECOVERS },
  { "HEAD blobs/", LS_FAULT_STATUS, 401, RECOVERS, RECOVERS },
  { "HEAD blobs/", LS_FAULT_STATUS, 403, RECOVERS, RECOVERS },
  { "HEAD blobs/", LS_FAULT_STATUS, 404, RECOVERS, RECOVERS },
  { "HEAD blobs/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },

  /* An upload that the registry does not know any more is begun anew. */
  { "PATCH uploads", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND },
  { "PATCH uploads", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED },
  { "PATCH uploads", LS_FAULT_CORRUPT, 0, RECOVERS, LS_ERROR_DIGEST_MISMATCH },
  { "PUT uploads", LS_FAULT_STATUS, 404, RECOVERS, LS_ERROR_NOT_FOUND },
  { "PUT uploads", LS_FAULT_STATUS, 416, RECOVERS, LS_ERROR_FAILED },
  /* A registry that keeps refusing a PUT gets PATCHes. */
  { "PUT uploads", LS_FAULT_CORRUPT, 0, RECOVERS, RECOVERS },
  /* It is done, and asking for the blob shows it. */
  { "PUT uploads", LS_FAULT_CLOSE, 0, RECOVERS, RECOVERS },

  /* The registry looks into a manifest, and cannot read it. */
  { "PUT manifests/", LS_FAULT_CORRUPT, 0, LS_ERROR_FAILED, LS_ERROR_FAILED },

  { NULL },
};

/* What a registry that takes small blobs in one request does not take there it gets in two
 * or three. */
static const LsFaultRule single_post_rules[] = {
  { "POST uploads/", LS_FAULT_STATUS, 416, RECOVERS, RECOVERS },
  { "POST uploads/", LS_FAULT_STATUS, 500, RECOVERS, RECOVERS },
  { "POST uploads/", LS_FAULT_CORRUPT, 0, RECOVERS, RECOVERS },
  { NULL },
};

static const LsFaultMatrix with_token = {
  "push",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PUSH },
  NULL,
  token_rules,
};

/* A registry that takes so much at a time, and no more. */
static const LsFaultMatrix in_pieces = {
  "push in pieces",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PUSH, .largest_body = 512 * 1024 },
  "PATCH uploads",
  token_rules,
};

/* A registry that takes small blobs in one request. */
static const LsFaultMatrix in_single_posts = {
  "push in single requests",
  { LS_FAULT_AUTH_TOKEN, LS_FAULT_PUSH, LS_FAULT_SINGLE_POSTS },
  "POST uploads/",
  single_post_rules,
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ls_fault_matrix_add ("/fault/push/token", &with_token);
  ls_fault_matrix_add ("/fault/push/pieces", &in_pieces);
  ls_fault_matrix_add ("/fault/push/single-posts", &in_single_posts);

  return g_test_run ();
}
