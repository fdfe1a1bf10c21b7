/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most of an error's body that is read, and the most of its text that is kept. */
#define LS_SERVER_MESSAGE_MAX_BODY (64 * 1024)
#define LS_SERVER_MESSAGE_MAX_TEXT 500

/* What a server says of a failure, in any of the shapes in use. */
typedef struct
{
  char *code; /* the registry's error code, "MANIFEST_UNKNOWN" */
  char *text; /* for people; no control characters */
} LsServerMessage;

void ls_server_message_parse (LsServerMessage *message,
                              GBytes          *body,
                              gboolean         is_html);
void ls_server_message_clear (LsServerMessage *message);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LsServerMessage, ls_server_message_clear)

G_END_DECLS
