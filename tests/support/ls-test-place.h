/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-image-destination.h"
#include "ls-test-graph.h"

G_BEGIN_DECLS

/* A place that lives in memory and does as the test says: a source with an
 * image, or a destination that keeps a journal. */

#define LS_TYPE_TEST_PLACE (ls_test_place_get_type ())
G_DECLARE_FINAL_TYPE (LsTestPlace, ls_test_place, LS, TEST_PLACE, GObject)

struct _LsTestPlace
{
  GObject parent_instance;

  GMutex lock;
  LsManifest *root;       /* as a source: what the name leads to */
  LsManifest *child;      /* as a source: the manifest below the root */
  LsTestGraph *graph;     /* as a source: in place of root and child */
  GHashTable *blobs;      /* digest text -> GBytes */
  LsDigest *current;      /* as a destination: what the name leads to */
  GString *journal;       /* what a destination was asked, in order */
  guint failures;         /* how many puts fail before one succeeds */
  int failure_code;
  gboolean refuse_room;
  int begin_code;         /* an LsError that begin fails with; 0: none */
  int reserve_code;       /* the same, once the layers are known */
  gint64 retry_at;        /* of these errors */
  gint64 failure_offset;  /* how many bytes come before a put fails */
  char *mounts;           /* the digest that can be mounted */
  gboolean block;         /* puts wait until they are cancelled */
  guint n_resolved;
  guint n_begun;
  guint n_ended;
  guint n_released;
};

LsTestPlace *ls_test_place_new        (void);
LsTestPlace *ls_test_place_new_source (const char *const *layers);
LsTestPlace *ls_test_place_new_graph  (const char        *text);
char        *ls_test_place_add_blob   (LsTestPlace       *self,
                                       const char        *content);
LsManifest  *ls_test_place_parse      (const char        *json,
                                       const char        *media_type);

G_END_DECLS
