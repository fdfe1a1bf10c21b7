/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a registry takes blobs. All are sent in the style with the fewest requests
 * until a registry refuses it; what it takes then is remembered under its name,
 * so that the next blob does not have to find out again. */

typedef enum
{
  LS_SINGLE_POST_UNTRIED,
  LS_SINGLE_POST_WORKS,
  LS_SINGLE_POST_REFUSED,
} LsSinglePost;

typedef enum
{
  LS_UPLOAD_BY_EITHER, /* whatever suits the blob */
  LS_UPLOAD_BY_PATCH,  /* PATCH, and a PUT without bytes */
  LS_UPLOAD_BY_PUT,    /* one PUT with all bytes */
} LsUploadMethod;

typedef struct
{
  LsSinglePost single_post; /* POST with the digest and all bytes, for the smallest blobs */
  LsUploadMethod method;
  gint64 max_body;       /* bytes in one request, the rest goes into others; 0: no limit */
  gboolean is_guess;     /* whether the limit was never said */
  gboolean needs_length; /* whether a request must say beforehand how long it is */
} LsUploadStyle;

/* A request with bytes that a registry refused. */
typedef struct
{
  guint status;
  gboolean is_put;
  gboolean is_part; /* a PATCH that is not all of the blob */
  gint64 sent;
  gboolean is_open; /* its length was not said beforehand */
} LsUploadRefusal;

gboolean ls_upload_style_uses_put (const LsUploadStyle   *style,
                                   gint64                 size);
gboolean ls_upload_style_adapt    (LsUploadStyle         *style,
                                   const LsUploadRefusal *refusal);
gboolean ls_upload_style_guess    (LsUploadStyle         *style,
                                   gint64                 sent);
gboolean ls_upload_style_split    (LsUploadStyle         *style,
                                   gint64                 lost);

typedef struct _LsUploadMemory LsUploadMemory;

LsUploadMemory *ls_upload_memory_new    (void);
LsUploadMemory *ls_upload_memory_ref    (LsUploadMemory      *memory);
void            ls_upload_memory_unref  (LsUploadMemory      *memory);
LsUploadStyle   ls_upload_memory_recall (LsUploadMemory      *memory,
                                         const char          *registry);
void            ls_upload_memory_note   (LsUploadMemory      *memory,
                                         const char          *registry,
                                         const LsUploadStyle *style);
gboolean        ls_upload_memory_load   (LsUploadMemory      *memory,
                                         const char          *path,
                                         GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsUploadMemory, ls_upload_memory_unref)

G_END_DECLS
