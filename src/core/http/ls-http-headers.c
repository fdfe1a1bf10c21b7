/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-http-headers.h"

#include <libsoup/soup.h>
#include <string.h>

/* A server may ask for patience, but not for a year of it. */
#define MAX_WAIT_SECONDS (7 * 24 * 60 * 60)

static const char *
skip_space (const char *text)
{
  while (*text == ' ' || *text == '\t')
    text++;

  return text;
}

/* Digits only: no sign, no space, no overflow. */
static gboolean
take_number (const char **cursor, gint64 *value)
{
  const char *p = *cursor;
  gint64 result = 0;

  if (!g_ascii_isdigit (*p))
    return FALSE;

  for (; g_ascii_isdigit (*p); p++)
    {
      int digit = *p - '0';

      if (result > (G_MAXINT64 - digit) / 10)
        return FALSE;
      result = result * 10 + digit;
    }

  *cursor = p;
  *value = result;

  return TRUE;
}

/**
 * ls_http_parse_size:
 * @text: (nullable): the value of Content-Length
 * @size: (out): the size in bytes
 *
 * Returns: whether @text is a decimal number of bytes
 */
gboolean
ls_http_parse_size (const char *text, gint64 *size)
{
  if (text == NULL)
    return FALSE;

  text = skip_space (text);

  return take_number (&text, size) && *skip_space (text) == '\0';
}

/**
 * ls_http_parse_content_range:
 * @text: (nullable): the value of Content-Range
 * @first: (out): the first byte's position
 * @last: (out): the last byte's position
 * @total: (out): the size of the whole, or -1 where the server gives `*`
 *
 * Reads `bytes 0-99/1234` (RFC 9110, section 14.4).
 *
 * Returns: whether @text has that form and makes sense
 */
gboolean
ls_http_parse_content_range (const char *text, gint64 *first, gint64 *last, gint64 *total)
{
  if (text == NULL)
    return FALSE;

  text = skip_space (text);
  if (g_ascii_strncasecmp (text, "bytes", 5) != 0 || (text[5] != ' ' && text[5] != '='))
    return FALSE;

  text = skip_space (text + 6);
  if (!take_number (&text, first) || *text++ != '-' || !take_number (&text, last) || *text++ != '/')
    return FALSE;

  if (*text == '*')
    {
      text++;
      *total = -1;
    }
  else if (!take_number (&text, total))
    {
      return FALSE;
    }

  return *skip_space (text) == '\0' && *first <= *last && (*total == -1 || *last < *total);
}

/**
 * ls_http_parse_upload_range:
 * @text: (nullable): the value of Range in a registry's answer
 * @last: (out): the position of the last byte the registry has
 *
 * Reads `0-99` (OCI distribution specification, "Pushing a blob in chunks"),
 * with or without the unit.
 *
 * Returns: whether @text has that form
 */
gboolean
ls_http_parse_upload_range (const char *text, gint64 *last)
{
  gint64 first;

  if (text == NULL)
    return FALSE;

  text = skip_space (text);
  if (g_ascii_strncasecmp (text, "bytes=", 6) == 0)
    text += 6;

  return take_number (&text, &first) && first == 0 && *text++ == '-' && take_number (&text, last)
         && *skip_space (text) == '\0';
}

static gint64
limit_wait (gint64 when, gint64 now)
{
  return CLAMP (when, now, now + MAX_WAIT_SECONDS);
}

/**
 * ls_http_parse_retry_after:
 * @text: (nullable): the value of Retry-After
 * @now: the time now, in seconds of Unix time
 *
 * Reads a number of seconds or a date (RFC 9110, section 10.2.3). No time in
 * the past and none more than a week ahead is given back.
 *
 * Returns: when to try again, in seconds of Unix time; 0 if @text does not say
 */
gint64
ls_http_parse_retry_after (const char *text, gint64 now)
{
  g_autoptr (GDateTime) date = NULL;
  gint64 seconds;

  if (text == NULL)
    return 0;

  if (ls_http_parse_size (text, &seconds))
    return now + MIN (seconds, MAX_WAIT_SECONDS);

  date = soup_date_time_new_from_http_string (text);

  return date != NULL ? limit_wait (g_date_time_to_unix (date), now) : 0;
}

