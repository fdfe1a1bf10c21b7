/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ls-json-scanner.h"

#include "ls-error.h"
#include "ls-json.h"

#include <math.h>
#include <string.h>

/* A tree needs some ninety bytes a value, so that a few megabytes of "[0,0,0"
 * would fill hundreds. */
#define MAX_VALUES (256 * 1024)

/* json-glib looks keys up by g_str_hash(), and keys that are made to have one hash
 * cost the square of their number. Among honest keys it hardly ever happens. */
#define MAX_COLLISIONS 64

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  guint depth;
  guint n_values;
  guint n_collisions;
} Scanner;

/* The keys of one object. */
typedef struct
{
  GHashTable *names;
  GHashTable *hashes;
} Keys;

static gboolean scan_value (Scanner *scanner, GError **error);

G_GNUC_PRINTF (4, 5)
static gboolean
refuse (const Scanner *scanner, GError **error, LsError code, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, LS_ERROR, code, "JSON with %s at byte %" G_GSIZE_FORMAT, why,
               (gsize) (scanner->at - scanner->start));

  return FALSE;
}

static char
peek (const Scanner *scanner)
{
  return scanner->at < scanner->end ? *scanner->at : '\0';
}

static gboolean
take (Scanner *scanner, char wanted)
{
  if (scanner->at == scanner->end || *scanner->at != wanted)
    return FALSE;

  scanner->at++;
  return TRUE;
}

static void
skip_space (Scanner *scanner)
{
  while (scanner->at < scanner->end && memchr (" \t\r\n", *scanner->at, 4) != NULL)
    scanner->at++;
}

static gboolean
skip_digits (Scanner *scanner)
{
  const char *first = scanner->at;

  while (g_ascii_isdigit (peek (scanner)))
    scanner->at++;

  return scanner->at > first;
}

/* The four digits of \uXXXX; -1 if they are not there. */
static int
take_code_unit (Scanner *scanner)
{
  int unit = 0;

  if (scanner->end - scanner->at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (scanner->at[i]);

      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
  scanner->at += 4;

  return unit;
}

static gboolean
scan_unicode_escape (Scanner *scanner, GString *text, GError **error)
{
  int high = take_code_unit (scanner);
  gunichar character = high;

  if (high < 0)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a bad \\u escape");
  /* A C string would end there, and one name would be read as another. */
  if (high == 0)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a NUL character");
  if (high >= 0xDC00 && high <= 0xDFFF)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a lone surrogate");
  if (high >= 0xD800 && high <= 0xDBFF)
    {
      int low = take (scanner, '\\') && take (scanner, 'u') ? take_code_unit (scanner) : -1;

      if (low < 0xDC00 || low > 0xDFFF)
        return refuse (scanner, error, LS_ERROR_PROTOCOL, "a lone surrogate");
      character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
  g_string_append_unichar (text, character);

  return TRUE;
}

/* Leaves what the string says, without escapes, in @text. */
static gboolean
scan_string (Scanner *scanner, GString *text, GError **error)
{
  static const char escapes[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";

  g_string_truncate (text, 0);
  if (!take (scanner, '"'))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "no string where one belongs");

  while (scanner->at < scanner->end && *scanner->at != '"')
    {
      char character = *scanner->at++;
      const char *escape;

      if ((guchar) character < 0x20)
        return refuse (scanner, error, LS_ERROR_PROTOCOL, "a control character in a string");
      if (character != '\\')
        {
          g_string_append_c (text, character);
          continue;
        }
      if (take (scanner, 'u'))
        {
          if (!scan_unicode_escape (scanner, text, error))
            return FALSE;
          continue;
        }
      escape = peek (scanner) != '\0' ? strchr (escapes, peek (scanner)) : NULL;
      if (escape == NULL)
        return refuse (scanner, error, LS_ERROR_PROTOCOL, "an unknown escape");
      g_string_append_c (text, meanings[escape - escapes]);
      scanner->at++;
    }

  if (!take (scanner, '"'))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a string that does not end");

  return TRUE;
}

/* json-glib lets an integer wrap around and a float become infinite. */
static gboolean
number_fits (const char *number, gboolean is_integer)
{
  gint64 integer;

  if (is_integer)
    return g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, &integer, NULL);

  return isfinite (g_ascii_strtod (number, NULL));
}

static gboolean
scan_number (Scanner *scanner, GError **error)
{
  const char *first = scanner->at;
  gboolean is_integer = TRUE;
  gboolean is_number;
  g_autofree char *number = NULL;

  take (scanner, '-');
  is_number = take (scanner, '0') || skip_digits (scanner);
  if (is_number && take (scanner, '.'))
    {
      is_integer = FALSE;
      is_number = skip_digits (scanner);
    }
  if (is_number && (take (scanner, 'e') || take (scanner, 'E')))
    {
      is_integer = FALSE;
      if (!take (scanner, '+'))
        take (scanner, '-');
      is_number = skip_digits (scanner);
    }
  if (!is_number)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "something that is no value");

  number = g_strndup (first, scanner->at - first);
  if (!number_fits (number, is_integer))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a number out of range");

  return TRUE;
}

