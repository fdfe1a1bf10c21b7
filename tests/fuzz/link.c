/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Link: where the next page of a list is said to be. */

#include "ls-fuzz.h"
#include "ls-http-headers.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = ls_fuzz_dup_text (data, size);
  g_autofree char *target = ls_http_parse_next_link (text);
  g_autofree char *type = ls_http_parse_content_type (text);
  g_autofree char *link = NULL;
  g_autofree char *again = NULL;

  if (target != NULL)
    {
      g_assert_cmpstr (target, !=, "");
      g_assert_null (strchr (target, '>'));
      g_assert_nonnull (strstr (text, target));
      link = g_strdup_printf ("<%s>; rel=\"next\"", target);
      again = ls_http_parse_next_link (link);
      g_assert_cmpstr (again, ==, target);
    }
  if (type != NULL)
    {
      g_autofree char *type_again = ls_http_parse_content_type (type);

      g_assert_cmpstr (type, !=, "");
      g_assert_cmpstr (type_again, ==, type);
    }

  return 0;
}