/**
 * ls_http_parse_reset_time:
 * @text: (nullable): the value of X-Retry-After or X-RateLimit-Reset
 * @now: the time now, in seconds of Unix time
 *
 * Reads a point in Unix time, as Docker Hub gives it. Values that are too small
 * for one are taken for a number of seconds from now, which others mean by it.
 *
 * Returns: when to try again, in seconds of Unix time; 0 if @text does not say
 */
gint64
ls_http_parse_reset_time (const char *text, gint64 now)
{
  gint64 value;

  if (!ls_http_parse_size (text, &value))
    return 0;

  if (value <= MAX_WAIT_SECONDS)
    return now + value;

  return limit_wait (value, now);
}

/**
 * ls_http_take_value:
 * @cursor: where the value of a parameter begins; then, what follows it
 * @ends: the characters before which one without quotation marks ends
 *
 * Reads a token or a quoted string (RFC 9110, section 5.6.4), and is content with other
 * characters in a token, and with a string that does not end.
 *
 * Returns: (transfer full): the value, without quotation marks; may be empty
 */
char *
ls_http_take_value (const char **cursor, const char *ends)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *p = *cursor;

  if (*p == '"')
    {
      for (p++; *p != '\0' && *p != '"'; p++)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          g_string_append_c (value, *p);
        }
      if (*p == '"')
        p++;
    }
  else
    {
      for (; *p != '\0' && strchr (ends, *p) == NULL; p++)
        g_string_append_c (value, *p);
    }
  *cursor = p;

  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* The parameters of one link: is rel="next" among them? */
static const char *
take_link_parameters (const char *p, gboolean *is_next)
{
  *is_next = FALSE;

  while (*(p = skip_space (p)) == ';')
    {
      const char *name;
      gsize name_length;
      g_autofree char *value = NULL;
      g_auto (GStrv) relations = NULL;

      name = p = skip_space (p + 1);
      while (*p != '\0' && strchr ("=;, \t", *p) == NULL)
        p++;
      name_length = (gsize) (p - name);

      p = skip_space (p);
      if (*p != '=')
        continue;

      p = skip_space (p + 1);
      value = ls_http_take_value (&p, ";, \t");
      if (name_length != 3 || g_ascii_strncasecmp (name, "rel", 3) != 0)
        continue;

      relations = g_strsplit_set (value, " \t", -1);
      for (guint i = 0; relations[i] != NULL; i++)
        *is_next = *is_next || g_ascii_strcasecmp (relations[i], "next") == 0;
    }

  return p;
}

/**
 * ls_http_parse_next_link:
 * @text: (nullable): the value of Link
 *
 * Finds the link to the next page (RFC 8288). Nothing is resolved.
 *
 * Returns: (transfer full) (nullable): the target with `rel="next"`
 */
char *
ls_http_parse_next_link (const char *text)
{
  const char *p = text;

  while (p != NULL && *p != '\0')
    {
      const char *target;
      const char *end;
      gboolean is_next;

      p = skip_space (p);
      if (*p == ',')
        {
          p++;
          continue;
        }
      if (*p != '<')
        return NULL;

      target = p + 1;
      end = strchr (target, '>');
      if (end == NULL)
        return NULL;

      p = take_link_parameters (end + 1, &is_next);
      if (is_next && end > target)
        return g_strndup (target, (gsize) (end - target));
      if (*p != ',' && *p != '\0')
        return NULL;
    }

  return NULL;
}

/**
 * ls_http_parse_content_type:
 * @text: (nullable): the value of Content-Type
 *
 * Returns: (transfer full) (nullable): the media type in lower case, without parameters
 */
char *
ls_http_parse_content_type (const char *text)
{
  g_autofree char *type = NULL;

  if (text == NULL)
    return NULL;

  type = g_strndup (text, strcspn (text, ";,"));
  g_strstrip (type);
  if (*type == '\0')
    return NULL;

  return g_ascii_strdown (type, -1);
}
