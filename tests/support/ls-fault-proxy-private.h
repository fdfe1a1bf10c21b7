/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ls-fault-proxy.h"

G_BEGIN_DECLS

/* A port, and who waits there. */
typedef struct
{
  LsFaultProxy *proxy;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
} LsFaultDoor;

struct _LsFaultProxy
{
  guint16 registry_port;
  LsFaultAuth auth;
  LsFaultManners manners;
  LsFaultDoor door;
  LsFaultDoor elsewhere; /* the server that blobs are redirected to */
  GCancellable *stop;
  int n_tokens;

  GMutex mutex;           /* guards what follows */
  GPtrArray *threads;     /* of the connections */
  GPtrArray *connections; /* that are open now */
  LsFault fault;
  char *fault_step;
  guint n_reads_of_step; /* where the fault's step is one that reads a blob */
  gboolean has_fired;
  gboolean is_held;
  GCond changed;
  LsFaultFunc signal;
  gpointer signal_data;
  guint n_signatures;
  GHashTable *signatures; /* those that are good */
  char *abuse;            /* nullable */
  GPtrArray *steps;
  GPtrArray *former_steps; /* whoever serves one may still count it */
};

/* Serves one connection, in a thread of its own. */
void         ls_fault_visit_run        (LsFaultProxy      *proxy,
                                        GSocketConnection *connection);

/* The address of a blob on another server. */
char        *ls_fault_proxy_sign       (LsFaultProxy      *proxy,
                                        const char        *target);
/* Whether a request there may have what it asks for, which is the same @target again. */
gboolean     ls_fault_proxy_use_up     (LsFaultProxy      *proxy,
                                        const char        *signed_target,
                                        const char        *authorization,
                                        char             **target);

/* Gives a request its number. @fault is what shall go wrong with it. */
LsFaultStep *ls_fault_proxy_note_step  (LsFaultProxy      *proxy,
                                        const char        *name,
                                        LsFault           *fault);
void         ls_fault_proxy_note_fired (LsFaultProxy      *proxy);
void         ls_fault_proxy_count      (LsFaultProxy      *proxy,
                                        LsFaultStep       *step,
                                        gint64             request_size,
                                        gint64             reply_size);

G_END_DECLS
