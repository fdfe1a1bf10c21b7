/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fault-proxy.h"
#include "ls-fault-reader.h"
#include "ls-store.h"
#include "ls-test-dir.h"
#include "ls-test-registry.h"

G_BEGIN_DECLS

/* What is moved, and which way. */
typedef enum
{
  LS_FAULT_PULL,
  LS_FAULT_PULL_IN_RANGES, /* as after a start of the program, with nothing there yet */
  LS_FAULT_PUSH,
  LS_FAULT_COPY, /* from one repository of the registry to another */
} LsFaultWay;

typedef struct
{
  LsFaultAuth auth;
  LsFaultWay way;
  LsFaultManners manners;
  gint64 largest_body; /* of the requests of an upload; 0: no limit */
} LsFaultScene;

/* How large the largest layer is. More than one buffer, and no multiple of one; and so
 * much that three connections share it, and each asks for one chunk at a time. But not so
 * much that one connection alone is watched: a busy computer would make it look slow, and
 * what is on the line is lost when others join. */
#define LS_FAULT_LARGE_LAYER (1300 * 1024 + 123)
#define LS_FAULT_LARGE_LAYER_IN_RANGES (1400 * 1024 + 123)

/* What the cases of a fault matrix share: a real registry, a store, and in both of
 * them the image library/app:1. It is an index of two images with six blobs, one of
 * them large enough to be moved in pieces. */

typedef struct
{
  LsTestRegistry *registry;
  LsFaultReader *reader;
  LsTestDir *dir;
  LsStore *origin;
  char *root;       /* digest of the index */
  GPtrArray *blobs; /* LsDescriptor: configs and layers */
  gint64 size;      /* of all blobs, in bytes */
  gint64 largest;   /* of the largest one */
  LsDescriptor *large_layer; /* which is this */
  int n_places;
} LsFaultWorld;

LsFaultWorld  *ls_fault_world_new      (gsize           large_layer);
void           ls_fault_world_free     (LsFaultWorld   *world);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFaultWorld, ls_fault_world_free)

/* One case: a proxy, a repository and a store of its own. */
typedef struct
{
  LsFaultWorld *world;
  LsFaultProxy *proxy;
  const LsFaultScene *scene;
  gboolean is_push; /* to the registry, wherever it comes from */
  char *repository;
  LsTestDir *dir;  /* with registries.conf and the store */
  char *store;     /* the one of the case, or what is pushed from */
  guint timeout;   /* of the line, in seconds */
} LsFaultPlace;

LsFaultPlace  *ls_fault_place_new      (LsFaultWorld   *world,
                                        const LsFaultScene *scene);
void           ls_fault_place_free     (LsFaultPlace   *place);
/* Moves the image through the proxy, as after a start of the program. */
gboolean       ls_fault_place_run      (LsFaultPlace   *place,
                                        GError        **error);
GSubprocess   *ls_fault_place_spawn    (LsFaultPlace   *place,
                                        const char *const *environment);
/* How many bytes of blobs are neither at the destination nor on the way. */
gint64         ls_fault_place_missing  (LsFaultPlace   *place);
/* What the independent reader says; NULL if it is what it should be. */
char          *ls_fault_place_check    (LsFaultPlace   *place,
                                        gboolean        is_complete);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFaultPlace, ls_fault_place_free)

G_END_DECLS
