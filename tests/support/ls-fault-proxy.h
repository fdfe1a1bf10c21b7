/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Stands between a transfer and a registry on 127.0.0.1, knows what each request
 * is for, and makes one of them go wrong, or all that are alike:
 *
 *   g_autoptr (LsFaultProxy) proxy = ls_fault_proxy_new (registry_port, LS_FAULT_AUTH_TOKEN);
 *   LsFault fault = { "GET blobs/sha256:0123456789ab", 1, LS_FAULT_RESET,
 *                     LS_FAULT_AT_REPLY_BODY, .offset = 100 };
 *   ls_fault_proxy_set_fault (proxy, &fault);
 *
 * The registry behind it is open to everybody: the proxy itself asks for a
 * password or gives out tokens, so that the steps of authentication can go wrong
 * as well. It also counts, as a witness, the bytes of blobs that pass. */

typedef enum
{
  LS_FAULT_AUTH_NONE,
  LS_FAULT_AUTH_BASIC,
  LS_FAULT_AUTH_TOKEN,
} LsFaultAuth;

/* What some registries do and docker-registry does not. */
typedef enum
{
  LS_FAULT_REDIRECTS = 1 << 0,      /* blobs are read from another server, at signed addresses */
  LS_FAULT_SINGLE_POSTS = 1 << 1,   /* a blob may come with the request for an upload */
  LS_FAULT_REFUSES_MOUNTS = 1 << 2, /* a mount opens an upload, each time */
  LS_FAULT_BUFFERS = 1 << 3,        /* the registry hears of a request when all of it is there */
} LsFaultManners;

#define LS_FAULT_USER "alice"
#define LS_FAULT_PASSWORD "s3cret"

typedef enum
{
  LS_FAULT_NONE,
  LS_FAULT_RESET,   /* RST, as when a machine is gone */
  LS_FAULT_CLOSE,   /* FIN, as when a server is shut down */
  LS_FAULT_STALL,   /* nothing happens any more */
  LS_FAULT_CORRUPT, /* one byte is another; only in bodies */
  LS_FAULT_STATUS,  /* another reply, which says so */
  LS_FAULT_GARBAGE, /* a reply that is not HTTP */
  LS_FAULT_SIGNAL,  /* the test is called, to kill somebody, and then nothing happens */
} LsFaultKind;

typedef enum
{
  LS_FAULT_AT_REQUEST,      /* its head is there; the registry hears nothing of it */
  LS_FAULT_AT_REQUEST_BODY, /* when so many bytes of its body were passed on */
  LS_FAULT_AT_REPLY,        /* the registry did what it was asked for; nobody hears of it */
  LS_FAULT_AT_REPLY_HEAD,   /* in the middle of it */
  LS_FAULT_AT_REPLY_BODY,   /* when so many bytes of it were passed on */
} LsFaultPoint;

typedef struct
{
  const char *step; /* the name of a step; with nth 0 how the names start */
  guint nth;        /* which one of this name, from 1 on; 0: each time */
  LsFaultKind kind;
  LsFaultPoint point;
  gint64 offset;
  guint status;
  const char *headers; /* (nullable): more fields of that reply */
} LsFault;

/* A request that passed, as "GET manifests/1", "HEAD blobs/sha256:0123456789ab",
 * "GET blobs/sha256:0123456789ab 0-99", "POST uploads", "PATCH uploads 4096",
 * "POST mounts/sha256:0123456789ab", and where blobs are redirected to
 * "GET elsewhere/sha256:0123456789ab". */
typedef struct
{
  char *name;
  guint nth;
  gint64 request_size; /* of the bodies, in bytes */
  gint64 reply_size;
} LsFaultStep;

typedef struct _LsFaultProxy LsFaultProxy;

typedef void (*LsFaultFunc) (gpointer user_data);

LsFaultProxy *ls_fault_proxy_new        (guint16        registry_port,
                                         LsFaultAuth    auth);
void          ls_fault_proxy_free       (LsFaultProxy  *proxy);
void          ls_fault_proxy_set_manners (LsFaultProxy *proxy,
                                         LsFaultManners manners);
guint16       ls_fault_proxy_get_port   (LsFaultProxy  *proxy);
/* Starts over: nothing has been counted and nothing gone wrong. */
void          ls_fault_proxy_set_fault  (LsFaultProxy  *proxy,
                                         const LsFault *fault);
void          ls_fault_proxy_set_signal (LsFaultProxy  *proxy,
                                         LsFaultFunc    func,
                                         gpointer       user_data);
/* Lets nobody pass before it is let go. */
void          ls_fault_proxy_hold       (LsFaultProxy  *proxy);
void          ls_fault_proxy_let_go     (LsFaultProxy  *proxy);
gboolean      ls_fault_proxy_has_fired  (LsFaultProxy  *proxy);
GPtrArray    *ls_fault_proxy_dup_steps  (LsFaultProxy  *proxy);
/* What somebody did with a signed address that is not good for it; NULL: nothing. Each is
 * good for one request, without a password or token. */
char         *ls_fault_proxy_dup_abuse  (LsFaultProxy  *proxy);
/* Bytes of blobs that clients were sent, and that they sent. */
gint64        ls_fault_proxy_get_sent   (LsFaultProxy  *proxy);
gint64        ls_fault_proxy_get_taken  (LsFaultProxy  *proxy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFaultProxy, ls_fault_proxy_free)

G_END_DECLS