static void
keys_init (Keys *keys)
{
  keys->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  keys->hashes = g_hash_table_new (NULL, NULL);
}

static void
keys_clear (Keys *keys)
{
  g_hash_table_unref (keys->names);
  g_hash_table_unref (keys->hashes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

static gboolean
add_key (Scanner *scanner, Keys *keys, const char *key, GError **error)
{
  if (!g_hash_table_add (keys->hashes, GUINT_TO_POINTER (g_str_hash (key)))
      && ++scanner->n_collisions > MAX_COLLISIONS)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "keys that are made to collide");
  if (!g_hash_table_add (keys->names, g_strdup (key)))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "a repeated key");

  return TRUE;
}

static gboolean
scan_member (Scanner *scanner, Keys *keys, GError **error)
{
  g_autoptr (GString) key = g_string_new (NULL);

  skip_space (scanner);
  if (!scan_string (scanner, key, error) || !add_key (scanner, keys, key->str, error))
    return FALSE;
  skip_space (scanner);
  if (!take (scanner, ':'))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "no colon after a key");

  return scan_value (scanner, error);
}

/* What stands between brackets; @keys is NULL for an array. */
static gboolean
scan_items (Scanner *scanner, char closing, Keys *keys, GError **error)
{
  skip_space (scanner);
  if (take (scanner, closing))
    return TRUE;

  do
    {
      if (!(keys != NULL ? scan_member (scanner, keys, error) : scan_value (scanner, error)))
        return FALSE;
      skip_space (scanner);
    }
  while (take (scanner, ','));

  if (!take (scanner, closing))
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "no comma or '%c' where one belongs",
                   closing);

  return TRUE;
}

static gboolean
scan_object (Scanner *scanner, GError **error)
{
  g_auto (Keys) keys = { NULL, NULL };

  keys_init (&keys);

  return scan_items (scanner, '}', &keys, error);
}

static gboolean
scan_container (Scanner *scanner, GError **error)
{
  gboolean is_object = *scanner->at++ == '{';

  if (scanner->depth == LS_JSON_MAX_DEPTH)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "too deep a nesting");

  scanner->depth++;
  if (!(is_object ? scan_object (scanner, error) : scan_items (scanner, ']', NULL, error)))
    return FALSE;
  scanner->depth--;

  return TRUE;
}

static gboolean
scan_word (Scanner *scanner, const char *word, GError **error)
{
  gsize length = strlen (word);

  if ((gsize) (scanner->end - scanner->at) < length || memcmp (scanner->at, word, length) != 0)
    return refuse (scanner, error, LS_ERROR_PROTOCOL, "something that is no value");
  scanner->at += length;

  return TRUE;
}

static gboolean
scan_value (Scanner *scanner, GError **error)
{
  g_autoptr (GString) text = NULL;

  skip_space (scanner);
  if (scanner->n_values++ == MAX_VALUES)
    return refuse (scanner, error, LS_ERROR_TOO_LARGE, "too many values");

  switch (peek (scanner))
    {
    case '{':
    case '[':
      return scan_container (scanner, error);
    case '"':
      text = g_string_new (NULL);
      return scan_string (scanner, text, error);
    case 't':
      return scan_word (scanner, "true", error);
    case 'f':
      return scan_word (scanner, "false", error);
    case 'n':
      return scan_word (scanner, "null", error);
    default:
      return scan_number (scanner, error);
    }
}

/**
 * ls_json_scan:
 * @data: what should be a JSON document
 * @size: how many bytes
 * @error: return location for an error
 *
 * Returns: whether it is one that every reader reads alike, by the rules that
 *   ls_json_parse() documents
 */
gboolean
ls_json_scan (const char *data, gsize size, GError **error)
{
  Scanner scanner = { .start = data, .at = data, .end = data + size };

  if (!g_utf8_validate (data, size, NULL))
    return refuse (&scanner, error, LS_ERROR_PROTOCOL, "text that is not UTF-8");
  if (!scan_value (&scanner, error))
    return FALSE;
  skip_space (&scanner);
  if (scanner.at < scanner.end)
    return refuse (&scanner, error, LS_ERROR_PROTOCOL, "more than one value");

  return TRUE;
}
