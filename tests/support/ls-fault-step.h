/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A request as a proxy reads it: its head in parts, and what it is for. */

typedef struct
{
  char *method;
  char *target;
  gboolean is_elsewhere; /* where the registry has redirected it to */
  char *fields;        /* the header fields that concern the registry, as they came */
  char *authorization; /* nullable */
  char *range;         /* nullable: of Range or Content-Range, without the unit */
  char *name;          /* of the step; see ls-fault-proxy.h */
  gint64 size;         /* of the body; -1: it is in chunks, without a length */
} LsFaultRequest;

gboolean ls_fault_request_read  (LsFaultRequest   *request,
                                 GDataInputStream *in);
void     ls_fault_request_clear (LsFaultRequest   *request);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsFaultRequest, ls_fault_request_clear)

/* The reply that stands for a status, with a challenge for 401. */
char    *ls_fault_reply_build   (guint             status,
                                 const char       *challenge,
                                 const char       *fields,
                                 const char       *body);
char    *ls_fault_error_build   (guint             status,
                                 const char       *challenge,
                                 const char       *fields);

G_END_DECLS
