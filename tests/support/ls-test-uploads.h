/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-test-fake-registry.h"

G_BEGIN_DECLS

/* A registry that takes one blob into "app", with the peculiarities that
 * registries have and what may go wrong on the way. All members may be set
 * before the first request; those that count down change. */

#define LS_TEST_UPLOADS "/v2/app/blobs/uploads/"
#define LS_TEST_UPLOAD_SESSION "/v2/app/blobs/uploads/1"

typedef struct
{
  /* What goes wrong. */
  gsize cut_after;       /* how many bytes of a body to read before hanging up */
  guint n_cuts;          /* how often */
  gboolean forgets;      /* whether a session that was cut is gone */
  gboolean hangs_up;     /* in place of an answer to the request that ends the upload */
  guint n_unauthorized;  /* how many requests with a body to answer with 401 */
  guint n_busy;          /* how many with 429 */

  /* What the registry does not do. */
  guint put_status;      /* what refuses a PUT with bytes; 0: nothing does */
  guint patch_status;    /* what refuses a PATCH; 0: nothing does */
  guint open_status;     /* what refuses a PATCH without Content-Length; 0: nothing does */
  gboolean ignores_open; /* whether it takes nothing of such a PATCH, and is content */
  guint chunk_status;    /* what refuses a PATCH with Content-Range; 0: nothing does */
  gint64 max_put;        /* the largest body of PUT, and of PATCH; 0: any */
  gint64 max_patch;
  guint too_large;       /* what refuses larger ones; 0: hanging up */
  guint single_post;     /* what POST with digest and bytes gets; 0: a session */

  /* How it answers. */
  guint patched;         /* the status of a good PATCH; 0: 202 */
  const char *min_chunk; /* OCI-Chunk-Min-Length */
  const char *headers;   /* of the answer that opens a session */
  gboolean stale_range;  /* whether PATCH answers how far it was before */

  /* What it has. */
  GMutex mutex;
  GByteArray *bytes;
  gboolean is_open;      /* whether there is a session */
  gboolean is_committed;
} LsTestUploads;

/* With the quirks of another one, or none; freed with the fixture. */
LsTestUploads *ls_test_uploads_new  (LsTestFakeRegistry  *fixture,
                                     LsDescriptor        *blob,
                                     const LsTestUploads *quirks);
/* The requests for blobs so far, such as "POST PATCH PUT"; "POST+" is one with a
 * digest. */
char          *ls_test_uploads_dup_requests (LsTestFakeRegistry *fixture);

G_END_DECLS
