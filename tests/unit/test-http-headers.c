/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-headers.h"

#define NOW G_GINT64_CONSTANT (1700000000) /* Tue, 14 Nov 2023 22:13:20 GMT */
#define WEEK (7 * 24 * 60 * 60)

/* What comes from outside need not be text; a log has to be. */
static void
say (const char *input)
{
  g_autofree char *text = input != NULL ? g_strescape (input, NULL) : NULL;

  g_test_message ("%s", text != NULL ? text : "(none)");
}

static void
test_sizes (void)
{
  static const struct
  {
    const char *text;
    gint64 size; /* -1: not a size */
  } cases[] = {
    { "0", 0 },
    { "1234", 1234 },
    { " 12 ", 12 },
    { "9223372036854775807", G_MAXINT64 },
    { "9223372036854775808", -1 },
    { "99999999999999999999999", -1 },
    { "-1", -1 },
    { "+1", -1 },
    { "1.0", -1 },
    { "0x10", -1 },
    { "12 13", -1 },
    { "12, 12", -1 },
    { "", -1 },
    { NULL, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 size = -1;

      say (cases[i].text);
      g_assert_cmpint (ls_http_parse_size (cases[i].text, &size), ==, cases[i].size != -1);
      if (cases[i].size != -1)
        g_assert_cmpint (size, ==, cases[i].size);
    }
}

static void
test_content_ranges (void)
{
  static const struct
  {
    const char *text;
    gint64 first; /* -1: not a range */
    gint64 last;
    gint64 total;
  } cases[] = {
    { "bytes 0-99/1234", 0, 99, 1234 },
    { "bytes 5-5/6", 5, 5, 6 },
    { "Bytes  10-19/20 ", 10, 19, 20 },
    { "bytes=10-19/20", 10, 19, 20 },
    { "bytes 10-19/*", 10, 19, -1 },
    { "bytes */1234", -1, 0, 0 },
    { "bytes 10-9/20", -1, 0, 0 },
    { "bytes 10-20/20", -1, 0, 0 },
    { "bytes 10-/20", -1, 0, 0 },
    { "bytes -10/20", -1, 0, 0 },
    { "bytes 0-9", -1, 0, 0 },
    { "bytes 0-9/20/30", -1, 0, 0 },
    { "bytes 0 - 9/20", -1, 0, 0 },
    { "bytes 0-18446744073709551616/20", -1, 0, 0 },
    { "items 0-9/20", -1, 0, 0 },
    { "0-9/20", -1, 0, 0 },
    { "", -1, 0, 0 },
    { NULL, -1, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 first;
      gint64 last;
      gint64 total;
      gboolean ok = ls_http_parse_content_range (cases[i].text, &first, &last, &total);

      say (cases[i].text);
      g_assert_cmpint (ok, ==, cases[i].first != -1);
      if (ok)
        {
          g_assert_cmpint (first, ==, cases[i].first);
          g_assert_cmpint (last, ==, cases[i].last);
          g_assert_cmpint (total, ==, cases[i].total);
        }
    }
}

static void
test_upload_ranges (void)
{
  static const struct
  {
    const char *text;
    gint64 last; /* -1: not a range */
  } cases[] = {
    { "0-0", 0 },    { "0-99", 99 }, { "bytes=0-99", 99 }, { " 0-7 ", 7 },
    { "1-99", -1 },  { "0-", -1 },   { "-99", -1 },        { "0-99/100", -1 },
    { "0--99", -1 }, { "", -1 },     { NULL, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 last;
      gboolean ok = ls_http_parse_upload_range (cases[i].text, &last);

      say (cases[i].text);
      g_assert_cmpint (ok, ==, cases[i].last != -1);
      if (ok)
        g_assert_cmpint (last, ==, cases[i].last);
    }
}

static void
test_retry_after (void)
{
  static const struct
  {
    const char *text;
    gint64 when; /* 0: does not say */
  } cases[] = {
    { "0", NOW },
    { "120", NOW + 120 },
    { "Tue, 14 Nov 2023 22:15:20 GMT", NOW + 120 },
    { "Tuesday, 14-Nov-23 22:15:20 GMT", NOW + 120 },
    { "Mon, 01 Jan 2001 00:00:00 GMT", NOW },
    { "Fri, 31 Dec 2100 23:59:59 GMT", NOW + WEEK },
    { "99999999999", NOW + WEEK },
    { "99999999999999999999999", 0 },
    { "-5", 0 },
    { "soon", 0 },
    { "880µs", 0 },
    { "", 0 },
    { NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      say (cases[i].text);
      g_assert_cmpint (ls_http_parse_retry_after (cases[i].text, NOW), ==, cases[i].when);
    }
}

static void
test_reset_time (void)
{
  static const struct
  {
    const char *text;
    gint64 when;
  } cases[] = {
    { "1700000060", NOW + 60 }, { "1600000000", NOW }, { "4102444800", NOW + WEEK },
    { "60", NOW + 60 },         { "later", 0 },        { NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ls_http_parse_reset_time (cases[i].text, NOW), ==, cases[i].when);
}

static void
test_next_links (void)
{
  static const struct
  {
    const char *text;
    const char *target;
  } cases[] = {
    { "</v2/a/tags/list?n=2&last=b>; rel=\"next\"", "/v2/a/tags/list?n=2&last=b" },
    { "<https://r.example/v2/x>; rel=next", "https://r.example/v2/x" },
    { "</a>;rel=\"next\"", "/a" },
    { "</a>; REL=\"NEXT\"", "/a" },
    { "</a>; title=\"x, y; z\"; rel=\"next\"", "/a" },
    { "</a>; rel=\"prev next\"", "/a" },
    { "</a>; rel=\"prev\", </b>; rel=\"next\"", "/b" },
    { "</a>; rel=\"next\", </b>; rel=\"next\"", "/a" },
    { ", </a,b>; rel=\"next\"", "/a,b" },
    { "</a>; rel=\"prev\"", NULL },
    { "</a>; rel=\"nextish\"", NULL },
    { "</a>; relation=\"next\"", NULL },
    { "</a>", NULL },
    { "<>; rel=\"next\"", NULL },
    { "</a; rel=\"next\"", NULL },
    { "/a; rel=\"next\"", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = ls_http_parse_next_link (cases[i].text);

      say (cases[i].text);
      g_assert_cmpstr (target, ==, cases[i].target);
    }
}

static void
test_content_types (void)
{
  static const struct
  {
    const char *text;
    const char *type;
  } cases[] = {
    { "application/json", "application/json" },
    { "Application/JSON; charset=utf-8", "application/json" },
    { " text/html ;x=y", "text/html" },
    { "text/html, application/json", "text/html" },
    { "", NULL },
    { ";", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *type = ls_http_parse_content_type (cases[i].text);

      g_assert_cmpstr (type, ==, cases[i].type);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/headers/sizes", test_sizes);
  g_test_add_func ("/http/headers/content-ranges", test_content_ranges);
  g_test_add_func ("/http/headers/upload-ranges", test_upload_ranges);
  g_test_add_func ("/http/headers/retry-after", test_retry_after);
  g_test_add_func ("/http/headers/reset-time", test_reset_time);
  g_test_add_func ("/http/headers/next-links", test_next_links);
  g_test_add_func ("/http/headers/content-types", test_content_types);

  return g_test_run ();
}
