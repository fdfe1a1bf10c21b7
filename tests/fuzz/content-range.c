/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Content-Range, Range, Content-Length and the fields that say when to come back. */

#include "ls-fuzz.h"
#include "ls-http-headers.h"

#define NOW G_GINT64_CONSTANT (1760000000)
#define WEEK (7 * 24 * 60 * 60)

static void
check_content_range (const char *text)
{
  gint64 first, last, total;
  gint64 range[3] = { -2, -2, -2 };
  g_autofree char *written = NULL;
  g_autofree char *size = NULL;

  if (!ls_http_parse_content_range (text, &first, &last, &total))
    return;

  g_assert_cmpint (first, >=, 0);
  g_assert_cmpint (last, >=, first);
  g_assert_true (total == -1 || total > last);
  size = total == -1 ? g_strdup ("*") : g_strdup_printf ("%" G_GINT64_FORMAT, total);
  written =
      g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%s", first, last, size);
  g_assert_true (ls_http_parse_content_range (written, &range[0], &range[1], &range[2]));
  g_assert_cmpint (range[0], ==, first);
  g_assert_cmpint (range[1], ==, last);
  g_assert_cmpint (range[2], ==, total);
}

static void
check_time (gint64 when)
{
  g_assert_true (when == 0 || (when >= NOW && when <= NOW + WEEK));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  gint64 number;

  check_content_range (text);
  if (ls_http_parse_upload_range (text, &number))
    g_assert_cmpint (number, >=, 0);
  if (ls_http_parse_size (text, &number))
    g_assert_cmpint (number, >=, 0);
  check_time (ls_http_parse_retry_after (text, NOW));
  check_time (ls_http_parse_reset_time (text, NOW));

  return 0;
}
