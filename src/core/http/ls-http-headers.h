/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Parsers for the header fields that libsoup has none for, or none strict
 * enough. Pure functions over text that comes from outside. */

gboolean ls_http_parse_size          (const char *text,
                                      gint64     *size);
gboolean ls_http_parse_content_range (const char *text,
                                      gint64     *first,
                                      gint64     *last,
                                      gint64     *total);
gboolean ls_http_parse_upload_range  (const char *text,
                                      gint64     *last);
gint64   ls_http_parse_retry_after   (const char *text,
                                      gint64      now);
gint64   ls_http_parse_reset_time    (const char *text,
                                      gint64      now);
char    *ls_http_take_value          (const char **cursor,
                                      const char  *ends);
char    *ls_http_parse_next_link     (const char *text);
char    *ls_http_parse_content_type  (const char *text);

G_END_DECLS
