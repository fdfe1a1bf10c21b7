/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What servers say in bodies: of failures, which people read, and tokens. */

#include "ls-fuzz.h"
#include "ls-server-message.h"
#include "ls-token-request.h"

static void
check_message (GBytes *bytes, gboolean is_html)
{
  g_auto (LsServerMessage) message = { 0 };

  ls_server_message_parse (&message, bytes, is_html);
  if (message.text == NULL)
    return;
  ls_fuzz_assert_tidy (message.text);
  g_assert_cmpint (g_utf8_strlen (message.text, -1), <=, LS_SERVER_MESSAGE_MAX_TEXT + 1);
}

static void
check_token (GBytes *bytes)
{
  g_auto (LsTokenReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!ls_token_reply_parse (&reply, bytes, &error))
    {
      ls_fuzz_assert_error (error);
      return;
    }
  /* It becomes part of a header field. */
  g_assert_cmpstr (reply.token, !=, "");
  for (const char *at = reply.token; *at != '\0'; at++)
    g_assert_true (g_ascii_isgraph (*at));
  g_assert_cmpint (reply.lifetime, >=, 60);
  g_assert_cmpint (reply.lifetime, <=, 24 * 60 * 60);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  check_message (bytes, FALSE);
  check_message (bytes, TRUE);
  check_token (bytes);

  return 0;
}
